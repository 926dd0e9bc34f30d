"use strict";
// Runs in the thread that the microphone's sound comes by, and hands it on in blocks of 2048.
class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Float32Array(2048);
    this.filled = 0;
  }

  process([input]) {
    const sound = input[0];
    if (!sound) return true;
    for (let at = 0; at < sound.length; ) {
      const count = Math.min(sound.length - at, this.block.length - this.filled);
      this.block.set(sound.subarray(at, at + count), this.filled);
      this.filled += count;
      at += count;
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block);
        this.block = new Float32Array(2048);
        this.filled = 0;
      }
    }
    return true;
  }
}
registerProcessor("recorder", Recorder);
