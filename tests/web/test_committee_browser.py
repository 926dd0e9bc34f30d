"""The pages of a committee in a real browser: open to everybody, quiet, no wider than a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.web.browser import CHROMIUM, WITHOUT

if WITHOUT:
    pytest.skip(WITHOUT, allow_module_level=True)

from playwright.sync_api import Page, sync_playwright

from replique.store import Home
from tests.web.committee import Committee, committee, opens
from tests.web.every_page import STANDS_FOR, looks, named, pages, wrong

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SHOTS = HERE / "screenshots"
LEAST_PAGES = 30
WHO = ("cleo", "awa", "olga", "gus")
"""Who looks, each at the pages that nobody before them was shown; all at their own home."""
FIRST_KEY = "/key/"


class Quiet(WSGIRequestHandler):
    """Says nothing of what it answers."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def there(searched: Home, settings: Any) -> Committee:
    """Fill a desk; Awa has asked for her key, and Fay was invited."""
    from replique.store import inviting, members, recovering
    from replique.web.models import Account
    from tests.store.desk_people import CHEAP

    del searched
    settings.COMMITTEE = True
    made = committee(occurrence=1)
    who = made.people
    recovering.share_key(who.awa, opens("awa")["passphrase"], 2, cost=CHEAP)
    recovering.ask(who.awa, "another four quiet words", cost=CHEAP)
    inviting.invite("Fay Noor", by=who.olga)
    gus = members.add_member("Gus", roles=("member",)).id
    Account.objects.create_user("gus@example.org", "a long password", member_id=gus)
    return made


@pytest.fixture
def desk() -> Iterator[str]:
    from replique.web.serving import application

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def sessions(there: Committee, language: str) -> dict[str, str]:
    """Return the session of each who looks."""
    from django.test import Client

    from replique.web.models import Account

    del there
    found = {}
    for name in WHO:
        client = Client()
        client.force_login(Account.objects.get(email=f"{name}@example.org"))
        client.post("/language/", {"language": language, "next": "/"}, HTTP_HOST="127.0.0.1")
        found[name] = client.cookies["replique"].value
    return found


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_nothing_on_any_page(
    there: Committee, desk: str, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    kept = sessions(there, language)
    stands_for = {**STANDS_FOR, "case": there.case, "number": 1, "member": there.people.cleo}
    SHOTS.mkdir(exist_ok=True)
    found: list[str] = []
    seen: set[str] = set()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for who in WHO:
            context = browser.new_context(locale=language)
            context.add_cookies([{"name": "replique", "value": kept[who], "url": desk}])
            page = context.new_page()
            shown = set(pages(page.request, desk, stands_for))
            paths = sorted(shown - (seen if who != "gus" else seen - {FIRST_KEY}) | {"/"})
            seen |= shown
            found += [f"{who} {each}" for each in _looked(page, desk, paths, language)]
            context.close()
        browser.close()
    assert len(seen) > LEAST_PAGES
    assert found == []


def _looked(page: Page, desk: str, paths: list[str], language: str) -> list[str]:
    """Look at somebody's pages; return what is wrong with them."""
    found: list[str] = []
    page.on(
        "console",
        lambda said: (
            found.append(said.text)
            # axe writes a style of its own to try what it reads
            if said.type == "error" and "Applying inline style" not in said.text
            else None
        ),
    )
    for path in paths:
        page.goto(desk + path)
        for look in looks(page):
            found += [f"{path} {look}: {said}" for said in wrong(page, AXE, language)]
            shot = f"committee-{named(path)}-{language}-{look}.png"
            page.screenshot(path=SHOTS / shot, full_page=True)
    return found
