from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest

from replique.errors import IndexDamaged
from replique.media import Medium, Source, fingerprint
from replique.media.origin import OriginCheck
from replique.scan import Before, InProcess, NothingKnown, Seen, Summary, run
from tests.scan.fakes import FAILS, NO_MEMORY, FakeProbe, FakeSpec, Memory, units, write_wav

SPEC = FakeSpec(keys=("a" * 64, "b" * 64))


def search(
    *paths: Path, memory: Memory | None = None, specs: tuple[FakeSpec, ...] = (SPEC,)
) -> Memory:
    memory = memory or Memory(specs[0])
    known = memory if len(specs) == 1 else NothingKnown(specs)
    run(units(*paths), probes=specs, known=known, sink=memory, executor=InProcess())
    return memory


def test_every_subject_is_found_and_the_medium_described(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav", seconds=25.0)
    (result,) = search(file).results
    assert result.state == "ok"
    assert [each.occurrence.subject for each in result.found] == list(SPEC.keys)
    assert result.size == file.stat().st_size
    assert result.fingerprint == fingerprint(file)
    assert result.duration_s == pytest.approx(25.0)
    assert result.heard_s == pytest.approx(25.0)
    assert result.searched[0].wanted == 0b11
    assert result.searched[0].covered


def two_tracks(path: Path) -> Path:
    with av.open(str(path), "w", format="matroska") as container:
        for _track in range(2):
            container.add_stream("pcm_s16le", rate=16_000, layout="mono")
        for stream in container.streams.audio:
            samples = np.full((1, 16_000), 3000, np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = 16_000
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                container.mux(packet)
    return path


def test_every_track_is_searched(tmp_path: Path) -> None:
    (result,) = search(two_tracks(tmp_path / "film.mkv")).results
    assert [each.track for each in result.found] == [0, 0, 1, 1]
    assert result.heard_s == pytest.approx(2.0)


def test_what_was_found_before_the_damage_is_kept(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "cut off.wav", seconds=60.0)
    file.write_bytes(file.read_bytes()[: 30 * 32_000])
    (result,) = search(file).results
    assert result.state == "partial"
    assert result.error is not None
    assert result.error.code == "damaged"
    assert len(result.found) == 2
    assert result.searched[0].covered, "it would be as damaged the next time"
    assert result.duration_s == pytest.approx(30.0, abs=0.1), "decoded, not what the header says"
    assert result.warnings == ("Track 1: 30 s of the 60 s its header states could be heard.",)


def mp3(path: Path) -> Path:
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=16_000, layout="mono")
        noise = np.random.default_rng(1).integers(-9000, 9000, (1, 16_000 * 20), np.int16)
        for first in range(0, noise.shape[1], 576):
            frame = av.AudioFrame.from_ndarray(
                noise[:, first : first + 576].copy(), format="s16", layout="mono"
            )
            frame.sample_rate = 16_000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_an_mp3_that_is_shorter_than_its_header_says_gets_a_warning(tmp_path: Path) -> None:
    file = mp3(tmp_path / "whole.mp3")
    (whole,) = search(file).results
    assert (whole.state, whole.warnings) == ("ok", ())
    assert whole.heard_s == pytest.approx(20.0, abs=0.2)
    half = tmp_path / "half.mp3"
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    (result,) = search(half).results
    assert result.state == "ok"
    assert result.duration_s == pytest.approx(10.0, abs=0.3)
    assert result.tracks_s == (result.duration_s,)
    (warning,) = result.warnings
    assert "of the 20 s its header states" in warning


@pytest.mark.parametrize(("level", "said"), [(FAILS, "not known"), (NO_MEMORY, "memory")])
def test_a_probe_that_fails_is_recorded_and_the_run_goes_on(
    tmp_path: Path, level: float, said: str
) -> None:
    bad = write_wav(tmp_path / "bad.wav", level, seconds=2.0)
    good = write_wav(tmp_path / "good.wav")
    first, second = search(bad, good).results
    assert first.error is not None
    assert first.error.code == "search-failed"
    assert said in first.error.message
    assert "Traceback" in first.error.details
    assert "Traceback" not in first.error.message
    assert not first.searched[0].covered, "a later version may do better"
    assert second.state == "ok"


def test_one_probe_that_fails_does_not_stop_the_other(tmp_path: Path) -> None:
    sturdy = dataclasses.replace(SPEC, name="sturdy", digest="e" * 64, fragile=False)
    file = write_wav(tmp_path / "a.wav", FAILS)
    (result,) = search(file, specs=(SPEC, sturdy)).results
    assert {each.probe for each in result.found} == {"sturdy"}
    assert [each.covered for each in result.searched] == [False, True]


class AllMissOne(NothingKnown):
    """Each probe has yet to look for its second subject."""

    def missing(self, sha256: str) -> tuple[int, ...]:
        return tuple(mask & 0b10 for mask in super().missing(sha256))


@dataclasses.dataclass(frozen=True)
class Fading(FakeSpec):
    """Loads for all subjects, and then no more."""

    def load(self, wanted: int) -> FakeProbe:
        if wanted != 0b11:
            raise IndexDamaged("It is gone.")
        return super().load(wanted)


def test_a_probe_that_cannot_be_loaded_does_not_stop_the_other(tmp_path: Path) -> None:
    fading = Fading(keys=SPEC.keys, name="fading", digest="e" * 64)
    memory = Memory(SPEC)
    run(
        units(write_wav(tmp_path / "a.wav"), write_wav(tmp_path / "b.wav", seed=1)),
        probes=(fading, SPEC),
        known=AllMissOne((fading, SPEC)),
        sink=memory,
        executor=InProcess(),
    )
    for result in memory.results:
        assert {each.probe for each in result.found} == {"fake"}
        assert [each.covered for each in result.searched] == [False, True]
        assert result.error is not None
        assert result.error.code == "index-damaged"


def test_what_no_probe_can_search_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr("replique.scan.searching.Medium", refuse)
    fading = Fading(keys=SPEC.keys)
    memory = Memory(fading)
    run(
        units(write_wav(tmp_path / "a.wav")),
        probes=(fading,),
        known=AllMissOne((fading,)),
        sink=memory,
        executor=InProcess(),
    )
    assert [each.error.code for each in memory.results if each.error] == ["index-damaged"]


def test_only_where_a_voice_is_found_a_file_is_asked_how_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def check(source: Source) -> tuple[OriginCheck, ...]:
        with source.open() as file:
            asked.append(file.read(4).decode())
        return (OriginCheck("content-credentials", "nothing", "Nothing."),)

    monkeypatch.setattr("replique.media.origin.check", check)
    file = write_wav(tmp_path / "a.wav")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(file, "inside.wav")
    assert search(file).results[0].origin == ()
    voices = dataclasses.replace(SPEC, name="voices", digest="e" * 64)
    for place in (file, tmp_path / "a.zip"):
        (result,) = search(place, specs=(voices,)).results
        assert [each["state"] for each in result.origin] == ["nothing"]
    nobody = dataclasses.replace(voices, keys=())
    assert search(file, specs=(nobody, SPEC)).results[0].origin == ()
    assert asked == ["RIFF", "RIFF"]


def test_no_medium_is_covered_so_that_it_is_not_tried_again(tmp_path: Path) -> None:
    file = tmp_path / "renamed.wav"
    file.write_bytes(b"%PDF-1.7 not a sound" * 100)
    (result,) = search(file).results
    assert result.state == "failed"
    assert result.sha256 is not None
    assert result.searched[0].covered


def test_a_file_that_changes_while_it_is_read_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_wav(tmp_path / "a.wav", seconds=2.0)
    blocks = Medium.blocks

    def meanwhile(medium: Medium, *args: object, **settings: object) -> object:
        yield from blocks(medium, *args, **settings)  # type: ignore[arg-type]  # passed on as they are
        write_wav(file, seconds=3.0)

    monkeypatch.setattr(Medium, "blocks", meanwhile)
    (result,) = search(file).results
    assert result.error is not None
    assert result.error.code == "changed"
    assert (result.sha256, result.found, result.searched) == (None, (), ())


def test_the_same_content_at_two_places_is_searched_once(tmp_path: Path) -> None:
    first = write_wav(tmp_path / "a.wav")
    second = write_wav(tmp_path / "b.wav")
    memory = search(first, second)
    one, two = memory.results
    assert one.sha256 == two.sha256
    assert (one.known, two.known) == (False, True)


class Earlier(Memory):
    """Knows what an earlier scan saw."""

    before: Before

    def at(self, path: Path) -> Before:
        del path
        return self.before


def test_an_unchanged_file_is_not_even_opened(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav")
    now = fingerprint(file)
    file.chmod(0)
    memory = Earlier(SPEC)
    memory.before = Before({(): Seen("a.wav", now, "c" * 64, (0,))})
    (result,) = search(file, memory=memory).results
    assert (result.known, result.sha256) == (True, "c" * 64)


@pytest.mark.parametrize("change", ["another time", "something missing"])
def test_a_file_is_searched_again_after(tmp_path: Path, change: str) -> None:
    file = write_wav(tmp_path / "a.wav")
    size, mtime_ns, inode = fingerprint(file)
    memory = Earlier(SPEC)
    missing = 0b10 if change == "something missing" else 0
    mtime_ns -= 1 if change == "another time" else 0
    memory.before = Before({(): Seen("a.wav", (size, mtime_ns, inode), "c" * 64, (missing,))})
    (result,) = search(file, memory=memory).results
    assert not result.known
    assert len(result.found) == 2


def test_only_missing_subjects_are_looked_for(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav")

    class OneMissing(Memory):
        def missing(self, sha256: str) -> tuple[int, ...]:
            del sha256
            return (0b10,)

    (result,) = search(file, memory=OneMissing(SPEC)).results
    assert [each.occurrence.subject for each in result.found] == ["b" * 64]
    assert result.searched[0].wanted == 0b10


def test_an_archive_is_searched_member_by_member_and_noted_as_seen(tmp_path: Path) -> None:
    archive = tmp_path / "game.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number in range(3):
            member = write_wav(tmp_path / "m.wav", seed=number)
            file.write(member, f"voices/{number}.wav")
        file.writestr("readme.txt", "nothing to hear")
    memory = Memory(SPEC)
    summary = run(units(archive), probes=[SPEC], known=memory, sink=memory, executor=InProcess())
    assert [each.members for each in memory.results] == [(f"voices/{n}.wav",) for n in range(3)]
    assert memory.whole == [archive]
    assert summary == dataclasses.replace(
        Summary(media=3, found=6, passed_over=1, decoded_s=3.0), elapsed_s=summary.elapsed_s
    )


def test_an_archive_that_breaks_the_walk_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_wav(tmp_path / "a.wav")

    def broken(*_args: object, **_settings: object) -> object:
        raise RuntimeError("a defect in a reader")

    monkeypatch.setattr("replique.scan.searching.walk", broken)
    memory = search(file)
    (result,) = memory.results
    assert result.error is not None
    assert result.error.code == "search-failed"
    assert memory.whole == []


def test_the_sinks_trouble_is_not_taken_for_the_mediums(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "a.wav")

    def full(_result: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        run(units(file), probes=[SPEC], known=NothingKnown([SPEC]), sink=full, executor=InProcess())


def test_stop_finishes_nothing_more(tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", seed=n) for n in range(5)]
    memory = Memory(SPEC)
    summary = run(
        units(*files),
        probes=[SPEC],
        known=memory,
        sink=memory,
        executor=InProcess(),
        stop=lambda: len(memory.results) >= 2,
    )
    assert summary.interrupted
    assert len(memory.results) == 2


def zip_of(path: Path, count: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            archive.write(write_wav(path.parent / "m.wav", seed=number), f"{number}.wav")
    return path


@pytest.mark.parametrize(
    ("whole", "missing", "searched"), [(True, 0, 0), (False, 0, 1), (True, 0b01, 1)]
)
def test_an_archive_seen_to_its_end_is_answered_member_by_member(
    tmp_path: Path, *, whole: bool, missing: int, searched: int
) -> None:
    archive = zip_of(tmp_path / "a.zip", 3)
    now = fingerprint(archive)
    seen: dict[tuple[str, ...], Seen] = {
        (f"{n}.wav",): Seen(f"a.zip!/{n}.wav", now, f"{n}" * 64, (0,)) for n in range(3)
    }
    if not whole:
        del seen["2.wav",]
    seen["1.wav",] = dataclasses.replace(seen["1.wav",], missing=(missing,))
    memory = Earlier(SPEC)
    memory.before = Before(seen, now if whole else None)
    results = search(archive, memory=memory).results
    assert [each.members for each in results] == [("0.wav",), ("1.wav",), ("2.wav",)]
    assert [each.known for each in results].count(False) == searched


def test_a_poster_seen_before_is_passed_over(tmp_path: Path) -> None:
    poster = tmp_path / "poster.jpg"
    poster.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    memory = Earlier(SPEC)
    memory.before = Before({}, fingerprint(poster))
    summary = run(units(poster), probes=[SPEC], known=memory, sink=memory, executor=InProcess())
    assert (summary.media, summary.passed_over) == (0, 1)
