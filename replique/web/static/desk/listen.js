"use strict";
// Plays a medium and a take on one clock and switches between them by gain: both begin at one
// instant, so that nothing stops at a switch and nothing is out of step. What has a time of its
// own, the take at its own speed, begins anew. Draws the line that moves, zooms, and lets
// everything be done by keyboard. Without it the page still judges, and the sounds can be fetched.
(() => {
  const stage = document.getElementById("stage");
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!stage || !Context) return;
  const byId = (id) => document.getElementById(id);
  const words = JSON.parse(byId("words").textContent);
  const given = stage.dataset;
  const [from, to, begins, ends] =
    [given.from, given.to, given.begins, given.ends].map(Number);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const FADE_S = 0.008;
  const AHEAD_S = 0.02;
  const context = new Context({ latencyHint: "interactive" });
  const buffers = {};
  const ui = { play: byId("play"), status: byId("status"), clock: byId("clock"),
    playhead: byId("playhead"), inner: byId("inner"), lanes: byId("lanes"), help: byId("help"),
    extent: byId("extent"), single: byId("single"), ruler: byId("ruler"),
    unlock: byId("unlock"), slip: byId("unlock-slip") };
  // what a voice was enrolled with: fetched when it is asked for, for it is locked
  const locked = given.enrolment;
  let mode = "a";
  let sources = [];
  let gains = {};
  let pans = {};
  let at = 0;
  let began = 0;
  let loop = false;
  let zoom = 1;
  let eager = false;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const written = (value, digits = 1) => value.toLocaleString(document.documentElement.lang,
    { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const tell = (text) => { ui.status.textContent = text; };
  const running = () => sources.length > 0;
  const apart = () => mode === "o";
  const length = () => (apart() ? buffers.o.duration
    : Math.max(buffers.a?.duration ?? 0, buffers.b?.duration ?? 0)) || to - from;

  async function fetched(address, how = {}) {
    const answer = await fetch(address, { credentials: "same-origin", ...how });
    if (!answer.ok) {
      const told = await answer.json().catch(() => ({}));
      throw new Error((told.trouble ?? []).join(" ") || words.failed);
    }
    return context.decodeAudioData(await answer.arrayBuffer());
  }

  async function load() {
    const trouble = [];
    const wanted = { a: given.medium, b: given.take, o: given.raw };
    await Promise.all(Object.entries(wanted).filter(([, address]) => address)
      .map(async ([part, address]) => {
        try { buffers[part] = await fetched(address); } catch (error) { trouble.push(error.message); }
      }));
    for (const button of stage.querySelectorAll("[data-mode]")) {
      const needs = button.dataset.mode === "c" ? ["a", "b"] : [button.dataset.mode];
      button.disabled = needs.some((part) => !buffers[part] && !(part === "o" && locked));
    }
    if (!buffers.a) mode = buffers.b ? "b" : "o";
    ui.play.disabled = !(buffers.a || buffers.b || buffers.o);
    tell([...new Set(trouble)].join(" ") || words.ready);
    waves();
    show();
    stage.dataset.ready = "yes";
    if (eager) start();
    ahead();
  }

  // The neighbours' sounds are made while this one is heard, so that they begin at once.
  async function ahead() {
    for (const id of ["after", "before"]) {
      const address = byId(id)?.dataset.warm;
      if (address) await fetch(address, { credentials: "same-origin", priority: "low" }).catch(() => {});
    }
  }

  async function unlock(how) {
    try {
      buffers.o = await fetched(locked, how);
      ui.unlock?.close();
      choose("o");
    } catch (error) {
      if (ui.slip) ui.slip.textContent = error.message;
      if (!ui.unlock?.open) tell(error.message);
    }
  }

  // All sounds of the mode begin at one instant of one clock.
  function launch() {
    const parts = apart() ? ["o"] : ["a", "b"].filter((part) => buffers[part]);
    began = context.currentTime + AHEAD_S;
    gains = {};
    pans = {};
    sources = parts.map((part) => {
      const source = context.createBufferSource();
      const gain = context.createGain();
      const pan = context.createStereoPanner?.();
      source.buffer = buffers[part];
      if (loop && !apart()) {
        source.loop = true;
        source.loopStart = begins - from;
        source.loopEnd = Math.min(ends - from, source.buffer.duration);
      }
      source.connect(gain);
      (pan ? gain.connect(pan) : gain).connect(context.destination);
      gains[part] = gain.gain;
      if (pan) pans[part] = pan.pan;
      source.start(began, at);
      return source;
    });
    mix(0);
    const launched = sources;
    launched[0].onended = () => { if (sources === launched) stop(true); };
  }

  function mix(fade_s) {
    const now = context.currentTime;
    for (const [part, gain] of Object.entries(gains)) {
      const heard = mode === part || mode === "c" ? 1 : 0;
      gain.cancelScheduledValues(now);
      gain.setValueAtTime(fade_s ? gain.value : heard, now);
      if (fade_s) gain.linearRampToValueAtTime(heard, now + fade_s);
      pans[part]?.setValueAtTime(mode === "c" ? (part === "a" ? -1 : 1) : 0, now);
    }
  }

  function now() {
    if (!running()) return at;
    const gone = at + Math.max(0, context.currentTime - began);
    if (!loop || apart()) return Math.min(length(), gone);
    const [first, last] = [begins - from, Math.min(ends - from, length())];
    return gone < last ? gone : first + ((gone - first) % (last - first));
  }

  function halt() {
    for (const source of sources) {
      source.onended = null;
      try { source.stop(); } catch { /* it had not begun */ }
      source.disconnect();
    }
    sources = [];
  }

  async function start() {
    eager = ui.play.disabled && stage.dataset.ready !== "yes";
    if (ui.play.disabled || running()) return;
    if (context.state !== "running") await context.resume();
    if (running()) return;
    if (at >= length() - 0.05) at = 0;
    launch();
    heard();
    show();
    follow();
  }

  function stop(ended = false) {
    at = ended ? 0 : now();
    halt();
    tell(words.stopped);
    show();
  }

  function choose(wanted) {
    const button = stage.querySelector(`[data-mode="${wanted}"]`);
    if (!button || button.disabled) return;
    if (wanted === "o" && !buffers.o) {
      if (given.asks && ui.unlock) ui.unlock.showModal();
      else unlock();
      return;
    }
    const was = running();
    const alone = wanted !== mode && (wanted === "o" || apart());
    if (alone) { halt(); at = 0; }
    mode = wanted;
    if (!was) start();
    else if (alone) { launch(); follow(); }
    else mix(FADE_S);
    heard();
    show();
  }

  function seek(wanted) {
    const was = running();
    if (was) halt();
    at = Math.min(Math.max(0, wanted), length());
    if (was) { launch(); follow(); }
    show();
  }

  function heard() {
    if (running()) tell(words[{ a: "hearA", b: "hearB", c: "hearC", o: "hearO" }[mode]]);
  }

  function show() {
    ui.play.textContent = running() ? words.pause : words.play;
    for (const button of stage.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    const place = now();
    ui.clock.textContent = fill(words.at, { at: written(place), length: written(length()) });
    const share = apart() ? 0 : place / (to - from);
    ui.playhead.classList.toggle("on", !apart() && (running() || place > 0));
    ui.playhead.style.left = `${100 * share}%`;
    stage.dataset.running = running() ? "yes" : "no";
    stage.dataset.mode = mode;
    if (running() && zoom > 1 && !apart()) {
      const x = share * ui.inner.offsetWidth - ui.lanes.scrollLeft;
      if (x < 0 || x > ui.lanes.clientWidth * 0.9) {
        ui.lanes.scrollLeft = share * ui.inner.offsetWidth - ui.lanes.clientWidth * 0.1;
      }
    }
  }

  function follow() {
    const turn = () => {
      if (!running()) return;
      show();
      if (still.matches) setTimeout(turn, 250);
      else requestAnimationFrame(turn);
    };
    turn();
  }

  // What is drawn: waves from the sounds themselves, a ruler, the extent.
  const drawn = [];
  function waves() {
    if (!window.WaveSurfer) return;
    const look = getComputedStyle(document.documentElement);
    for (const [part, id, colour] of
      [["a", "wave-medium", "--wave"], ["b", "wave-take", "--wave-take"]]) {
      const place = byId(id);
      if (!place || !buffers[part]) continue;
      const waveColor = look.getPropertyValue(colour).trim();
      drawn.push([colour, window.WaveSurfer.create({
        container: place, height: "auto", waveColor, progressColor: waveColor, cursorWidth: 0,
        interact: false, hideScrollbar: true, normalize: true, cspNonce: given.nonce,
        peaks: [buffers[part].getChannelData(0)], duration: buffers[part].duration,
      })]);
    }
  }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    const look = getComputedStyle(document.documentElement);
    for (const [colour, wave] of drawn) {
      const waveColor = look.getPropertyValue(colour).trim();
      wave.setOptions({ waveColor, progressColor: waveColor });
    }
  });

  function timeCode(seconds, step) {
    const whole = Math.round(seconds * 1000);
    const two = (value) => String(Math.floor(value)).padStart(2, "0");
    const code = `${Math.floor(whole / 3600000)}:${two(whole / 60000 % 60)}:${two(whole / 1000 % 60)}`;
    return step < 1 ? `${code}${words.at.includes(",") ? "," : "."}${Math.floor(whole / 100 % 10)}` : code;
  }

  function rule() {
    const span = to - from;
    const wide = Math.max(3, ui.inner.offsetWidth / 110);
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20].find((each) => span / each <= wide) ?? 30;
    const marks = [];
    for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
      const x = `${(100 * (tick - from) / span).toFixed(3)}%`;
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [key, value] of Object.entries({ x1: x, x2: x, y1: 18, y2: 26 })) line.setAttribute(key, value);
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      text.setAttribute("x", x);
      text.setAttribute("dx", 4);
      text.setAttribute("y", 16);
      text.textContent = timeCode(tick, step);
      marks.push(line, text);
    }
    ui.ruler.replaceChildren(...marks);
  }

  function zoomTo(wanted) {
    const middle = (ui.lanes.scrollLeft + ui.lanes.clientWidth / 2) / ui.inner.offsetWidth;
    zoom = Math.min(8, Math.max(1, wanted));
    ui.inner.className = `inner z${zoom}`;
    const centre = now() > 0 && !apart() ? now() / (to - from) : middle;
    ui.lanes.scrollLeft = centre * ui.inner.offsetWidth - ui.lanes.clientWidth / 2;
    for (const [, wave] of drawn) wave.setOptions({ height: "auto" }); // drawn anew at once
    rule();
    tell(fill(words.zoom, { times: zoom }));
  }

  function point(event) {
    if (!event.target.closest("[data-seek]") || apart()) return;
    const box = ui.inner.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * (to - from));
  }

  function repeat() {
    const was = running();
    const place = now();
    if (was) halt();
    loop = !loop;
    const [first, last] = [begins - from, ends - from];
    at = loop && (place < first || place >= last) ? first : place;
    if (was) { launch(); follow(); }
    tell(loop ? words.looping : words.once);
    show();
  }

  function say(verdict) {
    const choice = byId(verdict);
    choice.checked = true;
    (byId("why") ?? byId("keep")).focus();
  }

  const help = () => (ui.help.open ? ui.help.close() : ui.help.showModal());
  const second = locked ? "o" : "b";
  const letters = {
    a: () => choose("a"), b: () => choose(second), c: () => choose("c"), o: () => choose("o"),
    x: () => choose(mode === "a" ? second : "a"), l: repeat, e: () => seek(begins - from),
    y: () => say("yes"), n: () => say("no"), u: () => say("unsure"),
    j: () => byId("after")?.click(), k: () => byId("before")?.click(),
    "?": help, "+": () => zoomTo(zoom * 2), "=": () => zoomTo(zoom * 2), "-": () => zoomTo(zoom / 2),
    " ": () => (running() ? stop() : start()),
  };
  const others = {
    ArrowLeft: (event) => seek(now() - (event.shiftKey ? 0.1 : 1)),
    ArrowRight: (event) => seek(now() + (event.shiftKey ? 0.1 : 1)),
    Home: () => seek(0),
  };

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const on = event.target;
    const letter = event.key.length === 1;
    if (ui.unlock?.open || (ui.help.open && event.key !== "?")) return;
    if (on.closest("input:not([type=radio]):not([type=checkbox]), textarea, select")) return;
    if (event.key === " " && on.closest("button, a, summary, input")) return;
    if (event.key.startsWith("Arrow") && on.closest("input")) return;
    if (letter && !ui.single.checked && event.key !== " ") return;
    const action = letter ? letters[event.key.toLowerCase()] : others[event.key];
    if (!action) return;
    event.preventDefault();
    action(event);
  }

  const KEPT = "replique single letters";
  ui.single.checked = localStorage.getItem(KEPT) !== "off";
  ui.single.addEventListener("change", () =>
    localStorage.setItem(KEPT, ui.single.checked ? "on" : "off"));
  ui.unlock?.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    event.target.reset();
    unlock({ method: "POST", body: form });
  });
  byId("unlock-close")?.addEventListener("click", () => ui.unlock.close());
  ui.play.addEventListener("click", () => (running() ? stop() : start()));
  ui.inner.addEventListener("click", point);
  stage.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mode], [data-do]");
    if (button?.dataset.mode) choose(button.dataset.mode);
    const does = { in: () => zoomTo(zoom * 2), out: () => zoomTo(zoom / 2), help };
    does[button?.dataset.do]?.();
  });
  document.addEventListener("keydown", key);
  window.addEventListener("resize", rule);
  ui.extent.style.left = `${100 * (begins - from) / (to - from)}%`;
  ui.extent.style.width = `${100 * (ends - begins) / (to - from)}%`;
  rule();
  load();
  // what tests measure: the two sounds, and when each began
  stage.replique = { buffers, context, at: now, sources: () => sources };
})();
