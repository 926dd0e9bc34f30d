from __future__ import annotations

import pytest

from replique import store
from replique.errors import NotFound, UsageError
from replique.store import Home
from tests.store.papers import CANARY, altered, find, register, told, verbs


@pytest.fixture
def found(records: Home, awa: str) -> int:
    """Return the number of an occurrence."""
    del records
    register(awa)
    return find()


def test_the_newest_judgement_holds_and_all_are_kept(found: int) -> None:
    from replique.store.consent_models import Judgement

    for verdict in ("unsure", "no", "yes"):
        made = store.judge(found, verdict, by=f"said {verdict}")
        assert store.judgement(found) == made
        assert store.judgements() == {found: made}
    assert store.judgement(found).by == "said yes"
    assert Judgement.objects.count() == 3
    assert verbs("judgement") == ["added"] * 3
    assert altered() == []


def test_why_is_told_only_when_it_is_asked_for_and_the_reading_is_on_record(found: int) -> None:
    made = store.judge(found, "no", f"  {CANARY}\nin two lines\0 ", by="Awa Diop")
    seen = [made, store.judgement(found), store.judgements()]
    assert CANARY not in repr(seen)
    assert made.has_reason
    assert verbs("judgement") == ["added"]
    told_ = store.judgement(found, testimony=True)
    assert told_.why.splitlines()[0] == CANARY
    assert CANARY not in repr(told_), "not by being printed either"
    assert verbs("judgement") == ["added", "read"]
    assert CANARY not in told()
    assert "Awa" not in told()


@pytest.mark.parametrize(("verdict", "by"), [("maybe", "Awa"), ("", "Awa"), ("yes", "  ")])
def test_what_is_no_judgement_is_refused(found: int, verdict: str, by: str) -> None:
    with pytest.raises(UsageError) as caught:
        store.judge(found, verdict, CANARY, by)
    assert CANARY not in f"{caught.value} {caught.value.advice}"
    assert store.judgements() == {}
    with pytest.raises(NotFound):
        store.judgement(found)


def test_an_occurrence_that_is_not_there_is_told(found: int) -> None:
    with pytest.raises(NotFound, match=str(found + 1)) as caught:
        store.judge(found + 1, "yes", CANARY, "Awa")
    assert CANARY not in f"{caught.value} {caught.value.advice}"


def test_judgements_of_many_are_found_at_once(found: int) -> None:
    others = [find(start_s=20.0 + number) for number in range(3)]
    for number in (found, others[1]):
        store.judge(number, "yes", by="Awa")
    assert store.judgements([]) == {}
    assert store.judgements([found, *others]).keys() == {found, others[1]}
    assert store.judgements(range(10**6, 10**6 + 2000)) == {}


def test_a_judgement_goes_with_what_it_judges_and_the_ledger_says_so(
    records: Home, found: int
) -> None:
    store.judge(found, "yes", by="Awa")
    store.remove_take(records, "1")
    assert store.judgements() == {}
    assert verbs("judgement") == ["added", "removed"]
    assert altered() == []
