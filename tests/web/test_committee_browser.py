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

from playwright.sync_api import Browser, sync_playwright

from replique.store import Home
from tests.web.committee import Committee, committee, opens

HERE = Path(__file__).parent
AXE = (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SHOTS = HERE / "screenshots"
RULES = "axe.run({ runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] })"
PAGES = {
    "cleo": {
        "cases": "/cases/",
        "case": "/cases/{case}/",
        "findings": "/cases/{case}/findings/",
        "papers": "/cases/{case}/papers/",
        "letter": "/cases/{case}/letter/",
        "timeline": "/cases/{case}/timeline/",
        "people": "/cases/{case}/people/",
        "merge": "/cases/{other}/merge/",
        "export": "/cases/{case}/export/",
        "hand-over": "/cases/hand-over/",
        "give": "/occurrences/{occurrence}/give/",
        "asked": "/confidants/",
    },
    "awa": {
        "key": "/key/",
        "confidants": "/confidants/",
        "testimony": "/testimony/",
        "one": "/testimony/{text}/",
    },
    "olga": {"members": "/members/", "member": "/members/{cleo}/"},
    "gus": {"first-key": "/key/"},
}


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
    for name in PAGES:
        client = Client()
        client.force_login(Account.objects.get(email=f"{name}@example.org"))
        client.post("/language/", {"language": language, "next": "/"}, HTTP_HOST="127.0.0.1")
        found[name] = client.cookies["replique"].value
    return found


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 1200), ("fr", "dark", 1200), ("fr", "light", 360), ("en", "dark", 360)],
)
def test_axe_finds_nothing_on_any_page(
    there: Committee,
    desk: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    language: str,
    scheme: Any,
    width: int,
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    kept = sessions(there, language)
    named = {"case": there.case, "other": there.other, "text": there.text,
             "occurrence": there.occurrence, "cleo": there.people.cleo}  # fmt: skip
    SHOTS.mkdir(exist_ok=True)
    found: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for who, pages in PAGES.items():
            found += _looked(
                browser, desk, kept[who],
                {f"{who}-{name}": path.format(**named) for name, path in pages.items()},
                locale=language, color_scheme=scheme, viewport={"width": width, "height": 850},
            )  # fmt: skip
        browser.close()
    assert found == []


def _looked(
    browser: Browser, desk: str, session: str, pages: dict[str, str], **looks: Any
) -> list[str]:
    """Look at somebody's pages; return what is wrong with them."""
    context = browser.new_context(**looks)
    context.add_cookies([{"name": "replique", "value": session, "url": desk}])
    page = context.new_page()
    found: list[str] = []
    page.on(
        "console",
        lambda said: (
            found.append(said.text)
            if said.type == "error" and "Applying inline style" not in said.text
            else None
        ),
    )
    for name, path in pages.items():
        answer = page.goto(desk + path)
        if answer is None or answer.status != 200:
            found.append(f"{name}: {answer.status if answer else 'nothing'}")
        if page.get_attribute("html", "lang") != looks["locale"]:
            found.append(f"{name} is not in {looks['locale']}")
        page.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true })"
        )
        page.evaluate(AXE)
        told = page.evaluate(RULES)
        found += [
            f"{name}: {each['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
            for each in told["violations"]
            for node in each["nodes"]
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{name} is {wide} px wider than the screen")
        shot = f"{name}-{looks['color_scheme']}-{looks['locale']}-{looks['viewport']['width']}.png"
        page.screenshot(path=SHOTS / shot, full_page=True)
    context.close()
    return found
