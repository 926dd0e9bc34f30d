"""A lost key, given back by a quorum of the confidants whom its owner chose.

    share_key     the owner, with their passphrase: a part for each confidant
    ask           the owner, who lost it: a new key, whose digits they read to confidants
    answer        a confidant, with their own passphrase, after that call
    finish        the owner: the parts give the old key; all is sealed for the new one

Nobody else takes part: no part is ever sealed for somebody whom the owner did not choose,
and who can change members and settings can change nothing here.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from replique.errors import NotAllowed, NotFound, StaysSealed, UsageError
from replique.language import gettext as _
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.member_models import Confidant, Member
from replique.store.members import find_member
from replique.store.testimony_keys import (
    current,
    drop_recovery,
    record,
    renew,
    take_over,
    unlock,
)
from replique.store.testimony_models import (
    MemberKey,
    Recovery,
    RecoveryAnswer,
    RecoveryPart,
)
from replique.store.testimony_records import KeyRecord, RecoveryRecord
from replique.testimony import passphrases
from replique.testimony.keys import ANSWER, SHARE, PrivateKey, seal
from replique.testimony.passphrases import USUAL, Cost
from replique.testimony.shares import LEAST_THRESHOLD, Share, joined, split, too_few
from replique.testimony.spoken import spoken

DONE = "done"


@guarded()
def share_key(member: int, passphrase: str, threshold: int, *, cost: Cost = USUAL) -> KeyRecord:
    """Give each of one's confidants who has a key a part of one's own.

    Where it was shared before, a new key is taken first: parts that somebody kept open nothing.
    threshold : how many must agree, at least two. Raises NotAllowed, UsageError, StaysSealed.
    """
    if RecoveryPart.objects.filter(key=current(member)).exists() or _was_shared(member):
        renew(member, passphrase, cost=cost)
    private = unlock(member, passphrase)
    with transaction.atomic():
        locked()
        row = current(member)
        if row.public != private.public:
            raise StaysSealed(_("The key was changed just now."), advice=_("Try again."))
        keys = _confidants_keys(find_member(member))
        if len(keys) < max(threshold, LEAST_THRESHOLD):
            raise UsageError(
                _("Too few of your confidants have a key of their own."),
                advice=_("Choose more, or ask them to choose a passphrase first."),
            )
        shares = split(private.to_bytes(), threshold=threshold, parts=len(keys))
        for each, share in zip(keys, shares, strict=True):
            RecoveryPart(
                key=row,
                confidant_key=each,
                sealed=seal(each.public, share.to_bytes(), SHARE + row.public.encode()),
                threshold=threshold,
                parts=len(keys),
            ).save()
    return record(row)


@guarded()
def ask(member: int, passphrase: str, *, cost: Cost = USUAL) -> RecoveryRecord:
    """Ask one's confidants for a lost key. passphrase : a new one. What was asked before ends.

    Raises UsageError when the key was never shared.
    """
    following = PrivateKey.new()
    data = passphrases.locked(following, passphrase, cost=cost)
    with transaction.atomic():
        locked()
        lost = current(member)
        if not RecoveryPart.objects.filter(key=lost).exists():
            raise UsageError(
                _("This key was never shared, and nobody can give it back."),
                advice=_("What is sealed for others too, they can seal for you anew."),
            )
        for open_ in _open().filter(lost_key=lost):
            drop_recovery(open_)
        key = MemberKey(
            member=lost.member,
            public=following.public,
            locked=data,
            state=MemberKey.State.WAITING,
        )
        key.save()
        row = Recovery(lost_key=lost, new_key=key)
        row.save()
    return _record(row)


@guarded()
def recoveries(*, confidant: int | None = None, member: int | None = None) -> list[RecoveryRecord]:
    """Return what is asked: of a confidant, or by a member."""
    rows = _open().select_related("lost_key__member", "new_key")
    if member is not None:
        rows = rows.filter(lost_key__member=member)
    if confidant is not None:
        rows = rows.filter(lost_key__recovery_parts__confidant_key__member=confidant)
    return [_record(row, confidant) for row in rows.order_by("pk")]


@guarded()
def answer(number: int, confidant: int, private: PrivateKey) -> RecoveryRecord:
    """Give one's part back, sealed for the new key; after its owner read the digits aloud.

    private : the confidant's own. Raises NotAllowed for anybody else, NotFound, StaysSealed.
    """
    with transaction.atomic():
        locked()
        row = _find(number)
        parts = RecoveryPart.objects.filter(key=row.lost_key, confidant_key__member=confidant)
        part = parts.select_related("key", "confidant_key").first()
        if part is None:
            raise NotAllowed(
                _("You keep no part of this key."),
                advice=_("Only confidants whom its owner chose can give it back."),
            )
        share = private.open(bytes(part.sealed), SHARE + part.key.public.encode())
        if not row.answers.filter(part=part).exists():
            box = seal(row.new_key.public, share, ANSWER + row.new_key.public.encode())
            RecoveryAnswer(recovery=row, part=part, by=find_member(confidant), sealed=box).save()
    return _record(row, confidant)


@guarded()
def finish(number: int, member: int, passphrase: str) -> KeyRecord:
    """Take the old key back from the parts, and seal all that it opened for the new one.

    passphrase : the new one. Raises StaysSealed when too few answered, SealDamaged.
    """
    row = _find(number)
    if row.lost_key.member_id != member:
        raise NotAllowed(_("Only who lost a key takes it back."))
    opened = passphrases.unlocked(bytes(row.new_key.locked), row.new_key.public, passphrase)
    with transaction.atomic():
        locked()
        row = _find(number)
        answers = list(row.answers.select_related("part"))
        wanted = _threshold(row)
        if len(answers) < wanted:
            raise too_few(len(answers), wanted)
        purpose = ANSWER + row.new_key.public.encode()
        shares = [Share.from_bytes(opened.open(bytes(each.sealed), purpose)) for each in answers]
        old = PrivateKey(joined(shares))
        if old.public != row.lost_key.public:
            raise StaysSealed(_("The parts give another key than the one that was lost."))
        row.done_at = timezone.now()
        row.save(ledger_verb=DONE)
        for each in answers:
            each.delete()
        take_over(row.lost_key, row.new_key, old)
        key = row.new_key
    return record(key)


@guarded()
def drop(number: int, member: int) -> None:
    """End an asking: it was found again, or somebody else asked. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        locked()
        row = _find(number)
        if row.lost_key.member_id != member:
            raise NotAllowed(_("Only who lost a key takes it back."))
        drop_recovery(row)


