"use strict";
// Plays a medium and a take on one clock and switches between them by gain,
// so that nothing stops and nothing is out of step. What has a time of its own, a take at its
// own speed ("o") or the sound a voice was enrolled with ("e"), begins anew. Without this script, or in a
// browser that cannot, the sounds remain as plain players.
(() => {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  const words = JSON.parse(document.getElementById("words").textContent);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const FADE_S = 0.008;
  const apart = (mode) => mode === "o" || mode === "e"; // on a time axis of its own
  let context = null;
  let playing = null;

  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const seconds = (value) =>
    value.toLocaleString(document.documentElement.lang,
      { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  function bytesOf(uri) {
    const text = atob(uri.slice(uri.indexOf(",") + 1));
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    return bytes.buffer;
  }

  const decode = (uri) =>
    new Promise((done, failed) => context.decodeAudioData(bytesOf(uri), done, failed));

  function make(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  class Player {
    constructor(root) {
      this.root = root;
      this.uris = {};
      for (const given of root.querySelectorAll("[data-part]")) {
        // an enrolment is in the page once, and players lead to it
        const sound = given.src ? given : document.querySelector(given.getAttribute("href"));
        this.uris[given.dataset.part] = sound.src;
      }
      this.buffers = null;
      this.sources = [];
      this.mode = ["a", "b", "e"].find((part) => this.uris[part]);
      this.words = root.dataset.of === "voice" ? { ...words, ...words.voice } : words;
      this.at = 0;
      this.drawing = root.closest("figure").querySelector(".spectrograms");
      this.build();
    }

    build() {
      this.toggle = make("button", { type: "button", className: "play" });
      this.toggle.addEventListener("click", () => (this.running ? this.stop() : this.start()));
      this.choices = {};
      const group = make("div", { className: "choices" });
      for (const mode of ["a", "b", "both", "o", "e"]) {
        const there = mode === "both" ? this.uris.a && this.uris.b : this.uris[mode];
        if (!there) continue;
        const button = make("button", { type: "button", textContent: this.words[mode] });
        button.className = `choice ${mode}`;
        button.addEventListener("click", () => this.choose(mode, true));
        this.choices[mode] = button;
        group.append(button);
      }
      this.slider = make("input", { type: "range", min: 0, max: 1, step: "any", value: 0 });
      this.slider.setAttribute("aria-label", words.place);
      this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
      this.status = make("p", { className: "status" });
      this.status.setAttribute("role", "status");
      const keys = make("p", { className: "keys", textContent: this.words.keys });
      this.root.replaceChildren(
        make("div", { className: "controls" }, this.toggle, group, this.slider), this.status, keys);
      this.root.classList.add("ready");
      this.root.addEventListener("keydown", (event) => this.key(event));
      if (this.drawing) {
        this.drawing.classList.add("seekable");
        this.drawing.addEventListener("click", (event) => this.point(event));
      }
      this.show();
    }

    get running() { return this.sources.length > 0; }

    get length() {
      if (!this.buffers) return 1;
      if (apart(this.mode)) return this.buffers[this.mode].duration;
      return Math.max(...["a", "b"].map((p) => this.buffers[p]?.duration ?? 0));
    }

    now() {
      if (!this.running) return this.at;
      return Math.min(this.length, Math.max(0, this.at + context.currentTime - this.began));
    }

    async load() {
      context ??= new Context();
      if (context.state === "suspended") await context.resume();
      if (this.buffers) return;
      const buffers = {};
      for (const [part, uri] of Object.entries(this.uris)) buffers[part] = await decode(uri);
      this.buffers = buffers;
    }

    async start() {
      if (this.loading) return;
      this.loading = true;
      try {
        await this.load();
      } catch {
        this.status.textContent = words.failed;
        return;
      } finally {
        this.loading = false;
      }
      if (playing && playing !== this) playing.stop(true);
      playing = this;
      if (this.at >= this.length - 0.05) this.at = 0;
      this.launch();
      this.tell();
      this.show();
      this.follow();
    }

    // All sounds of the mode begin at one instant of one clock.
    launch() {
      const parts = apart(this.mode) ? [this.mode] : ["a", "b"].filter((p) => this.buffers[p]);
      this.began = context.currentTime + 0.05;
      this.gains = {};
      this.pans = {};
      this.sources = parts.map((part) => {
        const source = context.createBufferSource();
        const gain = context.createGain();
        const pan = context.createStereoPanner?.();
        source.buffer = this.buffers[part];
        source.connect(gain);
        (pan ? gain.connect(pan) : gain).connect(context.destination);
        this.gains[part] = gain.gain;
        if (pan) this.pans[part] = pan.pan;
        source.start(this.began, this.at);
        return source;
      });
      this.mix(0);
      const launched = this.sources;
      const longest = parts.indexOf(parts.reduce(
        (x, y) => (this.buffers[y].duration > this.buffers[x].duration ? y : x)));
      launched[longest].onended = () => {
        if (this.sources === launched) this.stop(false, true);
      };
    }

    mix(fade_s) {
      const at = context.currentTime;
      for (const [part, gain] of Object.entries(this.gains)) {
        const heard = this.mode === part || this.mode === "both" ? 1 : 0;
        gain.cancelScheduledValues(at);
        gain.setValueAtTime(fade_s ? gain.value : heard, at);
        if (fade_s) gain.linearRampToValueAtTime(heard, at + fade_s);
        const side = this.mode === "both" ? (part === "a" ? -1 : 1) : 0;
        this.pans[part]?.setValueAtTime(side, at);
      }
    }

    halt() {
      for (const source of this.sources) {
        source.onended = null;
        try { source.stop(); } catch { /* it had not begun */ }
        source.disconnect();
      }
      this.sources = [];
    }

    stop(release = false, ended = false) {
      this.at = ended ? 0 : this.now();
      this.halt();
      if (release) this.buffers = null; // one occurrence in memory at a time
      this.status.textContent = words.stopped;
      this.show();
    }

    choose(mode, start) {
      if (!this.choices[mode]) return;
      const alone = apart(mode) || apart(this.mode);
      const was = this.running;
      if (alone && mode !== this.mode) {
        if (was) this.halt();
        this.at = 0;
      }
      this.mode = mode;
      if (!was) {
        if (start) this.start();
      } else if (this.running) {
        this.mix(FADE_S);
      } else {
        this.launch();
        this.follow();
      }
      this.tell();
      this.show();
    }

    seek(at) {
      const was = this.running;
      if (was) this.halt();
      this.at = Math.min(Math.max(0, at), this.length);
      if (was) { this.launch(); this.follow(); }
      this.show();
    }

    async point(event) {
      if (!this.uris.a && !this.uris.b) return;
      const box = this.drawing.getBoundingClientRect();
      const { left, width } = this.drawing.dataset;
      const x = ((event.clientX - box.left) / box.width) * this.drawing.viewBox.baseVal.width;
      try { await this.load(); } catch { return; }
      if (apart(this.mode)) this.choose("a", false);
      this.seek(((x - left) / width) * this.length);
      if (!this.running) this.start();
    }

    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const on = event.target;
      const actions = {
        " ": () => (this.running ? this.stop() : this.start()),
        a: () => this.choose("a", true),
        b: () => this.choose(this.choices.b ? "b" : "e", true),
        c: () => this.choose("both", true),
        o: () => this.choose("o", true),
        x: () => this.choose(this.mode === "a" ? (this.choices.b ? "b" : "e") : "a", true),
        ArrowLeft: () => this.seek(this.now() - 1),
        ArrowRight: () => this.seek(this.now() + 1),
      };
      const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      const native = event.key === " " && on.tagName === "BUTTON";
      if (!action || native) return;
      event.preventDefault();
      action();
    }

    tell() {
      const heard = { a: "hearA", b: "hearB", both: "hearBoth", o: "hearO", e: "hearE" }[this.mode];
      this.status.textContent = this.running || this.loading ? this.words[heard] : "";
    }

    show() {
      this.toggle.textContent = this.running ? words.pause : words.play;
      this.root.classList.toggle("running", this.running);
      for (const [mode, button] of Object.entries(this.choices)) {
        button.setAttribute("aria-pressed", String(mode === this.mode));
      }
      const at = this.now();
      this.slider.max = this.length;
      this.slider.value = at;
      this.slider.setAttribute("aria-valuetext",
        say(words.of, { at: seconds(at), length: seconds(this.length) }));
      if (!this.drawing) return;
      const line = this.drawing.querySelector(".playhead");
      const { left, width } = this.drawing.dataset;
      const x = Number(left) + (at / this.length) * width;
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.classList.toggle("on", !apart(this.mode) && (this.running || at > 0));
    }

    follow() {
      const turn = () => {
        if (!this.running) return;
        this.show();
        if (still.matches) setTimeout(turn, 500);
        else requestAnimationFrame(turn);
      };
      turn();
    }
  }

  for (const root of document.querySelectorAll(".player")) new Player(root);
})();
