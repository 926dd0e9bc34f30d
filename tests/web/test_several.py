"""Several occurrences at once: shown again before anything is done, then all or none of it."""

from __future__ import annotations

from typing import Any

import pytest

from replique import store
from replique.store import Home, cases, desk_queries, members, several
from replique.store.desk_queries import Wanted
from tests.store.papers import verbs
from tests.web.committee import committee
from tests.web.conftest import entered
from tests.web.test_judging import _copies, _numbers


@pytest.fixture
def numbers(searched: Home) -> list[int]:
    """Return six occurrences of Awa's."""
    del searched
    _copies(5)
    return _numbers()


def form(numbers: list[int], **more: str) -> dict[str, str]:
    return {"numbers": ",".join(str(each) for each in numbers), **more}


def test_what_was_ticked_is_shown_again_and_nothing_is_done_yet(numbers: list[int]) -> None:
    answer = entered().post("/occurrences/several/", {"number": numbers[:2], "list": ""})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>2 occurrences</h1>" in said
    assert f'value="{numbers[0]},{numbers[1]}"' in said
    assert store.judgements(numbers) == {}


def test_all_that_the_filter_shows_are_chosen_and_no_more(numbers: list[int]) -> None:
    store.judge(numbers[0], "no", by="Awa")
    store.judge(numbers[1], "yes", by="Awa")
    answer = entered().post(
        "/occurrences/several/", {"all": "yes", "number": numbers[:1], "list": "?judged=not"}
    )
    wanted = desk_queries.numbers(Wanted(judged="not"), 100)
    assert len(wanted) == len(numbers) - 2
    assert f'value="{",".join(str(each) for each in wanted)}"' in answer.content.decode()


def test_a_list_longer_than_is_done_at_once_says_so(
    numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several, "MOST", 4)
    said = entered().post("/occurrences/several/", {"all": "yes", "list": ""}).content.decode()
    assert f"The list shows {len(numbers)}" in said
    assert "<h1>4 occurrences</h1>" in said


def test_each_is_judged_as_if_alone_with_an_entry_of_its_own(numbers: list[int]) -> None:
    before = verbs("judgement")
    answer = entered().post(
        "/occurrences/several/judge/", form(numbers, said="unsure", why="too short", list="")
    )
    assert answer.status_code == 302
    made = store.judgements(numbers)
    assert {each.verdict for each in made.values()} == {"unsure"}
    assert all(each.has_reason for each in made.values())
    assert len(verbs("judgement")) - len(before) == len(numbers)


@pytest.mark.parametrize("said", ["yes", "", "perhaps"])
def test_only_no_and_unsure_are_said_of_several_and_what_was_typed_stays(
    numbers: list[int], said: str
) -> None:
    answer = entered().post(
        "/occurrences/several/judge/", form(numbers, said=said, why="my own words")
    )
    assert answer.status_code == 400
    assert "my own words" in answer.content.decode()
    assert store.judgements(numbers) == {}


def test_one_that_is_not_there_has_none_judged(numbers: list[int]) -> None:
    answer = entered().post("/occurrences/several/judge/", form([*numbers, 10**6], said="no"))
    assert answer.status_code == 400
    assert store.judgements(numbers) == {}


def test_nothing_chosen_leads_back_to_the_list(numbers: list[int]) -> None:
    answer = entered().post("/occurrences/several/", {"list": "?judged=not"})
    assert answer.status_code == 302
    assert answer["Location"] == "/occurrences/?judged=not"
    assert numbers


def test_they_are_put_into_a_case_once(numbers: list[int]) -> None:
    case = cases.open_case("The Lighthouse", by=members.owner("Awa").id).id
    client = entered()
    for _again in range(2):
        client.post("/occurrences/several/give/", form(numbers, case=str(case)))
    assert len(cases.items(case)) == len(numbers)


def test_what_nobody_described_becomes_a_use_and_is_asked_about(numbers: list[int]) -> None:
    known = len(store.uses())
    answer = entered().post(
        "/occurrences/several/describe/",
        form(numbers, act="dub_language", company="Studio Lune", date="2026-03-02"),
    )
    assert answer.status_code == 302
    made = store.uses()[known:]
    assert len(made) == len(numbers) - 1, "the first was described before, and is left"
    assert {each.use.company for each in made} == {"Studio Lune"}
    assert sum(desk_queries.verdicts().values()) == len(numbers), "each was asked about"


@pytest.mark.parametrize("facts", [{}, {"act": "no such act"}, {"date": "yesterday"}])
def test_no_facts_or_wrong_ones_describe_nothing(numbers: list[int], facts: dict[str, str]) -> None:
    known = len(store.uses())
    answer = entered().post("/occurrences/several/describe/", form(numbers, **facts))
    assert answer.status_code == 400
    assert len(store.uses()) == known


@pytest.mark.parametrize("act", ["judge", "give", "describe"])
def test_one_of_somebody_else_s_among_one_s_own_has_nothing_done(
    empty: Home, settings: Any, act: str
) -> None:
    del empty
    settings.COMMITTEE = True
    there = committee()
    from tests.store.papers import find, register

    register("ben", "b" * 64)
    other = find("b" * 64)
    client = there.client("awa")
    more = {"said": "no", "case": str(there.case), "act": "dub_language"}
    answer = client.post(f"/occurrences/several/{act}/", form([there.occurrence, other], **more))
    assert answer.status_code in {400, 403}
    assert store.judgements([there.occurrence, other]) == {}
    assert store.uses() == []
    assert client.post("/occurrences/several/", {"number": [other]}).status_code in {400, 403}


def test_a_reason_given_to_several_is_sealed_of_each(empty: Home, settings: Any) -> None:
    del empty
    settings.COMMITTEE = True
    there = committee()
    answer = there.client("cleo").post(
        "/occurrences/several/judge/", form([there.occurrence], said="no", why="canary-words")
    )
    assert answer.status_code == 302
    made = store.judgement(there.occurrence, testimony=True)
    assert (made.verdict, made.why) == ("no", "")
    from replique.store import sealing
    from replique.store.judging_sealed import about

    assert sealing.sealed_for(there.member("cleo"), about(made.id)) is not None
    assert sealing.sealed_for(there.member("awa"), about(made.id)) is not None
