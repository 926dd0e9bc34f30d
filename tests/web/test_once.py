"""A form that is sent twice, because its answer was lost, is kept once."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from replique import store
from replique.store import Home
from replique.web.once import _WORD, word
from tests.web.conftest import entered

WORD = "a-word-of-this-form"


def said(**more: str) -> dict[str, str]:
    return {"said": "yes", "once": WORD, **more}


def judged() -> int:
    from replique.store.consent_models import Judgement

    return Judgement.objects.count()


def test_a_judgement_sent_twice_is_kept_once(inside: Client) -> None:
    first, second = (inside.post("/occurrences/1/judge/", said()) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert judged() == 1
    assert "not kept twice" in inside.get(second["Location"]).content.decode()


def test_another_form_of_the_same_page_is_another(inside: Client) -> None:
    inside.post("/occurrences/1/judge/", said())
    inside.post("/occurrences/1/judge/", said(once="another-word-of-a-form"))
    assert judged() == 2


def test_a_form_without_a_word_is_taken_as_ever(inside: Client) -> None:
    for _ in range(2):
        inside.post("/occurrences/1/judge/", {"said": "yes"})
    assert judged() == 2


def test_what_was_refused_may_be_sent_again(inside: Client) -> None:
    assert inside.post("/occurrences/1/judge/", said(said="perhaps")).status_code == 400
    assert inside.post("/occurrences/1/judge/", said()).status_code == 302
    assert judged() == 1


def test_a_form_that_is_shown_again_may_be_sent_again(inside: Client) -> None:
    wrong = {"once": WORD, "date": "no day at all", "act": "dub_language"}
    where = "/occurrences/1/use/"
    before = len(store.uses())
    assert inside.post(where, wrong).status_code in {200, 400}
    assert len(store.uses()) == before
    from replique.web.models import Once

    assert not Once.objects.exists()


def test_every_form_holds_a_word_of_its_own(inside: Client) -> None:
    page = inside.get("/occurrences/1/").content.decode()
    forms = page.count('method="post"')
    words = re.findall(r'name="once" value="([^"]+)"', page)
    assert forms == len(words) == len(set(words)) >= 2
    assert all(_WORD.match(each) for each in words)


def test_two_at_the_same_instant_are_kept_once(searched: Home) -> None:
    from django.db import connection

    client, answers = entered(), []
    gate = threading.Barrier(4)

    def send() -> None:
        mine = Client(HTTP_HOST="127.0.0.1")
        mine.cookies = client.cookies
        gate.wait()
        answers.append(mine.post("/occurrences/1/judge/", said()).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [302] * 4
    assert judged() == 1
    del searched


def test_a_word_is_forgotten_when_no_form_can_hold_it(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.web import once
    from replique.web.models import Once

    inside.post("/occurrences/1/judge/", said())
    once.forget()
    assert Once.objects.count() == 1
    monkeypatch.setattr(once, "REMEMBERED", -once.REMEMBERED)
    once.forget()
    assert not Once.objects.exists()


@given(st.text())
def test_a_word_is_ours_or_none(text: str) -> None:
    assert _WORD.match(word())
    assert _WORD.match(text) is None or (text.isascii() and 16 <= len(text) <= 64)


@pytest.mark.parametrize(("heavy", "held"), [(4, [True]), (3, [False])])
def test_nobody_waits_while_heavy_files_are_copied(
    inside: Client, monkeypatch: pytest.MonkeyPatch, heavy: int, held: list[bool]
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection

    from replique.web import once, searchable

    seen = []

    def take_in(*_said: object) -> None:
        seen.append(connection.in_atomic_block)

    monkeypatch.setattr(searchable, "take_in", take_in)
    monkeypatch.setattr(once, "HEAVY", heavy)
    film = SimpleUploadedFile("film.mkv", b"film")
    assert inside.post("/scans/send/", {"files": film, "once": WORD}).status_code == 400
    assert seen == held


def test_what_is_done_once_is_an_action() -> None:
    from replique.web import once, permissions

    assert set(permissions.ACTIONS) >= once.ACTIONS


def test_the_second_answer_is_for_who_sent_the_first(inside: Client, settings: Any) -> None:
    """The word alone tells nobody where another's form led."""
    del settings
    inside.post("/occurrences/1/judge/", said())
    stranger = Client(HTTP_HOST="127.0.0.1")
    assert stranger.post("/occurrences/1/judge/", said()).status_code == 403
