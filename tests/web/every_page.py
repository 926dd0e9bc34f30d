"""Every page of the desk, from its own table of addresses: none is forgotten by a test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from django.urls import URLResolver, get_resolver
from playwright.sync_api import APIRequestContext, Page

STANDS_FOR: Mapping[str, object] = {
    "number": 1, "case": 1, "member": 1, "use": "u1", "performer": "awa-diop",
    "agreement": "rider-2026", "text": 1, "take": 1, "voice": 1,
}  # fmt: skip
"""What stands in an address; what is not here is 1, and may lead nowhere."""
AWAY = ("account/logout", "account/2fa/webauthn/login", "static/")
"""Addresses at which something else happens than a page being shown."""
UNFOLD = """
() => {
  // the menu lies over the page where it is open: it is looked at on home alone
  const folded = location.pathname === '/' ? 'details' : 'main details';
  for (const each of document.querySelectorAll(folded)) each.open = true;
}
"""
LOOKS: tuple[tuple[str, int, Literal["light", "dark"]], ...] = (
    ("light-1200", 1200, "light"), ("dark-360", 360, "dark"),
)  # fmt: skip
"""Each width and each scheme once: what is wrong with one of them is not wrong with a pair."""
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
RULES = "axe.run({ runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] })"


def addresses(stands_for: Mapping[str, object]) -> list[str]:
    """Return every address of the desk, in its order, with something in each of its places."""
    return [
        "/" + _PART.sub(lambda part: str(stands_for.get(part[1], 1)), route)
        for route in _routes(get_resolver().url_patterns)
        if not route.startswith(AWAY) and "(" not in route and "^" not in route
    ]


def _routes(found: list[Any], before: str = "") -> Iterator[str]:
    for each in found:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, where)
        else:
            yield where


def pages(request: APIRequestContext, origin: str, stands_for: Mapping[str, object]) -> list[str]:
    """Return the addresses that show a whole page to who asks, each once."""
    found = []
    for path in addresses(stands_for):
        answer = request.get(origin + path, max_redirects=0)
        html = answer.headers.get("content-type", "").startswith("text/html")
        if answer.status == 200 and html and "<!doctype html>" in answer.text()[:40].lower():
            found.append(path)
    return found


def looks(page: Page) -> Iterator[str]:
    """Show a page on a desktop by day, then on a phone by night; say which."""
    for name, width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 850})
        # without motion: a colour half way to another has no contrast to measure
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        yield name


def wrong(page: Page, axe: str, language: str) -> list[str]:
    """Return what is wrong with the page that is shown: for axe, in width, in language."""
    found = [] if page.get_attribute("html", "lang") == language else [f"not in {language}"]
    page.evaluate(UNFOLD)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe)
    found += [
        f"{each['id']}: {node['html'][:150]} {node['failureSummary'][:250]}"
        for each in page.evaluate(RULES)["violations"]
        for node in each["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*found, f"{wide} px wider than the screen"] if wide > 0 else found


def named(path: str) -> str:
    """Return an address as a file may be called."""
    return path.strip("/").replace("/", "-") or "home"
