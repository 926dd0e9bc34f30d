"""Five people at a committee's desk, and a stranger at its door, in a real browser.

Olga organises; Awa and Ben are performers; Cleo, a member, and Ben are Awa's confidants; Dan is
a member.  What Awa writes is read by Cleo alone; her lost key comes back by a quorum; a case is
shared with Dan; Olga and the stranger see nothing of any of it, whatever address they try.

Things are found by name, address and role, never by what a screen says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.web.browser import CHROMIUM, WITHOUT

if WITHOUT:
    pytest.skip(WITHOUT, allow_module_level=True)

from playwright.sync_api import Page, sync_playwright

from replique.store import Home
from tests.journeys.desk_stations import LAPTOP, Stations
from tests.web.committee import SECRET, cheap
from tests.web.conftest import desk_stage, engine, searched, settings  # noqa: F401 — fixtures
from tests.web.test_accounts import totp_code

PASSWORD = "five words nobody would guess"  # noqa: S105 — of nobody
PATIENCE_MS = 60_000
CASE = "Two series, no contract"
NEW = "a passphrase after the lost one"
HIDDEN = (
    "/occurrences/1/", "/occurrences/1/medium.flac", "/occurrences/1/take.flac",
    "/occurrences/1/pictures/", "/occurrences/1/give/", "/takes/1/sound.flac",
    "/takes/1/waveform.svg", "/uses/u1/", "/agreements/of/rider-2026/", "/overview/awa-diop/",
    "/cases/1/", "/cases/1/findings/", "/cases/1/papers/", "/cases/1/people/", "/testimony/1/",
)  # fmt: skip
"""Addresses of what is Awa's."""
LISTS = ("/", "/members/", "/testimony/", "/occurrences/", "/cases/", "/takes/", "/scans/")
REFUSED = {302, 403, 404}


