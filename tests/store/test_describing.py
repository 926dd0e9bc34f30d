from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique import store
from replique.consent.vocabulary import ACTS, ARTEFACTS, CONTENT, EVENTS
from replique.errors import AgreementRefused, NotFound, UsageError
from replique.store import Home
from tests.store.papers import USE, altered, find, register, rider, told, verbs

ROUND = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def found(records: Home, awa: str) -> int:
    """Return the number of an occurrence of a take of Awa Diop."""
    del records
    register(awa)
    return find()


def test_of_an_occurrence_goes_without_saying_what_the_scan_has_shown(found: int, awa: str) -> None:
    made = store.describe_use(found)
    assert (made.name, made.performer, made.performer_name) == ("u1", awa, "Awa Diop")
    assert made.occurrence == found
    assert made.use.subjects == frozenset({"recording"})
    assert (made.use.artefact, made.use.how_known) == ("original_recording", "occurrence")
    assert (made.use.id, made.use.performer) == ("u1", awa)
    unsaid = (made.use.act, made.use.date, made.use.company, made.use.territories)
    assert unsaid == (None, None, None, None)


def test_what_is_said_wins_over_what_goes_without_saying(found: int) -> None:
    facts = {"artefact": "vocal_digital_replica", "subjects": ["voice"], "how_known": None}
    made = store.describe_use(found, facts=facts)
    assert (made.use.artefact, made.use.subjects) == ("vocal_digital_replica", frozenset({"voice"}))
    assert made.use.how_known is None


def test_a_use_that_is_known_otherwise_is_somebodys(records: Home, awa: str) -> None:
    del records
    made = store.describe_use(performer="Awa Diop", facts={"act": "train_generative"})
    assert (made.performer, made.occurrence, made.use.artefact) == (awa, None, None)
    with pytest.raises(UsageError, match="whose"):
        store.describe_use(facts={"act": "train_generative"})
    with pytest.raises(NotFound):
        store.describe_use(performer="nobody")
    with pytest.raises(NotFound):
        store.describe_use(99)


def test_a_recording_of_two_is_a_use_of_one_who_must_be_said(found: int, awa: str) -> None:
    store.add_performer("Ben Okri", "ben-okri")
    store.add_performer("Cy Twist", "cy-twist")
    register("ben-okri")
    with pytest.raises(UsageError, match="awa-diop, ben-okri"):
        store.describe_use(found)
    assert store.describe_use(found, performer="ben-okri").performer == "ben-okri"
    assert store.describe_use(found, performer=awa).performer == awa
    with pytest.raises(UsageError, match="Cy Twist"):
        store.describe_use(found, performer="cy-twist")
    assert len(store.uses()) == 2


def test_a_file_is_read_and_single_facts_win_over_it(records: Home, awa: str) -> None:
    del records
    text = f"""schema = "replique-use/1"
id = "mine"
performer = "{awa}"
act = "dub_language"
territories = "FR"
content = []
[events]
release = "not yet"
[[chain]]
from = "Studio Lune"
to = "Studio Soleil"
by = "sublicense"
on = "2026-02"
"""
    made = store.describe_use(text=text, facts={"act": "advertise"})
    assert (made.use.act, made.use.territories) == ("advertise", frozenset({"FR"}))
    assert made.use.content == frozenset(), "known to have none"
    assert made.use.events == {"release": None}
    (link,) = made.use.chain
    assert (link.giver, link.taker, link.by) == ("Studio Lune", "Studio Soleil", "sublicense")
    assert link.on is not None
    assert link.on.written == "2026-02"


