"""Tokens of programs: shown once, kept as a hash, with scopes, and taken back at once.

A token may never do more than the person who gave it: their roles are looked at anew at each
request.  It is 256 random bits, so that one round of SHA-256 hides it well enough.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from replique.errors import NotFound, UsageError
from replique.language import gettext as _
from replique.store import members
from replique.store.guard import guarded
from replique.store.text import clean
from replique.web import rates
from replique.web.models import Account, ApiToken
from replique.web.person import OWNER, Person, keep_person
from replique.web.tongue import View

START = "rpq_"
PLACE = "/api/"
LONGEST_NAME = 100
SCOPES = (
    "scans:read", "scans:write", "occurrences:read", "occurrences:write", "findings:read",
    "cases:read",
)  # fmt: skip
MOST = 50


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token. start : its first letters, to be told apart by."""

    id: int
    name: str
    start: str
    scopes: tuple[str, ...]
    made: dt.datetime
    used: dt.date | None


@guarded()
def make(person: Person, name: str, scopes: Iterable[str]) -> tuple[str, TokenRecord]:
    """Make a token; it is returned this once. Raises UsageError."""
    wanted = [each for each in SCOPES if each in set(scopes)]
    called = clean(" ".join(name.split()))[:LONGEST_NAME]
    if not called or not wanted:
        raise UsageError(
            _("A token has a name and may do something."),
            advice=_("Say what program it is for, and choose what it may do."),
        )
    if _mine(person).count() >= MOST:
        raise UsageError(_("There are too many tokens."), advice=_("Take one back first."))
    token = START + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        member_id=person.member or None, name=called, scopes=wanted, digest=_digest(token),
        start=token[:9],
    )  # fmt: skip
    return token, _record(row)


@guarded()
def tokens(person: Person) -> list[TokenRecord]:
    """Return the tokens that somebody gave and did not take back."""
    return [_record(row) for row in _mine(person)]


@guarded()
def take_back(person: Person, number: int) -> None:
    """Take a token back: the next request with it is refused. Raises NotFound."""
    row = _mine(person).filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no such token."))
    row.revoked_at = timezone.now()
    row.save()


class TokenMiddleware:
    """Knows a program by its token; who shows a wrong one is refused."""

    def __init__(self, answer: View) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        said = request.headers.get("Authorization", "")
        if not request.path.startswith(PLACE) or not said:
            return self._answer(request)
        scheme, _space, token = said.partition(" ")
        row = _row(token.strip()) if scheme.lower() == "bearer" else None
        person = None if row is None else _person(row)
        most = settings.API_REQUESTS_A_MINUTE
        if row is None or person is None:
            # whoever tries tokens tries few
            asking = str(request.META.get("REMOTE_ADDR"))
            return unknown() if rates.allowed("tokens", asking, most // 10) else too_often()
        if not rates.allowed("api", str(row.pk), most):
            return too_often()
        keep_person(request, person)
        request.scopes = frozenset(row.scopes)  # type: ignore[attr-defined] # for the endpoints
        request.inside = True  # type: ignore[attr-defined] # no page is made, but all agree
        # a token is in no cookie: no other page can make a browser send it
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined] # noqa: SLF001 — Django's own way
        return self._answer(request)


def unknown() -> HttpResponse:
    """Refuse who is nobody here."""
    answer = JsonResponse(
        {"error": {"code": "not-known", "message": _("A token is needed."),
                   "advice": _("Make one in the settings, and send it as Authorization: Bearer.")}},
        status=401,
    )  # fmt: skip
    answer["WWW-Authenticate"] = 'Bearer realm="replique"'
    return answer


def too_often() -> HttpResponse:
    """Refuse who asks too often."""
    answer = JsonResponse(
        {"error": {"code": "too-often", "message": _("This program asks too often."),
                   "advice": _("Wait for as long as Retry-After says.")}},
        status=429,
    )  # fmt: skip
    answer["Retry-After"] = str(rates.wait_s())
    return answer


def _row(token: str) -> ApiToken | None:
    if not token.startswith(START):
        return None
    row = ApiToken.objects.filter(digest=_digest(token), revoked_at=None).first()
    today = timezone.now().date()
    if row is not None and row.used != today:
        row.used = today
        row.save(update_fields=["used"])
    return row


def _person(row: ApiToken) -> Person | None:
    if row.member_id is None:
        return None if settings.COMMITTEE else Person(row.name, frozenset({OWNER}))
    if not settings.COMMITTEE:
        return None
    try:
        found = members.member(row.member_id)
    except NotFound:
        return None
    if not found.here or Account.objects.filter(member=found.id, is_active=False).exists():
        return None  # left, or kept out for a time
    return Person(
        found.name, frozenset(str(each) for each in found.roles), found.id, found.performer,
        frozenset(found.confides),
    )  # fmt: skip


def _mine(person: Person) -> QuerySet[ApiToken]:
    whose = Q(member=person.member) if person.member else Q(member=None)
    return ApiToken.objects.filter(whose, revoked_at=None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(row: ApiToken) -> TokenRecord:
    return TokenRecord(row.pk, row.name, row.start, tuple(row.scopes), row.made, row.used)
