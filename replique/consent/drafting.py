"""An agreement put together from answers: what the questions at a terminal and the form of the
desk have in common.

What is left open stays open: it never counts as allowed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from replique.consent import vocabulary as words
from replique.consent.crossing import last_day
from replique.consent.dates import UNKNOWN_DAY, When
from replique.consent.records import Duty, Form, Rule

PAID = (
    "flat", "line", "word", "thousand_words", "day", "session", "use", "revenue_share", "residual",
    "holding_fee", "month", "year",
)  # fmt: skip
IN_PERCENT = frozenset({"revenue_share", "residual"})
REFUSED_OFTEN = (*words.INPUT - {"capture", "store"}, *words.REPLICA_ACTS)
FOR_A_REPLICA = words.MACHINE_ACTS | {"dub_language", "edit_reuse", "publish", "advertise"}
UNWRITTEN = frozenset({"oral", "implied", "opt_out_absent"})
USUAL_DUTIES = {
    "approval": Duty("approval", "approval", before_use=True),
    "credit": Duty("credit", "credit", with_use=True),
    "label": Duty("label", "label", with_use=True),
    "notice": Duty("notice", "notice", hours_before=48),
    "security": Duty("security", "security", with_use=True),
    "delete": Duty("delete", "delete", within_days=30, after="term_end"),
}
"""What a duty of a kind usually is, where nothing more is said of it."""


def rule_name(acts: frozenset[str]) -> str:
    """Return what a rule of these acts is called."""
    return next(each for each in words.ACTS if each in acts).replace("_", "-")


def numbered(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules under names that are told apart."""
    seen: set[str] = set()
    made = []
    for rule in rules:
        name, number = rule.id, 2
        while name in seen:
            name, number = f"{rule.id}-{number}", number + 1
        seen.add(name)
        made.append(dataclasses.replace(rule, id=name))
    return made


def end_after(months: int, start: When | None, form: Form) -> When:
    """Return the last day of a term of so many months; one that is not known where it counts
    from a day that is not known.
    """
    counted_from = start or form.given
    return UNKNOWN_DAY if counted_from is None else last_day(counted_from, months)
