// The page of a talk: puts the connection, the transcript and the composer together.
import { Link } from "./socket.js";
import { textsOf } from "./texts.js";
import { Transcript } from "./view.js";
import { Composer } from "./composer.js";

const root = document.getElementById("talk");
const text = textsOf(root);
const name = root.dataset.name;
const $ = (id) => document.getElementById(id);

const link = new Link(root.dataset.socket, Number(root.dataset.seq));
const transcript = new Transcript(root, text, name);
const composer = new Composer(root, Number(root.dataset.longest));
const state = { busy: false, over: false, catchingUp: 0, helpStep: 0, minutes: Number(root.dataset.minutes), warned: false };

// The clock shows whole minutes; the server decides.
const clock = { used: Number(root.dataset.used), since: Date.now(), stands: false };
function leftMS() {
  const used = clock.used + (clock.stands ? 0 : Date.now() - clock.since);
  return state.minutes * 60000 - used;
}
function showClock() {
  if (!state.minutes || state.over) {
    $("clock").textContent = "";
    return;
  }
  const left = Math.ceil(leftMS() / 60000);
  $("clock").textContent = left > 0 ? text.counted("time_left", left) : text("time_over");
  if (left <= 2 && !state.warned) {
    state.warned = true;
    notice(left > 0 ? text("time_low") : text("time_over_hint"), true);
  }
}
function runClock(used) {
  clock.used = used;
  clock.since = Date.now();
  clock.stands = false;
  showClock();
}
function stopClock() {
  clock.used += clock.stands ? 0 : Date.now() - clock.since;
  clock.stands = true;
}
function goOn() {
  if (clock.stands) runClock(clock.used);
}
setInterval(showClock, 10000);

let noticeTimer = 0;
function notice(words, calm, action) {
  const line = $("link");
  clearTimeout(noticeTimer);
  line.textContent = words;
  line.classList.toggle("calm", Boolean(calm));
  if (action) line.append(action);
  line.hidden = words === "";
  if (calm && words) noticeTimer = setTimeout(() => notice(""), 6000);
}

function button(words, act) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "quiet";
  b.textContent = words;
  b.addEventListener("click", act);
  return b;
}

function busy(on) {
  state.busy = on;
  root.classList.toggle("busy", on);
}

function say(words) {
  if (state.over) return;
  if (state.busy || link.unsent.size) {
    notice(text("wait", { name }), true);
    return false;
  }
  if (composer.tooLong(words)) {
    notice(text("too_long"));
    return false;
  }
  goOn();
  hideHint();
  const id = link.say(words);
  transcript.mine(id, words);
  if (words === "") transcript.announce(text("you_said_nothing"));
  busy(true);
  if (!link.open) {
    transcript.late();
    notice(text("lost_unsent"));
  }
  return true;
}

composer.onsay = (words) => {
  if (words === "") {
    notice(text("empty"), true);
    return;
  }
  if (say(words)) composer.clear();
  composer.focus();
};
$("nothing").addEventListener("click", () => {
  say("");
  composer.focus();
});

function ended(words) {
  if (state.over) return;
  state.over = true;
  transcript.finish();
  transcript.waiting("");
  composer.off();
  for (const id of link.unsent.keys()) transcript.unsaid(id);
  link.unsent.clear();
  const over = $("over");
  over.hidden = false;
  over.firstElementChild.textContent = words;
  $("composer").hidden = true;
  showClock();
  over.scrollIntoView({ block: "end" });
  over.focus({ preventScroll: true });
}

// Meters are numbers to look at, nothing more.
function meters(m) {
  for (const dd of document.querySelectorAll("[data-meter]")) {
    const value = m[dd.dataset.meter] ?? 0;
    if (dd.dataset.meter !== "talk_share") dd.textContent = value;
    else dd.textContent = (m.organizer_words ?? 0) + (m.coworker_words ?? 0) < 60 ? text("too_early") : text("share_value", { percent: value });
  }
}

function hideHint() {
  state.helpStep = 0;
  $("hint").hidden = true;
}
function showHint(step, words) {
  state.helpStep = step;
  $("hint-heading").firstElementChild.textContent = text("help_step_" + Math.min(3, Math.max(1, step)));
  $("hint-text").textContent = words;
  $("hint-more").hidden = step >= 3;
  $("hint").hidden = false;
  // Who has gone on writing is left to write.
  if ($("hint").contains(document.activeElement) || document.activeElement === $("help")) $("hint").focus();
  transcript.announce(words);
}
function offline() {
  notice(text("lost"));
}
const askHelp = () => link.send({ type: "help" }) || offline();
$("help").addEventListener("click", askHelp);
$("hint-more").addEventListener("click", askHelp);
$("hint-close").addEventListener("click", () => {
  $("hint").hidden = true;
  composer.focus();
});
$("extend").addEventListener("click", () => link.send({ type: "extend", minutes: 5 }) || offline());
$("pause").addEventListener("click", () => {
  link.send({ type: "pause" });
  stopClock();
  $("pause-dialog").showModal();
});
$("pause-dialog").addEventListener("close", () => composer.focus());
$("end").addEventListener("click", () => $("end-dialog").showModal());
$("step-out").addEventListener("click", (e) => {
  e.preventDefault();
  $("out-dialog").showModal();
});
$("to-facts").addEventListener("click", (e) => {
  e.preventDefault();
  $("facts").open = true;
  window.scrollTo({ top: 0, behavior: "instant" });
  $("facts").querySelector("summary").focus();
});
for (const b of root.querySelectorAll("[data-close]")) b.addEventListener("click", () => b.closest("dialog").close());

