"""Judge one occurrence, and go on to the next."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from replique import store
from replique.store import Home, desk_queries
from replique.store.desk_queries import Wanted
from tests.web.committee import Committee, committee
from tests.web.conftest import Counting, entered
from tests.web.test_pages import MOST_QUERIES


@pytest.mark.parametrize("verdict", ["yes", "no", "unsure"])
def test_what_a_person_says_is_kept_with_their_name(inside: Client, verdict: str) -> None:
    inside.post("/name/", {"name": "  Awa   Diop ", "next": "/"})
    answer = inside.post("/occurrences/1/judge/", {"said": verdict, "why": "my own breath"})
    assert answer.status_code == 302
    made = store.judgement(1)
    assert (made.verdict, made.by, made.has_reason) == (verdict, "Awa Diop", True)
    page = inside.get("/occurrences/1/").content.decode()
    assert "my own breath" not in page, "why is private until somebody asks"


def test_why_is_told_to_who_asks(inside: Client) -> None:
    inside.post("/occurrences/1/judge/", {"said": "yes", "why": "<b>breath</b>"})
    assert inside.get("/occurrences/1/why/").status_code == 405, "reading it is an act"
    said = inside.post("/occurrences/1/why/").content.decode()
    assert "&lt;b&gt;breath&lt;/b&gt;" in said


def test_the_next_of_the_list_comes_by_itself(searched: Home) -> None:
    _copies(4)
    client = entered()
    list_ = "?judged=not&order=weakest"
    seen = []
    at = desk_queries.page(Wanted(judged="not", order="weakest")).lines[0].id
    while True:
        seen.append(at)
        answer = client.post(f"/occurrences/{at}/judge/", {"said": "no", "list": list_})
        if not answer["Location"].startswith("/occurrences/"):
            break  # at home, which says what comes after listening
        at = int(answer["Location"].split("/")[2])
    assert sorted(seen) == sorted(_numbers())
    assert len(seen) == len(set(seen))
    del searched


def test_nonsense_is_no_judgement(inside: Client) -> None:
    answer = inside.post("/occurrences/1/judge/", {"said": "perhaps"})
    assert answer.status_code == 400
    assert store.judgements([1]) == {}


WHY = "his breath, and the way he says <no>"


@pytest.fixture
def keyless(empty: Home, settings: Any) -> tuple[Committee, Client]:
    """Return a committee, and Dan, a confidant of Awa's, who has made no key."""
    del empty
    settings.COMMITTEE = True
    from replique.store.testimony_models import MemberKey, RecoveryPart

    there = committee()
    number = there.member("dan")
    for part in RecoveryPart.objects.filter(confidant_key__member=number):
        part.delete()
    for key in MemberKey.objects.filter(member=number):
        key.delete()
    return there, there.client("dan")


def test_who_has_no_key_is_told_so_before_they_type(keyless: tuple[Committee, Client]) -> None:
    there, client = keyless
    said = client.get(f"/occurrences/{there.occurrence}/").content.decode()
    assert "you need a key first" in said
    assert 'href="/key/"' in said
    assert 'name="why"' not in said
    other = there.client("cleo").get(f"/occurrences/{there.occurrence}/").content.decode()
    assert "you need a key first" not in other
    assert 'name="why"' in other


def test_what_was_typed_is_not_lost_when_it_cannot_be_sealed(
    keyless: tuple[Committee, Client],
) -> None:
    there, client = keyless
    answer = client.post(
        f"/occurrences/{there.occurrence}/judge/", {"said": "no", "why": WHY, "list": ""}
    )
    said = answer.content.decode()
    assert answer.status_code == 400
    assert f'value="{escape(WHY)}"' in said
    assert 'value="no" checked' in said
    assert store.judgements([there.occurrence]) == {}, "nothing is half kept"


def test_without_a_reason_no_key_is_needed(keyless: tuple[Committee, Client]) -> None:
    there, client = keyless
    answer = client.post(f"/occurrences/{there.occurrence}/judge/", {"said": "no", "list": ""})
    assert answer.status_code == 302
    assert store.judgement(there.occurrence).verdict == "no"


@pytest.mark.parametrize("who", ["awa", "cleo", "dan"])
@pytest.mark.parametrize("page", ["", "agreements/", "use/", "pictures/"])
def test_a_committee_s_pages_take_few_queries_too(
    searched: Home, settings: Any, counting: Counting, who: str, page: str
) -> None:
    del searched
    settings.COMMITTEE = True
    there = committee(1)
    from replique.store.models import Performer, Take

    Take.objects.update(performer=Performer.objects.get(slug="awa"))
    store.judge(1, "yes", by="Cleo")
    client = there.client(who)
    client.get("/")
    with counting() as seen:
        assert client.get(f"/occurrences/1/{page}").status_code == 200
    assert len(seen) <= MOST_QUERIES, "\n".join(seen)


def _numbers() -> list[int]:
    from replique.store.models import Occurrence

    return list(Occurrence.objects.values_list("pk", flat=True))


def _copies(count: int) -> None:
    from replique.store.models import Occurrence

    row = Occurrence.objects.get(pk=1)
    for number in range(count):
        row.pk, row.start_s, row.strength = None, 50.0 + number, 1.0 + number
        row.save(force_insert=True)
