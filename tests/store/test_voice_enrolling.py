"""Enrolling: on whose word, of which recordings, and what is left when it does not come off."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from replique import store
from replique.errors import (
    KeysLocked,
    MediaError,
    ReferenceRefused,
    Unreadable,
    UsageError,
)
from replique.store import Home
from replique.store.records import VoiceRecord
from tests.store.enrolling_people import (
    AWA,
    BO,
    MemoryKeyring,
    ears,
    enrol,
    lines,
    no_ring,
    ring,
    spoken,
    written,
)
from tests.voices.keen import RATE, KeenEars, silence

__all__ = ["ears", "no_ring", "ring"]  # fixtures
pytestmark = pytest.mark.usefixtures("ears")


def files_of(home: Home) -> set[str]:
    return {each.name for each in home.voices.iterdir()} - {"keys.json", ".choosing"}


@pytest.fixture
def hers(tmp_path: Path) -> Path:
    return spoken(tmp_path / "voice" / "monologue.wav")


def test_a_voice_is_enrolled_on_a_statement_in_the_words_that_were_shown(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store.voice_models import VoiceStatement
    from replique.voices import statement

    shown = store.statement(awa)
    done = enrol(records, awa, [hers])
    assert store.voices() == store.voices(awa) == [done.voice]
    assert (done.voice.manner, done.voice.recordings, done.voice.way) == ("speaking", 1, "typed")
    assert done.voice.speech_s == pytest.approx(24, abs=1)
    assert "one-recording" in done.voice.remarks
    assert done.alike == []
    row = VoiceStatement.objects.get()
    assert (row.text, row.language, row.version) == (shown, "en", statement.VERSION)
    assert (row.by, row.withdrawn_at) == ("Awa Diop", None)
    assert files_of(records) == {f"{done.voice.key}.rpv"}
    assert set(ring.held) == {("replique", done.voice.key)}


def test_the_sound_and_the_names_can_be_had_again_and_make_the_same_reference(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path, ears: KeenEars
) -> None:
    from replique.store import voice_files
    from replique.voices import enrolment

    del ring
    key = enrol(records, awa, [hers]).voice.key
    content = voice_files.read(records, key, store.open_keys(records).get(key))
    assert content.names == ["monologue.wav"]
    assert np.abs(content.sounds[0] - lines()).max() < 1e-4
    again, _remarks = enrolment.enrol(ears, content.sounds)
    assert again.to_bytes() == content.reference.to_bytes()


def sources(voice: VoiceRecord) -> list[str]:
    from replique.store.voice_models import Voice

    kept: list[str] = Voice.objects.get(key=voice.key).sources
    return kept


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_files_can_be_known_again_by_their_hashes(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store.voice_models import Voice

    del ring
    other = spoken(hers.with_name("day2.wav"), seed=50)
    packed = hers.with_name("day3.zip")
    inside = spoken(hers.with_name("day3.wav"), seed=70)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(inside, "day3.wav")
    first = enrol(records, awa, [hers, other]).voice
    assert sources(first) == [sha256_of(hers), sha256_of(other)]
    copy = hers.with_name("copy.wav")
    copy.write_bytes(other.read_bytes())
    second = enrol(records, awa, [copy, packed]).voice
    assert sources(second) == [sha256_of(hers), sha256_of(other), sha256_of(inside)]
    row = Voice.objects.get(key=second.key)
    assert row.ledger_content()["sources"] == row.sources
    assert not any(each in json.dumps(row.ledger_public()) for each in row.sources)


def test_a_folder_is_read_with_what_lies_in_it(
    records: Home, awa: str, ring: MemoryKeyring, tmp_path: Path
) -> None:
    del ring
    for number in (1, 2):
        spoken(tmp_path / "voice" / f"day{number}.wav", seed=10 * number)
    (tmp_path / "voice" / "notes.txt").write_text("about these recordings")
    seen: list[str] = []
    done = store.enrol_voice(
        records,
        awa,
        [tmp_path / "voice"],
        given=store.Statement("typed", by="awa  DIOP"),
        keys=store.open_keys(records),
        progress=seen.append,
    )
    assert done.voice.recordings == 2
    assert "one-recording" not in done.voice.remarks
    assert [Path(each).name for each in seen] == ["day1.wav", "day2.wav"]


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ("silent", "Hardly any speech"),
        ("two-people", "different voices"),
        ("clipped", "too loudly"),
        ("music-under-it", "Music or noise"),
    ],
)
@pytest.mark.usefixtures("awa")
def test_each_recording_that_cannot_be_used_is_named_with_its_reason(
    records: Home, ring: MemoryKeyring, hers: Path, flaw: str, code: str
) -> None:
    bed = 0.1 * np.random.default_rng(1).standard_normal(len(lines())).astype(np.float32)
    sounds = {
        "silent": silence(10.0),
        "two-people": np.concatenate([lines(), lines(BO, seed=9)]),
        "clipped": np.clip(6 * lines(), -0.8, 0.8),
        "music-under-it": lines() + bed,
    }
    bad = written(hers.with_name(f"{flaw}.wav"), sounds[flaw])
    with pytest.raises(ReferenceRefused, match=rf"{flaw}\.wav: .*{code}") as refused:
        enrol(records, "awa-diop", [hers, bad])
    assert "monologue.wav" not in str(refused.value)
    assert refused.value.advice
    assert store.voices() == []
    assert files_of(records) == set()
    assert ring.held == {}


def test_a_bed_is_told_though_some_pauses_are_silent(ears: KeenEars) -> None:
    from replique.voices.enrolment import LEAST_PAUSE_DB, LEAST_RANGE_DB, examine, objections

    noise = np.random.default_rng(2).uniform(-1, 1, 3 * RATE).astype(np.float32)
    bed = 0.009 * noise
    bed[: RATE * 3 // 4] = 0
    speech = 0.1 * lines(count=1)[: 4 * RATE]
    held, clean = (
        examine(ears, np.concatenate([piece for _i in range(6) for piece in (speech, pause)]))
        for pause in (bed, np.zeros_like(bed))
    )
    assert held.range_db > LEAST_RANGE_DB
    assert held.pause_db < LEAST_PAUSE_DB < clean.pause_db
    assert "music-or-noise" in {each.code for each in objections(held)}
    assert "music-or-noise" not in {each.code for each in objections(clean)}
    assert examine(ears, speech).pause_db == float("inf")  # it hardly pauses


def test_recordings_of_two_people_are_refused_by_their_names(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    his = spoken(hers.with_name("his.wav"), BO)
    with pytest.raises(ReferenceRefused, match=r"one person.*monologue\.wav and .*his\.wav"):
        enrol(records, awa, [hers, his])


def test_what_is_no_recording_is_an_error_that_names_it(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    hers.with_name("cut.wav").write_bytes(hers.read_bytes()[:40])
    for name in ("cut.wav", "nowhere.wav"):
        with pytest.raises(MediaError, match=name):
            enrol(records, awa, [hers, hers.with_name(name)])
    empty = hers.with_name("empty")
    empty.mkdir()
    with pytest.raises(ReferenceRefused, match="No recording"):
        enrol(records, awa, [empty])
    assert store.voices() == []


def test_a_recording_given_twice_counts_once(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    copy = hers.with_name("copy.wav")
    copy.write_bytes(hers.read_bytes())
    done = enrol(records, awa, [hers, copy])
    assert done.voice.recordings == 1
    assert done.voice.speech_s == pytest.approx(24, abs=1)
    assert "twice" in done.voice.remarks
    with pytest.raises(ReferenceRefused, match="already"):
        enrol(records, awa, [copy])
    assert store.voices() == [done.voice]


def test_several_manners_are_voices_of_their_own(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    speaking = enrol(records, awa, [hers]).voice
    old_woman = enrol(records, awa, [spoken(hers.with_name("w.wav"), BO)], manner=" the  witch ")
    assert [each.manner for each in store.voices(awa)] == ["speaking", "the witch"]
    assert old_woman.voice.key != speaking.key
    assert len(ring.held) == 2
    for manner in ("", "  ", "x" * 61):
        with pytest.raises(UsageError, match="manner"):
            enrol(records, awa, [hers], manner=manner)


def test_added_recordings_make_another_voice_with_another_key(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store import voice_files
    from replique.store.voice_models import VoiceStatement

    first = enrol(records, awa, [hers]).voice
    second = enrol(records, awa, [spoken(hers.with_name("day2.wav"), seed=50)]).voice
    assert store.voices() == [second]
    assert second.recordings == 2
    assert second.speech_s == pytest.approx(48, abs=2)
    assert {first.id, first.key}.isdisjoint({second.id, second.key})
    assert files_of(records) == {f"{second.key}.rpv"}
    assert set(ring.held) == {("replique", second.key)}
    content = voice_files.read(records, second.key, store.open_keys(records).get(second.key))
    assert content.names == ["monologue.wav", "day2.wav"]
    # the first was not taken back: the person agreed once more
    assert list(VoiceStatement.objects.values_list("withdrawn_at", flat=True)) == [None, None]


def test_added_recordings_of_somebody_else_are_refused_and_the_voice_stays(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    first = enrol(records, awa, [hers]).voice
    with pytest.raises(ReferenceRefused, match="one person"):
        enrol(records, awa, [spoken(hers.with_name("his.wav"), BO)])
    assert store.voices() == [first]
    assert files_of(records) == {f"{first.key}.rpv"}
    assert set(ring.held) == {("replique", first.key)}


def test_only_the_persons_own_name_may_be_typed(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    for name in ("", "Awa", "Awa Diop, by her agent", "Bo Nilsson"):
        with pytest.raises(UsageError, match="registered: Awa Diop"):
            enrol(records, awa, [hers], name)
    assert store.voices() == []


def test_a_fourth_person_on_a_typed_name_in_a_day_is_refused(
    records: Home, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    for number in range(3):
        slug = store.add_performer(f"Person {number}", f"p{number}").slug
        enrol(records, slug, [hers], f"Person {number}")
        store.forget_voice(records, slug)  # does not give a place free
    store.add_performer("Person 3", "p3")
    with pytest.raises(UsageError, match="3 other people") as refused:
        enrol(records, "p3", [hers], "Person 3")
    assert "signed" in refused.value.advice
    enrol(records, "p0", [hers], "Person 0")  # who agreed already may again
    page = hers.with_name("page.pdf")
    page.write_bytes(b"%PDF signed by Person 3")
    signed = store.Statement("signed", file=page)
    keys = store.open_keys(records)
    assert store.enrol_voice(records, "p3", [hers], given=signed, keys=keys).voice.way == "signed"


@pytest.mark.parametrize("by", ["removing", "renaming"])
def test_no_more_people_are_enrolled_in_a_day_by_removing_or_renaming_performers(
    records: Home, ring: MemoryKeyring, hers: Path, by: str
) -> None:
    del ring
    store.add_performer("Person 0", "p")
    for number in range(4):
        name = f"Person {number}"
        if number and by == "removing":
            store.forget_voice(records, "p")
            store.remove_performer("p")
            store.add_performer(name, "p")
        elif number:
            store.rename_performer("p", name)
        if number == 3:
            with pytest.raises(UsageError, match="3 other people"):
                enrol(records, "p", [hers], name, manner=name)
        else:
            enrol(records, "p", [hers], name, manner=name)


def test_a_signed_statement_is_kept_as_evidence_and_serves_one_person(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store import evidence_files
    from replique.store.voice_models import VoiceStatement

    del ring
    page = hers.with_name("signed by awa.jpg")
    page.write_bytes(b"a photograph of a page")
    keys = store.open_keys(records)
    signed = store.Statement("signed", file=page)
    store.enrol_voice(records, awa, [hers], given=signed, keys=keys)
    (kept,) = evidence_files.kept()
    row = VoiceStatement.objects.get()
    assert (row.sha256, row.by) == (kept.sha256, "signed by awa.jpg")
    store.add_performer("Bo Nilsson", "bo")
    with pytest.raises(UsageError, match="somebody else"):
        store.enrol_voice(records, "bo", [hers], given=signed, keys=keys)
    for file, error in ((None, UsageError), (hers.with_name("none.pdf"), Unreadable)):
        with pytest.raises(error):
            store.enrol_voice(
                records, "bo", [hers], given=store.Statement("signed", file=file), keys=keys
            )
    page.write_bytes(b"")
    with pytest.raises(UsageError, match="empty"):
        store.enrol_voice(records, "bo", [hers], given=signed, keys=keys)


@pytest.mark.parametrize("flaw", ["endless", "huge"])
def test_what_is_no_page_is_refused_before_it_is_read(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path, flaw: str
) -> None:
    """A pipe would be waited for, a film copied."""
    del ring
    page = hers.with_name(flaw)
    if flaw == "endless":
        os.mkfifo(page)
    else:
        page.touch()
        os.truncate(page, 200_000_001)
    signed = store.Statement("signed", file=page)
    with pytest.raises(UsageError, match=f"{flaw} is no scan") as told:
        store.enrol_voice(records, awa, [hers], given=signed, keys=store.open_keys(records))
    assert "200 MB" in told.value.advice
    assert store.voices() == []


def test_a_statement_is_kept_in_the_language_in_which_it_was_read(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.language import choose, current
    from replique.store.voice_models import VoiceStatement

    del ring
    choose("fr")
    in_french = store.statement(awa)
    choose("en")
    keys = store.open_keys(records)
    store.enrol_voice(
        records, awa, [hers], given=store.Statement("typed", "Awa Diop", language="fr"), keys=keys
    )
    row = VoiceStatement.objects.get()
    assert (row.language, row.text) == ("fr", in_french)
    assert current() == "en"
    with pytest.raises(UsageError, match="xx"):
        store.enrol_voice(
            records,
            awa,
            [hers],
            given=store.Statement("typed", "Awa Diop", language="xx"),
            keys=keys,
        )


def test_a_child_does_not_decide_alone_and_the_dead_do_not_type(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    year = dt.datetime.now(dt.UTC).year
    store.set_life(awa, born=str(year - 18))  # may be 17 still
    with pytest.raises(UsageError, match="18 years") as refused:
        enrol(records, awa, [hers])
    assert "guardian" in refused.value.advice
    store.set_life(awa, born=str(year - 30), died=str(year - 1))
    with pytest.raises(UsageError, match="has died"):
        enrol(records, awa, [hers])
    store.set_life(awa, died="")
    assert enrol(records, awa, [hers]).voice.performer == awa


def test_enrolling_is_told_by_the_ledger_which_names_nobody(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store.ledger_models import LedgerEntry
    from replique.store.ledger_rows import check_rows

    del ring
    key = enrol(records, awa, [hers]).voice.key
    assert check_rows() == []
    lines_ = list(LedgerEntry.objects.values_list("kind", "line"))
    assert {"voice", "voice_statement"} <= {kind for kind, _line in lines_}
    told = "\n".join(line for _kind, line in lines_)
    for private in (key, "Awa", "awa-diop", "monologue"):
        assert private not in told


def test_people_who_sound_alike_are_told_of_one_another(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    del ring
    enrol(records, awa, [hers])
    store.add_performer("Bo Nilsson", "bo")
    store.add_performer("Cleo Diop", "cleo")
    assert enrol(records, "bo", [spoken(hers.with_name("b.wav"), BO)], "Bo Nilsson").alike == []
    sister = spoken(hers.with_name("c.wav"), AWA, seed=40)
    assert enrol(records, "cleo", [sister], "Cleo Diop").alike == [awa]
    (checked,) = store.check_voice(records, awa, store.open_keys(records))
    assert checked.alike == ["cleo"]


def test_a_check_says_what_to_add(records: Home, awa: str, ring: MemoryKeyring, hers: Path) -> None:
    del ring
    short = spoken(hers.with_name("short.wav"), count=3)
    enrol(records, awa, [short])
    (checked,) = store.check_voice(records, awa, store.open_keys(records))
    assert checked.readable
    assert checked.current
    assert not checked.good
    assert {"little-speech", "one-recording"} <= {each.code for each in checked.add}
    assert [each.name for each in checked.recordings] == ["short.wav"]
    assert checked.recordings[0].found is not None
    enrol(records, awa, [hers])
    (checked,) = store.check_voice(records, awa, store.open_keys(records))
    assert {each.code for each in checked.add} <= {"narrow"}


def test_a_check_finds_a_file_that_is_damaged(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    from replique.store import voice_files

    del ring
    key = enrol(records, awa, [hers]).voice.key
    voice_files.voice_file(records, key).write_bytes(b"RPE\x01 and nothing else of any use")
    (checked,) = store.check_voice(records, awa, store.open_keys(records))
    assert not checked.readable
    assert not checked.good


def test_references_are_made_anew_when_models_change(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = enrol(records, awa, [hers]).voice
    keys = store.open_keys(records)
    assert store.remake_voice(records, awa, keys) == []
    monkeypatch.setattr(KeenEars, "digest", property(lambda _self: "ab" * 32))
    (checked,) = store.check_voice(records, awa, keys)
    assert not checked.current
    (second,) = store.remake_voice(records, awa, keys)
    assert store.voices() == [second]
    assert second.models == "ab" * 32
    assert second.statement == first.statement
    assert sources(second) == [sha256_of(hers)]
    assert set(ring.held) == {("replique", second.key)}
    assert files_of(records) == {f"{second.key}.rpv"}


@pytest.mark.parametrize("at", ["key", "file", "statement", "row"])
@pytest.mark.parametrize("what", ["first", "added"])
@pytest.mark.usefixtures("awa")
def test_an_enrolment_that_breaks_off_leaves_all_as_it_was(  # noqa: PLR0917 — two are cases
    records: Home,
    ring: MemoryKeyring,
    hers: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: str,
    what: str,
) -> None:
    from replique.store import stating, voice_files
    from replique.store.voice_models import Voice, VoiceStatement

    before = [enrol(records, "awa-diop", [hers]).voice] if what == "added" else []
    statements = VoiceStatement.objects.count()
    place = {
        "key": (MemoryKeyring, "set_password"),
        "file": (voice_files, "write"),
        "statement": (stating, "keep"),
        "row": (Voice, "save"),
    }[at]

    def broken(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    keys = store.open_keys(records)
    monkeypatch.setattr(*place, broken)
    day2 = spoken(hers.with_name("day2.wav"), seed=50)
    given = store.Statement("typed", by="Awa Diop")
    with pytest.raises(KeyboardInterrupt):
        store.enrol_voice(records, "awa-diop", [day2], given=given, keys=keys)
    monkeypatch.undo()
    assert store.voices() == before
    assert VoiceStatement.objects.count() == statements
    assert files_of(records) == {f"{each.key}.rpv" for each in before}
    assert set(ring.held) == {("replique", each.key) for each in before}


def test_locked_keys_are_told_before_anything_is_read(
    records: Home, awa: str, ring: MemoryKeyring, hers: Path
) -> None:
    enrol(records, awa, [hers])
    keys = store.open_keys(records)
    ring.locked = True
    with pytest.raises(KeysLocked) as told:
        store.check_voice(records, awa, keys)
    assert not any(each in repr(told.value) for each in ring.held.values())
    assert told.value.__cause__ is None
