"""Behind a reverse proxy: believed when it is named, and nobody else is."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from replique.errors import UsageError
from replique.web.address import address, mail, proxies
from replique.web.proxies import ProxyMiddleware


def seen(settings: Any, peer: str, **headers: str) -> tuple[str, str, bool]:
    """Return scheme and address as the pages see them, and whether a header was left."""
    settings.COMMITTEE = True
    settings.PROXIES = frozenset({"127.0.0.1", "10.0.0.2"})
    found: list[tuple[str, str, bool]] = []

    def answer(request: HttpRequest) -> HttpResponse:
        left = any("FORWARDED" in name or "REAL_IP" in name for name in request.META)
        found.append((str(request.scheme), request.META["REMOTE_ADDR"], left))
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers)  # type: ignore[arg-type] # each a header
    ProxyMiddleware(answer)(request)
    return found[0]


def test_a_named_proxy_says_who_asks_and_how(settings: Any) -> None:
    told = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}
    assert seen(settings, "127.0.0.1", **told) == ("https", "192.0.2.7", False)


def test_what_a_stranger_says_of_themselves_is_taken_away(settings: Any) -> None:
    told = {
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "192.0.2.7",
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_X_REAL_IP": "192.0.2.8",
        "HTTP_FORWARDED": "for=192.0.2.9;proto=https",
    }
    assert seen(settings, "198.51.100.1", **told) == ("http", "198.51.100.1", False)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("203.0.113.9, 192.0.2.7", "192.0.2.7"),  # the first was written by who asks
        ("192.0.2.7, 10.0.0.2", "192.0.2.7"),  # through two proxies of ours
        ("192.0.2.7, nonsense", "127.0.0.1"),
        ("10.0.0.2", "10.0.0.2"),
        ("", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_what_a_proxy_of_ours_saw_counts(settings: Any, said: str, asks: str) -> None:
    assert seen(settings, "127.0.0.1", HTTP_X_FORWARDED_FOR=said)[1] == asks


def test_a_scheme_that_is_none_is_not_believed(settings: Any) -> None:
    assert seen(settings, "127.0.0.1", HTTP_X_FORWARDED_PROTO="https, http")[0] == "http"


@pytest.mark.parametrize("said", ["https://desk.example.org", "https://desk.example.org:8443/"])
def test_an_address_is_read(said: str) -> None:
    found = address(said)
    assert found is not None
    assert found.secure
    assert (found.origin, found.host) == (said.rstrip("/"), "desk.example.org")


@pytest.mark.parametrize(
    "said",
    ["desk.example.org", "http://desk.example.org", "https://desk.example.org/desk", "https://",
     "https://a@b.example", "ftp://b.example", "https://b.example:x"],
)  # fmt: skip
def test_what_is_no_address_of_a_desk_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        address(said)


def test_a_carrier_of_mail_is_read_and_its_password_told_to_nobody() -> None:
    found = mail("smtps://me%40x:pass%3Aword@mail.example.org?from=desk@example.org")
    assert found is not None
    assert (found.port, found.tls, found.user, found.password) == (
        465,
        "implicit",
        "me@x",
        "pass:word",
    )
    assert mail("") is None
    for wrong in ("smtp://u:secret@h", "http://u:secret@h?from=a@b", "smtps://?from=a@b",
                  "smtp://u:secret@h:x?from=a@b"):  # fmt: skip
        with pytest.raises(UsageError) as told:
            mail(wrong)
        assert "secret" not in f"{told.value} {told.value.advice}"
    assert proxies("") == frozenset()
    with pytest.raises(UsageError):
        proxies("localhost")


SETTINGS = """
from replique.web import settings as s
print(s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,
      s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT, s.SECURE_SSL_HOST, s.EMAIL_BACKEND)
"""


def told(**environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REPLIQUE")}
    done = subprocess.run(
        [sys.executable, "-c", SETTINGS], env={**clean, **environment}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_one_setting_says_where_a_committee_s_desk_is() -> None:
    said = told(REPLIQUE_DESK="committee", REPLIQUE_ADDRESS="https://desk.example.org")
    assert said == (
        "['desk.example.org'] ['https://desk.example.org'] True True True True desk.example.org "
        "django.core.mail.backends.dummy.EmailBackend"
    )


def test_a_laptop_s_desk_heeds_none_of_it() -> None:
    said = told(REPLIQUE_ADDRESS="https://desk.example.org", REPLIQUE_SMTP="smtps://h?from=a@b")
    assert said.startswith("['127.0.0.1', 'localhost'] [] False False False False None")
    assert said.endswith("dummy.EmailBackend")