@dataclass(frozen=True)
class Somebody:
    """A person with a browser of their own, where they are signed in."""

    name: str
    page: Page
    origin: str

    @property
    def passphrase(self) -> str:
        return f"{self.name} quiet orange ladder"

    def to(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def answered(self, path: str) -> tuple[int, str]:
        """Ask for an address as the browser would; return how it was answered."""
        got = self.page.request.get(self.origin + path, max_redirects=0)
        return got.status, got.body().decode("utf-8", "replace")


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    """Return what everybody speaks."""
    return str(request.param)


@pytest.fixture
def origin(
    searched: Home,  # noqa: F811
    settings: Any,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> Iterator[str]:
    """Open the desk of a committee that has nobody yet but Olga."""
    from django.core.cache import cache

    from replique import store
    from replique.store import members
    from replique.web.models import Account
    from replique.web.serving import application

    del searched
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    cheap(monkeypatch)
    cache.clear()  # rate limits of other tests
    settings.COMMITTEE = True
    store.add_performer("Ben Sall", "ben-sall")
    olga = members.add_member("Olga", roles=("organiser",), language=language).id
    Account.objects.create_user("olga@example.org", PASSWORD, member_id=olga, language=language)
    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.timeout(600)
def test_five_people_keep_apart_what_is_each_ones(origin: str, language: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        stations = Stations(browser, "committee", language)

        def arrive(name: str) -> Somebody:
            context = browser.new_context(locale=language, viewport=LAPTOP)
            context.set_default_timeout(PATIENCE_MS)
            return Somebody(name, context.new_page(), origin)

        olga = arrive("olga")
        _sign_in(olga)
        awa, ben, cleo, dan = (arrive(name) for name in ("awa", "ben", "cleo", "dan"))
        _come_in(olga, awa, stations, performer="awa-diop")
        _come_in(olga, ben, stations, performer="ben-sall")
        _come_in(olga, cleo, stations, roles=("member",))
        _come_in(olga, dan, stations, roles=("member",))
        stranger = arrive("stranger")

        _second_factor(dan, stations)
        for each in (awa, ben, cleo, dan):
            assert each.to("/").get_attribute("html", "lang") == language
            _make_key(each, stations)
        _confide(awa, ("cleo", "ben"), stations)
        text = _testify(awa, "cleo", stations)
        assert SECRET in _read(cleo, text, cleo.passphrase, stations)
        _lose_and_find(awa, (cleo, ben), stations)
        assert SECRET in _read(awa, text, NEW, stations)

        _share_a_case(cleo, dan, stations)
        _nothing_to_see(olga, stranger, ben, dan)
        stations.at(olga.to("/"), "organiser-home", everywhere=True)
        stations.at(cleo.to("/"), "member-home", everywhere=True)
        stations.at(stranger.to("/occurrences/1/"), "stranger")
        browser.close()


def _sign_in(who: Somebody) -> None:
    page = who.to("/account/login/")
    page.fill("[name=login]", f"{who.name}@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/account/login/'] button[type=submit]")
    page.wait_for_selector("nav.main")


def _come_in(
    olga: Somebody,
    who: Somebody,
    stations: Stations,
    *,
    performer: str = "",
    roles: tuple[str, ...] = (),
) -> None:
    """Invite somebody as Olga; accept as them, in their own browser."""
    page = olga.to("/members/")
    page.fill("#name", who.name.title())
    page.select_option("#spoken", page.get_attribute("html", "lang"))
    page.select_option("#performer", performer)
    for role in ("member", "organiser", "auditor"):
        page.set_checked(f"[name=roles][value={role}]", role in roles)
    page.click("form[action='/members/invite/'] button.first")
    page.wait_for_selector("code.command")
    if performer == "awa-diop":
        stations.at(page, "invited")
    path = re.sub(r"^https?://[^/]+", "", page.inner_text("code.command"))
    theirs = who.to(path)
    theirs.fill("#email", f"{who.name}@example.org")
    theirs.fill("#password", PASSWORD)
    theirs.click("main form button[type=submit]")
    theirs.wait_for_selector("nav.main")
    if performer == "awa-diop":
        stations.at(theirs, "first-home", everywhere=True)


def _second_factor(who: Somebody, stations: Stations) -> None:
    """An application's code, asked for twice; then in again with a code from paper."""
    page = who.to("/account/2fa/totp/activate/")
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main form button[type=submit] >> nth=0")
    secret = page.inner_text("main code")
    stations.at(page, "second-factor")
    page.fill("[name=code]", totp_code(secret))
    page.click("form[action='/account/2fa/totp/activate/'] button")
    page.wait_for_selector("form[action='/account/2fa/totp/activate/']", state="detached")
    code = who.to("/account/2fa/recovery-codes/").inner_text("ul.codes li >> nth=0")
    who.page.context.clear_cookies()
    page = who.to("/account/login/")
    page.fill("[name=login]", f"{who.name}@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/account/login/'] button[type=submit]")
    page.wait_for_selector("form[action='/account/2fa/authenticate/']")
    assert who.answered("/")[0] in {302, 403}, "a password alone opens nothing"
    page.fill("form[action='/account/2fa/authenticate/'] [name=code]", code)
    page.click("form[action='/account/2fa/authenticate/'] button[type=submit] >> nth=0")
    page.wait_for_selector("nav.main")


def _make_key(who: Somebody, stations: Stations) -> None:
    page = who.to("/")
    page.click("#waits-key a.button")
    page.fill("#new", who.passphrase)
    page.fill("#new-again", who.passphrase)
    page.click("form[action='/key/make/'] button.first")
    page.wait_for_selector("form[action='/key/make/']", state="detached")
    if who.name == "awa":
        stations.at(page, "key", everywhere=True)


def _confide(awa: Somebody, names: tuple[str, ...], stations: Stations) -> None:
    """Choose confidants; share the key among them, so that any two can give it back."""
    for name in names:
        page = awa.to("/confidants/")
        page.select_option("#member", label=name.title())
        page.click("form[action='/confidants/choose/'] button")
        page.wait_for_selector(f".rowlist li:has-text('{name.title()}')")
    page = awa.to("/")
    page.click("#waits-key a.button")
    page.select_option("#threshold", "2")
    page.fill("#share", awa.passphrase)
    page.click("form[action='/key/share/'] button.first")
    page.wait_for_selector(".messages li.success")
    stations.at(page, "key-shared")
    assert awa.to("/").locator("#waits-key").count() == 0


def _testify(awa: Somebody, reader: str, stations: Stations) -> int:
    page = awa.to("/testimony/")
    page.fill("#text", SECRET)
    page.check(f"#write label:has-text('{reader.title()}') input")
    stations.at(page, "testimony", everywhere=True)
    page.click("form[action='/testimony/write/'] button.first")
    page.wait_for_selector(".messages li.success")
    href = awa.to("/testimony/").get_attribute("main .rowlist a", "href") or ""
    assert SECRET not in awa.page.content()
    return int(href.strip("/").rpartition("/")[2])


def _read(who: Somebody, text: int, passphrase: str, stations: Stations) -> str:
    page = who.to(f"/testimony/{text}/")
    assert SECRET not in page.content(), "it is sealed"
    page.fill("#passphrase", passphrase)
    page.click("main form.card button.first")
    page.wait_for_selector("article.testimony")
    stations.at(page, f"read-by-{who.name}")
    return page.inner_text("article.testimony")


def _lose_and_find(awa: Somebody, confidants: tuple[Somebody, ...], stations: Stations) -> None:
    """Ask; each confidant sees the same digits, and gives their part back; then it opens."""
    page = awa.to("/key/")
    page.click("details:has(#lost) summary")
    page.fill("#lost", NEW)
    page.fill("#lost-again", NEW)
    page.click("form[action='/key/ask/'] button")
    digits = page.inner_text(".digits")
    assert page.locator("#finish").count() == 0, "nobody has answered"
    for each in confidants:
        theirs = each.to("/")
        theirs.click("#waits-asked a.button")
        assert theirs.inner_text(".digits") == digits
        if each.name == "cleo":
            stations.at(theirs, "asked", everywhere=True)
        theirs.fill("#answer", each.passphrase)
        theirs.click("form[action^='/key/answer/'] button")
        theirs.wait_for_selector(".digits", state="detached")
        assert each.to("/").locator("#waits-asked").count() == 0
    page = awa.to("/key/")
    page.fill("#finish", NEW)
    page.click("form[action='/key/finish/'] button.first")
    page.wait_for_selector(".digits", state="detached")
    page = awa.to("/")
    assert page.locator("#waits-key").count() == 1, "the new one is to be shared anew"


def _share_a_case(cleo: Somebody, dan: Somebody, stations: Stations) -> None:
    """Cleo, to whom Awa confided, opens a case; Dan sees it once he is let in, not before."""
    page = cleo.to("/cases/")
    page.fill("[name=title]", CASE)
    page.click("form[action='/cases/open/'] button.first")
    page.wait_for_url("**/cases/1/")
    page = cleo.to("/cases/1/findings/")
    page.fill("#keys", "1")
    page.click("form[action='/cases/1/items/']:has(#keys) button")
    page.wait_for_selector("main a[href='/occurrences/1/']")
    for path in ("/cases/1/", "/cases/1/findings/", "/occurrences/1/"):
        status, said = dan.answered(path)
        assert status in {403, 404}, path
        assert CASE not in said
    page = cleo.to("/cases/1/people/")
    page.select_option("#member", label="Dan")
    page.click("form[action='/cases/1/workers/']:has(#member) button")
    page.wait_for_selector(".rowlist li:has-text('Dan')")
    stations.at(page, "shared")
    page = dan.to("/")
    assert page.locator("#waits-moved").count() == 1, "home says that somebody did something"
    page.click("#waits-moved a.button")
    assert CASE in page.inner_text("h1")
    page.goto(dan.origin + "/cases/1/findings/")
    page.click("main a[href='/occurrences/1/']")
    page.wait_for_selector("#stage[data-ready=yes]")
    stations.at(page, "heard-by-a-member", everywhere=True)


def _nothing_to_see(olga: Somebody, stranger: Somebody, ben: Somebody, dan: Somebody) -> None:
    """Try every address of what is Awa's, as those to whom nobody showed it."""
    told = re.compile(f"{re.escape(SECRET)}|{re.escape(CASE)}|film\\.wav|Studio Lune|scene 1")
    for who in (olga, stranger):
        for path in HIDDEN:
            status, said = who.answered(path)
            assert status in REFUSED, f"{who.name} {path}: {status}"
            assert not told.search(said), f"{who.name} {path}"
        for path in LISTS:
            assert not told.search(who.answered(path)[1]), f"{who.name} {path}"
    # whom Awa chose hears her takes; her text is for Cleo, and Cleo's case for Dan
    for path in (*(each for each in HIDDEN if each.startswith(("/cases", "/testimony"))), *LISTS):
        status, said = ben.answered(path)
        assert path in LISTS or status in REFUSED, f"ben {path}: {status}"
        assert SECRET not in said
        assert CASE not in said
    assert dan.answered("/testimony/1/")[0] in REFUSED, "not for him"
    assert SECRET not in dan.answered("/cases/1/")[1]
