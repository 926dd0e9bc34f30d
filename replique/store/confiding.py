"""Whom a performer chose to help: to see what is theirs, and to keep a part of their key."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from replique.errors import NotAllowed, NotFound, UsageError
from replique.language import gettext as _
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.member_models import Confidant, Member
from replique.store.member_records import ConfidantRecord
from replique.store.members import find_member
from replique.store.testimony_models import MemberKey, RecoveryPart

ENDED = "ended"


@guarded()
def confidants(performer: str) -> list[ConfidantRecord]:
    """Return whom a performer chose, by slug."""
    rows = Confidant.objects.filter(ended_at=None, performer__slug=performer)
    chosen = list(rows.select_related("performer", "member"))
    keys = MemberKey.objects.filter(
        member__in=[row.member_id for row in chosen], state=MemberKey.State.CURRENT
    )
    keeping = set(keys.values_list("member", flat=True))
    return [_record(row, keeps=row.member_id in keeping) for row in chosen]


@guarded()
def confided(member: int) -> list[tuple[int, str]]:
    """Return who chose a member: number of the choice, and the performer's name."""
    rows = Confidant.objects.filter(member=member, ended_at=None).order_by("performer__name")
    return list(rows.values_list("pk", "performer__name"))


@guarded()
def choose_confidant(by: int, confidant: int) -> ConfidantRecord:
    """Choose somebody to help; nobody can do that for another.

    by : the performer, as a member. Raises NotAllowed, NotFound, UsageError.
    """
    with transaction.atomic():
        locked()
        chooser, chosen = find_member(by), find_member(confidant)
        if chooser.performer is None:
            raise NotAllowed(
                _("Only performers choose confidants, each for themselves."),
                advice=_("Ask the performer to sign in and to choose."),
            )
        if chooser.pk == chosen.pk:
            raise UsageError(
                _("Nobody is their own confidant."), advice=_("Choose somebody whom you trust.")
            )
        row = Confidant.objects.filter(
            performer=chooser.performer, member=chosen, ended_at=None
        ).first()
        if row is None:
            row = Confidant(performer=chooser.performer, member=chosen)
            row.save()
    current = MemberKey.objects.filter(member=chosen, state=MemberKey.State.CURRENT)
    return _record(row, keeps=current.exists())


@guarded()
def end_confidence(by: int, number: int) -> None:
    """End it: by the performer, or by who was chosen. Their part of a key goes with it.

    What they could read before, they may have kept; `recovering.share_key` makes a new key.
    Raises NotAllowed, NotFound.
    """
    with transaction.atomic():
        locked()
        ender = find_member(by)
        row = Confidant.objects.filter(pk=number, ended_at=None).first()
        if row is None:
            raise NotFound(_("There is no such confidant."))
        if ender.pk != row.member_id and ender.performer_id != row.performer_id:
            raise NotAllowed(_("Only the performer and the confidant can end this."))
        end(row, ender)


def end(row: Confidant, by: Member) -> None:
    """End it, in a transaction of the caller's."""
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(ledger_verb=ENDED)
    owner = Member.objects.filter(performer=row.performer_id).first()
    if owner is None:
        return
    for part in RecoveryPart.objects.filter(key__member=owner, confidant_key__member=row.member_id):
        part.delete()


def _record(row: Confidant, *, keeps: bool) -> ConfidantRecord:
    return ConfidantRecord(
        id=row.pk,
        performer=row.performer.slug,
        member=row.member_id,
        name=row.member.name,
        chosen_at=row.chosen_at,
        keeps=keeps,
    )
