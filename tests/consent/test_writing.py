from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique.consent import reading, writing
from replique.consent.dates import when
from replique.consent.records import Agreement, Circumstance, Life, State, Use
from tests.consent import written

large = settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
CANARY = "canary-48c1"


@large
@given(written.agreements)
def test_what_is_written_of_an_agreement_is_read_back(record: Agreement) -> None:
    assert reading.agreement(writing.agreement(record)) == record


@large
@given(written.uses)
def test_what_is_written_of_a_use_is_read_back(record: Use) -> None:
    assert reading.use(writing.use(record)) == record


@large
@given(written.lives)
def test_what_is_written_of_a_performer_is_read_back(record: Life) -> None:
    assert reading.life(writing.life(record)) == record


@large
@given(written.agreements)
def test_writing_twice_is_writing_once(record: Agreement) -> None:
    text = writing.agreement(record)
    assert writing.agreement(reading.agreement(text)) == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=80))
def test_whatever_was_said_comes_back_as_it_was_said(said: str) -> None:
    record = Agreement("a", "individual", frozenset({"awa"}), note=said.strip())
    assert reading.agreement(writing.agreement(record)).note == said.strip()


def test_testimony_is_left_out_where_it_is_not_asked_for() -> None:
    day = when("2024-03-05")
    record = Agreement(
        "a",
        "individual",
        frozenset({"awa"}),
        circumstances=(Circumstance("threat_of_dismissal", day, CANARY, CANARY, CANARY),),
        states=(State("withdrawn", day, note=CANARY),),
        note=CANARY,
    )
    assert writing.agreement(record).count(CANARY) == 5
    text = writing.agreement(record, testimony=False)
    assert CANARY not in text
    assert reading.agreement(text).circumstances[0].marker == "threat_of_dismissal"
    assert reading.agreement(text).states[0].status == "withdrawn"


@pytest.mark.parametrize("end", ["none", "2027-03-04"])
def test_an_end_and_no_end_are_told_apart(end: str) -> None:
    text = (
        'schema = "replique-agreement/1"\nid = "a"\nkind = "individual"\n'
        f'performer = "awa"\n[term]\nend = "{end}"\n'
    )
    term = reading.agreement(writing.agreement(reading.agreement(text))).term
    assert term.endless is (end == "none")
    assert (term.end is None) is (end == "none")
