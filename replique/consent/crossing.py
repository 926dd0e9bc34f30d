"""What must hold between the fields of a text: names told apart, ends after beginnings.

Called on what was read of a text, also where some of it is wrong: nothing here takes for
granted that a field is there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from replique.consent import tables
from replique.consent.checking import Node
from replique.consent.dates import UNKNOWN_DAY, When, when
from replique.consent.fields import Page
from replique.consent.locate import Path
from replique.consent.rule_tables import DUTY, RULES
from replique.consent.shapes import Shape
from replique.language import gettext as _

DUE = ("before_use", "with_use", "hours_before", "due", "within_days", "every")
UNDATED = frozenset({"not_asked", "unknown"})
_INTERVALS = {
    "scope": ("start", "end"),
    "state": ("on", "until"),
    "adoption": ("vote_opened", "vote_closed"),
    "use": ("began", "date"),
    "performer": ("born", "died"),
}
_DAY = dt.timedelta(days=1)


def check(node: Node, shape: Shape, page: Page) -> None:
    """Note on the page what does not hold together in a text."""
    _each(node, shape, page)
    if shape is tables.AGREEMENT:
        _agreement(node, page)


def _each(node: Node, shape: Shape, page: Page) -> None:
    """Check every table by itself, and those in it."""
    if shape.name in _INTERVALS:
        _in_order(node, *_INTERVALS[shape.name], page)
    if shape is DUTY:
        _due_once(node, page)
    if shape in RULES or shape is tables.AGREEMENT:
        _told_apart(node.many.get("duty", ()), page)
    for inner in shape.one:
        if inner.name in node.one:
            _each(node.one[inner.name], inner.shape, page)
    for inner in shape.many:
        for one in node.many.get(inner.name, ()):
            _each(one, inner.shape, page)


def _agreement(node: Node, page: Page) -> None:
    _told_apart([one for shape in RULES for one in node.many.get(shape.name, ())], page)
    own = node.values.get("id")
    if own is not None and own in node.values.get("replaces", ()):
        page.wrong((*node.path, "replaces"), _("An agreement cannot replace itself."))
    if own is not None and own == node.values.get("amends"):
        page.wrong((*node.path, "amends"), _("An agreement cannot amend itself."))
    if "ends" in node.said and "amends" not in node.said:
        page.wrong((*node.path, "ends"), _("Say in “amends” whose rules it ends."))
    form = node.one.get("form") or Node(())
    term = node.one.get("term")
    if term is not None:
        _term(term, form.values.get("given"), page)
    for one in node.many.get("signature", ()):
        if "on" not in one.said and "given" not in form.said:
            page.wrong(one.path, _("“on” is missing: the day of the signature."), _on())
    for one in node.many.get("state", ()):
        status = one.values.get("status")
        if status is not None and status not in UNDATED and "on" not in one.said:
            page.wrong(one.path, _("“on” is missing: the day from which it is so."), _on())


def _on() -> str:
    return _('2024-03-05; "2024-03" or "2024" where the day is not known; or "unknown"')


def _told_apart(nodes: Iterable[Node], page: Page) -> None:
    seen: dict[str, Path] = {}
    for node in nodes:
        name = node.values.get("id")
        if name is None:
            continue
        if name in seen:
            page.wrong(
                (*node.path, "id"),
                _("This name is taken, on line {line}.").format(line=page.line(seen[name])),
            )
        else:
            seen[name] = (*node.path, "id")


def _due_once(node: Node, page: Page) -> None:
    ways = [way for way in DUE if node.values.get(way, False) is not False]
    for way in ways[1:]:
        page.wrong(
            (*node.path, way),
            _("When it is due is already said by “{key}”; keep one of them.").format(key=ways[0]),
        )


def _in_order(node: Node, first: str, last: str, page: Page) -> None:
    start, end = node.values.get(first), node.values.get(last)
    if isinstance(start, When) and isinstance(end, When) and end.before(start):
        page.wrong(
            (*node.path, last),
            _("This is before “{key}”, which must come first.").format(key=first),
        )


def _term(node: Node, given: When | None, page: Page) -> None:
    """Turn years and months into the last day; check that it does not end before it begins."""
    lengths = [key for key in ("years", "months") if key in node.values]
    if lengths and "end" in node.values:
        page.wrong(
            (*node.path, lengths[0]),
            _("When it ends is already said by “{key}”; keep one of them.").format(key="end"),
        )
    elif lengths:
        months = 12 * node.values.get("years", 0) + node.values.get("months", 0)
        start = node.values.get("start") or given
        # three years from a day that nobody knows end on one that nobody knows
        node.values["end"] = UNKNOWN_DAY
        if isinstance(start, When) and start != UNKNOWN_DAY:
            node.values["end"] = last_day(start, months)
    _in_order(node, "start", "end", page)


def _last_day(start: dt.date, months: int) -> dt.date:
    """Return the day before the anniversary; without one, the end of its month.

    A month from 31 January ends with February: Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c).
    """
    found = when(start)
    moved = start if found is None else found.plus(months=months).day
    return moved if moved.day != start.day else moved - _DAY


def last_day(start: When, months: int) -> When:
    """Return the last day of so many months: the day before the anniversary.

    Three years from 5 March 2024 end with 4 March 2027. Where the first day is not known
    exactly, neither is the last.
    """
    first, last = (_last_day(each, months) for each in (start.day, start.last_day))
    written = f"{first}" if first == last else f"{first}/{last}"
    return When(
        dt.datetime.combine(first, dt.time()), dt.datetime.combine(last, dt.time.max), written
    )
