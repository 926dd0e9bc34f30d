"""Listening in a real browser: on one screen, within thumb's reach; several by keyboard."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser import CHROMIUM, WITHOUT, Desk, running
from tests.web.conftest import Stage

if WITHOUT:
    pytest.skip(WITHOUT, allow_module_level=True)

from playwright.sync_api import Browser, Page, Route, sync_playwright

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = "axe.run({ runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] })"
READY = "#stage[data-ready=yes]"
BOX = "(each) => { const { top, bottom } = each.getBoundingClientRect(); return [top, bottom]; }"


@pytest.fixture(scope="module")
def desk(desk_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("listening")
    shutil.copytree(desk_stage.searched, place / "home")
    with running(place / "home", place / "log.txt") as at:
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def looking(browser: Browser, desk: Desk, width: int, height: int, **looks: Any) -> Iterator[Page]:
    context = browser.new_context(locale="en", viewport={"width": width, "height": height}, **looks)
    page = context.new_page()
    page.goto(desk.key)
    yield page
    context.close()


def listen(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.origin}/occurrences/1/")
    page.wait_for_selector(READY)
    page.wait_for_selector(".spectrograms img >> nth=1")


def found_by_axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    told = page.evaluate(RULES)
    return [
        f"{each['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for each in told["violations"]
        for node in each["nodes"]
    ]


def test_one_occurrence_is_judged_on_one_screen(browser: Browser, desk: Desk) -> None:
    with looking(browser, desk, 1280, 800) as page:
        listen(page, desk)
        title, _end = page.locator("h1").evaluate(BOX)
        begin, end = page.locator("#stage").evaluate(BOX)
        bar, last = page.locator(".verdict-bar").evaluate(BOX)
        assert 0 <= title < begin < end <= bar < last <= 800
        assert page.evaluate("scrollY") == 0
        for name in (
            "#wave-medium",
            "#wave-take",
            ".spectrogram >> nth=0",
            ".spectrogram >> nth=1",
        ):
            above, below = page.locator(name).evaluate(BOX)
            assert begin <= above < below <= end, name


def test_on_a_phone_the_player_comes_first_and_the_verdict_is_within_reach(
    browser: Browser, desk: Desk
) -> None:
    with looking(browser, desk, 375, 700, has_touch=True) as page:
        listen(page, desk)
        play, _end = page.locator("#play").evaluate(BOX)
        assert play < 350, "in the upper half of the screen"
        for label in ("yes", "no", "unsure"):
            above, below = page.locator(f"label[for={label}]").evaluate(BOX)
            assert above > 500, "in the lower third"
            assert below <= 700
            assert below - above >= 44
        assert not page.locator("#why").is_visible()
        page.locator("label[for=unsure]").tap()
        assert page.locator("#why").is_visible()
        assert page.locator("#keep").is_visible()
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        _above, below = page.locator("label[for=yes]").evaluate(BOX)
        assert below <= 700, "wherever one is on the page"


def late(route: Route) -> None:
    """Let a sound come a little later."""
    time.sleep(0.4)
    route.continue_()


def test_a_key_pressed_too_early_plays_when_the_sound_is_there(
    browser: Browser, desk: Desk
) -> None:
    with looking(browser, desk, 1280, 800) as page:
        page.route("**/*.flac*", late)
        page.goto(f"{desk.origin}/occurrences/1/", wait_until="domcontentloaded")
        page.wait_for_function("document.getElementById('play') && window.htmx")
        page.keyboard.press(" ")
        page.wait_for_selector("#stage[data-running=yes]")


@pytest.mark.parametrize("scripts", [True, False])
def test_several_are_judged_by_keyboard_alone(
    browser: Browser, desk: Desk, *, scripts: bool
) -> None:
    with looking(browser, desk, 1280, 800, java_script_enabled=scripts) as page:
        page.goto(f"{desk.origin}/occurrences/")
        page.locator("input[name=number]").first.focus()
        page.keyboard.press("Space")
        page.locator(".several button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/several/")
        assert "Nothing is done yet" in page.locator("main").inner_text()
        page.locator("input[value=unsure]").focus()
        page.keyboard.press("Space")
        page.locator("#why").fill("too short to tell")
        page.keyboard.press("Enter")
        page.wait_for_url("**/occurrences/")
        assert "1 occurrence: unsure." in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_where_several_are_shown_and_where_duties_are(
    browser: Browser, desk: Desk, width: int
) -> None:
    with looking(browser, desk, width, 800) as page:
        page.goto(f"{desk.origin}/occurrences/")
        page.locator("input[name=all]").check()
        page.locator(".several button").click()
        page.wait_for_url("**/several/")
        assert found_by_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.goto(f"{desk.origin}/uses/u1/")
        page.locator(".duty summary").click()
        assert found_by_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.goto(f"{desk.origin}/occurrences/1/agreements/")
        assert found_by_axe(page) == []


def test_nothing_moves_by_itself_where_motion_is_unwanted(browser: Browser, desk: Desk) -> None:
    with looking(browser, desk, 1280, 800, reduced_motion="reduce") as page:
        listen(page, desk)
        moving = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter((each) => {
              const { transitionDuration, animationName } = getComputedStyle(each);
              return animationName !== 'none' || parseFloat(transitionDuration) > 0;
            }).map((each) => each.outerHTML.slice(0, 80))"""
        )
        assert moving == []
