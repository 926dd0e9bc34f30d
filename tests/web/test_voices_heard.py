"""An occurrence of a voice: heard alone, asked about as a likeness, never as a take."""

from __future__ import annotations

import pytest
from django.test import Client

from replique.store import Home, desk_queries
from replique.store.desk_queries import Wanted
from tests.web.conftest import entered


@pytest.fixture
def of_voice(searched: Home) -> int:
    from replique.store.models import Occurrence, Performer
    from replique.store.voice_models import Voice, VoiceStatement

    del searched
    awa = Performer.objects.get(slug="awa-diop")
    statement = VoiceStatement(
        performer=awa, version=1, language="en", text="I agree.", way="typed", by="Awa Diop"
    )
    statement.save()
    voice = Voice(
        performer=awa, statement=statement, key="a" * 64, manner="speaking",
        models_digest="b" * 64, speech_s=61.0, recordings=3,
    )  # fmt: skip
    voice.save()
    row = Occurrence.objects.get(pk=1)
    row.pk, row.recording, row.voice, row.probe, row.strength = None, None, voice, "voices", 2.5
    row.how = {"likeness": 0.6}
    row.save(force_insert=True)
    return int(row.pk)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_page_lets_the_medium_be_heard(of_voice: int, language: str) -> None:
    client = entered()
    answer = client.get(f"/occurrences/{of_voice}/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "data-medium" in page
    assert "data-take" not in page
    assert "Awa Diop" in page
    assert client.get(f"/occurrences/{of_voice}/medium.flac").status_code == 200
    assert client.get(f"/occurrences/{of_voice}/take.flac").status_code == 404
    assert client.get(f"/occurrences/{of_voice}/pictures/").status_code == 200
    assert client.get(f"/occurrences/{of_voice}/take.png").status_code == 404


def test_it_is_asked_whether_it_resembles(of_voice: int) -> None:
    page = entered().get(f"/occurrences/{of_voice}/").content.decode()
    assert "Does it resemble this person’s voice?" in page
    assert "Is it this take, used there?" not in page


def test_the_list_tells_them_apart(of_voice: int, inside: Client) -> None:
    lines = desk_queries.page(Wanted(kind="voice")).lines
    assert [line.id for line in lines] == [of_voice]
    assert lines[0].people == ("Awa Diop",)
    assert "a voice that resembles" in inside.get("/occurrences/?kind=voice").content.decode()
    assert [line.id for line in desk_queries.page(Wanted(kind="take")).lines] == [1]
    assert len(desk_queries.page(Wanted(performer="awa-diop")).lines) == 2
