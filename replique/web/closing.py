"""Who leaves, or is suspended, is out at once: sessions end, tokens of programs open nothing."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from replique.errors import UsageError
from replique.language import gettext as _
from replique.store import members
from replique.store.guard import guarded
from replique.web.models import Account, ApiToken

SUSPENDED, READMITTED = "suspended", "readmitted"


@guarded()
def shut(member: int) -> None:
    """Close the account of a member: nothing that was opened with it stays open."""
    account = Account.objects.filter(member=member).first()
    now = timezone.now()
    with transaction.atomic():
        ApiToken.objects.filter(member=member, revoked_at=None).update(revoked_at=now)
        if account is not None:
            account.is_active = False
            account.save(update_fields=["is_active"])
            _end_sessions(account)


@guarded()
def suspend(member: int, *, by: int) -> None:
    """Keep a member out until they are let in again; their tokens do not come back.

    by : an organiser; nobody suspends themselves, so that one is left. Raises UsageError,
    NotFound.
    """
    if member == by:
        raise UsageError(
            _("Nobody suspends themselves."), advice=_("Ask another organiser, or leave.")
        )
    with transaction.atomic():
        members.noted(member, SUSPENDED)
        shut(member)


@guarded()
def readmit(member: int) -> None:
    """Let a suspended member in again. Raises NotFound."""
    with transaction.atomic():
        members.noted(member, READMITTED)
        for account in Account.objects.filter(member=member):
            account.is_active = True
            account.save(update_fields=["is_active"])


@guarded()
def suspended() -> frozenset[int]:
    """Return the members who are here and kept out."""
    rows = Account.objects.filter(is_active=False, member__isnull=False, member__left_at=None)
    return frozenset(rows.values_list("member_id", flat=True))


def _end_sessions(account: Account) -> None:
    """End them whatever opened them: each says whose it is, and a committee has few."""
    whose = str(account.pk)
    ended = [
        each.session_key
        for each in Session.objects.iterator()
        if str(each.get_decoded().get(SESSION_KEY, "")) == whose
    ]
    Session.objects.filter(session_key__in=ended).delete()
