"""Judge one occurrence, and go on to the next."""

from __future__ import annotations

import pytest
from django.test import Client

from replique import store
from replique.store import Home, desk_queries
from replique.store.desk_queries import Wanted
from tests.web.conftest import entered


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
        following = answer["Location"].split("/")[2]
        if not following or following.startswith("?"):
            break
        at = int(following)
    assert sorted(seen) == sorted(_numbers())
    assert len(seen) == len(set(seen))
    del searched


def test_nonsense_is_no_judgement(inside: Client) -> None:
    answer = inside.post("/occurrences/1/judge/", {"said": "perhaps"})
    assert answer.status_code == 400
    assert store.judgements([1]) == {}


def _numbers() -> list[int]:
    from replique.store.models import Occurrence

    return list(Occurrence.objects.values_list("pk", flat=True))


def _copies(count: int) -> None:
    from replique.store.models import Occurrence

    row = Occurrence.objects.get(pk=1)
    for number in range(count):
        row.pk, row.start_s, row.strength = None, 50.0 + number, 1.0 + number
        row.save(force_insert=True)
