"""An occurrence of a voice: heard alone, asked about as a likeness, never as a take."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from replique import store
from replique.store import Home, desk_queries, voice_keys
from replique.store.desk_queries import Wanted
from replique.voices.support import caution, propositions
from tests.store.enrolled import LOW, enrol
from tests.web.committee import committee
from tests.web.conftest import Counting, entered
from tests.web.test_pages import MOST_QUERIES

PASSPHRASE = "sous le pont coule la Seine"  # noqa: S105 — of a test


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
    row.how = {"likeness": 0.6, "speech_s": 5.0}
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
    assert "no likelihood ratio" in inside.get("/occurrences/?kind=voice").content.decode()
    _searched_now(of_voice)
    said = inside.get("/occurrences/?kind=voice").content.decode()
    assert "A voice that resembles" in said
    assert "2.5: moderately strong support" in said, "a ratio with its band"
    assert "explained by a take" in said
    assert [line.id for line in desk_queries.page(Wanted(kind="take")).lines] == [1]
    assert len(desk_queries.page(Wanted(performer="awa-diop")).lines) == 2


def test_what_explains_it_is_told_and_led_to(of_voice: int) -> None:
    said = entered().get(f"/occurrences/{of_voice}/").content.decode()
    assert "explained by a take" in said
    assert 'href="/occurrences/1/"' in said
    store.judge(1, "no", by="Awa")
    said = entered().get(f"/occurrences/{of_voice}/").content.decode()
    assert "explained by a take" not in said, "what is not that take explains nothing"


def test_it_is_weighed_in_words_with_both_propositions_and_the_range(of_voice: int) -> None:
    _searched_now(of_voice)
    said = entered().get(f"/occurrences/{of_voice}/").content.decode()
    for each in propositions():
        assert each in said
    assert "moderately strong support" in said
    assert "Validated for" in said
    assert caution() in said


def test_no_ratio_is_told_of_another_calibration_or_of_too_little_speech(of_voice: int) -> None:
    said = entered().get(f"/occurrences/{of_voice}/").content.decode()
    assert "another calibration" in said
    assert "moderately strong support" not in said
    _searched_now(of_voice, speech_s=0.2)
    said = entered().get(f"/occurrences/{of_voice}/").content.decode()
    assert "No likelihood ratio available" in said
    assert "lie outside of what was validated" in said


def test_a_better_supported_voice_in_its_place_is_told_of(of_voice: int) -> None:
    from replique.store.models import Occurrence, Performer
    from replique.store.voice_models import Voice

    weaker = Occurrence.objects.get(pk=of_voice)
    owner = store.add_performer("Tom Reed", "tom-reed").slug
    voice = Voice.objects.get(key="a" * 64)
    voice.pk, voice.key, voice.performer = None, "c" * 64, Performer.objects.get(slug=owner)
    voice.save(force_insert=True)
    row = Occurrence.objects.get(pk=of_voice)
    row.pk, row.voice, row.strength = None, voice, 2.9
    row.save(force_insert=True)
    client = entered()
    assert "better supported" in client.get(f"/occurrences/{weaker.pk}/").content.decode()
    assert "better supported" not in client.get(f"/occurrences/{row.pk}/").content.decode()
    assert client.get("/occurrences/?kind=voice").content.decode().count("better supported") == 1


def test_a_voice_is_described_as_a_likeness_and_no_more(of_voice: int) -> None:
    page = entered().get(f"/occurrences/{of_voice}/use/").content.decode()
    assert 'value="likeness" selected' in page
    assert 'value="original_recording" selected' not in page
    assert 'value="recording" checked' not in page


def test_its_page_takes_few_queries_on_a_committee_s_desk(
    of_voice: int, settings: Any, counting: Counting
) -> None:
    settings.COMMITTEE = True
    there = committee(of_voice)
    store.judge(of_voice, "unsure", by="Cleo")
    for who, page in (("dan", f"/occurrences/{of_voice}/"), ("cleo", f"/occurrences/{of_voice}/")):
        client = there.client(who)
        client.get("/")
        with counting() as seen:
            assert client.get(page).status_code == 200
        assert len(seen) <= MOST_QUERIES, "\n".join(seen)


@pytest.mark.parametrize("who", ["awa", "cleo"])
def test_a_list_of_voices_takes_few_queries(
    of_voice: int, settings: Any, counting: Counting, who: str
) -> None:
    settings.COMMITTEE = True
    there = committee(of_voice)
    from replique.store.models import Performer
    from replique.store.voice_models import Voice

    voice = Voice.objects.get(key="a" * 64)
    voice.performer = Performer.objects.get(slug="awa")
    voice.save()
    client = there.client(who)
    client.get("/")
    with counting() as seen:
        said = client.get("/occurrences/").content.decode()
    assert "A voice that resembles" in said
    assert len(seen) <= MOST_QUERIES, "\n".join(seen)


@pytest.fixture
def enrolled(searched: Home, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return an occurrence of a voice whose enrolment lies under a passphrase."""
    monkeypatch.delenv(voice_keys.PASSPHRASE, raising=False)
    monkeypatch.setattr(voice_keys, "_keyring", lambda: None)
    keys = voice_keys.open_keys(searched, lambda _question: PASSPHRASE)
    from replique.store import voice_marks
    from replique.store.models import Occurrence

    monkeypatch.setattr(voice_marks, "is_marked", lambda *_given: True, raising=False)
    number = enrol(searched, "awa-diop", LOW, keys)  # type: ignore[arg-type] # keys, as the store's
    row = Occurrence.objects.get(pk=1)
    row.pk, row.recording, row.voice_id, row.probe = None, None, number, "voices"
    row.strength, row.how = 2.5, {"likeness": 0.6, "speech_s": 5.0}
    row.save(force_insert=True)
    return int(row.pk)


