"""Agreements of every shape, for hypothesis."""

from __future__ import annotations

import datetime as dt
from dataclasses import MISSING, fields
from typing import Any

from hypothesis import strategies as st

from replique.consent import records as r
from replique.consent import vocabulary as v
from replique.consent.dates import When, when

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
)
PRIVATE = TEXT.map(lambda text: f"canary {text}")
_DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
_ZONES = [dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30))]
_MOMENTS = st.builds(
    lambda moment, zone: moment.replace(tzinfo=zone),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2150, 1, 1)),  # noqa: DTZ001 - bounds
    st.sampled_from([None, *_ZONES]),
)


def _when(value: object) -> When:
    found = when(value)
    assert found is not None
    return found


WHENS = st.one_of(
    _DAYS, _MOMENTS, _DAYS.map(lambda day: f"{day:%Y-%m}"), _DAYS.map(lambda day: f"{day:%Y}")
).map(_when)
NAMES = st.frozensets(TEXT | st.just(v.ANY), max_size=3)
NUMBERS = st.floats(0, 1e12, allow_nan=False) | st.integers(0, 10**9).map(float)
WHOLE = st.integers(0, 5000)


def words(group: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from((*group, v.ANY)), max_size=3)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _built(record: type, /, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Build a record; the fields that have a default are left out half of the time."""
    needed = {
        field.name
        for field in fields(record)
        if field.default is MISSING and field.default_factory is MISSING
    }
    assert {field.name for field in fields(record)} == set(given), "a field is not generated"
    return st.fixed_dictionaries(
        {name: given[name] for name in needed},
        optional={name: each for name, each in given.items() if name not in needed},
    ).map(lambda values: record(**values))


SCOPES = _built(
    r.Scope,
    productions=maybe(NAMES),
    companies=maybe(NAMES),
    characters=maybe(NAMES),
    media=maybe(NAMES),
    channels=maybe(NAMES),
    territories=maybe(NAMES),
    languages=maybe(NAMES),
    models=maybe(NAMES),
    not_productions=NAMES,
    not_companies=NAMES,
    not_media=NAMES,
    not_channels=NAMES,
    not_territories=NAMES,
    not_languages=NAMES,
    content_refused=words(v.CONTENT) | NAMES,
    max_counts=st.dictionaries(st.sampled_from(v.UNITS) | TEXT, NUMBERS, max_size=2),
    start=maybe(WHENS),
    end=maybe(WHENS),
    identifiable=maybe(st.booleans()),
    not_during_strike=st.booleans(),
)
DUTIES = _built(
    r.Duty,
    id=TEXT,
    kind=st.sampled_from(v.DUTIES),
    clause=TEXT,
    text=TEXT,
    amount=maybe(NUMBERS),
    currency=st.sampled_from(["EUR", "USD", "points"]),
    unit=st.sampled_from(v.UNITS),
    percent=maybe(NUMBERS),
    to=TEXT | st.just(v.ANY),
    before_use=st.booleans(),
    with_use=st.booleans(),
    hours_before=maybe(NUMBERS),
    or_at_engagement=st.booleans(),
    due=maybe(WHENS),
    within_days=maybe(WHOLE),
    after=st.sampled_from(v.EVENTS),
    every=st.sampled_from(sorted(v.PERIODS)),
    until=maybe(WHENS),
)
NEEDS = _built(
    r.Needs,
    forms=words(v.FORMS),
    signed_by=words(v.SIGNERS),
    representation=words(v.REPRESENTATION),
    clear_and_conspicuous=st.booleans(),
    reasonably_specific=st.booleans(),
)
RULES = _built(
    r.Rule,
    id=TEXT,
    kind=st.sampled_from(["grant", "prohibition", "requirement"]),
    acts=maybe(words(v.ACTS)),
    subjects=maybe(words(v.SUBJECTS)),
    artefacts=maybe(words(v.ARTEFACTS)),
    practices=words(v.PRACTICES),
    scope=SCOPES,
    duties=st.lists(DUTIES, max_size=2).map(tuple),
    needs=NEEDS,
    clause=TEXT,
    quote=TEXT,
)
FORMS = _built(
    r.Form,
    kind=maybe(st.sampled_from(v.FORMS)),
    given=maybe(WHENS),
    clear_and_conspicuous=maybe(st.booleans()),
    reasonably_specific=maybe(st.booleans()),
    language=TEXT,
    document_sha256=TEXT,
    explained_by=TEXT,
)
SIGNATURES = _built(
    r.Signature,
    by=st.sampled_from(v.SIGNERS),
    name=TEXT,
    on=maybe(WHENS),
    authority=maybe(st.booleans()),
)
CIRCUMSTANCES = _built(
    r.Circumstance,
    marker=st.sampled_from(v.CIRCUMSTANCES),
    on=maybe(WHENS),
    said_by=PRIVATE,
    evidence=PRIVATE,
    text=PRIVATE,
)
STATES = _built(
    r.State,
    status=st.sampled_from(v.STATUSES),
    on=maybe(WHENS),
    until=maybe(WHENS),
    acts=words(v.ACTS),
    by=TEXT,
    note=PRIVATE,
)
TERMS = _built(
    r.Term,
    start=maybe(WHENS),
    end=maybe(WHENS),
    endless=st.booleans(),
    begun_uses=maybe(st.sampled_from(v.BEGUN_USES)),
    grace_days=WHOLE,
)
APPROVALS = _built(r.Approval, to=TEXT, on=maybe(WHENS), by=TEXT, refused=st.booleans())
ONWARDS = _built(
    r.Onward,
    sublicense=st.sampled_from(v.ONWARD),
    transfer=st.sampled_from(v.ONWARD),
    to=maybe(NAMES),
    depth=maybe(WHOLE),
    approver=TEXT,
    clause=TEXT,
    approvals=st.lists(APPROVALS, max_size=2).map(tuple),
)
POSTHUMOUS = _built(
    r.Posthumous,
    survives=maybe(st.booleans()),
    years=maybe(WHOLE),
    right_holder=TEXT,
    registry=TEXT,
    clause=TEXT,
)
ADOPTIONS = _built(
    r.Adoption,
    union=TEXT,
    published_to_members=maybe(WHENS),
    vote=st.sampled_from(v.VOTES),
    vote_opened=maybe(WHENS),
    vote_closed=maybe(WHENS),
    turnout_percent=maybe(NUMBERS),
    yes_percent=maybe(NUMBERS),
    quorum=TEXT,
    text_sha256=TEXT,
)
AGREEMENTS = _built(
    r.Agreement,
    id=TEXT,
    kind=st.sampled_from(v.KINDS),
    performers=st.frozensets(TEXT | st.just(v.ANY), max_size=2),
    title=TEXT,
    version=WHOLE,
    company=TEXT,
    law=maybe(NAMES),
    effective=maybe(WHENS),
    replaces=st.lists(TEXT, max_size=3).map(tuple),
    amends=TEXT,
    ends=st.lists(TEXT, max_size=3).map(tuple),
    term=TERMS,
    form=FORMS,
    signatures=st.lists(SIGNATURES, max_size=2).map(tuple),
    representation=maybe(st.sampled_from(v.REPRESENTATION)),
    replaces_in_person=maybe(st.booleans()),
    circumstances=st.lists(CIRCUMSTANCES, max_size=2).map(tuple),
    states=st.lists(STATES, max_size=3).map(tuple),
    onward=ONWARDS,
    posthumous=POSTHUMOUS,
    adoption=maybe(ADOPTIONS),
    rules=st.lists(RULES, max_size=3).map(tuple),
    duties=st.lists(DUTIES, max_size=2).map(tuple),
    bundled=maybe(st.booleans()),
    note=PRIVATE,
)
