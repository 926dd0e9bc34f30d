"""A judgement whose reason is sealed: on a committee's desk the host cannot read why."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Subquery

from replique.store.consent_records import JudgementRecord
from replique.store.guard import guarded
from replique.store.judging import judge
from replique.store.ledger import locked
from replique.store.member_models import Confidant, Member
from replique.store.models import Occurrence
from replique.store.sealing import write
from replique.store.testimony_models import MemberKey, Testimony


@guarded()
def judge_sealed(occurrence: int, verdict: str, why: str, *, by: int, name: str) -> JudgementRecord:
    """Keep a judgement, and why for who judged and those whose work it is: both or neither.

    why is sealed for its writer, and for the performers and their confidants who have a key.
    by : a member; name : of them. Raises NotFound, UsageError, StaysSealed when they have none.
    """
    if not why.strip():
        return judge(occurrence, verdict, "", name)
    with transaction.atomic():
        locked()
        made = judge(occurrence, verdict, "", name)
        slugs = _performers(occurrence)
        write(
            why,
            by=by,
            readers=readers(slugs),
            performer=slugs[0] if slugs else "",
            about=about(made.id),
        )
    return made


@guarded()
def reason_for(member: int, judgement: int | None) -> tuple[int | None, bool]:
    """Return the sealed text that says why, when it is sealed for a member, by its number; and
    whether they have no key, so that they can say why to nobody. One query.
    """
    texts = Testimony.objects.filter(about=about(judgement or 0), readers__key__member=member)
    keys = MemberKey.objects.filter(member=member, state=MemberKey.State.CURRENT)
    newest = Subquery(texts.order_by("-pk").values("pk")[:1])
    found = keys.annotate(sealed=newest).values("sealed").first()
    return (None, True) if found is None else (found["sealed"], False)


def about(judgement: int) -> str:
    """Return what a sealed reason is kept under."""
    return f"judgement/{judgement}"


def _performers(occurrence: int) -> list[str]:
    row = Occurrence.objects.filter(pk=occurrence)
    named = {
        *row.values_list("recording__takes__performer__slug", flat=True),
        *row.values_list("voice__performer__slug", flat=True),
    }
    return sorted(each for each in named if each)


def readers(slugs: Iterable[str]) -> set[int]:
    """Return the members who are these performers or their confidants, and have a key."""
    wanted = list(slugs)
    own = Member.objects.filter(performer__slug__in=wanted).values_list("pk", flat=True)
    chosen = Confidant.objects.filter(performer__slug__in=wanted, ended_at=None)
    who = {*own, *chosen.values_list("member", flat=True)}
    keys = MemberKey.objects.filter(
        member__in=who, state=MemberKey.State.CURRENT, member__left_at=None
    )
    return set(keys.values_list("member", flat=True))
