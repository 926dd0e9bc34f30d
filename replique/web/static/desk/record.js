"use strict";
// Records a take in the page: what the microphone hears, untouched, as WAV, 48 kHz, one channel.
// It is kept in this page alone until somebody says to keep it; then it goes the way of a file.
(() => {
  const place = document.getElementById("record");
  if (!place) return;
  const words = JSON.parse(document.getElementById("record-words").textContent);
  const part = (name) => document.getElementById(`record-${name}`);
  const [button, timer, meter, level, said, made, drawn, listen, keep, discard, title] =
    ["button", "timer", "meter", "level", "said", "made", "drawn", "listen", "keep", "discard",
      "title"].map(part);
  const RATE = 48000;
  const LONGEST_S = 30 * 60;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let context, stream, node, source, playing;
  let blocks = [];
  let state = "idle";
  let loudest = 0;
  let shownAt = 0;
  let sound = null;

  const say = (text) => { said.textContent = text; };
  const clock = (seconds) =>
    `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const length = () => blocks.reduce((sum, each) => sum + each.length, 0);

  function become(now) {
    state = now;
    place.dataset.state = now;
    const recording = now === "recording";
    button.setAttribute("aria-pressed", String(recording));
    part("word").textContent = recording ? words.stop : now === "made" ? words.anew : words.record;
    meter.hidden = level.hidden = !recording;
    made.hidden = now !== "made";
  }

  // Without a secure context a browser gives no page a microphone.
  function why() {
    if (!window.isSecureContext) return words.insecure;
    if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) return words.without;
    return "";
  }

  async function begin() {
    if (state === "asking" || state === "ending") return;
    stopPlaying();
    become("asking");
    say(words.asking);
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1,
        echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    } catch (error) {
      become("idle");
      return say(error.name === "NotAllowedError" ? words.refused : words.nothing);
    }
    try {
      await listenTo(new AudioContext({ sampleRate: RATE }));
    } catch {
      try {
        await listenTo(new AudioContext()); // some browsers want the microphone's own rate
      } catch {
        release();
        become("idle");
        return say(words.without);
      }
    }
    for (const each of stream.getTracks()) each.onended = end;
    blocks = [];
    sound = null;
    loudest = 0;
    become("recording");
    say(words.recording);
  }

  async function listenTo(made) {
    context = made;
    source = context.createMediaStreamSource(stream);
    await context.audioWorklet.addModule(place.dataset.worklet);
    node = new AudioWorkletNode(context, "recorder",
      { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = (event) => hear(event.data);
    source.connect(node);
    await context.resume();
  }

  function hear(block) {
    if (state !== "recording") return;
    blocks.push(block);
    for (const value of block) loudest = Math.max(loudest, Math.abs(value));
    const seconds = length() / context.sampleRate;
    if (seconds >= LONGEST_S) return end(words.longest);
    if (seconds - shownAt >= (calm ? 1 : 0.1) || seconds < shownAt) show(seconds);
  }

  function show(seconds) {
    shownAt = seconds;
    timer.textContent = clock(seconds);
    const db = 20 * Math.log10(Math.max(loudest, 1e-4));
    meter.value = Math.max(0, 60 + db);
    const now = loudest >= 0.99 ? "loud" : db < -40 ? "quiet" : "good";
    if (level.dataset.now !== now) {
      level.dataset.now = now;
      level.textContent = words[now];
    }
    loudest *= calm ? 0.2 : 0.8;
  }

  function release() {
    for (const each of stream?.getTracks() ?? []) each.stop();
    source?.disconnect();
    node?.port.close();
    context?.close();
    stream = source = node = null;
  }

  async function end(reason) {
    if (state !== "recording") return;
    state = "ending";
    const rate = context.sampleRate;
    release();
    const whole = new Float32Array(length());
    let at = 0;
    for (const each of blocks) {
      whole.set(each, at);
      at += each.length;
    }
    blocks = [];
    if (!whole.length) {
      become("idle");
      return say(words.nothing);
    }
    sound = rate === RATE ? whole : await resampled(whole, rate);
    timer.textContent = clock(sound.length / RATE);
    title.value = put(words.called, new Date());
    draw();
    become("made");
    const ended = typeof reason === "string" ? `${reason} ` : "";
    say(ended + words.made.replace("{length}", clock(sound.length / RATE)));
  }

  async function resampled(whole, rate) {
    const other = new OfflineAudioContext(1, Math.round((whole.length * RATE) / rate), RATE);
    const buffer = other.createBuffer(1, whole.length, rate);
    buffer.copyToChannel(whole, 0);
    const from = new AudioBufferSourceNode(other, { buffer });
    from.connect(other.destination);
    from.start();
    return (await other.startRendering()).getChannelData(0);
  }

  function put(text, now) {
    const two = (number) => String(number).padStart(2, "0");
    const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    return text.replace("{when}", `${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`);
  }

  function draw() {
    const wide = drawn.width;
    const high = drawn.height;
    const pen = drawn.getContext("2d");
    pen.clearRect(0, 0, wide, high);
    pen.fillStyle = getComputedStyle(place).getPropertyValue("--wave");
    const step = sound.length / wide;
    for (let x = 0; x < wide; x++) {
      let peak = 0;
      for (let i = Math.floor(x * step); i < (x + 1) * step; i++) peak = Math.max(peak, Math.abs(sound[i] ?? 0));
      const tall = Math.max(1, peak * high);
      pen.fillRect(x, (high - tall) / 2, 1, tall);
    }
  }

  function stopPlaying() {
    playing?.context.close();
    playing = null;
    part("listen-word").textContent = words.listen;
  }

  function play() {
    if (playing) return stopPlaying();
    const out = new AudioContext();
    const buffer = out.createBuffer(1, sound.length, RATE);
    buffer.copyToChannel(sound, 0);
    playing = new AudioBufferSourceNode(out, { buffer });
    playing.connect(out.destination);
    playing.onended = stopPlaying;
    playing.start();
    part("listen-word").textContent = words.stop;
  }

  function wav() {
    const data = new DataView(new ArrayBuffer(44 + 2 * sound.length));
    const text = (at, said) => [...said].forEach((c, i) => data.setUint8(at + i, c.charCodeAt(0)));
    text(0, "RIFF");
    data.setUint32(4, 36 + 2 * sound.length, true);
    text(8, "WAVEfmt ");
    data.setUint32(16, 16, true);
    data.setUint16(20, 1, true);
    data.setUint16(22, 1, true);
    data.setUint32(24, RATE, true);
    data.setUint32(28, 2 * RATE, true);
    data.setUint16(32, 2, true);
    data.setUint16(34, 16, true);
    text(36, "data");
    data.setUint32(40, 2 * sound.length, true);
    for (let i = 0; i < sound.length; i++) {
      data.setInt16(44 + 2 * i, Math.round(Math.max(-1, Math.min(1, sound[i])) * 32767), true);
    }
    return data.buffer;
  }

  function give() {
    const name = (title.value.trim() || put(words.called, new Date())).replace(/[/\\]/g, "-");
    const file = new File([wav()], `${name}.wav`, { type: "audio/wav", lastModified: Date.now() });
    forget();
    say(words.kept);
    document.dispatchEvent(new CustomEvent("recorded", { detail: file }));
    button.focus();
  }

  function forget() {
    stopPlaying();
    sound = null;
    timer.textContent = clock(0);
    become("idle");
  }

  const reason = why();
  place.hidden = false;
  become("idle");
  if (reason) {
    button.disabled = true;
    say(reason);
    return;
  }
  button.addEventListener("click", () => (state === "recording" ? end() : begin()));
  listen.addEventListener("click", play);
  keep.addEventListener("click", give);
  discard.addEventListener("click", () => { forget(); say(words.discarded); button.focus(); });
  addEventListener("beforeunload", (event) => {
    if (state === "recording" || state === "made") event.preventDefault();
  });
})();
