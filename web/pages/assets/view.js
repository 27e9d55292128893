// The transcript on the screen: turns, the paced reveal of an answer, and what a screen reader is told.
const pace = 55; // milliseconds a word, about as fast as somebody reads along
const before = 450; // a breath before the first word
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// sentencesOf splits off the sentences that are complete; what follows is given back as rest.
export function sentencesOf(text) {
  const found = [];
  let rest = text;
  for (;;) {
    const m = /^[\s\S]*?[.!?…]+["'”’)]*(?=\s)/.exec(rest);
    if (!m) return { found, rest };
    if (m[0].trim()) found.push(m[0].trim());
    rest = rest.slice(m[0].length);
  }
}

export class Transcript {
  constructor(root, text, name) {
    this.root = root;
    this.text = text;
    this.name = name;
    this.list = root.querySelector("#turns");
    this.waitingLine = root.querySelector("#waiting");
    this.waitingText = root.querySelector("#waiting-text");
    this.speech = root.querySelector("#announce");
    this.firstWord = root.querySelector(".first-word");
    this.done = new Set(Array.from(this.list.children, (li) => Number(li.dataset.turn)));
    this.pending = new Map(); // id → element of words that are not acknowledged
    this.answer = null; // the answer that is being revealed
    this.list.addEventListener("click", () => this.hurry());
    this.follow(root.querySelector("#composer"));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.hurry();
    });
  }

  has(turn) {
    return this.done.has(turn);
  }

  line(who, words, yours) {
    const li = document.createElement("li");
    li.className = "turn " + (yours ? "yours" : "theirs");
    const name = document.createElement("p");
    name.className = "who";
    name.textContent = who;
    const said = document.createElement("p");
    said.className = "words";
    if (words === "" && yours) {
      const nothing = document.createElement("em");
      nothing.textContent = this.text("said_nothing");
      said.append(nothing);
    } else {
      said.textContent = words;
    }
    li.append(name, said);
    if (this.firstWord) this.firstWord.remove();
    this.firstWord = null;
    return li;
  }

  // follow keeps the end in sight where it was in sight, also when the window gets smaller (a keyboard on
  // the screen, a phone that is turned) or the composer gets higher (a long turn, a hint).
  follow(composer) {
    const page = document.documentElement;
    const end = () => page.scrollHeight - window.innerHeight - window.scrollY < 160;
    const toEnd = () => window.scrollTo({ top: page.scrollHeight, behavior: "instant" });
    const sizes = () => [window.innerWidth, window.innerHeight, composer?.offsetHeight].join();
    let atEnd = end();
    let seen = sizes();
    window.addEventListener(
      "scroll",
      () => {
        if (sizes() === seen) atEnd = end(); // else it was no hand that scrolled
        seen = sizes();
      },
      { passive: true },
    );
    const again = () => {
      if (atEnd) toEnd();
      seen = sizes();
    };
    window.addEventListener("resize", again);
    if (composer && "ResizeObserver" in window) new ResizeObserver(again).observe(composer);
  }

  // stick keeps the end in sight where it was in sight before.
  stick(change) {
    const room = document.documentElement.scrollHeight - window.innerHeight - window.scrollY;
    change();
    if (room < 160) window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
  }

  // mine shows words of this page that are not acknowledged yet.
  mine(id, words) {
    this.finish();
    const li = this.line(this.text("you"), words, true);
    li.classList.add("unsent");
    this.pending.set(id, li);
    this.list.append(li);
    window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
  }

  note(li, words) {
    let p = li.querySelector(".aside");
    if (!p) {
      p = document.createElement("p");
      p.className = "aside";
      li.append(p);
    }
    p.textContent = words;
  }

  // late marks words that wait for the connection.
  late() {
    for (const li of this.pending.values()) this.note(li, this.text("sending"));
  }

  acknowledged(id, turn) {
    const li = this.pending.get(id);
    if (!li) return;
    this.pending.delete(id);
    li.classList.remove("unsent");
    li.querySelector(".aside")?.remove();
    if (this.done.has(turn)) {
      li.remove();
      return;
    }
    li.dataset.turn = turn;
    li.id = "turn-" + turn;
    this.done.add(turn);
  }

  // refused takes back words that will never be heard, and gives them.
  refused(id) {
    const li = this.pending.get(id);
    this.pending.delete(id);
    li?.remove();
  }

  unsaid(id) {
    const li = this.pending.get(id);
    if (li) this.note(li, this.text("unsaid"));
    this.pending.delete(id);
  }

  // heard shows words that were said in another tab.
  heard(turn, words) {
    if (this.done.has(turn)) return;
    this.finish();
    const li = this.line(this.text("you"), words, true);
    li.dataset.turn = turn;
    li.id = "turn-" + turn;
    this.done.add(turn);
    this.stick(() => this.list.append(li));
  }

  waiting(words) {
    this.waitingText.textContent = words;
    this.stick(() => {
      this.waitingLine.hidden = words === "";
    });
  }

  begin(turn, at) {
    const li = this.line(this.name, "", false);
    li.dataset.turn = turn;
    li.id = "turn-" + turn;
    const words = li.querySelector(".words");
    const node = document.createTextNode("");
    words.append(node);
    this.root.classList.add("speaking");
    this.answer = { turn, li, node, queue: [], told: "", timer: 0, complete: false, at, shown: false };
  }

  // piece takes the next piece of an answer. At once: it is from the past, and need not be paced.
  piece(turn, words, atOnce) {
    if (this.done.has(turn)) return;
    if (this.answer && this.answer.turn !== turn) this.finish();
    if (!this.answer) this.begin(turn, Date.now() + (atOnce ? 0 : before));
    this.answer.queue.push(...words.split(/(?<=\s)(?=\S)/));
    if (atOnce || document.hidden) this.drain(Infinity);
    else this.tick();
  }

  tick() {
    const a = this.answer;
    if (!a || a.timer) return;
    a.timer = setTimeout(() => {
      a.timer = 0;
      if (this.answer !== a) return;
      this.drain(still.matches ? Infinity : 1);
      if (a.queue.length) this.tick();
    }, a.shown ? pace : Math.max(0, a.at - Date.now()));
  }

  drain(most) {
    const a = this.answer;
    if (!a) return;
    let words = "";
    for (let n = 0; n < most && a.queue.length; n++) words += a.queue.shift();
    if (words) {
      this.stick(() => {
        if (!a.shown) {
          this.waitingLine.hidden = true;
          this.list.append(a.li);
          a.shown = true;
        }
        a.node.appendData(words);
      });
      a.told += words;
      const { found, rest } = sentencesOf(a.told);
      a.told = rest;
      for (const s of found) this.tell(s);
    }
    if (a.complete && !a.queue.length) this.close();
  }

  // again drops the piece of an answer that is on the screen.
  again(turn) {
    if (this.done.has(turn) || !this.answer || this.answer.turn !== turn) return;
    clearTimeout(this.answer.timer);
    this.answer.li.remove();
    this.answer = null;
    this.root.classList.remove("speaking");
  }

  // said ends an answer; the reveal goes on to its end.
  said(turn, note, atOnce) {
    if (this.done.has(turn)) return;
    if (!this.answer || this.answer.turn !== turn) {
      this.finish();
      this.begin(turn, Date.now());
    }
    this.answer.complete = true;
    this.answer.note = note;
    if (atOnce || !this.answer.queue.length) this.drain(Infinity);
    else this.tick();
  }

  close() {
    const a = this.answer;
    clearTimeout(a.timer);
    this.answer = null;
    this.root.classList.remove("speaking");
    this.done.add(a.turn);
    this.stick(() => {
      if (!a.shown) this.list.append(a.li);
      this.waitingLine.hidden = true;
      if (a.note) this.note(a.li, a.note);
    });
    if (a.told.trim()) this.tell(a.told.trim());
  }

  // hurry shows at once what has come; finish also ends the answer.
  hurry() {
    if (this.answer && this.answer.queue.length) this.drain(Infinity);
  }

  finish() {
    if (!this.answer) return;
    this.drain(Infinity);
    if (this.answer) {
      this.answer.complete = true;
      this.drain(Infinity);
    }
  }

  // forget empties the transcript, when everything comes again.
  forget() {
    if (this.answer) clearTimeout(this.answer.timer);
    this.answer = null;
    this.root.classList.remove("speaking");
    for (const turn of this.done) document.getElementById("turn-" + turn)?.remove();
    this.done.clear();
  }

  tell(sentence) {
    this.announce(this.text("sentence", { name: this.name, sentence }));
  }

  // announce says something to a screen reader; old lines are dropped so that they are not read twice.
  announce(words) {
    const p = document.createElement("p");
    p.textContent = words;
    this.speech.append(p);
    while (this.speech.children.length > 12) this.speech.firstChild.remove();
  }
}
