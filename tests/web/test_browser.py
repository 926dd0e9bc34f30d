"""The desk in a real browser: heard in step, judged by keyboard, open to everybody.

Screenshots of what is tested go to tests/web/screenshots, which git ignores.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser import CHROMIUM, WITHOUT, Desk, running
from tests.web.conftest import Stage

if WITHOUT:
    pytest.skip(WITHOUT, allow_module_level=True)

from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.every_page import STANDS_FOR, looks, named, pages, wrong

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SHOTS = HERE / "screenshots"
MORE = ("/agreements/new/awa-diop/?template=rider", "/occurrences/?judged=not", "/nowhere/")
"""Pages that are seen otherwise than by their address alone."""
LEAST_PAGES = 15
READY = "#stage[data-ready=yes]"
RECORDER = """
class Recorder extends AudioWorkletProcessor {
  process(inputs) {
    if (inputs[0][0]) this.port.postMessage([currentFrame, Array.from(inputs[0][0])]);
    return true;
  }
}
registerProcessor('recorder', Recorder);
"""
RECORD = """
async (recorder_js) => {
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
}
"""
"""Hears all that the page plays, in the thread that plays it, each block with its place."""


@pytest.fixture(scope="module")
def desk(desk_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("browser")
    shutil.copytree(desk_stage.searched, place / "home")
    with running(place / "home", place / "log.txt") as at:
        yield at


@pytest.fixture(scope="module")
def new_desk(desk_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(desk_stage.empty, place / "home")
    with running(place / "home", place / "log.txt") as at:
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    SHOTS.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    yield from _page(browser, desk)


def _page(browser: Browser, desk: Desk, *, forgive: str = "$x", **looks: Any) -> Iterator[Page]:
    """Open a page whose console must stay silent. forgive : what it may say, a pattern."""
    context = browser.new_context(
        **{"locale": "en", "viewport": {"width": 1200, "height": 850}, **looks}
    )
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on(
        "console",
        lambda said: (
            troubles.append(said.text)
            if said.type == "error" and not re.search(f"status of 40[04]|{forgive}", said.text)
            else None
        ),
    )
    opened.goto(desk.key)
    yield opened
    context.close()
    assert troubles == []


def listen(page: Page, desk: Desk, more: str = "") -> None:
    page.goto(f"{desk.origin}/occurrences/1/{more}")
    page.wait_for_selector(READY)


@pytest.fixture
def recorded(browser: Browser, desk: Desk) -> Iterator[Page]:
    """Give a page into which a recorder may be put: the desk's own policy would refuse it."""
    yield from _page(browser, desk, bypass_csp=True)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing_on_any_page(browser: Browser, desk: Desk, language: str) -> None:
    # axe writes a style of its own to try what it reads
    for page in _page(browser, desk, forgive="Applying inline style", locale=language):
        paths = pages(page.request, desk.origin, STANDS_FOR)
        assert len(paths) > LEAST_PAGES
        found = []
        for path in (*paths, *MORE):
            page.goto(desk.origin + path)
            if path == "/occurrences/1/":
                page.wait_for_selector(READY)
                page.wait_for_selector(".spectrograms")
            for look in looks(page):
                found += [f"{path} {look}: {said}" for said in wrong(page, AXE, language)]
                shot = f"{named(path).replace('?', '-')}-{language}-{look}.png"
                page.screenshot(path=SHOTS / shot, full_page=True)
        assert found == []


def test_a_stranger_sees_a_page_that_says_what_to_do(browser: Browser, desk: Desk) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(desk.origin + "/occurrences/1/")
    assert page.locator("code").inner_text() == "replique serve"
    assert context.cookies() == []
    page.screenshot(path=SHOTS / "closed.png")
    context.close()


def test_the_key_does_not_stay_in_the_address(page: Page, desk: Desk) -> None:
    assert page.url == desk.origin + "/"