def test_a_slip_in_a_file_is_told_on_its_own_line_and_nothing_kept(records: Home, awa: str) -> None:
    del records
    text = f'schema = "replique-use/1"\nid = "x"\nperformer = "{awa}"\n\nact = "dubb"\n'
    with pytest.raises(AgreementRefused) as caught:
        store.describe_use(text=text, name="use.toml")
    assert [each.line for each in caught.value.problems] == [5]
    assert "use.toml" in str(caught.value)
    assert store.uses() == []
    assert told() == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": "dub"},
        {"date": "soon"},
        {"territories": ["France"]},
        {"counts": {"lines": 3}},
        {"began": "2026-06-01", "date": "2026-05-01"},
        {"production": "a\0b"},
    ],
    ids=["act", "date", "territory", "count", "began-after", "zero-byte"],
)
def test_a_fact_that_cannot_be_is_refused(
    records: Home, awa: str, wrong: dict[str, object | None]
) -> None:
    del records
    with pytest.raises(AgreementRefused):
        store.describe_use(performer=awa, facts=wrong)
    assert store.uses() == []


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters='"\\\t\n\x7f'),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() not in {"", "unknown", "any"})
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "act": st.sampled_from(ACTS),
        "artefact": st.sampled_from(ARTEFACTS),
        "production": TEXTS,
        "company": TEXTS,
        "character": TEXTS,
        "date": st.dates(min_value=dt.date(1900, 1, 1)).map(str),
        "territories": st.lists(
            st.sampled_from(["FR", "US-CA", "EU", "WORLD"]), min_size=1, unique=True
        ),
        "content": st.lists(st.sampled_from(CONTENT), unique=True),
        "counts": st.dictionaries(
            st.sampled_from(["line", "day"]), st.integers(1, 9999), min_size=1
        ),
        "identifiable": st.booleans(),
        "events": st.dictionaries(
            st.sampled_from(EVENTS), st.sampled_from(["2026-03", "not yet"]), min_size=1
        ),
    },
)


@ROUND
@given(facts=FACTS)
def test_what_is_said_is_what_is_known_and_reads_back_the_same(
    records: Home, awa: str, facts: dict[str, object | None]
) -> None:
    del records
    from replique.store.describing import said

    made = store.describe_use(performer=awa, facts=facts)
    known = said(made.use)
    assert known.keys() == facts.keys()
    for key, value in facts.items():
        if isinstance(value, str):
            assert str(known[key]) == value.strip(), key
        elif isinstance(value, list):
            assert known[key] == sorted(value), key
        else:
            assert known[key] == value, key
    again = store.describe_use(text=made.text)
    assert dataclasses.replace(again.use, id="") == dataclasses.replace(made.use, id="")
    assert again.sha256 == made.sha256


def test_a_use_is_changed_and_a_fact_taken_back(records: Home, awa: str) -> None:
    del records
    name = store.describe_use(performer=awa, facts=USE).name
    made = store.change_use(name, {"company": "Studio Soleil", "date": None})
    assert (made.use.company, made.use.date, made.use.act) == (
        "Studio Soleil",
        None,
        "dub_language",
    )
    assert made.changed is not None
    assert store.find_use(name) == made
    with pytest.raises(AgreementRefused):
        store.change_use(name, {"act": "dub"})
    assert store.find_use(name) == made
    assert verbs("use") == ["added", "changed"]
    assert altered() == []


@pytest.mark.parametrize("name", ["3", "use 1", "u", "u-1", "u1.5", "", "u٣x"])
def test_the_number_of_an_occurrence_is_no_name_of_a_use(records: Home, name: str) -> None:
    del records
    with pytest.raises(UsageError) as caught:
        store.find_use(name)
    assert "use list" in caught.value.advice


def test_a_use_that_is_not_there_is_told(records: Home) -> None:
    del records
    for name in ("u1", "U99999999999999999"):
        with pytest.raises(NotFound, match=name.lower()):
            store.find_use(name)


def test_uses_of_a_withdrawn_take_leave_the_lists_and_stay_on_record(
    records: Home, found: int, awa: str
) -> None:
    store.describe_use(found)
    store.describe_use(performer=awa)
    store.withdraw_take(records, "1")
    assert [each.name for each in store.uses()] == ["u2"]
    assert [each.name for each in store.uses(withdrawn=True)] == ["u1", "u2"]
    assert [each.use.name for each in store.findings()] == ["u2"]
    assert store.find_use("u1").occurrence == found
    assert [each.use.name for each in store.check(str(found))] == ["u1"], "it was asked for"


