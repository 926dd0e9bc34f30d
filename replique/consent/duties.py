"""What is owed for a permission, and whether it was done by the day of asking.

Only a person marks a duty done, with evidence; what nobody recorded was, as far as is
known, not done. A duty that must come before the use is late as soon as the use begins;
one whose day is not known is unknown, never done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from replique.consent.answer import DutyState, Reason
from replique.consent.dates import When, when
from replique.consent.facts import Facts
from replique.consent.force import given_on
from replique.consent.records import Agreement, Done, Duty
from replique.consent.truth import Truth, every, some
from replique.consent.vocabulary import PERIODS

_OF_ONE = frozenset({"", "flat", "use", "session"})
"""Units of which a use has one; of others, such as lines, it has as many as are counted."""
_MOST_PERIODS = 2400
"""Two hundred years of months: no series of dates is longer."""


def stands(state: DutyState) -> Truth:
    """Whether a duty leaves the permission standing: met, not due yet, or not triggered."""
    return {"met": True, "pending": True, "not_triggered": True, "unmet": False}.get(state.status)


def duty_state(agreement: Agreement, duty: Duty, path: str, facts: Facts, asked: When) -> DutyState:
    """Return how a duty stands. path: "agreement/rule/duty", as `Done.duty` names it."""
    # what is said to be done later than the day of asking was not done by then
    mine = (each for each in facts.use.done if each.duty == path and each.on.by(asked) is not False)
    # of two on one day the refusal counts: the last word, or the more careful one
    done = sorted(mine, key=lambda each: (each.on.last, each.outcome == "refused"))
    asking = _Asking(agreement, duty, facts, asked, tuple(done))
    status, due, reason = asking.status()
    return DutyState(
        duty=path,
        kind=duty.kind,
        status=status,
        due=due,
        reason=reason,
        clause=duty.clause,
        amount=_amount(duty),
    )


class _Asking:
    def __init__(
        self,
        agreement: Agreement,
        duty: Duty,
        facts: Facts,
        asked: When,
        done: tuple[Done, ...],
    ) -> None:
        self._agreement, self._duty, self._facts = agreement, duty, facts
        self._asked, self._done = asked, done

    def status(self) -> tuple[str, str, Reason]:
        duty = self._duty
        if self._done and self._done[-1].outcome == "refused":
            return self._told("unmet", "refused")
        self._done = tuple(each for each in self._done if each.outcome != "refused")
        if duty.every:
            return self._series()
        if duty.before_use or duty.hours_before is not None:
            return self._before()
        happened, due = self._due()
        if happened is False:
            return self._told("not_triggered", "not_yet")
        if duty.kind == "label" and self._facts.use.labelled and not self._done:
            return self._told("met", "labelled", due)
        return self._by(due)

    def _told(
        self, status: str, outcome: str, due: When | None = None, **shown: str
    ) -> tuple[str, str, Reason]:
        truth = {"met": True, "unmet": False, "unknown": None}.get(status, True)
        written = due.last_day.isoformat() if due else ""
        reason = Reason(
            "duty",
            truth,
            outcome,
            {"kind": self._duty.kind, "due": written, **shown},
            self._duty.clause,
        )
        return status, written, reason

    def _before(self) -> tuple[str, str, Reason]:
        """What must come before: an approval, a notice of so many hours."""
        reference = self._event(self._duty.after)
        if reference is None:
            return self._told("unknown", "no_reference", event=self._duty.after)
        if not self._done:
            hours = self._duty.hours_before
            missed = hours is not None and self._asked.hours_before(reference, hours) is False
            if self._asked.before(reference) and not missed:
                return self._told("pending", "before", reference)
            if reference.day <= self._asked.day < reference.last_day:
                # some day of these, and it may be still to come
                return self._told("unknown", "no_reference", event=self._duty.after)
            return self._told("unmet", "nothing_recorded", reference)
        truth = some(self._in_time(each, reference) for each in self._done)
        if truth is None:
            return self._told("unknown", "in_time_unknown", reference)
        return self._told("met" if truth else "unmet", "in_time" if truth else "late", reference)

    def _in_time(self, done: Done, reference: When) -> Truth:
        hours = self._duty.hours_before
        if hours is None:
            return done.on.not_after(reference)
        truth = done.on.hours_before(reference, hours)
        if truth is True or not self._duty.or_at_engagement:
            return truth
        return some((truth, self._at_engagement(done, reference, hours)))

    def _at_engagement(self, done: Done, reference: When, hours: float) -> Truth:
        """At the engagement will do, where that itself was later than the notice."""
        engaged = self._facts.use.events.get("engagement")
        if engaged is None:
            return None if "engagement" not in self._facts.use.events else False
        late = engaged.hours_before(reference, hours)
        return every((None if late is None else not late, done.on.by(engaged)))

    def _by(self, due: When | None) -> tuple[str, str, Reason]:
        """What must be done by a day."""
        if due is None:
            if self._done:
                return self._paid(None)
            return self._told("unknown", "no_due_date", event=self._duty.after)
        if self._done:
            return self._paid(due)
        over = due.before(self._asked)
        if over is False or self._asked.by(due) is True:
            return self._told("pending", "due_later", due)
        return self._told("unknown" if over is None else "unmet", "nothing_recorded", due)

    def _paid(self, due: When | None) -> tuple[str, str, Reason]:
        """Done; of a payment, whether it was all that was owed."""
        owed = self._duty.amount
        paid = [each.amount for each in self._done if each.amount is not None]
        if self._duty.kind != "pay" or owed is None or not paid:
            return self._as_done(due)
        if len(paid) < len(self._done):
            # somebody said that all was done, and somebody that a part was
            return self._told("unknown", "part_unknown", due, paid=f"{sum(paid):g}")
        currencies = {each.currency for each in self._done if each.amount is not None}
        if self._duty.currency and currencies - {self._duty.currency, ""}:
            return self._told("unknown", "other_currency", due)
        count = self._facts.use.counts.get(self._duty.unit, 1)
        if sum(paid) >= owed * count - 0.005:
            return self._as_done(due)
        if self._duty.unit not in _OF_ONE or sum(paid) >= owed - 0.005:
            # of the lines or days so far, some may be of other uses and paid there
            return self._told("unknown", "part_unknown", due, paid=f"{sum(paid):g}")
        late = due is None or due.before(self._asked)
        return self._told("unmet" if late else "pending", "in_part", due, paid=f"{sum(paid):g}")

    def _as_done(self, due: When | None) -> tuple[str, str, Reason]:
        """Met; how late counts for interest, and not for whether it was done."""
        on = self._done[-1].on
        outcome = "done_late" if due is not None and due.before(on) else "done"
        return self._told("met", outcome, due, on=on.written)

    def _series(self) -> tuple[str, str, Reason]:
        """One due each period: as many must be recorded as have fallen due."""
        start = self._event(self._duty.after)
        if start is None:
            if self._duty.after in self._facts.use.events:
                return self._told("not_triggered", "not_yet")
            return self._told("unknown", "no_reference", event=self._duty.after)
        step = PERIODS[self._duty.every]
        for count in range(1, _MOST_PERIODS):
            due = start.plus(months=step * count)
            if self._duty.until is not None and due.by(self._duty.until) is False:
                return self._told("met", "series_done", None)
            if due.before(self._asked) is not True:
                outcome = "series_done" if self._done else "due_later"
                return self._told("met" if self._done else "pending", outcome, due)
            if count > len(self._done):
                return self._told("unmet", "series_behind", due, recorded=str(len(self._done)))
        return self._told("unknown", "no_due_date")

    def _due(self) -> tuple[Truth, When | None]:
        """Whether what makes it due has happened, and the day it is due."""
        duty = self._duty
        if duty.due is not None:
            return True, duty.due
        if duty.with_use:
            return True, self._facts.date
        if duty.within_days is None:
            return True, None
        event = duty.after
        if event not in {"use", "signature"} and self._event(event) is None:
            known_not = self._known_not(event)
            return (False, None) if known_not else (None, None)
        start = self._event(event)
        return True, None if start is None else start.plus(days=duty.within_days)

    def _known_not(self, event: str) -> bool:
        """Whether it is known that this has not happened."""
        if event in self._facts.use.events:
            return True
        if event == "withdrawal":
            return True
        if event == "death":
            return True
        return event == "term_end" and self._agreement.term.endless

    def _event(self, event: str) -> When | None:
        """Return the day of an event: as it was said, else as the papers tell."""
        said = self._facts.use.events.get(event)
        if said is not None:
            return said
        facts, agreement = self._facts, self._agreement
        known: dict[str, Callable[[], When | None]] = {
            "use": lambda: facts.date,
            "first_use": lambda: facts.use.began or facts.date,
            "signature": lambda: given_on(agreement),
            "term_end": lambda: agreement.term.end,
            "withdrawal": lambda: _first(agreement, {"withdrawn", "revoked"}),
            "death": lambda: facts.life.died if facts.life else None,
            "capture": lambda: facts.date if facts.act == "capture" else None,
        }
        return known[event]() if event in known else None


def _first(agreement: Agreement, statuses: set[str]) -> When | None:
    days = [each.on for each in agreement.states if each.status in statuses and each.on]
    return min(days, key=lambda day: day.first) if days else None


def _amount(duty: Duty) -> str:
    if duty.percent is not None:
        return f"{duty.percent:g} %"
    if duty.amount is None:
        return ""
    return " ".join(each for each in (f"{duty.amount:.2f}", duty.currency) if each)


def day(asked_on: dt.date) -> When:
    """Return the day of asking, as dates are compared."""
    found = when(asked_on)
    if found is None:
        raise TypeError(asked_on)
    return found


def paths(agreement: Agreement) -> Iterator[tuple[str, Duty]]:
    """Yield every duty of a paper with the path by which it is named."""
    for duty in agreement.duties:
        yield f"{agreement.id}/{duty.id}", duty
    for rule in agreement.rules:
        for duty in rule.duties:
            yield f"{agreement.id}/{rule.id}/{duty.id}", duty
