"""The keys by which members read private testimony. A passphrase is never kept.

A key pair is made when somebody first chooses a passphrase; the private half lies in the
records locked under it (replique.testimony.passphrases).
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from replique.errors import AlreadyThere, StaysSealed
from replique.language import gettext as _
from replique.store.guard import guarded
from replique.store.ledger import locked
from replique.store.members import find_member
from replique.store.testimony_models import MemberKey, Recovery, RecoveryPart, TestimonyReader
from replique.store.testimony_records import KeyRecord
from replique.testimony import passphrases, texts
from replique.testimony.keys import SHARE, PrivateKey, seal
from replique.testimony.passphrases import USUAL, Cost
from replique.testimony.spoken import spoken

RETIRED, RELOCKED, DROPPED = "retired", "relocked", "dropped"


@guarded()
def make_key(member: int, passphrase: str, *, cost: Cost = USUAL) -> KeyRecord:
    """Make a member's first key. Raises AlreadyThere, UsageError for a short passphrase."""
    private = PrivateKey.new()
    data = passphrases.locked(private, passphrase, cost=cost)  # slow: before anything is held
    with transaction.atomic():
        locked()
        owner = find_member(member)
        if owner.keys.filter(state=MemberKey.State.CURRENT).exists():
            raise AlreadyThere(
                _("You have a key already."),
                advice=_("Change its passphrase, or ask your confidants to recover it."),
            )
        row = MemberKey(member=owner, public=private.public, locked=data)
        row.save()
    return record(row)


@guarded()
def key(member: int) -> KeyRecord | None:
    """Return a member's key; None when they have not made one."""
    row = MemberKey.objects.filter(member=member, state=MemberKey.State.CURRENT).first()
    return None if row is None else record(row)


@guarded()
def keepers() -> list[tuple[int, str]]:
    """Return the members for whom something can be sealed: number and name, by name."""
    rows = MemberKey.objects.filter(state=MemberKey.State.CURRENT, member__left_at=None)
    return list(rows.order_by("member__name", "pk").values_list("member", "member__name"))


@guarded()
def unlock(member: int, passphrase: str) -> PrivateKey:
    """Return a member's private key, for as long as the caller holds it. Raises StaysSealed."""
    row = current(member)
    return passphrases.unlocked(bytes(row.locked), row.public, passphrase)


@guarded()
def change_passphrase(member: int, old: str, new: str, *, cost: Cost = USUAL) -> None:
    """Lock the same key under another passphrase. Raises StaysSealed, UsageError.

    A copy of the records from before still opens with the old one: who fears that it is known
    takes a new key (`renew`).
    """
    private = unlock(member, old)
    data = passphrases.locked(private, new, cost=cost)
    with transaction.atomic():
        locked()
        row = current(member)
        if row.public != private.public:
            raise no_key()
        row.locked = data
        row.save(ledger_verb=RELOCKED)


@guarded()
def renew(member: int, passphrase: str, *, cost: Cost = USUAL) -> KeyRecord:
    """Take a new key in the place of the present one, under the same passphrase.

    All that was sealed for the old one is sealed for the new one; nothing is left to open with
    the old. Its parts with confidants are gone: share the new one. Raises StaysSealed.
    """
    private = unlock(member, passphrase)
    following = PrivateKey.new()
    data = passphrases.locked(following, passphrase, cost=cost)
    with transaction.atomic():
        locked()
        before = current(member)
        if before.public != private.public:
            raise no_key()
        row = MemberKey(
            member=before.member,
            public=following.public,
            locked=data,
            state=MemberKey.State.WAITING,
        )
        row.save()
        take_over(before, row, private)
    return record(row)


def take_over(before: MemberKey, following: MemberKey, private: PrivateKey) -> None:
    """Seal all that was sealed for one key for the next, and retire the first.

    private : of the first. In a transaction of the caller's.
    """
    for each in TestimonyReader.objects.filter(key=before).select_related("testimony"):
        name = each.testimony.name
        data_key = texts.key_of(bytes(each.sealed), name, private)
        each.key, each.sealed = following, texts.given(data_key, name, following.public)
        each.save()
    for part in RecoveryPart.objects.filter(confidant_key=before).select_related("key"):
        purpose = SHARE + part.key.public.encode()
        share = private.open(bytes(part.sealed), purpose)
        part.confidant_key = following
        part.sealed = seal(following.public, share, purpose)
        part.save()
    for asked in Recovery.objects.filter(lost_key=before, done_at=None, dropped_at=None):
        drop_recovery(asked)
    for part in RecoveryPart.objects.filter(key=before):
        part.delete()
    before.state, before.retired_at = MemberKey.State.RETIRED, timezone.now()
    before.locked = b""  # nothing is sealed for it any more
    before.save(ledger_verb=RETIRED)
    following.state = MemberKey.State.CURRENT
    following.save()


def drop_recovery(row: Recovery) -> None:
    """End an asking for a key, in a transaction of the caller's."""
    row.dropped_at = timezone.now()
    row.save(ledger_verb=DROPPED)
    for each in row.answers.all():
        each.delete()
    key = row.new_key
    key.state, key.retired_at, key.locked = MemberKey.State.RETIRED, timezone.now(), b""
    key.save()


def current(member: int) -> MemberKey:
    """Return the row of a member's key. Raises StaysSealed when there is none."""
    rows = MemberKey.objects.filter(member=member, state=MemberKey.State.CURRENT)
    row = rows.select_related("member").first()
    if row is None:
        raise no_key()
    return row


def no_key() -> StaysSealed:
    """Return the error of somebody for whom nothing can be sealed."""
    return StaysSealed(
        _("There is no key yet for this member."),
        advice=_("They choose a passphrase first, in their settings."),
    )


def record(row: MemberKey) -> KeyRecord:
    """Return a key as a record."""
    parts = list(RecoveryPart.objects.filter(key=row).values_list("threshold", flat=True))
    return KeyRecord(
        member=row.member_id,
        public=row.public,
        digits=spoken(row.public),
        made_at=row.made_at,
        shared=len(parts),
        enough=parts[0] if parts else 0,
    )
