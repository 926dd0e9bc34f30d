"""A first-time user, from an empty desk to a judged finding and a letter, in a real browser.

Things are found by name, address and role, never by what a screen says: the same journey is
made in both languages. Nothing is prepared but two files on a disk.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser import CHROMIUM, WITHOUT, Desk, running

if WITHOUT:
    pytest.skip(WITHOUT, allow_module_level=True)

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.desk_material import AT_S, Material, material
from tests.journeys.desk_stations import LAPTOP, Stations

WHOLE = pytest.mark.timeout(600)
"""Seconds; the journey takes some 30 on an idle machine, and CI shares its two cores."""
PATIENCE_MS = 120_000
FIVE_MINUTES_S = 300
"""In which a first-time user comes to a judged finding; this one reads nothing, and waits."""
LEFT = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
READY = "#stage[data-ready=yes]"
LOUDEST = """
(part) => {
  const { buffers } = document.getElementById('stage').replique;
  return buffers[part].getChannelData(0).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
}
"""
HALF_A_SECOND_ON = """
() => new Promise((done) => {
  const { at } = document.getElementById('stage').replique;
  const look = () => { if (at() > 0.5) done(); else requestAnimationFrame(look); };
  look();
})
"""
"""Resolved when so much was played."""


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return material(tmp_path_factory.mktemp("brought"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Open a desk in a folder where nothing is, as somebody whose account is called so."""
    monkeypatch.setenv("LOGNAME", "Awa Diop")
    with running(tmp_path / "home", tmp_path / "log.txt") as at:
        yield at