def test_a_switch_leaves_no_gap_and_starts_nothing_anew(recorded: Page, desk: Desk) -> None:
    """Both sounds are made constant: what is heard while they are switched must be so too.

    0.5 in the middle of two loudspeakers is 0.354 in each.
    """
    listen(recorded, desk)
    recorded.evaluate(RECORD, RECORDER)
    recorded.evaluate(
        """() => {
          const { buffers } = document.getElementById('stage').replique;
          for (const part of ['a', 'b']) buffers[part].getChannelData(0).fill(0.5);
        }"""
    )
    recorded.keyboard.press(" ")
    recorded.wait_for_selector("#stage[data-running=yes]")
    recorded.wait_for_timeout(300)
    before = recorded.evaluate("document.getElementById('stage').replique.sources().length")
    recorded.evaluate("window.first = document.getElementById('stage').replique.sources()[0]")
    for _ in range(12):
        recorded.keyboard.press("x")
        recorded.wait_for_timeout(60)
    same = recorded.evaluate(
        "window.first === document.getElementById('stage').replique.sources()[0]"
    )
    blocks = [block for _at, block in recorded.evaluate("window.heard")]
    assert before == 2
    assert same, "a switch begins nothing anew"
    loud = [place for place, block in enumerate(blocks) if min(block) > 0.3]
    assert len(loud) > 100
    inner = blocks[loud[0] : loud[-1] + 1]
    assert min(min(block) for block in inner) > 0.34, "nothing falls silent at a switch"


def test_after_a_switch_the_other_is_heard_at_the_same_instant(recorded: Page, desk: Desk) -> None:
    """A click each 50 ms in both: through all switches, clicks stay 50 ms apart."""
    listen(recorded, desk)
    recorded.evaluate(RECORD, RECORDER)
    rate = recorded.evaluate(
        """() => {
          const { buffers, context } = document.getElementById('stage').replique;
          for (const part of ['a', 'b']) {
            const data = buffers[part].getChannelData(0);
            data.fill(0);
            const step = Math.round(context.sampleRate / 20);
            for (let i = 0; i < data.length; i += step) data[i] = 1;
          }
          return context.sampleRate;
        }"""
    )
    recorded.keyboard.press(" ")
    recorded.wait_for_selector("#stage[data-running=yes]")
    for _ in range(15):
        recorded.keyboard.press("x")
        recorded.wait_for_timeout(75)
    clicks = [
        (at + place) / rate
        for at, block in recorded.evaluate("window.heard")
        for place, value in enumerate(block)
        if value > 0.2
    ]
    assert len(clicks) > 15
    off = [(each - clicks[0]) / 0.05 for each in clicks]
    assert max(abs(each - round(each)) * 0.05 for each in off) <= 0.005


def test_an_excerpt_starts_within_300_ms_of_the_key(page: Page, desk: Desk) -> None:
    listen(page, desk)
    page.evaluate(
        """() => {
          const start = AudioBufferSourceNode.prototype.start;
          AudioBufferSourceNode.prototype.start = function (when, ...rest) {
            const wait = 1000 * Math.max(0, when - this.context.currentTime);
            window.began ??= performance.now() + wait;
            return start.call(this, when, ...rest);
          };
          addEventListener('keydown', () => { window.pressed ??= performance.now(); }, true);
        }"""
    )
    page.keyboard.press(" ")
    page.wait_for_selector("#stage[data-running=yes]")
    waited = page.evaluate("window.began - window.pressed")
    assert waited <= 300, f"{waited:.0f} ms"


