// The connection to one conversation: opens the WebSocket, comes back after a
// break with the last number seen, and sends again what was not acknowledged.
const firstWait = 1000;
const longestWait = 30000;
const quiet = 40000;

// newID makes an id that is not made again; getRandomValues is there without a secure context, too.
export function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

// waitFor gives how long to wait before the nth try, in milliseconds, from half to all of a doubling time.
export function waitFor(tries, random = Math.random) {
  const most = Math.min(longestWait, firstWait * 2 ** Math.max(0, tries - 1));
  return most / 2 + random() * (most / 2);
}

export class Link extends EventTarget {
  constructor(address, seq) {
    super();
    this.address = address;
    this.seq = seq;
    this.unsent = new Map();
    this.tries = 0;
    this.socket = null;
    this.timer = 0;
    this.over = false;
    this.open = false;
    window.addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.now();
    });
    window.addEventListener("pagehide", () => this.close());
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  connect() {
    if (this.over || this.socket) return;
    clearTimeout(this.timer);
    const url = new URL(this.address, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("after", String(this.seq));
    const socket = new WebSocket(url, "breakroom.v1");
    this.socket = socket;
    this.heard = Date.now();
    socket.addEventListener("message", (e) => {
      this.heard = Date.now();
      this.take(JSON.parse(e.data));
    });
    socket.addEventListener("close", (e) => this.lost(socket, e.code));
  }

  // now tries at once, where a try is due anyway.
  now() {
    if (!this.socket && !this.over) this.connect();
    else if (this.open) this.check();
  }

  // check asks for a sign of life: a phone that slept may hold a socket that nobody answers.
  check() {
    const socket = this.socket;
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    const asked = Date.now();
    socket.send(JSON.stringify({ type: "ping", id: newID() }));
    setTimeout(() => {
      if (this.socket === socket && this.heard < asked) this.lost(socket, 1006);
    }, 5000);
  }

  take(message) {
    if (message.seq && message.type !== "hello" && message.type !== "ack") this.seq = Math.max(this.seq, message.seq);
    switch (message.type) {
      case "hello":
        if (message.reset) this.seq = 0;
        this.open = true;
        this.tries = 0;
        clearInterval(this.watch);
        this.watch = setInterval(() => {
          if (Date.now() - this.heard > quiet) this.check();
        }, quiet / 2);
        break;
      case "ack":
        this.unsent.delete(message.id);
        this.seq = Math.max(this.seq, message.seq);
        break;
      case "bye":
        this.backIn = message.back_in_ms;
        break;
      case "deleted":
        this.over = true;
        break;
    }
    this.tell("message", message);
    if (message.type === "hello") {
      this.tell("open", message);
      for (const m of this.unsent.values()) this.post(m);
    }
  }

  lost(socket, code) {
    if (this.socket !== socket) return;
    this.socket = null;
    this.open = false;
    clearInterval(this.watch);
    socket.close();
    if (code === 4004) this.over = true;
    if (code === 4001 || this.backIn < 0) {
      this.over = true;
      this.tell("elsewhere");
    }
    if (this.over) return;
    this.tries++;
    const wait = this.backIn > 0 ? this.backIn + Math.random() * 500 : waitFor(this.tries);
    this.tell("lost", { tries: this.tries, restart: this.backIn > 0 });
    this.backIn = 0;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  post(message) {
    if (this.open && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  // say sends words, and sends them again after a break until they are acknowledged. Returns the id.
  say(text) {
    const message = { type: "say", id: newID(), text };
    this.unsent.set(message.id, message);
    this.post(message);
    return message.id;
  }

  // again sends words that were refused for a moment.
  again(id) {
    const message = this.unsent.get(id);
    if (message) this.post(message);
  }

  forget(id) {
    this.unsent.delete(id);
  }

  // send sends what need not survive a break; false where there is no connection.
  send(message) {
    if (!this.open) return false;
    this.post({ id: newID(), ...message });
    return true;
  }

  close() {
    this.over = true;
    clearTimeout(this.timer);
    clearInterval(this.watch);
    if (this.socket) this.socket.close(1000);
    this.socket = null;
    this.open = false;
  }
}
