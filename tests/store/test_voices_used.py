"""Uses of what a voice was heard in: described, asked about and judged, and nothing claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from replique import store
from replique.consent.vocabulary import ACTS
from replique.errors import UsageError
from replique.scan import InProcess
from replique.store import Home
from tests.store.enrolled import LOW, KeysHere, enrol, film, without_models
from tests.store.papers import altered, rider

NOT_SHOWN = "not_shown"


@pytest.fixture
def keys() -> KeysHere:
    return KeysHere()


@pytest.fixture
def found(
    records: Home, awa: str, keys: KeysHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Return the number of an occurrence of the voice of Awa Diop."""
    without_models(monkeypatch)
    enrol(records, awa, LOW, keys)
    film(tmp_path / "films" / "one.wav", (None, 2), (LOW, 6))
    store.scan(records, [tmp_path / "films"], keys=keys, executor=InProcess())
    return store.occurrences(records)[0].id


def test_of_a_voice_goes_without_saying_that_it_resembles_and_no_more(found: int, awa: str) -> None:
    made = store.describe_use(found)
    assert (made.performer, made.occurrence) == (awa, found)
    assert made.use.how_known == "likeness"
    assert not made.use.subjects, "the voice, or a recording that nobody knew of: it is not known"
    assert made.use.artefact is None, "a recording, a replica, a synthesis: it is not known"
    assert made.use.act is None


def test_one_enrolled_singing_is_not_a_singing_voice_for_that(
    found: int, records: Home, awa: str, keys: KeysHere, tmp_path: Path
) -> None:
    del found
    enrol(records, awa, LOW, keys, manner="singing")
    film(tmp_path / "films" / "two.wav", (None, 2), (LOW, 7), seed=40)
    store.scan(records, [tmp_path / "films"], keys=keys, executor=InProcess())
    sung = [
        each.id
        for each in store.occurrences(records, contested=True)
        if each.voice is not None and each.voice.manner == "singing"
    ]
    assert not store.describe_use(sung[0]).use.subjects


@pytest.mark.parametrize("granted", ["recording", "voice", "singing_voice"])
@pytest.mark.parametrize("act", ["dub_language", "voice_convert"])
def test_what_a_paper_grants_settles_nothing_of_a_likeness(
    found: int, granted: str, act: str
) -> None:
    text = rider(acts=act).replace('subjects = ["recording"]', f'subjects = ["{granted}"]')
    store.add_agreement(text)
    store.describe_use(found, facts={"act": act, "company": "Studio Lune", "date": "2026-05-01"})
    (told,) = store.check(str(found))
    assert told.verdict == "undetermined"


def test_it_is_of_the_person_enrolled_and_of_nobody_else(found: int) -> None:
    store.add_performer("Ben Okri", "ben-okri")
    with pytest.raises(UsageError, match="Ben Okri"):
        store.describe_use(found, performer="ben-okri")


def test_undescribed_it_is_undetermined_with_papers_and_without(found: int, awa: str) -> None:
    (bare,) = store.check(str(found))
    assert (bare.use.number, bare.use.performer, bare.verdict) == (None, awa, "undetermined")
    assert NOT_SHOWN in bare.possible
    store.add_agreement(rider())
    (told,) = store.check(str(found))
    assert told.verdict == "undetermined"
    assert NOT_SHOWN in told.possible


@pytest.mark.parametrize("act", ["train_generative", "train_foundation"])
def test_a_likeness_is_held_against_nobody_as_training(found: int, act: str) -> None:
    store.add_agreement(rider())
    store.describe_use(found, facts={"act": act, "company": "Studio Lune", "date": "2026-05-01"})
    (told,) = store.check(str(found))
    assert told.verdict == "undetermined"
    assert NOT_SHOWN in told.possible


@pytest.mark.parametrize("act", ACTS)
def test_whatever_was_done_what_is_not_known_is_never_covered_by_a_paper_on_recordings(
    found: int, act: str
) -> None:
    store.add_agreement(rider(acts=act))
    store.describe_use(found, facts={"act": act, "company": "Studio Lune", "date": "2026-05-01"})
    (told,) = store.check(str(found))
    assert told.verdict != "covered"


def test_where_a_paper_grants_the_voice_it_hangs_on_what_was_made(found: int) -> None:
    text = rider().replace('subjects = ["recording"]', 'subjects = ["voice"]')
    store.add_agreement(text)
    facts = {
        "act": "dub_language",
        "company": "Studio Lune",
        "date": "2026-05-01",
    }
    made = store.describe_use(found, facts=facts)
    assert store.check(made.name)[0].verdict == "undetermined"
    store.change_use(made.name, {"subjects": ["voice"]})
    assert store.check(made.name)[0].verdict == "undetermined"
    store.change_use(made.name, {"artefact": "original_recording"})
    assert store.check(made.name)[0].verdict == "covered"
    store.change_use(made.name, {"artefact": "vocal_digital_replica"})
    assert store.check(made.name)[0].verdict == "outside_scope"


def test_it_is_judged_as_a_take_is(found: int) -> None:
    store.judge(found, "no", by="Awa Diop", why="That is my sister.")
    (told,) = store.check(str(found))
    assert told.judgement is not None
    assert told.judgement.verdict == "no"
    assert store.judgement(found, testimony=True).why == "That is my sister."
    assert altered() == []


def test_what_was_described_is_listed_with_the_others(found: int, awa: str) -> None:
    made = store.describe_use(found)
    assert [each.name for each in store.uses(awa)] == [made.name]
    assert [each.name for each in store.uses(occurrence=found)] == [made.name]


def test_whoever_is_enrolled_is_not_removed(found: int, awa: str) -> None:
    from replique.store.voice_models import Voice, VoiceStatement

    del found
    with pytest.raises(UsageError, match="voice") as caught:
        store.remove_performer(awa)
    assert "replique voice forget awa-diop" in caught.value.advice
    for row in Voice.objects.all():
        row.delete()
    store.remove_performer(awa)
    assert store.performers() == []
    assert not VoiceStatement.objects.exists()
