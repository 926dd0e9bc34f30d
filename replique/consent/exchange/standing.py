"""In which state the consent of a paper stands on a day, for documents that others read.

No verdict: that is for `asking`. Here what is not known is simply `unknown`.
"""

from __future__ import annotations

import datetime as dt

from replique.consent.dates import When, when
from replique.consent.records import Agreement, State

HOLDING = frozenset({"given", "renewed", "resumed"})


def day(on: dt.date) -> When:
    """Return a day as an interval."""
    found = when(on)
    if found is None:  # pragma: no cover - every date is a day
        raise ValueError
    return found


def standing(agreement: Agreement, on: dt.date) -> str:
    """Return the DPV status of the whole paper on a day; `unknown` where it cannot be said.

    A change that concerns only some acts changes nothing of the whole. Where a paper
    tells of no change, its kind and its signature say what it is.
    """
    status = _stated(agreement, on)
    if status in HOLDING and _over(agreement.term.end, on) is not False:
        return "expired" if _over(agreement.term.end, on) else "unknown"
    return status


def _over(end: When | None, on: dt.date) -> bool | None:
    return False if end is None else end.before(day(on))


def _stated(agreement: Agreement, on: dt.date) -> str:
    changes = [each for each in agreement.states if not each.acts]
    if not changes:
        return _unstated(agreement, on)
    if any(each.on is None for each in changes):
        return changes[0].status if len(changes) == 1 else "unknown"
    begun = [(each.on.by(day(on)), each) for each in changes if each.on is not None]
    if any(already is None for already, _each in begun):
        return "unknown"
    held = [each for already, each in begun if already]
    held.sort(key=lambda each: each.on.first if each.on else dt.datetime.min)  # noqa: DTZ901
    return _latest(held, on)


def _latest(held: list[State], on: dt.date) -> str:
    while held:
        last = held.pop()
        ended = _over(last.until, on)
        if ended is None:
            return "unknown"
        if not ended:
            return last.status
    return "unknown"


def _unstated(agreement: Agreement, on: dt.date) -> str:
    if agreement.kind == "refusal":
        return "refused"
    days = [each for each in (agreement.form.given, *(s.on for s in agreement.signatures)) if each]
    if any(each.by(day(on)) for each in days):
        return "given"
    return "unknown"
