"""Several occurrences at once: judged or described in one transaction, each as if it were alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from replique.errors import UsageError
from replique.language import gettext as _
from replique.store.checking import keep_findings
from replique.store.consent_models import UseDescription
from replique.store.consent_records import UseRecord
from replique.store.describing import describe_use, undescribed
from replique.store.guard import guarded
from replique.store.judging import judge
from replique.store.judging_sealed import judge_sealed
from replique.store.ledger import locked

MOST = 200
"""Occurrences at once: about a second in which nothing else can be written."""
BY_EAR = "yes"
"""What is said of one at a time, by who has listened."""


@guarded()
def judge_several(
    numbers: Sequence[int], verdict: str, why: str = "", *, name: str, member: int | None = None
) -> int:
    """Keep the same judgement of several occurrences, all or none; return how many.

    Each is an entry of the ledger of its own. member : for whom, and whose performers, why is
    sealed, of each apart; None: it is kept as on a laptop. Raises NotFound, UsageError,
    StaysSealed.
    """
    wanted = _checked(numbers)
    if verdict == BY_EAR:
        raise UsageError(
            _("Yes is said of one occurrence at a time, by who has listened to it."),
            advice=_("Open each and listen; no and unsure can be said of several."),
        )
    with transaction.atomic():
        locked()
        for number in wanted:
            if member is None:
                judge(number, verdict, why, name)
            else:
                judge_sealed(number, verdict, why, by=member, name=name)
    return len(wanted)


@guarded()
def describe_several(
    numbers: Sequence[int], facts: Mapping[str, object | None], performers: frozenset[str] | None
) -> tuple[list[str], int]:
    """Describe the same use of several occurrences; return the uses, and how many were left.

    What somebody described already is left as it is. performers : by slug, of whose work alone;
    None: of all. Raises NotFound, UsageError, and what `describe_use` raises.
    """
    wanted = _checked(numbers)
    made: list[UseRecord] = []
    with transaction.atomic():
        locked()
        known = set(
            UseDescription.objects.filter(occurrence__in=wanted).values_list(
                "occurrence_id", "performer__slug"
            )
        )
        left = 0
        for number in wanted:
            for each in undescribed(number):
                if performers is not None and each.performer not in performers:
                    continue
                if (number, each.performer) in known:
                    left += 1
                else:
                    made.append(describe_use(number, performer=each.performer, facts=facts))
    keep_findings(made)
    return [each.name for each in made], left


def _checked(numbers: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise UsageError(_("No occurrence was chosen."), advice=_("Go back and tick some."))
    if len(wanted) > MOST:
        raise UsageError(
            _("That is more than {most} at once.").format(most=MOST),
            advice=_("Choose fewer, or do it in several steps."),
        )
    return wanted
