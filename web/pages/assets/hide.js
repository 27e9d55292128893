// Covers the page with a neutral sheet at one tap or Esc, and takes the sheet away again.
// It stays over a reload; only the fact that it lies there is kept, in this tab.
const root = document.documentElement;
const title = document.title;
const key = "covered";

function remember(on) {
  try {
    if (on) sessionStorage.setItem(key, "1");
    else sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing still covers the page.
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(key) === "1";
  } catch {
    return false;
  }
}

const sheet = () => document.getElementById("cover");
let before = null;

function cover() {
  before = document.activeElement;
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  root.classList.add("covered");
  sheet().hidden = false;
  document.title = sheet().dataset.title;
  remember(true);
  sheet().querySelector("button").focus();
}

function uncover() {
  root.classList.remove("covered");
  sheet().hidden = true;
  document.title = title;
  remember(false);
  if (before && before.isConnected) before.focus();
  before = null;
}

// A page that the browser kept in memory may show what has been deleted since.
window.addEventListener("pageshow", (e) => {
  if (e.persisted) location.reload();
});

function ready() {
  if (remembered()) cover();
  for (const b of document.querySelectorAll("[data-hide]")) b.addEventListener("click", cover);
  sheet().querySelector("button").addEventListener("click", uncover);
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || e.isComposing || e.defaultPrevented) return;
    if (root.classList.contains("covered")) {
      uncover();
    } else if (!document.querySelector("dialog[open]")) {
      e.preventDefault();
      cover();
    }
  });
  for (const b of document.querySelectorAll("[data-print]")) {
    b.hidden = false;
    b.addEventListener("click", () => window.print());
  }
}

if (remembered()) root.classList.add("covered");
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
