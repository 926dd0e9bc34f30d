"""Takes in a real browser: recorded in the page, sent in pieces, gone on with, refused in words."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sounds import voice, write_wav
from tests.web.browser import CHROMIUM, WITHOUT, Desk, running
from tests.web.conftest import Stage

if WITHOUT:
    pytest.skip(WITHOUT, allow_module_level=True)

from playwright.sync_api import Browser, Page, sync_playwright

SHOTS = Path(__file__).parent / "screenshots"
TONE_HZ = 440.0
RATE = 48_000
FORGIVEN = ("status of 400", "ERR_FAILED")
"""What a console says of refusals, and of lines that a test breaks."""


@pytest.fixture(scope="module")
def desk(desk_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("recording")
    shutil.copytree(desk_stage.searched, place / "home")
    with running(place / "home", place / "log.txt") as at:
        yield at


@pytest.fixture(scope="module")
def home(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    del desk
    return next(tmp_path_factory.getbasetemp().glob("recording*/home"))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Open a browser whose microphone hears a tone, and that gives it to whoever asks."""
    SHOTS.mkdir(exist_ok=True)
    tone = tmp_path_factory.mktemp("microphone") / "tone.wav"
    sound = 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(10 * RATE) / RATE)
    with wave.open(str(tone), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(sound * 32767).astype("<i2").tobytes())
    heard = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    heard.append(f"--use-file-for-fake-audio-capture={tone}")
    with sync_playwright() as driver:
        args = ["--no-sandbox", *heard]
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=args)
        yield opened
        opened.close()


@contextmanager
def at(browser: Browser, desk: Desk, path: str = "/takes/", **looks: Any) -> Iterator[Page]:
    """Open a page whose console must stay silent."""
    context = browser.new_context(
        **{"locale": "en", "viewport": {"width": 1200, "height": 900}, **looks}
    )
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: (
            troubles.append(said.text)
            if said.type == "error" and not any(each in said.text for each in FORGIVEN)
            else None
        ),
    )
    page.goto(desk.key)
    page.goto(desk.origin + path)
    yield page
    context.close()
    assert troubles == []


def heavy(path: Path) -> Path:
    """Write a short sound that takes three pieces to send."""
    sound = np.repeat(voice(6.0, 77), 6)  # heard a little lower: what matters is its size
    with wave.open(str(path), "wb") as file:
        file.setnchannels(8)
        file.setsampwidth(2)
        file.setframerate(96_000)
        file.writeframes(np.repeat(np.round(sound * 32767).astype("<i2"), 8).tobytes())
    assert 8 << 20 < path.stat().st_size < 12 << 20
    return path


def record(page: Page, seconds: float) -> None:
    page.click("#record-button")
    page.wait_for_selector("#record[data-state=recording]")
    page.wait_for_timeout(1000 * seconds)
    page.click("#record-button")
    page.wait_for_selector("#record[data-state=made]")


def test_what_is_recorded_arrives_with_its_length_and_its_pitch(
    browser: Browser, desk: Desk, home: Path
) -> None:
    known = set((home / "takes").iterdir())
    with at(browser, desk) as page:
        record(page, 3.0)
        told = page.locator("#record-timer").inner_text()
        page.fill("#record-title", "in the kitchen")
        page.screenshot(path=SHOTS / "recorded.png", full_page=True)
        page.click("#record-keep")
        page.wait_for_selector("#sent [data-state=done]", timeout=60_000)
        page.wait_for_selector(".takes >> text=in the kitchen", timeout=60_000)
    (kept,) = set((home / "takes").iterdir()) - known
    with wave.open(str(kept), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    length_s = len(sound) / RATE
    assert 2.8 <= length_s <= 3.6
    assert told == f"0:0{int(length_s)}"
    loudest = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))).argmax() / length_s
    assert loudest == pytest.approx(TONE_HZ, abs=1.0)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.1), "no gain, no noise gate"


def test_a_recording_is_heard_again_and_discarded_by_keyboard(browser: Browser, desk: Desk) -> None:
    with at(browser, desk, reduced_motion="reduce") as page:
        page.focus("#record-button")
        page.keyboard.press("Enter")
        page.wait_for_selector("#record[data-state=recording]")
        assert "Recording" in page.locator("#record-said").inner_text()
        page.wait_for_timeout(1300)
        assert page.locator("#record-level").inner_text() == "good level"
        page.keyboard.press("Space")
        page.wait_for_selector("#record[data-state=made]")
        for part in ("title", "listen"):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.id") == f"record-{part}"
        page.keyboard.press("Enter")
        assert page.locator("#record-listen").inner_text() == "Stop"
        page.wait_for_selector("#record-listen:has-text('Listen')", timeout=10_000)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#record[data-state=idle]")
        assert "nothing of it is left" in page.locator("#record-said").inner_text()
        assert page.evaluate("document.activeElement.id") == "record-button"
        assert page.locator("#sent li").count() == 0