def test_a_take_of_which_a_use_is_described_is_not_forgotten(records: Home, found: int) -> None:
    store.describe_use(found)
    with pytest.raises(UsageError, match="u1") as caught:
        store.remove_take(records, "1")
    assert "use remove" in caught.value.advice
    assert len(store.takes(records)) == 1
    store.remove_use("u1")
    store.remove_take(records, "1")
    assert store.occurrences(records) == []


def test_a_take_of_somebody_else_of_the_same_recording_may_be_forgotten(
    records: Home, found: int, awa: str
) -> None:
    store.add_performer("Ben Okri", "ben-okri")
    other = register("ben-okri")
    store.describe_use(found, performer=awa)
    store.remove_take(records, str(other))
    assert [each.occurrence for each in store.uses()] == [found]


def test_a_performer_of_whom_a_use_or_an_agreement_speaks_is_not_removed(
    records: Home, awa: str
) -> None:
    del records
    store.describe_use(performer=awa)
    with pytest.raises(UsageError, match="Uses"):
        store.remove_performer(awa)
    store.remove_use("u1")
    store.add_agreement(rider())
    with pytest.raises(UsageError, match="rider-2026"):
        store.remove_performer(awa)
    store.remove_agreement("rider-2026")
    store.set_life(awa, born="2001")
    store.remove_performer(awa)
    assert store.performers() == []
    assert verbs("life") == ["added", "removed"]
    assert altered() == []


def test_a_forgotten_use_takes_its_finding_and_its_duties_with_it(
    records: Home, awa: str, tmp_path: Path
) -> None:
    del records
    store.add_agreement(rider(duty=True))
    name = store.describe_use(performer=awa, facts=USE).name
    proof = tmp_path / "proof.txt"
    proof.write_text("paid")
    store.do_duty(f"{name}:rider-2026/dub/pay", evidence=proof, by="Awa Diop")
    store.finding(name)
    assert store.remove_use(name).name == name
    assert (store.uses(), store.findings(), store.duties(all_=True)) == ([], [], [])
    for kind in ("use", "finding", "duty"):
        assert verbs(kind)[-1] == "removed"
    assert altered() == []


def test_what_somebody_spoke_of_outlives_an_unfinished_pass(
    records: Home, awa: str, wav: Callable[..., Path]
) -> None:
    """A scan that was stopped begins a medium anew: who judged meanwhile keeps their word."""
    from tests.store.test_sink import medium, occurrence, sink_for

    takes = [store.add_take(records, awa, wav(seed), kind="session") for seed in (1, 2, 3)]
    sink_for(takes)(medium(*takes, wanted=0b111, covered=False))
    first, second, third = (each.id for each in store.occurrences(records))
    store.describe_use(first)
    store.judge(second, "yes", by="Awa Diop")
    again = medium(*takes[:1], wanted=0b111)
    sink_for(takes)(again)
    assert occurrence(takes[0]) == again.found[0].occurrence
    left = [each.id for each in store.occurrences(records)]
    assert left == [first], "found again, it is the same one; the others were not"
    assert third not in left
    assert store.find_use("u1").occurrence == first
    assert store.judgement(second).verdict == "yes", "it left the lists, not the records"
    assert altered() == []


def names(records: Iterable[store.UseRecord]) -> list[str]:
    return [each.name for each in records]


def test_uses_are_listed_by_performer_and_by_occurrence(found: int, awa: str) -> None:
    store.add_performer("Ben Okri", "ben-okri")
    store.describe_use(found)
    store.describe_use(performer="ben-okri")
    assert names(store.uses(awa)) == ["u1"]
    assert names(store.uses("ben-okri")) == ["u2"]
    assert names(store.uses(occurrence=found)) == ["u1"]
    with pytest.raises(NotFound):
        store.uses(occurrence=found + 1)
