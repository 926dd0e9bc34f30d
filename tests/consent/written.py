"""Agreements, uses and performers of every kind, as `reading` makes them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from hypothesis import strategies as st

from replique.consent.crossing import DUE
from replique.consent.dates import UNKNOWN_DAY, When, when
from replique.consent.fields import Kind
from replique.consent.kinds import (
    CURRENCY,
    DUTY_PATH,
    PLACE,
    SHA256,
    SLUG,
    TONGUE,
    ByWord,
    Choice,
    Date,
    Flag,
    Many,
    Number,
    Pattern,
    Text,
)
from replique.consent.rule_tables import DUTY
from replique.consent.shapes import Shape
from replique.consent.tables import SCHEMAS

_INTERVALS = {
    "scope": ("start", "end"),
    "term": ("start", "end"),
    "state": ("on", "until"),
    "adoption": ("vote_opened", "vote_closed"),
    "use": ("began", "date"),
    "performer": ("born", "died"),
}

_letters = st.characters(codec="utf-8", exclude_characters="\0")
texts = (
    st.text(_letters, min_size=1, max_size=30)
    .map(lambda text: text.replace("\r\n", "\n").strip())
    .filter(lambda text: text not in {"", "unknown", "any"})
)
slugs = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(
    lambda text: text not in {"unknown", "any"}
)


@st.composite
def whens(draw: st.DrawFn) -> When:
    """Return a day, a month, a year, a moment, or from one to another."""
    day = draw(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
    later = day + dt.timedelta(days=draw(st.integers(0, 400)))
    hour = dt.time(draw(st.integers(0, 23)), draw(st.integers(0, 59)))
    written = draw(
        st.sampled_from(
            [
                f"{day}",
                f"{day:%Y-%m}",
                f"{day:%Y}",
                f"{day}/{later}",
                f"{dt.datetime.combine(day, hour).isoformat()}",
                f"{dt.datetime.combine(day, hour, dt.timezone(dt.timedelta(hours=2))).isoformat()}",
            ]
        )
    )
    found = when(written)
    assert found is not None
    return found


_PATTERNS = {
    id(SLUG): slugs,
    id(SHA256): st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    id(CURRENCY): st.sampled_from(["EUR", "USD", "CAD"]),
    id(DUTY_PATH): st.sampled_from(["a/b", "rider/dub/pay"]),
    id(PLACE): st.sampled_from(["FR", "US-CA", "gb", "EU", "EEA", "WORLD"]),
    id(TONGUE): st.sampled_from(["fr", "fr-CA", "zh-Hant", "bas"]),
}


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Return what a field of that kind holds once it is read."""
    match kind:
        case Pattern():
            return _PATTERNS[id(kind)]
        case Choice(words):
            return st.sampled_from(words)
        case Number():
            return _numbers(kind)
        case ByWord():
            return _by_word(kind)
        case Many():
            return _lists(kind)
        case _:
            open_day = isinstance(kind, Date) and kind.open
            days = whens() | st.just(UNKNOWN_DAY) if open_day else whens()
            return {Text: texts, Flag: st.booleans(), Date: days}[type(kind)]


def _numbers(kind: Number) -> st.SearchStrategy[Any]:
    whole = st.integers(int(kind.least), int(kind.most))
    return whole if kind.whole else st.floats(kind.least, kind.most) | whole.map(float)


def _by_word(kind: ByWord) -> st.SearchStrategy[Any]:
    one = values(kind.each)
    if isinstance(kind.each, Date):
        one |= st.none()  # an event that has not happened
    return st.dictionaries(st.sampled_from(kind.words), one, max_size=3)


def _lists(kind: Many) -> st.SearchStrategy[Any]:
    lists = st.lists(values(kind.each), min_size=1, max_size=3)
    if kind.ordered:
        return lists.map(tuple)
    sets = lists.map(frozenset)
    return sets | st.just(frozenset({"any"})) if "any" in kind.also else sets


@st.composite
def records(draw: st.DrawFn, shape: Shape) -> Any:
    """Return a record that holds together, with some of its fields left out."""
    made: dict[str, Any] = dict(shape.fixed)
    for field in shape.fields:
        if field.into != "-" and (field.needed or draw(st.booleans())):
            made[field.target] = draw(values(field.kind))
    for inner in shape.one:
        if draw(st.booleans()):
            made[inner.target] = draw(records(inner.shape))
    for inner in shape.many:
        found = draw(st.lists(records(inner.shape), max_size=2))
        made[inner.target] = made.get(inner.target, ()) + tuple(found)
    return _holding_together(draw, shape, made)


def _holding_together(draw: st.DrawFn, shape: Shape, made: dict[str, Any]) -> Any:
    first, last = _INTERVALS.get(shape.name, ("", ""))
    if made.get(first) and made.get(last) and made[last].before(made[first]):
        made[first], made[last] = made[last], made[first]
    if shape.name in _MENDED:
        _MENDED[shape.name](draw, made)
    for name in ("rules", "duties"):
        if name in made:
            made[name] = tuple(_renamed(each, f"r{i}") for i, each in enumerate(made[name]))
    return shape.record(**made)


def _duty(draw: st.DrawFn, made: dict[str, Any]) -> None:
    for way in DUE:
        made.pop(way, None)
    way = draw(st.sampled_from(["", *DUE]))
    if way:
        kind = next(each.kind for each in DUTY.fields if each.name == way)
        made[way] = True if isinstance(kind, Flag) else draw(values(kind))


def _term(draw: st.DrawFn, made: dict[str, Any]) -> None:
    made["endless"] = "end" not in made and draw(st.booleans())


def _agreement(draw: st.DrawFn, made: dict[str, Any]) -> None:
    del draw
    made["replaces"] = tuple(f"not-{each}" for each in made.get("replaces", ()))
    made["amends"] = f"not-{made['id']}"


_MENDED = {
    "duty": _duty,
    "term": _term,
    "agreement": _agreement,
}


def _renamed(record: Any, name: str) -> Any:
    return dataclasses.replace(record, id=name)


agreements = records(SCHEMAS["replique-agreement/1"])
uses = records(SCHEMAS["replique-use/1"])
lives = records(SCHEMAS["replique-performer/1"])
