"""The demo's sounds: the same each time, of the shape that was asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

pytest.importorskip("espeakng_loader")
sys.path.insert(0, str(Path(__file__).parents[2]))

from demo import music, script, studio
from demo.voices import RATE, Sound, speak


def _decode(path: Path) -> Sound:
    with av.open(str(path), "r") as container:
        resampler = av.AudioResampler("fltp", "mono", RATE)
        frames = [
            ready.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for ready in resampler.resample(frame)
        ]
    return np.concatenate(frames)


def test_the_voices_say_the_same_in_each_run_of_the_demo() -> None:
    code = (
        "import hashlib, demo.script as s\n"
        "said = [s.speak(t.line, t.performer.voice).tobytes() for t in s.TAKES]\n"
        "print(hashlib.sha256(b''.join(said)).hexdigest())"
    )
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
        for _ in range(2)
    ]
    assert len(runs[0].stdout.strip()) == 64
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize("take", script.TAKES, ids=lambda take: take.file)
def test_a_take_is_a_spoken_line(take: script.Take) -> None:
    spoken = speak(take.line, take.performer.voice)
    assert spoken.dtype == np.float32
    assert 2.5 < len(spoken) / RATE < 7
    assert float(np.abs(spoken).max()) == pytest.approx(0.5, abs=0.01)
    assert not np.abs(spoken[: RATE // 20]).any()


def test_the_line_spoken_anew_is_another_take() -> None:
    take = speak(script.ANEW.line, script.ANEW.performer.voice)
    anew = speak(script.ANEW.line, script.TOM_ON_ANOTHER_DAY)
    size = 1 << 19
    product = np.fft.irfft(np.conj(np.fft.rfft(take, size)) * np.fft.rfft(anew, size))
    alike = np.abs(product).max() / (np.linalg.norm(take) * np.linalg.norm(anew))
    assert alike < 0.3
    assert script.ANEW.performer.voice.name == script.TOM_ON_ANOTHER_DAY.name


@pytest.mark.parametrize("piece", [music.CALM, music.DRIVING, music.WATCHFUL])
def test_music_has_its_length_two_sides_and_an_end(piece: music.Piece) -> None:
    played = music.play(piece, 12.0)
    assert played.shape == (2, 12 * RATE)
    assert float(np.abs(played).max()) == pytest.approx(0.7, rel=1e-3)
    assert not np.array_equal(played[0], played[1])
    assert float(np.abs(played[:, -100:]).max()) < 1e-3
    np.testing.assert_array_equal(played, music.play(piece, 12.0))


@pytest.mark.parametrize("level_db", [-8.0, 0.0, 6.0])
def test_a_take_is_laid_at_the_level_asked_for(level_db: float) -> None:
    bed = music.play(music.CALM, 12.0)
    before = bed.copy()
    take = speak(script.TAKES[0].line, script.AWA.voice)
    studio.lay(bed, take, 5.0, level_db)
    first = 5 * RATE
    here = before[:, first : first + len(take)].mean(axis=0)
    added = (bed - before)[0, first : first + len(take)]
    assert studio.loudness_db(added) - studio.loudness_db(here) == pytest.approx(level_db, abs=0.1)
    np.testing.assert_array_equal(bed[:, :first], before[:, :first])


def test_faster_is_shorter_by_its_ratio() -> None:
    take = speak(script.TAKES[6].line, script.INES.voice)
    assert len(studio.faster(take, 25 / 24)) == pytest.approx(len(take) * 24 / 25, abs=2)


def test_a_room_keeps_the_direct_sound_and_adds_a_tail() -> None:
    click = np.zeros(RATE, np.float32)
    click[1000] = 1.0
    heard = studio.in_a_room(click)
    assert not heard[:999].round(6).any()
    assert heard[1000] == pytest.approx(1.0, abs=1e-3)
    early, late = heard[1001 : 1001 + RATE // 10], heard[1000 + RATE // 2 :][: RATE // 10]
    assert float(np.square(early).sum()) > 100 * float(np.square(late).sum()) > 0


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".m4a", ".webm"])
def test_each_format_is_written_so_that_time_is_kept(suffix: str, tmp_path: Path) -> None:
    sound = music.play(music.DRIVING, 6.0)
    path = tmp_path / f"x{suffix}"
    studio.write(sound, path)
    read = _decode(path)
    assert abs(len(read) - sound.shape[1]) < RATE // 10
    size = 1 << 20
    spectra = np.conj(np.fft.rfft(sound.mean(axis=0), size)) * np.fft.rfft(read, size)
    lag = int(np.argmax(np.fft.irfft(spectra)))
    assert min(lag, size - lag) < RATE // 1000


def test_the_same_file_is_written_twice(tmp_path: Path) -> None:
    sound = music.play(music.CALM, 3.0)
    for suffix in (".m4a", ".webm"):
        one, two = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
        studio.write(sound, one)
        studio.write(sound, two)
        assert one.read_bytes() == two.read_bytes()


def test_what_is_planted_fits_in_its_medium_and_nothing_overlaps() -> None:
    takes = {take.file for take in script.TAKES}
    for medium, scene in script.SCENES.items():
        here = [planted for planted in script.PLANTED if planted.medium == medium]
        assert here
        assert all(planted.take in takes for planted in here)
        begins = sorted(
            [planted.at_s for planted in here]
            + [at_s for at_s, _line, _who in scene.strangers]
            + ([script.ANEW_AT[1]] if script.ANEW_AT[0] == medium else [])
        )
        assert np.all(np.diff(begins) > 6.5)
        assert begins[-1] + 7 < scene.lasts_s
    assert sum(scene.lasts_s for scene in script.SCENES.values()) < 240
