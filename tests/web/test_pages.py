"""Every page: that it answers, in both languages, guarded, with few queries."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.store.papers import CANARY
from tests.web.conftest import Counting

PAGES = (
    "/",
    "/takes/",
    "/voices/",
    "/voices/enrol/awa-diop/",
    "/scans/",
    "/occurrences/",
    "/occurrences/?judged=not&order=place&performer=awa-diop&medium=film&least=1",
    "/occurrences/1/",
    "/occurrences/1/?judged=not&context=5",
    "/occurrences/1/agreements/",
    "/occurrences/?verdict=none&withdrawn=yes",
    "/occurrences/1/pictures/",
    "/occurrences/1/use/",
    "/uses/u1/",
    "/agreements/",
    "/agreements/of/rider-2026/",
    "/agreements/new/awa-diop/?template=rider",
    "/overview/awa-diop/",
    "/settings/",
    "/tokens/",
)
MOST_QUERIES = 15


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_answers_with_few_queries(
    inside: Client, counting: Counting, page: str, language: str
) -> None:
    with counting() as seen:
        answer = inside.get(page, headers={"Accept-Language": language})
    assert answer.status_code == 200
    if "pictures" not in page:
        assert f'<html lang="{language}">' in answer.content.decode()
    assert len(seen) <= MOST_QUERIES, "\n".join(seen)


@pytest.mark.parametrize("page", ["/", "/takes/", "/scans/", "/occurrences/"])
def test_an_empty_desk_says_how_to_begin(newcomer: Client, page: str) -> None:
    answer = newcomer.get(page)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Add a performer" in said or "Scan" in said
    assert "performers/" in newcomer.get("/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_may_load_is_its_own_and_nothing_inline(inside: Client, page: str) -> None:
    answer = inside.get(page)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http:" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "no-store"
    said = answer.content.decode()
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", said)
    for script in re.findall(r"<script(.*?)>", said):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", said)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_claims_more_than_was_measured(inside: Client, page: str) -> None:
    said = inside.get(page).content.decode()
    assert not re.search(r"\bmatch(es|ed)?\b|\bidentified\b|99 ?%", said)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells_testimony_that_nobody_asked_for(inside: Client, page: str) -> None:
    assert CANARY not in inside.get(page).content.decode()


def test_what_the_agreements_say_is_told_with_its_reasons(inside: Client) -> None:
    assert "/occurrences/1/agreements/" in inside.get("/occurrences/1/").content.decode()
    said = inside.get("/occurrences/1/agreements/").content.decode()
    assert "The use u1, as it was described" in said
    assert "Studio Lune" in said
    assert "250" in said, "and what is owed"


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/nowhere/", 404),
        ("/occurrences/999/", 404),
        ("/scans/999/", 404),
        ("/takes/9/sound.flac", 404),
    ],
)
def test_what_is_not_there_has_a_page_too(inside: Client, page: str, status: int) -> None:
    answer = inside.get(page)
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()


def test_a_language_once_chosen_is_kept(inside: Client) -> None:
    answer = inside.post("/language/", {"language": "fr", "next": "/takes/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/takes/"
    assert '<html lang="fr">' in inside.get("/", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_choosing_a_language_leads_nowhere_else(inside: Client, elsewhere: str) -> None:
    answer = inside.post("/language/", {"language": "fr", "next": elsewhere})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("header", "language"),
    [("fr-CA,fr;q=0.9,en;q=0.8", "fr"), ("en-GB", "en"), ("de,en;q=0.4,fr;q=0.5", "fr"),
     ("de", "en"), ("fr;q=0,en;q=0.1", "en"), (";;;,q=x", "en"), ("fr;q=nonsense,en", "en")],
)  # fmt: skip
def test_the_browser_is_asked_for_its_language(inside: Client, header: str, language: str) -> None:
    said = inside.get("/", headers={"Accept-Language": header}).content.decode()
    assert f'<html lang="{language}">' in said


def test_a_page_goes_over_the_wire_compressed_and_a_sound_as_it_is(inside: Client) -> None:
    import gzip

    plain = inside.get("/occurrences/").content
    answer = inside.get("/occurrences/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(plain) / 2
    assert b"<html" in gzip.decompress(answer.content)
    sound = inside.get("/occurrences/1/medium.flac", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in sound
