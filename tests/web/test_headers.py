"""What every answer says of itself: each address, who is in and who is not, both kinds of desk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse, HttpRequest
from django.test import Client, RequestFactory

from replique.store import Home
from tests.web.committee import committee
from tests.web.conftest import KEY, entered
from tests.web.test_permissions import address, patterns

GIVEN = {"number": 1, "use": "u1", "performer": "awa-diop", "agreement": "rider-2026", "case": 1,
         "part": "found"}  # fmt: skip


def addresses() -> list[str]:
    """Return every address of the desk, with something in it that is there."""
    known = [
        address(pattern, re.sub(r"[\^$]", "", where), GIVEN)
        for where, pattern in patterns()
        if "(?P" not in where
    ]
    return [*known, "/nothing/here/", "/api/v1/nothing", "/static/desk/desk.css", "/static/no.css"]


def wrong_with(answer: Any, where: str, *, secure: bool) -> list[str]:
    """Return what an answer does not say that it must."""
    said = answer.headers
    wanted = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    if secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    if not where.startswith("/static/"):
        wanted |= {
            "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=()",
            "Content-Security-Policy": "default-src 'none'",
        }
    wrong = [name for name, words in wanted.items() if words not in said.get(name, "")]
    policy, kept = said.get("Content-Security-Policy", ""), said.get("Cache-Control", "")
    if re.search(r"unsafe-|\*|https?:|data:|blob:", policy):
        wrong.append(f"a policy that lets in {policy!r}")
    if where.startswith("/static/"):
        return wrong
    if "no-store" not in kept and "private" not in kept:
        wrong.append(f"kept: {kept!r}")
    kind = said.get("Content-Type", "")
    if "html" in kind and not answer.streaming:
        wrong += inline(answer.content.decode())
    elif answer.status_code == 200 and kind and "json" not in kind:
        wrong += [] if "Content-Disposition" in said and "sandbox" in policy else ["a file, shown"]
    if "sandbox" not in policy and "frame-ancestors 'none'" not in policy:
        wrong.append("frame-ancestors")
    return wrong


def inline(page: str) -> list[str]:
    """Return what stands in a page that the policy would not run, or comes from elsewhere."""
    wrong = [
        f"script {attributes}"
        for attributes, inside in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
        if "application/json" not in attributes and ("src=" not in attributes or inside)
    ]
    plain = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    wrong += re.findall(r"<[^>]*\s(?:on\w+|style)=", plain)
    return wrong + re.findall(r'(?:src|href)="(?:https?:)?//[^"]*', plain)


def walked(client: Client, *, secure: bool = False, **more: str) -> dict[str, list[str]]:
    found = {}
    for where in addresses():
        answer = client.get(where, secure=secure, **more)  # type: ignore[arg-type] # of the environment
        wrong = wrong_with(answer, where, secure=secure)
        answer.close()
        if answer.status_code >= 500:
            wrong.append(f"status {answer.status_code}")
        if wrong:
            found[where] = wrong
    return found


def test_every_answer_of_a_laptop_s_desk(searched: Home) -> None:
    del searched
    assert walked(entered()) == {}


def test_every_answer_to_who_is_not_in(searched: Home, settings: Any) -> None:
    del searched
    assert walked(Client(HTTP_HOST="127.0.0.1")) == {}
    assert Client(HTTP_HOST="127.0.0.1").get("/", {"key": KEY + "x"}).status_code == 403
    settings.COMMITTEE = True
    assert walked(Client(HTTP_HOST="127.0.0.1")) == {}


@pytest.mark.parametrize("name", ["awa", "cleo", "olga"])
def test_every_answer_of_a_committee_s_desk_behind_its_proxy(
    searched: Home, settings: Any, name: str
) -> None:
    """As the browser sees it: encrypted up to the proxy, with HSTS, cookies for that way alone."""
    del searched
    settings.COMMITTEE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = True
    from tests.web.committee import Committee

    made: Committee = committee(occurrence=1)
    assert walked(made.client(name), secure=True) == {}


def test_cookies_are_for_this_desk_and_for_no_script(searched: Home, settings: Any) -> None:
    del searched
    client = Client(HTTP_HOST="127.0.0.1")
    settings.SESSION_COOKIE_SECURE = True
    client.get("/", {"key": KEY})
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["secure"]
        assert cookie["samesite"] == "Strict"
        assert not cookie["domain"]


@pytest.mark.parametrize("where", ["/occurrences/1/medium.flac", "/takes/1/sound.flac"])
def test_players_are_given_ranges(inside: Client, where: str) -> None:
    whole = inside.get(where)
    data = b"".join(whole) if whole.streaming else whole.content
    whole.close()
    assert whole["Accept-Ranges"] == "bytes"
    part = inside.get(where, headers={"Range": "bytes=10-19"})
    assert part.status_code == 206
    told = b"".join(part) if part.streaming else part.content
    part.close()
    assert told == data[10:20]
    assert part["Content-Range"] == f"bytes 10-19/{len(data)}"


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", "evil.pdf", "evil.xml", "no ending"])
def test_a_file_is_saved_and_runs_nothing_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    from csp.middleware import CSPMiddleware

    from replique.web.headers import HeadersMiddleware

    file = tmp_path / name
    file.write_text("<script>alert(1)</script>")

    def answer(_request: HttpRequest) -> FileResponse:
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)

    make: Any = HeadersMiddleware  # it is given what streams
    chain: Any = CSPMiddleware(make(answer))
    said = chain(RequestFactory().get("/"))
    assert said["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert said["Content-Disposition"].startswith("attachment")
    said.close()


def test_what_is_wrong_is_found() -> None:
    """The walk above can fail."""
    from django.http import HttpResponse

    answer = HttpResponse('<a onclick="x()" href="https://x.example"><script>x()</script>')
    answer["Content-Security-Policy"] = "default-src 'none'; script-src 'unsafe-inline'"
    found = " ".join(wrong_with(answer, "/", secure=True))
    for flaw in ("Strict-Transport", "X-Frame", "unsafe-inline", "script", "onclick", "x.example",
                 "kept", "frame-ancestors"):  # fmt: skip
        assert flaw in found