def test_everything_is_done_by_keyboard(page: Page, desk: Desk) -> None:
    listen(page, desk)
    stage = page.locator("#stage")
    page.keyboard.press("b")
    page.wait_for_selector("#stage[data-running=yes][data-mode=b]")
    page.keyboard.press("x")
    assert stage.get_attribute("data-mode") == "a"
    page.keyboard.press(" ")
    assert stage.get_attribute("data-running") == "no"
    page.keyboard.press("Home")
    assert page.evaluate("document.getElementById('stage').replique.at()") == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    at = page.evaluate("document.getElementById('stage').replique.at()")
    assert at == pytest.approx(1.1)
    page.keyboard.press("e")
    at = page.evaluate("document.getElementById('stage').replique.at()")
    assert at == pytest.approx(2.0, abs=0.01), "the occurrence begins after its context"
    page.keyboard.press("+")
    assert page.locator("#inner.z2").count() == 1
    page.screenshot(path=SHOTS / "listen-zoomed.png")
    page.keyboard.press("-")
    page.keyboard.press("?")
    assert page.locator("#help[open]").count() == 1
    page.screenshot(path=SHOTS / "listen-keys.png")
    page.keyboard.press("Escape")
    assert page.locator("#help[open]").count() == 0
    page.keyboard.press("l")
    page.keyboard.press(" ")
    page.wait_for_selector("#stage[data-running=yes]")
    assert page.evaluate(
        "document.getElementById('stage').replique.sources().every((each) => each.loop)"
    )


def test_single_letters_can_be_switched_off(page: Page, desk: Desk) -> None:
    """WCAG 2.1.4: who speaks to the computer must not set off a key by a word."""
    listen(page, desk)
    page.keyboard.press("?")
    page.locator("#single").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("y")
    assert not page.locator("#yes").is_checked()
    page.reload()
    page.wait_for_selector(READY)
    page.keyboard.press("y")
    assert not page.locator("#yes").is_checked(), "the choice is kept"
    page.evaluate("localStorage.clear()")


def test_a_judgement_takes_two_keys(page: Page, desk: Desk) -> None:
    listen(page, desk, "?judged=not")
    page.keyboard.press("y")
    assert page.locator("#yes").is_checked()
    page.keyboard.type("y n u: letters are letters here")
    page.keyboard.press("Enter")
    page.wait_for_url(desk.origin + "/")
    assert "Occurrence 1: yes" in page.locator("[role=status]").first.inner_text()


def test_filters_change_the_list_and_the_address(page: Page, desk: Desk) -> None:
    page.goto(desk.origin + "/occurrences/")
    page.select_option("#order", "place")
    page.wait_for_url("**order=place**")
    page.fill("#medium", "nothing is called so")
    page.wait_for_selector("text=None is like that")
    assert page.locator("#medium").input_value() == "nothing is called so"


def test_a_newcomer_comes_from_an_empty_desk_to_a_judged_occurrence(
    browser: Browser, new_desk: Desk, desk_stage: Stage
) -> None:
    for page in _page(browser, new_desk):
        page.screenshot(path=SHOTS / "first-1.png")
        page.fill("#name", "Awa Diop")
        page.click("#begin .now button")
        page.wait_for_selector("#add")
        page.screenshot(path=SHOTS / "first-2.png")
        page.set_input_files(
            "#files", [desk_stage.takes / "scene 1.wav", desk_stage.takes / "breath.wav"]
        )
        page.wait_for_selector(".takes >> text=scene 1", timeout=60_000)
        page.wait_for_selector("#sent >> text=breath.wav", timeout=60_000)
        page.screenshot(path=SHOTS / "first-3.png", full_page=True)
        page.click("a:has-text('Scans')")
        page.fill("#paths", "/there/is/no/such/folder")
        page.click("main button:has-text('Scan')")
        assert "There is no /there" in page.locator("[role=alert]").inner_text()
        page.fill("#paths", str(desk_stage.media))
        page.click("main button:has-text('Scan')")
        page.wait_for_selector("text=Found in this scan", timeout=100_000)
        page.screenshot(path=SHOTS / "first-4.png", full_page=True)
        page.click(".lines a")
        page.wait_for_selector(READY)
        page.keyboard.press("b")
        page.keyboard.press("y")
        page.keyboard.press("Enter")
        page.wait_for_selector(".messages >> text=yes")
        page.screenshot(path=SHOTS / "first-5.png")
