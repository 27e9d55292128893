// The box in which the trainee writes. What stands in it is kept in memory only.
export class Composer {
  constructor(root, longest) {
    this.form = root.querySelector("#say");
    this.box = root.querySelector("#words");
    this.longest = longest;
    this.onsay = () => {};
    this.entered = false;
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("keydown", (e) => {
      if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
      e.preventDefault();
      this.entered = true;
      this.form.requestSubmit();
    });
    // Some keyboards still make a line break of an Enter that was taken.
    this.box.addEventListener("beforeinput", (e) => {
      if (this.entered && e.inputType === "insertLineBreak") e.preventDefault();
      this.entered = false;
    });
    this.box.addEventListener("keyup", () => {
      this.entered = false;
    });
    this.form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.onsay(this.box.value.trim());
    });
  }

  tooLong(words) {
    return Array.from(words).length > this.longest;
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = this.box.scrollHeight + 2 + "px";
  }

  clear() {
    this.box.value = "";
    this.grow();
  }

  // giveBack puts words into the box again, before what was begun since.
  giveBack(words) {
    this.box.value = this.box.value ? words + "\n" + this.box.value : words;
    this.grow();
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  off() {
    this.box.disabled = true;
  }
}
