"""A newer probe searches again: what people said of a place stays with the place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.scan import MediumResult
from replique.store import Home, TakeRecord
from tests.store.papers import altered, verbs
from tests.store.test_sink import medium, sink_for

LATER = "e" * 64


@pytest.fixture
def takes(records: Home, awa: str, wav: Callable[..., Path]) -> list[TakeRecord]:
    """Return two takes, of which the first was found and spoken of."""
    registered = [store.add_take(records, awa, wav(seed), kind="session") for seed in (1, 2)]
    sink_for(registered)(medium(*registered))
    (first, _second) = store.occurrences(records)
    store.describe_use(first.id)
    store.judge(first.id, "no", by="Awa Diop")
    store.judge(first.id, "yes", by="Awa Diop")
    return registered


def moved(result: MediumResult, seconds: float) -> MediumResult:
    """Return the result with every place so much later."""
    found = tuple(
        dataclasses.replace(
            each,
            occurrence=dataclasses.replace(
                each.occurrence,
                start_s=each.occurrence.start_s + seconds,
                end_s=each.occurrence.end_s + seconds,
            ),
        )
        for each in result.found
    )
    return dataclasses.replace(result, found=found)


def test_what_was_said_goes_over_to_the_same_place(records: Home, takes: list[TakeRecord]) -> None:
    before = store.occurrences(records)[0].id
    sink_for(takes, LATER)(moved(medium(*takes, digest=LATER), 0.3))
    (now, _second) = store.occurrences(records)
    assert now.id != before
    assert store.find_use("u1").occurrence == now.id
    assert {n: each.verdict for n, each in store.judgements().items()} == {now.id: "yes"}
    assert verbs("use") == ["added", "carried_over"]
    assert verbs("judgement") == ["added", "added", "carried_over", "carried_over"]
    assert altered() == []


def test_another_place_is_another_occurrence(records: Home, takes: list[TakeRecord]) -> None:
    before = store.occurrences(records)[0].id
    sink_for(takes, LATER)(moved(medium(*takes, digest=LATER), 1.1))
    assert before not in {each.id for each in store.occurrences(records)}
    assert store.find_use("u1").occurrence == before, "kept on record for it"
    assert store.judgement(before).verdict == "yes"


def test_another_take_at_the_same_place_is_another_occurrence(
    records: Home, takes: list[TakeRecord]
) -> None:
    before = store.occurrences(records)[0].id
    sink_for(takes, LATER)(medium(takes[1], digest=LATER))
    assert [each.subject.id for each in store.occurrences(records)] == [takes[1].id]
    assert store.find_use("u1").occurrence == before


def test_a_search_that_was_stopped_carries_nothing_over(
    records: Home, takes: list[TakeRecord]
) -> None:
    before = store.occurrences(records)[0].id
    sink_for(takes, LATER)(medium(*takes, digest=LATER, covered=False))
    assert store.find_use("u1").occurrence == before
    assert before in {each.id for each in store.occurrences(records)}


def test_of_several_the_nearest_is_the_one(records: Home, takes: list[TakeRecord]) -> None:
    result = medium(*takes, digest=LATER)
    twice = dataclasses.replace(
        result, found=(*moved(result, 0.8).found, *moved(result, 0.1).found)
    )
    sink_for(takes, LATER)(twice)
    spoken = store.find_use("u1").occurrence
    (found,) = [each for each in store.occurrences(records) if each.id == spoken]
    assert found.found.start_s == pytest.approx(1.1)
