"""From the key to the sound, and from one sound to the other, in chromium without a screen.

Begin: the key's event, and the instant at which the audio clock was told to begin, its base
latency added.  Switching: what the page plays is recorded in the thread that plays it; clicks
each 50 ms in both sounds must stay 50 ms apart through all switches, and two constant sounds
must never fall silent.
"""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.desk_running import Desk, kept

CHROMIUM = os.environ.get("REPLIQUE_CHROMIUM", "/usr/bin/chromium")
OCCURRENCES, SWITCHES = 30, 30
START_MS, ERROR_MS, LEVEL = 300.0, 5.0, 0.34
"""LEVEL : of 0.354, which is 0.5 in the middle of two loudspeakers."""
READY = "#stage[data-ready=yes]"
RUNNING = "#stage[data-running=yes]"
WATCH = """() => {
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when, ...rest) {
    const wait = Math.max(0, when - this.context.currentTime) + this.context.baseLatency;
    window.began ??= performance.now() + 1000 * wait;
    return start.call(this, when, ...rest);
  };
  addEventListener('keydown', () => { window.pressed ??= performance.now(); }, true);
}"""
RECORDER = """
class Recorder extends AudioWorkletProcessor {
  process(inputs) {
    if (inputs[0][0]) this.port.postMessage([currentFrame, Array.from(inputs[0][0])]);
    return true;
  }
}
registerProcessor('recorder', Recorder);
"""
RECORD = """async (recorder_js) => {
  const { context } = document.getElementById('stage').replique;
  const file = new Blob([recorder_js], { type: 'text/javascript' });
  await context.audioWorklet.addModule(URL.createObjectURL(file));
  const recorder = new AudioWorkletNode(context, 'recorder',
    { channelCount: 1, channelCountMode: 'explicit' });
  window.heard = [];
  recorder.port.onmessage = (event) => window.heard.push(event.data);
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to === context.destination && this !== recorder) connect.call(this, recorder);
    return connect.call(this, to, ...rest);
  };
  connect.call(recorder, context.destination);
}"""
CLICKS = """() => {
  const { buffers, context } = document.getElementById('stage').replique;
  for (const part of ['a', 'b']) {
    const data = buffers[part].getChannelData(0);
    data.fill(0);
    const step = Math.round(context.sampleRate / 20);
    for (let i = 0; i < data.length; i += step) data[i] = 1;
  }
  return context.sampleRate;
}"""
CONSTANT = """() => {
  const { buffers } = document.getElementById('stage').replique;
  for (const part of ['a', 'b']) buffers[part].getChannelData(0).fill(0.5);
}"""


def measure(home: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Press keys, and hear. Raises RuntimeError where chromium is missing."""
    if shutil.which(CHROMIUM) is None:
        raise RuntimeError("no chromium here: name one by REPLIQUE_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with kept(home) as desk, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(bypass_csp=True)
        name, _is, value = desk.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": desk.origin}])
        page = context.new_page()
        begun, ready = [], []
        for number in facts["real"][:OCCURRENCES]:
            page.goto(f"{desk.origin}/occurrences/{number}/")
            page.wait_for_selector(READY)
            ready.append(page.evaluate("performance.now()"))
            page.evaluate(WATCH)
            page.keyboard.press(" ")
            page.wait_for_selector(RUNNING)
            begun.append(page.evaluate("window.began - window.pressed"))
        error_ms, clicks = _error_ms(page, desk, facts["real"][0])
        level = _least_level(page, desk, facts["real"][0])
        browser.close()
    begun.sort()
    ready.sort()
    return {
        "occurrences": len(begun),
        "start_p50_ms": round(begun[len(begun) // 2], 1),
        "start_max_ms": round(begun[-1], 1),
        "ready_p50_ms": round(ready[len(ready) // 2], 1),
        "ready_max_ms": round(ready[-1], 1),
        "switches": SWITCHES,
        "clicks": clicks,
        "switch_error_ms": round(error_ms, 3),
        "least_level": round(level, 4),
    }


def _switched(
    page: Any,  # noqa: ANN401 — Playwright's
    desk: Desk,
    number: int,
    prepare: str,
    wait_ms: int,
) -> tuple[Any, list[Any]]:
    """Switch to and fro; return what `prepare` told, and all that was played."""
    page.goto(f"{desk.origin}/occurrences/{number}/?context=5")
    page.wait_for_selector(READY)
    page.evaluate(RECORD, RECORDER)
    said = page.evaluate(prepare)
    page.keyboard.press(" ")
    page.wait_for_selector(RUNNING)
    page.wait_for_timeout(200)
    for _switch in range(SWITCHES):
        page.keyboard.press("x")
        page.wait_for_timeout(wait_ms)
    return said, page.evaluate("window.heard")


def _error_ms(page: Any, desk: Desk, number: int) -> tuple[float, int]:  # noqa: ANN401
    """Return how far a click is from where it belongs, at worst; and how many there were."""
    rate, heard = _switched(page, desk, number, CLICKS, 75)
    at = [
        (frame + place) / rate
        for frame, block in heard
        for place, value in enumerate(block)
        if value > 0.2
    ]
    steps = [(late - early) / 0.05 for early, late in pairwise(at)]
    return max((abs(each - round(each)) * 50 for each in steps), default=float("inf")), len(at)


def _least_level(page: Any, desk: Desk, number: int) -> float:  # noqa: ANN401
    """Return the least that is heard between the first and the last sound."""
    _said, heard = _switched(page, desk, number, CONSTANT, 60)
    blocks = [min(block) for _at, block in heard]
    loud = [place for place, value in enumerate(blocks) if value > 0.3]
    return min(blocks[loud[0] : loud[-1] + 1]) if len(loud) > 100 else 0.0


def told(figures: dict[str, Any]) -> str:
    """Return what was measured, for a terminal."""
    return "\n".join(f"{name:18} {value}" for name, value in figures.items())


def missed(figures: dict[str, Any]) -> list[str]:
    """Return the bars that were missed."""
    wrong = []
    if figures["start_max_ms"] > START_MS:
        wrong.append(f"a sound began {figures['start_max_ms']} ms after the key")
    if figures["switch_error_ms"] > ERROR_MS or figures["clicks"] < SWITCHES:
        wrong.append(f"a switch was {figures['switch_error_ms']} ms off")
    if figures["least_level"] < LEVEL:
        wrong.append(f"a switch fell to {figures['least_level']}")
    return wrong