def test_a_microphone_that_is_not_given_is_told(browser: Browser, desk: Desk) -> None:
    with at(browser, desk) as page:
        page.evaluate(
            """() => { navigator.mediaDevices.getUserMedia =
              () => Promise.reject(new DOMException("no", "NotAllowedError")); }"""
        )
        page.click("#record-button")
        page.wait_for_function("document.getElementById('record-said').textContent.length > 60")
        said = page.locator("#record-said").inner_text()
        assert "microphone" in said.lower()
        assert page.locator("#record").get_attribute("data-state") == "idle"


def test_away_from_https_it_says_why_not(browser: Browser, desk: Desk) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(desk.key)
    page.goto(desk.origin + "/takes/")
    assert "https://" in page.locator("#record-said").inner_text()
    assert page.locator("#record-button").is_disabled()
    context.close()


def test_only_this_page_may_ask_for_the_microphone(browser: Browser, desk: Desk) -> None:
    with at(browser, desk) as page:
        answer = page.goto(desk.origin + "/takes/")
        assert answer is not None
        assert "microphone=(self)" in answer.headers["permissions-policy"]
        assert "camera=()" in answer.headers["permissions-policy"]


def test_a_refusal_stands_beside_the_file_and_says_what_to_do(
    browser: Browser, desk: Desk, desk_stage: Stage, tmp_path: Path
) -> None:
    silent = write_wav(tmp_path / "silent.wav", np.zeros(32_000, np.float32))
    short = write_wav(tmp_path / "short.wav", voice(0.4, 3))
    no_sound = tmp_path / "notes.wav"
    no_sound.write_text("no sound at all")
    program = tmp_path / "letter.exe"
    program.write_bytes(b"MZ")
    files = [silent, short, no_sound, program, desk_stage.takes / "scene 1.wav"]
    with at(browser, desk) as page:
        page.set_input_files("#files", files)
        page.wait_for_selector("#sent li:nth-child(5)[data-state=refused]", timeout=60_000)
        assert page.locator("#sent [data-state=refused]").count() == 5
        said = {
            row.get_attribute("data-name"): row.locator(".said").inner_text()
            for row in page.locator("#sent li").all()
        }
        page.screenshot(path=SHOTS / "refused.png", full_page=True)
    assert "Nothing can be heard" in said["silent.wav"]
    assert "too short" in said["short.wav"]
    assert "needed" in said["short.wav"], "and what to do"
    assert "letter.exe does not look like a recording" in said["letter.exe"]
    assert "Awa Diop" in said["scene 1.wav"], "whose it is already"
    assert len(said["notes.wav"]) > 20


def test_after_a_reload_the_same_file_goes_on_where_it_was(
    browser: Browser, desk: Desk, tmp_path: Path, home: Path
) -> None:
    long = heavy(tmp_path / "long.wav")
    with at(browser, desk) as page:
        pieces: list[int] = []
        page.on(
            "request",
            lambda asked: pieces.append(1) if asked.url.endswith("/takes/upload/") else None,
        )
        page.route("**/takes/upload/", lambda route: (
            route.continue_() if len(pieces) < 2 else route.abort()
        ))  # fmt: skip
        page.set_input_files("#files", long)
        page.wait_for_selector("#sent >> text=Go on", timeout=60_000)
        page.unroute("**/takes/upload/")
        page.reload()
        assert "Choose the same file again" in page.locator("#sent .left").inner_text()
        page.screenshot(path=SHOTS / "left.png")
        pieces.clear()
        page.set_input_files("#files", long)
        page.wait_for_selector("#sent [data-state=done]", timeout=60_000)
        assert 2 <= len(pieces) <= 3, "what was there was not sent again"
    assert list((home / "uploads").iterdir()) == []


def test_an_upload_that_is_cancelled_leaves_nothing(
    browser: Browser, desk: Desk, tmp_path: Path, home: Path
) -> None:
    long = heavy(tmp_path / "another.wav")
    with at(browser, desk) as page:
        sent: list[int] = []
        page.on("request", lambda asked: sent.append(1) if "/upload/" in asked.url else None)
        page.route("**/takes/upload/", lambda route: (
            route.continue_() if len(sent) < 2 else route.abort()
        ))  # fmt: skip
        page.set_input_files("#files", long)
        page.wait_for_selector("#sent >> text=Go on", timeout=60_000)
        assert list((home / "uploads").iterdir()) != []
        page.reload()
        page.click("#sent .left button")
        page.wait_for_selector(".messages >> text=another.wav")
        assert page.locator("#sent li").count() == 0
    assert list((home / "uploads").iterdir()) == []