@WHOLE
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_newcomer_comes_from_an_empty_desk_to_a_letter(
    browser: Browser, desk: Desk, brought: Material, language: str
) -> None:
    context = browser.new_context(locale=language, viewport=LAPTOP, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    troubles = _troubles(page)
    stations = Stations(browser, "first-run", language)
    began = time.monotonic()
    page.goto(desk.key)
    assert page.get_attribute("html", "lang") == language

    _adds_a_take(page, stations, brought)
    _searches(page, stations, brought)
    _hears_and_judges(page, stations)
    assert time.monotonic() - began < FIVE_MINUTES_S
    _writes_what_was_agreed(page, stations)
    _describes_the_use(page, stations)
    _writes_a_letter(page, stations)
    context.close()
    assert troubles == []


def _troubles(page: Page) -> list[str]:
    """Return what the console tells, but for what was asked and not waited for on leaving."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda said: (
            found.append(said.text)
            if said.type == "error" and not said.text.startswith(LEFT)
            else None
        ),
    )
    return found


def _adds_a_take(page: Page, stations: Stations, brought: Material) -> None:
    page.wait_for_selector("#begin .now")
    stations.at(page, "empty", everywhere=True, guide="desk-1-empty")
    page.fill("#name", "Awa Diop")
    page.click("#begin .now button")
    page.set_input_files("#files", brought.take)
    page.wait_for_selector(".takes audio")
    stations.at(page, "take", everywhere=True, guide="desk-2-take", show=".takes")


def _searches(page: Page, stations: Stations, brought: Material) -> None:
    """The page leads to where it is searched, and tells how far it is while it goes on."""
    live: list[Any] = []
    page.on("response", lambda each: live.append(each) if "/progress/" in each.url else None)
    page.click("#search-now")
    page.set_input_files("#send-media #files", brought.programme)
    stations.at(page, "choose", everywhere=True, guide="desk-3-choose")
    page.click("#search-sent")
    page.wait_for_url(re.compile(r"/scans/\d+/$"))
    page.wait_for_selector("#progress")
    stations.at(page, "progress")
    page.wait_for_selector("#listen-first")
    assert live, "it told how far it was"
    assert page.locator(".lines > li").count() == 1
    stations.at(page, "found", everywhere=True, guide="desk-4-found")


def _hears_and_judges(page: Page, stations: Stations) -> None:
    """By keyboard alone; and what is heard is sound, running, where the take was laid."""
    page.focus("#listen-first")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    page.wait_for_selector(".spectrogram img")
    assert page.evaluate(LOUDEST, "a") > 0.05
    assert page.evaluate(LOUDEST, "b") > 0.05
    begins = float(page.get_attribute("#stage", "data-begins") or "nan")
    assert abs(begins - AT_S) < 0.5
    page.keyboard.press("b")
    page.wait_for_selector("#stage[data-running=yes][data-mode=b]")
    page.evaluate(HALF_A_SECOND_ON)
    assert page.evaluate("document.getElementById('stage').replique.context.state") == "running"
    page.keyboard.press(" ")
    page.wait_for_selector("#stage[data-running=no]")
    page.keyboard.press("y")
    assert page.locator("#yes").is_checked()
    stations.at(page, "listen", everywhere=True, guide="desk-5-listen")
    page.keyboard.press("Enter")
    page.wait_for_selector("#waits-describe")
    page.wait_for_selector(".messages li.success")
    stations.at(page, "judged", everywhere=True, guide="desk-6-judged")


def _writes_what_was_agreed(page: Page, stations: Stations) -> None:
    page.click("nav.main a[href='/agreements/']")
    page.select_option("#template", "rider")
    page.click("form[action='/agreements/begin/'] button.first")
    page.fill("[name=title]", "Rider of spring")
    page.fill("[name=company]", "Studio Nord")
    page.fill("[name='form.given']", "2026-05-01")
    page.fill("[name='term.start']", "2026-05-01")
    page.click("form.interview > p > button.first")
    page.wait_for_selector("#whole")
    stations.at(page, "agreed", everywhere=True, guide="desk-7-agreed")
    page.click("#whole button[name=keep]")
    page.wait_for_url("**/agreements/of/**")


def _describes_the_use(page: Page, stations: Stations) -> None:
    """Home says what comes next; the answer follows what is filled in."""
    page.click(".brand")
    stations.at(page, "home", everywhere=True)
    page.click("#waits-describe a.button")
    page.wait_for_selector("#answer")
    before = page.inner_text("#answer")
    page.select_option("[name=act]", "dub_language")
    page.fill("[name=company]", "Studio Nord")
    page.fill("[name=production]", "The Lighthouse")
    page.fill("[name=date]", "2026-06-01")
    page.fill("[name=territories]", "FR")
    page.wait_for_selector("#answer .verdict")
    page.wait_for_selector("#answer :text('The Lighthouse')")
    assert page.inner_text("#answer") != before
    stations.at(page, "describe", everywhere=True, guide="desk-8-describe")
    page.click("form.interview > p > button.first")
    page.wait_for_url("**/uses/u1/")


def _writes_a_letter(page: Page, stations: Stations) -> None:
    page.click("nav.main a[href='/cases/']")
    page.fill("[name=title]", "The Lighthouse, and my audition")
    page.click("form[action='/cases/open/'] button.first")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.goto(page.url.partition("/cases/")[0] + "/occurrences/1/give/")
    page.click("form[action='/occurrences/1/give/'] button")
    page.wait_for_url(lambda url: not url.endswith("/give/"))
    page.goto(page.url.partition("/occurrences/")[0].partition("/cases/")[0] + "/cases/1/letter/")
    page.check("[name=kind][value=takedown]")
    page.click("form.card button.first")
    page.wait_for_selector("a.first[href='/cases/1/papers/']")
    stations.at(page, "letter", everywhere=True, guide="desk-9-letter")
    page.click("a.first[href='/cases/1/papers/']")
    with page.expect_download() as given:
        page.click(".rowlist a[href*='/files/'] >> nth=0")
    content = Path(given.value.path()).read_bytes()
    assert content.startswith(b"%PDF") or b"Awa Diop" in content