def _was_shared(member: int) -> bool:
    """Return whether parts of the present key were given to somebody who is no confidant now."""
    key = current(member)
    ended = Confidant.objects.filter(performer__member=member, ended_at__gte=key.made_at)
    return ended.exists()


def _confidants_keys(owner: Member) -> list[MemberKey]:
    if owner.performer_id is None:
        raise NotAllowed(
            _("Only performers choose confidants, each for themselves."),
            advice=_("Others let a colleague read what they can read."),
        )
    chosen = Confidant.objects.filter(performer=owner.performer_id, ended_at=None)
    keys = MemberKey.objects.filter(
        member__in=chosen.values("member"),
        member__left_at=None,
        state=MemberKey.State.CURRENT,
    )
    return list(keys.order_by("pk"))


def _open() -> QuerySet[Recovery]:
    return Recovery.objects.filter(done_at=None, dropped_at=None)


def _find(number: int) -> Recovery:
    row = _open().select_related("lost_key__member", "new_key").filter(pk=number).first()
    if row is None:
        raise NotFound(_("Nobody asks for this key, or no longer."))
    return row


def _threshold(row: Recovery) -> int:
    part = RecoveryPart.objects.filter(key=row.lost_key).first()
    return LEAST_THRESHOLD if part is None else part.threshold


def _record(row: Recovery, confidant: int | None = None) -> RecoveryRecord:
    answered = tuple(row.answers.order_by("pk").values_list("by", flat=True))
    return RecoveryRecord(
        id=row.pk,
        member=row.lost_key.member_id,
        name=row.lost_key.member.name,
        digits=spoken(row.new_key.public),
        asked_at=row.asked_at,
        answered=answered,
        wanted=_threshold(row),
        mine=confidant is not None and confidant not in answered,
    )