def test_an_enrolment_is_heard_by_who_opens_it(enrolled: int) -> None:
    client = entered()
    page = client.get(f"/occurrences/{enrolled}/").content.decode()
    assert 'data-asks="yes"' in page
    where = f"/occurrences/{enrolled}/enrolment.flac"
    assert client.get(where).status_code == 403, "it is locked"
    wrong = client.post(where, {"passphrase": "another"})
    assert wrong.status_code == 403
    assert "another" not in wrong.content.decode()
    right = client.post(where, {"passphrase": PASSPHRASE})
    assert right.status_code == 200
    assert right["Content-Type"] == "audio/flac"
    assert right["Cache-Control"] == "no-store"
    assert right.content[:4] == b"fLaC"
    assert client.get(where).status_code == 403, "nothing stays open"


def test_an_enrolment_is_of_a_voice_alone(enrolled: int) -> None:
    assert enrolled
    assert entered().get("/occurrences/1/enrolment.flac").status_code == 404


def test_who_works_on_the_case_hears_no_enrolment(enrolled: int, settings: Any) -> None:
    settings.COMMITTEE = True
    from tests.web.committee import committee as made

    there = made(enrolled)
    client = there.client("dan")
    where = f"/occurrences/{enrolled}/enrolment.flac"
    assert client.get(f"/occurrences/{enrolled}/").status_code == 200
    assert "data-enrolment" not in client.get(f"/occurrences/{enrolled}/").content.decode()
    assert client.post(where, {"passphrase": PASSPHRASE}).status_code == 403


def _searched_now(number: int, speech_s: float = 5.0) -> None:
    from replique.store import ears
    from replique.store.models import Occurrence

    settings = ears.voice_settings(Home.opened())
    Occurrence.objects.filter(pk=number).update(
        probe_digest=settings.digest, how={"likeness": 0.6, "speech_s": speech_s}, run=None
    )


def test_the_overview_says_which_are_likenesses(of_voice: int) -> None:
    del of_voice
    page = entered().get("/overview/awa-diop/").content.decode()
    assert "which shows no use" in page
