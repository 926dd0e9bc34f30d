"""Asking somebody to come in: a code that works once, of which only the hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from replique.errors import NotFound
from replique.language import gettext as _
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.member_models import Invitation, Member
from replique.store.member_records import InvitationRecord, MemberRecord, Role
from replique.store.members import add_member, appointed, find_member, named, spoken
from replique.store.people import find_performer

DAYS = 7
CODE_BYTES = 20
USED, REVOKED = "used", "revoked"


@guarded()
def invite(
    name: str,
    *,
    by: int,
    roles: Iterable[str] = (Role.MEMBER,),
    performer: str = "",
    language: str = "en",
    days: float = DAYS,
) -> InvitationRecord:
    """Make an invitation; its code is in what is returned, and nowhere else.

    Raises NotFound, UsageError.
    """
    code = secrets.token_urlsafe(CODE_BYTES)
    with transaction.atomic():
        row = Invitation(
            code_sha256=_digest(code),
            name=named(name),
            roles=appointed(roles),
            language=spoken(language),
            performer=find_performer(performer) if performer else None,
            by=find_member(by),
            expires_at=timezone.now() + dt.timedelta(days=days),
        )
        row.save()
    return _record(row, code=code)


@guarded()
def invitations(*, closed: bool = False) -> list[InvitationRecord]:
    """Return invitations, the newest first. closed : also those that no longer work."""
    found = [_record(row) for row in Invitation.objects.select_related("by", "performer")]
    return [each for each in found if closed or each.state == "open"]


@guarded()
def invitation(code: str) -> InvitationRecord:
    """Return the invitation that a code opens. Raises NotFound, whatever is wrong with it."""
    return _record(_find(code))


@guarded()
def accept(code: str) -> MemberRecord:
    """Let somebody in by a code, which works no more. Raises NotFound, AlreadyThere."""
    with transaction.atomic():
        locked()
        row = _find(code)
        made = add_member(
            row.name,
            roles=row.roles,
            performer=row.performer.slug if row.performer else "",
            language=row.language,
        )
        row.used_at, row.used_by = timezone.now(), Member.objects.get(pk=made.id)
        row.save(ledger_verb=USED)
    return made


@guarded()
def revoke(number: int) -> None:
    """Take an invitation back. Raises NotFound."""
    with transaction.atomic():
        locked()
        row = Invitation.objects.filter(pk=number, used_at=None, revoked_at=None).first()
        if row is None:
            raise _no_more()
        row.revoked_at = timezone.now()
        row.save(ledger_verb=REVOKED)


def _find(code: str) -> Invitation:
    # found by its hash: how long that takes says nothing of any code
    rows = Invitation.objects.select_related("by", "performer")
    row = rows.filter(code_sha256=_digest(code)).first()
    if row is None or _state(row) != "open":
        raise _no_more()
    return row


def _no_more() -> NotFound:
    return NotFound(
        _("This invitation does not work, or no longer."),
        advice=_("Ask whoever invited you for another."),
    )


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def _state(row: Invitation) -> str:
    if row.used_at is not None:
        return "used"
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= timezone.now() else "open"


def _record(row: Invitation, code: str = "") -> InvitationRecord:
    return InvitationRecord(
        id=row.pk,
        name=row.name,
        language=row.language,
        roles=frozenset(Role(each) for each in row.roles),
        performer=row.performer.slug if row.performer else "",
        by=row.by.name,
        made_at=row.made_at,
        expires_at=row.expires_at,
        state=_state(row),
        used_by=row.used_by_id,
        code=code,
    )
