// A talk of which nothing is to be kept is deleted when its notes are left.
const warning = document.getElementById("leave");
let staying = false;
for (const id of ["chooser", "leave-form"]) {
  document.getElementById(id)?.addEventListener("submit", () => {
    staying = true;
  });
}
window.addEventListener("pagehide", () => {
  if (!staying) navigator.sendBeacon(warning.dataset.leave);
});
