"""Voices through scan and store: looked for, kept, listed, and searched no second time."""

from __future__ import annotations

import dataclasses
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from replique import store
from replique.errors import KeysLocked, ModelMissing, NotFound, ReferenceDamaged, UsageError
from replique.media.origin import OriginCheck
from replique.models import Ears
from replique.probe import Block, Occurrence
from replique.scan import InProcess, MediumResult, Progress
from replique.store import Home, Scanned
from tests.sounds import write_wav
from tests.store.enrolled import HIGH, LOW, KeysHere, enrol, film, told, without_models
from tests.store.papers import altered
from tests.voices.keen import coloured

Wav = Callable[..., Path]
SPOKEN_S = 6.0


@pytest.fixture(autouse=True)
def _keen(records: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    del records
    without_models(monkeypatch)


@pytest.fixture
def keys() -> KeysHere:
    return KeysHere()


@pytest.fixture
def ben(awa: str) -> str:
    del awa
    return store.add_performer("Ben Okri", "ben-okri").slug


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Awa (low) from 2 to 8 s, somebody high from 10 to 16 s."""
    folder = tmp_path / "films"
    film(folder / "one.wav", (None, 2), (LOW, SPOKEN_S), (None, 2), (HIGH, SPOKEN_S), (None, 2))
    return folder


def scan(home: Home, keys: KeysHere | None, *paths: Path, **settings: object) -> Scanned:
    return store.scan(home, list(paths), keys=keys, executor=InProcess(), **settings)  # type: ignore[arg-type]  # passed on


def results(home: Home, keys: KeysHere, *paths: Path) -> list[MediumResult]:
    """Scan, and return what came of each medium."""
    ended: list[MediumResult] = []

    def note(progress: Progress) -> None:
        if progress.ended is not None:
            ended.append(progress.ended)

    scan(home, keys, *paths, progress=note)
    return ended


def a_take(home: Home, slug: str, seed: int) -> int:
    """Register what is said in `films` with that seed."""
    folder = home.path.parent / "takes"
    folder.mkdir(exist_ok=True)
    band = LOW if seed == 6 else HIGH
    path = write_wav(folder / f"take{seed}.wav", coloured(SPOKEN_S, *band, seed=seed))
    return store.add_take(home, slug, path, kind="session").id


# --- found and listed


def test_a_voice_is_found_where_it_is_heard(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    done = scan(records, keys, films)
    assert (done.takes, done.voices, done.probes, done.notes) == (0, 1, ("voices",), ())
    assert told(records) == [(awa, "speaking", 2, 8)]
    (found,) = store.occurrences(records)
    assert found.take is None
    assert found.voice is not None
    assert found.found.subject == found.voice.key == found.subject.key  # type: ignore[union-attr]  # it is a voice
    assert (found.probe, found.performer_name) == ("voices", "Awa Diop")
    assert found.explained is not None
    assert (found.explained.state, found.explained.by) == ("unexplained_voice", ())
    assert altered() == []


def test_takes_and_voices_are_looked_for_in_one_pass(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    enrol(records, ben, HIGH, keys)
    take = a_take(records, awa, 6)
    (result,) = results(records, keys, films)
    assert result.heard_s == pytest.approx(18.0), "decoded once for both"
    assert {each.probe for each in result.searched} == {"recordings", "voices"}
    assert told(records) == [
        (awa, "speaking", 2, 8),
        (awa, "take", 2, 8),
        (ben, "speaking", 10, 16),
    ], "by the instant at which each begins"
    of_awa, of_take, of_ben = store.occurrences(records)
    assert of_take.take is not None
    assert (of_take.take.id, of_take.explained) == (take, None)
    assert of_awa.explained is not None
    assert (of_awa.explained.state, of_awa.explained.by) == ("by_take", (of_take.id,))
    assert of_ben.explained is not None
    assert of_ben.explained.state == "unexplained_voice"


def test_a_recording_that_a_voice_was_enrolled_with_is_told_as_that(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    def states() -> dict[str, str]:
        found = store.occurrences(records, voice=True)
        return {each.performer: each.explained.state for each in found if each.explained}

    enrol(records, awa, LOW, keys)
    enrol(records, ben, HIGH, keys)
    a_take(records, awa, 6)
    (result,) = results(records, keys, films)
    assert result.sha256 is not None
    assert states() == {awa: "by_take", ben: "unexplained_voice"}
    enrol(records, awa, HIGH, keys, "the witch", sources=["0" * 64, result.sha256])
    assert states() == {awa: "enrolled", ben: "unexplained_voice"}, "in whichever manner she was"
    store.forget_voice(records, awa, "the witch")
    assert states() == {awa: "by_take", ben: "unexplained_voice"}


def test_what_is_listed_can_be_narrowed(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    enrol(records, ben, HIGH, keys)
    take = a_take(records, awa, 6)
    run = scan(records, keys, films).run
    (row,) = [each for each in store.occurrences(records, voice=True) if each.performer == ben]
    assert told(records, voice=False) == [(awa, "take", 2, 8)]
    assert {each[1] for each in told(records, voice=True)} == {"speaking"}
    assert told(records, take=str(take)) == [(awa, "take", 2, 8)]
    assert told(records, take=str(take), voice=True) == []
    assert told(records, performer=ben) == [(ben, "speaking", 10, 16)]
    assert told(records, performer=awa, voice=True, run=run) == [(awa, "speaking", 2, 8)]
    assert told(records, performer=ben, least_voice=row.found.strength - 0.01) != []
    assert told(records, performer=ben, least_voice=row.found.strength + 0.01) == []
    assert told(records, min_strength=1e8) == told(records, voice=True), "a scale of their own"
    assert len(told(records, medium="one")) == 3
    with pytest.raises(NotFound):
        told(records, performer="nobody")


def test_a_voice_explained_is_so_whatever_is_listed(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    take = a_take(records, awa, 6)
    scan(records, keys, films)
    (of_take,) = store.occurrences(records, voice=False)
    states: list[tuple[str, tuple[int, ...]]] = []

    def note() -> None:
        (found,) = store.occurrences(records, voice=True, min_strength=1e8)
        assert found.explained is not None
        states.append((found.explained.state, found.explained.by))

    note()
    store.withdraw_take(records, str(take))
    note()
    store.judge(of_take.id, "no", by="Awa Diop")
    note()
    assert states == [
        ("by_take", (of_take.id,)),
        ("by_take", (of_take.id,)),
        ("unexplained_voice", ()),
    ]


def test_where_takes_were_not_looked_for_it_says_so(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)

    def state() -> str:
        (found,) = store.occurrences(records, voice=True)
        assert found.explained is not None
        return found.explained.state

    assert state() == "unexplained_voice", "nothing is registered that could be looked for"
    a_take(records, awa, 7)
    assert state() == "not_searched"
    scan(records, keys, films, probes=["voices"])
    assert state() == "not_searched"
    scan(records, keys, films, probes=["recordings"])
    assert state() == "unexplained_voice"
    a_take(records, awa, 6)
    assert state() == "not_searched"
    scan(records, None, films, probes=["recordings"])
    assert state() == "by_take"


# --- contested


def test_of_two_people_in_one_place_the_better_supported_is_shown(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    from replique.store.models import Occurrence as Row

    enrol(records, awa, LOW, keys)
    enrol(records, ben, LOW, keys)
    scan(records, keys, films)
    weaker = Row.objects.get(voice__performer__slug=awa)
    weaker.strength, weaker.how = 1.0, {"likeness": 0.3}
    weaker.save()
    assert told(records) == [(ben, "speaking", 2, 8)]
    assert told(records, performer=awa) == [], "whoever is asked for"
    assert len(told(records, contested=True)) == 2
    store.judge(weaker.pk, "unsure", by="Awa Diop")
    assert len(told(records)) == 2, "what somebody spoke of is shown"
    stronger = Row.objects.get(voice__performer__slug=ben)
    store.judge(stronger.pk, "no", by="Ben Okri")
    store.judge(weaker.pk, "yes", by="Awa Diop")
    assert len(told(records)) == 2


def test_what_was_judged_not_to_be_them_hides_nobody(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    from replique.store.models import Occurrence as Row

    enrol(records, awa, LOW, keys)
    enrol(records, ben, LOW, keys)
    scan(records, keys, films)
    Row.objects.filter(voice__performer__slug=awa).update(strength=1.0, how={})
    store.judge(Row.objects.get(voice__performer__slug=ben).pk, "no", by="Ben Okri")
    assert (awa, "speaking", 2, 8) in told(records)


def test_of_one_person_in_two_manners_the_stronger_is_shown(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    from replique.store.models import Occurrence as Row

    enrol(records, awa, LOW, keys)
    enrol(records, awa, LOW, keys, manner="singing")
    assert scan(records, keys, films).voices == 2
    Row.objects.filter(voice__manner="singing").update(strength=1.0, how={})
    assert told(records) == [(awa, "speaking", 2, 8)]
    assert len(told(records, contested=True)) == 2


# --- coverage


def test_what_was_searched_is_not_searched_again(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    again = scan(records, keys, films)
    assert (again.summary.known, again.summary.decoded_s) == (1, 0.0)
    shutil.copy(films / "one.wav", films / "copy.wav")
    assert scan(records, keys, films).summary.decoded_s == 0.0
    assert len(told(records)) == 1


def test_a_voice_that_is_new_is_searched_alone(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    a_take(records, awa, 6)
    scan(records, keys, films)
    enrol(records, ben, HIGH, keys)
    (result,) = results(records, keys, films)
    assert [(each.probe, each.wanted) for each in result.searched] == [("voices", 0b10)]
    assert [each for each in told(records) if each[0] == ben] == [(ben, "speaking", 10, 16)]
    a_take(records, ben, 7)
    (result,) = results(records, keys, films)
    assert [each.probe for each in result.searched] == ["recordings"]
    assert results(records, keys, films)[0].known
    assert altered() == []


def test_the_number_of_a_forgotten_voice_is_never_another_s(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    from replique.store.voice_models import Voice

    first = enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    Voice.objects.get(pk=first).delete()
    assert store.occurrences(records) == []
    second = enrol(records, awa, LOW, keys)
    assert second > first, "coverage of the first would be taken for that of the second"
    (result,) = results(records, keys, films)
    assert len(result.found) == 1


def test_a_voice_forgotten_while_it_is_looked_for_leaves_nothing(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    from replique.store.bits import unpack
    from replique.store.models import Coverage
    from replique.store.voice_models import Voice

    gone, kept = enrol(records, awa, LOW, keys), enrol(records, ben, HIGH, keys)
    film(films / "two.wav", (None, 2), (LOW, 7), (HIGH, 7), seed=50)

    def forget(progress: Progress) -> None:
        if progress.ended is not None:
            for row in Voice.objects.filter(pk=gone):
                row.delete()

    done = scan(records, keys, films, progress=forget)
    assert done.summary.media == 2
    assert {each[0] for each in told(records)} == {ben}
    latest = Coverage.objects.order_by("-pk")[0]
    assert unpack(bytes(latest.subjects.bits)) == [kept]


def test_who_is_forgotten_while_others_are_looked_for_is_in_nobodys_way(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    cy = store.add_performer("Cy Doe", "cy-doe").slug
    enrol(records, awa, LOW, keys)
    enrol(records, ben, HIGH, keys)
    film(films / "two.wav", (None, 2), (LOW, 7), (HIGH, 7), seed=50)
    scan(records, keys, films / "one.wav", performer=ben)
    scan(records, keys, films / "two.wav", performer=awa)
    enrol(records, cy, HIGH, keys)  # with another of them in each medium
    ended: list[MediumResult] = []

    def forget(progress: Progress) -> None:
        if progress.ended is not None:
            if not ended:
                store.forget_voice(records, cy, keys=keys)
            ended.append(progress.ended)

    scan(records, keys, films, progress=forget)
    assert [(each.error, len(each.searched)) for each in ended] == [(None, 1), (None, 1)]
    for name in ("one.wav", "two.wav"):
        assert {each[0] for each in told(records, medium=name)} == {awa, ben}
    assert altered() == []


def test_a_voice_forgotten_in_the_midst_of_keeping_what_was_found_leaves_nothing(
    records: Home, awa: str, keys: KeysHere, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    from replique.store import sink
    from replique.store.models import Coverage
    from replique.store.voice_models import Voice

    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets no transaction begin beside another")
    enrol(records, awa, LOW, keys)
    a_take(records, awa, 6)
    asked = sink._forget_unfinished
    begun: list[threading.Thread] = []
    calls: list[object] = []

    def forget() -> None:
        store.forget_voice(records, awa, keys=keys)
        connection.close()

    def meanwhile(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 2:  # takes come first; it is known by now that the voice is there
            begun.append(threading.Thread(target=forget))
            begun[0].start()
            late = time.monotonic() + 20
            while Voice.objects.exists() and time.monotonic() < late:
                time.sleep(0.01)
        asked(*given)

    monkeypatch.setattr(sink, "_forget_unfinished", meanwhile)
    scan(records, keys, films)
    begun[0].join()
    assert told(records) == [(awa, "take", 2, 8)]
    assert [each.probe for each in Coverage.objects.all()] == ["recordings"]
    assert altered() == []


def test_a_voice_forgotten_while_a_list_is_made_is_not_in_it(
    records: Home, awa: str, keys: KeysHere, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.store.voiced import Voiced

    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    asked = Voiced.outweighed

    def meanwhile(self: Voiced) -> set[int]:
        store.forget_voice(records, awa, keys=keys)
        return asked(self)

    monkeypatch.setattr(Voiced, "outweighed", meanwhile)
    assert told(records) == []


def test_who_goes_back_to_earlier_settings_searches_again(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    enrol(records, ben, HIGH, keys)
    scan(records, keys, films)
    before = {each.performer: each.probe_digest for each in store.occurrences(records)}
    assert scan(records, keys, films, performer=awa, least_voice=0.1).summary.decoded_s > 0
    now = {each.performer: each.probe_digest for each in store.occurrences(records)}
    assert now[awa] != before[awa]
    assert now[ben] == before[ben]
    (result,) = results(records, keys, films)
    assert [each.wanted for each in result.searched] == [0b01], "the other was searched so"
    now = {each.performer: each.probe_digest for each in store.occurrences(records)}
    assert now == before
    assert results(records, keys, films)[0].known
    assert altered() == []


def test_other_settings_supersede_and_what_was_said_goes_over(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    (before,) = store.occurrences(records)
    store.describe_use(before.id)
    store.judge(before.id, "yes", by="Awa Diop")
    scan(records, keys, films, least_voice=-1.0)
    now = [each for each in store.occurrences(records) if round(each.found.start_s) == 2]
    assert len(now) == 1
    assert now[0].id != before.id
    assert store.find_use("u1").occurrence == now[0].id
    assert store.judgements()[now[0].id].verdict == "yes"
    assert altered() == []


# --- who is looked for, and what if that cannot be


def test_one_persons_takes_and_voices_may_be_looked_for(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    enrol(records, ben, HIGH, keys)
    assert scan(records, keys, films, performer=ben).voices == 1
    assert told(records) == [(ben, "speaking", 10, 16)]
    with pytest.raises(NotFound):
        scan(records, keys, films, performer="nobody")


def test_without_anything_to_look_for_it_says_so(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    with pytest.raises(UsageError, match="no take"):
        scan(records, keys, films)
    a_take(records, awa, 6)
    with pytest.raises(UsageError, match="no voice"):
        scan(records, keys, films, probes=["voices"])
    with pytest.raises(UsageError, match="faces"):
        scan(records, keys, films, probes=["recordings", "faces"])
    with pytest.raises(UsageError):
        scan(records, keys, films, probes=[])
    assert store.runs() == []
    done = scan(records, keys, films)
    assert (done.probes, done.notes) == (("recordings",), ())


def test_takes_asked_for_that_are_not_there_are_noted(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    done = scan(records, keys, films, probes=["recordings", "voices"])
    assert (done.probes, done.voices) == (("voices",), 1)
    assert done.notes == ("There is no take to look for.",)


def _missing(ears: Ears) -> None:
    del ears
    raise ModelMissing("It is not installed.", advice="Install it.")


def test_without_models_voices_are_left_out_and_that_is_said(
    records: Home,
    awa: str,
    keys: KeysHere,
    films: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enrol(records, awa, LOW, keys)
    monkeypatch.setattr("replique.store.sought.check_models", _missing)
    with pytest.raises(ModelMissing):
        scan(records, keys, films)
    a_take(records, awa, 6)
    with pytest.raises(ModelMissing):
        scan(records, keys, films, probes=["voices", "recordings"])
    assert store.runs() == [], "before anything is searched"
    done = scan(records, keys, films)
    assert done.probes == ("recordings",)
    assert done.notes == ("Voices were not looked for. It is not installed. Install it.",)
    assert told(records) == [(awa, "take", 2, 8)]


def test_without_keys_voices_are_left_out_and_that_is_said(
    records: Home,
    awa: str,
    keys: KeysHere,
    films: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def locked(home: Home) -> KeysHere:
        del home
        raise KeysLocked("They are locked.", advice="Unlock them.")

    monkeypatch.setattr("replique.store.voice_keys.open_keys", locked)
    enrol(records, awa, LOW, keys)
    a_take(records, awa, 6)
    assert scan(records, None, films).notes == (
        "Voices were not looked for. They are locked. Unlock them.",
    )
    with pytest.raises(KeysLocked):
        scan(records, None, films, probes=["voices"])
    assert scan(records, keys, films).voices == 1


def test_a_voice_of_other_models_is_left_out_by_name(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    from replique.store.voice_models import Voice

    row = Voice.objects.get(pk=enrol(records, awa, LOW, keys))
    row.models_digest = "0" * 64
    row.save()
    with pytest.raises(ReferenceDamaged, match="other models"):
        scan(records, keys, films)
    enrol(records, ben, HIGH, keys)
    done = scan(records, keys, films, probes=["voices"])
    assert done.voices == 1
    (note,) = done.notes
    assert note.startswith("The voice of Awa Diop (speaking) was not looked for: It was enrolled")


def _damage(home: Home, number: int) -> None:
    from replique.store.voice_models import Voice

    (home.voices / f"{Voice.objects.get(pk=number).key}.rpv").write_bytes(b"rubbish")


def test_a_damaged_voice_is_left_out_by_name(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    _damage(records, enrol(records, awa, LOW, keys))
    with pytest.raises(ReferenceDamaged):
        scan(records, keys, films)
    enrol(records, ben, HIGH, keys)
    take = a_take(records, awa, 6)
    index = records.index / f"{store.find_take(records, str(take)).sha256}.rpq"
    index.write_bytes(b"rubbish")
    done = scan(records, keys, films)
    assert (done.takes, done.voices) == (1, 1)
    assert sorted(note.partition(" ")[0] for note in done.notes) == ["The", "The"]
    assert any(note.startswith("The voice of Awa Diop (speaking)") for note in done.notes)
    assert {each[:2] for each in told(records)} == {(awa, "take"), (ben, "speaking")}


def test_when_all_voices_are_damaged_takes_are_found_all_the_same(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    _damage(records, enrol(records, awa, LOW, keys))
    a_take(records, awa, 6)
    done = scan(records, keys, films)
    assert (done.takes, done.voices, done.probes) == (1, 0, ("recordings",))
    assert len(done.notes) == 1


def test_a_voices_probe_that_fails_stops_nothing_else(
    records: Home,
    awa: str,
    keys: KeysHere,
    films: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from replique.voices.probe import VoicesSearch

    def fail(search: VoicesSearch, block: Block) -> list[Occurrence]:
        del search, block
        raise ValueError("a defect that nobody knows of")

    enrol(records, awa, LOW, keys)
    a_take(records, awa, 6)
    with monkeypatch.context() as patch:
        patch.setattr(VoicesSearch, "push", fail)
        scan(records, keys, films)
    assert told(records) == [(awa, "take", 2, 8)]
    assert [each.error_code for each in store.media()] == ["search-failed"]
    (result,) = results(records, keys, films)
    assert [each.probe for each in result.searched] == ["voices"], "takes are not searched again"
    assert len(told(records)) == 2
    assert [each.state for each in store.media()] == ["ok"]


def test_a_voice_damaged_in_midst_of_a_search_stops_nothing_else(
    records: Home, awa: str, ben: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    a_take(records, awa, 6)
    late = enrol(records, ben, HIGH, keys)
    film(films / "a.wav", (LOW, 12), (HIGH, 12), seed=50)

    def damage(progress: Progress) -> None:
        if progress.ended is not None:
            _damage(records, late)

    # the new, longer film first, with all voices; then the old one, for the new voice alone
    scan(records, keys, films, progress=damage)
    assert [each.state for each in store.media()] == ["ok", "ok"], "it was read before"
    assert told(records, medium="one.wav") == [
        *((awa, "speaking", 2, 8), (awa, "take", 2, 8)),
        (ben, "speaking", 10, 16),
    ]


# --- how a file says it was made


def checks(said: str = "Nothing is said.") -> Callable[[object], Iterable[OriginCheck]]:
    return lambda _source: (OriginCheck("content-credentials", "nothing", said),)


def test_where_a_voice_is_found_the_file_is_asked_how_it_was_made(
    records: Home, awa: str, keys: KeysHere, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film(films / "nobody.wav", (HIGH, 8), seed=70)
    monkeypatch.setattr("replique.media.origin.check", checks())
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    by_name = {Path(each.locator).name: each.origin for each in store.media()}
    (said,) = by_name["one.wav"]
    assert (said["check"], said["state"]) == ("content-credentials", "nothing")
    assert by_name["nobody.wav"] == ()
    assert altered() == []


def test_a_later_search_for_takes_keeps_what_the_file_said(
    records: Home,
    awa: str,
    keys: KeysHere,
    films: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("replique.media.origin.check", checks())
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    a_take(records, awa, 6)
    scan(records, keys, films, probes=["recordings"])
    assert len(store.media()[0].origin) == 1
    assert altered() == []


def test_a_file_that_cannot_be_asked_is_not_checked_and_no_failure(
    records: Home, awa: str, keys: KeysHere, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: object) -> None:
        del source
        raise ValueError("/a/private/path")

    monkeypatch.setattr("replique.media.origin.check", fail)
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    (medium,) = store.media()
    (said,) = medium.origin
    assert (medium.state, said["state"]) == ("ok", "not_checked")
    assert "private" not in str(said["said"])
    assert len(told(records)) == 1


def test_what_a_file_says_is_kept_whatever_it_says(
    records: Home, awa: str, keys: KeysHere, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wild = OriginCheck("a", "found", "\x00\udce9", {"\x00": "a\x00b"})
    monkeypatch.setattr("replique.media.origin.check", lambda _source: (wild,))
    enrol(records, awa, LOW, keys)
    scan(records, keys, films)
    (said,) = store.media()[0].origin
    assert said == {
        "check": "a",
        "state": "found",
        "said": "\\x00\\xe9",
        "detail": {"\\x00": "a\\x00b"},
    }


# --- what goes to workers


def test_the_keys_of_voices_are_in_no_text(records: Home, awa: str, keys: KeysHere) -> None:
    import pickle

    from replique.recordings import Settings
    from replique.store.sought import seek

    enrol(records, awa, LOW, keys)
    sought = seek(records, None, performer=None, settings=Settings(), least_voice=None, keys=keys)
    assert sought.voices is not None
    (held,) = keys.held.values()
    for text in (repr(sought), str(sought.voices.spec), repr(dataclasses.replace(sought))):
        assert repr(held)[2:-1] not in text
        assert held.hex() not in text
    again = pickle.loads(pickle.dumps(sought.voices.spec))  # noqa: S301 — our own
    assert again.data_keys == (held,)
    assert again.digest == sought.voices.spec.digest