link.addEventListener("open", () => {
  if (!$("link").hidden) notice(text("back"), true);
});
link.addEventListener("lost", ({ detail }) => {
  if (state.over) return;
  transcript.late();
  if (link.unsent.size) notice(text("lost_unsent"));
  else if (detail.restart) notice(text("restarting"));
  else if (detail.tries > 1) notice(text("lost"));
});
link.addEventListener("elsewhere", () => notice(text("elsewhere"), false, button(text("reload"), () => location.reload())));

function refused(m) {
  const waiting = link.unsent.get(m.about);
  switch (m.code) {
    case "busy":
      // The words go out when the answer is complete.
      return;
    case "too-long":
      if (waiting) {
        link.forget(m.about);
        transcript.refused(m.about);
        composer.giveBack(waiting.text);
        busy(false);
      }
      notice(text("too_long"));
      return;
    case "ended":
      return;
    case "too-many":
    case "unavailable":
    case "conflict":
    case "internal":
      if (waiting) setTimeout(() => link.again(m.about), 2000);
      notice(text("problem", { message: m.message }));
      return;
    default:
      if (waiting) {
        link.forget(m.about);
        transcript.refused(m.about);
        composer.giveBack(waiting.text);
        busy(false);
      }
      notice(text("problem", { message: m.message }));
  }
}

// Whether a model is to speak, and what the trainee agreed to about it.
const consent = $("consent");
const modelSpeaks = () => "model" in root.dataset || (consent !== null && "agreed" in consent.dataset);
if (consent) {
  $("agree").addEventListener("click", () => link.send({ type: "agree", host: consent.dataset.host }) || offline());
  $("agree-back").addEventListener("click", () => link.send({ type: "agree", host: "" }) || offline());
}

link.addEventListener("message", ({ detail: m }) => {
  const past = link.seq < state.catchingUp;
  switch (m.type) {
    case "hello":
      state.catchingUp = m.seq ?? 0;
      if (m.reset) transcript.forget();
      if (m.minutes) state.minutes = m.minutes;
      if (!clock.stands) runClock(m.used_ms ?? clock.used);
      if (m.state === "stepped-out") location.assign(root.dataset.self + "/out");
      else if (m.state === "ended" && link.seq >= state.catchingUp) ended(text("over_organizer"));
      break;
    case "ack":
      transcript.acknowledged(m.id, m.turn);
      busy(true);
      transcript.waiting(text("thinking", { name }));
      break;
    case "heard":
      goOn();
      transcript.heard(m.turn, m.text ?? "");
      if (!transcript.has(m.turn + 1)) {
        busy(true);
        transcript.waiting(text("thinking", { name }));
      }
      break;
    case "queue":
      transcript.waiting(m.place ? text("waiting", { name, place: m.place }) : text("thinking", { name }));
      break;
    case "piece":
      busy(true);
      // A first piece with a higher number holds what others have seen already.
      transcript.piece(m.turn, m.text ?? "", past || (!transcript.answer && m.n > 1));
      break;
    case "again":
      transcript.again(m.turn);
      break;
    case "said": {
      const byActor = m.by === "actor";
      const aside = m.cut ? "cut" : byActor && (m.mended || modelSpeaks()) ? "stood_in" : !byActor && m.mended ? "shortened" : "";
      const note = aside && text(aside);
      transcript.said(m.turn, note, past);
      transcript.waitingLine.hidden = transcript.waitingLine.hidden || !transcript.answer;
      busy(false);
      for (const id of link.unsent.keys()) link.again(id);
      break;
    }
    case "meters":
      meters(m);
      break;
    case "help":
      if (!past) showHint(m.step ?? 1, m.text ?? "");
      break;
    case "extended":
      state.minutes += m.minutes ?? 0;
      state.warned = false;
      showClock();
      if (!past) notice(text.counted("extended", m.minutes ?? 0), true);
      break;
    case "paused":
      stopClock();
      break;
    case "agreed":
      if (consent) consent.toggleAttribute("data-agreed", m.host === consent.dataset.host);
      break;
    case "left":
      state.left = true;
      break;
    case "stepped-out":
      link.close();
      location.assign(root.dataset.self + "/out");
      break;
    case "ended":
      ended(state.left ? text("over_left", { name }) : text("over_" + (m.by || "organizer"), { name }));
      break;
    case "deleted":
      ended(text("gone"));
      break;
    case "error":
      refused(m);
      break;
  }
});

window.addEventListener("beforeunload", (e) => {
  if (link.unsent.size) e.preventDefault();
});

// A page that was loaded in the middle of an answer waits for it like the one before.
if (transcript.list.lastElementChild?.classList.contains("yours")) {
  busy(true);
  transcript.waiting(text("thinking", { name }));
}
link.connect();
window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
if (window.matchMedia("(min-width: 60rem)").matches) {
  $("facts").open = true;
  composer.focus();
}
showClock();
// Until here nobody would have listened to them.
for (const b of $("composer").querySelectorAll("button")) b.disabled = false;
