"""The voices benchmark: splits as others may make them, and rows held to the truth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.voices import enrolled, programmes, trials
from bench.voices_hardship import NAMES, hardships
from bench.voices_scoring import Span, judged, read_found, read_truth
from tests.sounds import write_wav
from tests.voices.keen import Array, KeenEars, coloured, silence

LOW, HIGH, OTHER = (200.0, 700.0), (2_500.0, 3_600.0), (900.0, 1_600.0)


def _found(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No cohort, no truth; a folder for one person, a file for another; one file unreadable."""
    folder = tmp_path_factory.mktemp("split")
    for name in ("enrol/low", "segments/deep", "programmes"):
        (folder / name).mkdir(parents=True)
    write_wav(folder / "enrol" / "low" / "1.wav", coloured(6.0, *LOW, seed=1))
    write_wav(folder / "enrol" / "low" / "2.wav", coloured(6.0, *LOW, seed=2))
    write_wav(folder / "enrol" / "high.wav", coloured(6.0, *HIGH, seed=3))
    write_wav(folder / "segments" / "deep" / "a.wav", coloured(5.0, *LOW, seed=4))
    write_wav(folder / "segments" / "b.wav", coloured(5.0, *HIGH, seed=5)[::2].copy(), rate=8_000)
    (folder / "segments" / "c.mp3").write_bytes(b"ID3" + bytes(500))
    (folder / "trials.tsv").write_text(
        "enrol\tsegment\tcondition\ttarget\n"
        + "".join(
            f"{person}\t{segment}\tclone\t{int(mine)}\n"
            for segment, who in (("a.wav", "low"), ("b.wav", "high.wav"), ("c.mp3", "low"))
            for person in ("low", "high.wav")
            for mine in [person == who]
        )
    )
    track = [silence(1.0), coloured(3.0, *LOW, seed=6), silence(1.0), coloured(3.0, *OTHER, seed=7)]
    write_wav(folder / "programmes" / "p.wav", np.concatenate(track))
    (folder / "programmes" / "q.mp3").write_bytes(b"ID3" + bytes(500))
    return folder


def test_trials_of_any_kind_get_their_ratio(split: Path, tmp_path: Path) -> None:
    ears = KeenEars()
    references = enrolled(split / "enrol", ears)
    assert sorted(references) == ["high", "low"]
    trials(split, tmp_path / "out.tsv", ears, references)
    rows = _found(tmp_path / "out.tsv")
    ratios = {(r["enrol"], r["segment"]): float(r["log10"]) for r in rows}
    assert len(ratios) == 4  # what cannot be read gets none
    assert min(ratios["low", "a.wav"], ratios["high.wav", "b.wav"]) > 1
    assert max(ratios["high.wav", "a.wav"], ratios["low", "b.wav"]) < -1


def test_programmes_without_truth_are_searched(split: Path, tmp_path: Path) -> None:
    ears = KeenEars()
    programmes(split, tmp_path / "out.tsv", ears, enrolled(split / "enrol", ears), -1.0)
    (row,) = _found(tmp_path / "out.tsv")
    assert (row["programme"], row["speaker"]) == ("p.wav", "low")
    assert float(row["start_s"]) == pytest.approx(1.0, abs=0.5)
    assert float(row["end_s"]) == pytest.approx(4.0, abs=0.5)


# --- held to the truth


def _span(start_s: float, end_s: float, who: str = "her", score: float = 0.0) -> Span:
    return Span(("p", who), start_s, end_s, score)


def test_rows_are_right_wrong_and_near() -> None:
    truth = [_span(10, 14), _span(30, 36), _span(50, 51)]  # the last is too short to be asked for
    found = [_span(9.8, 14.2, score=2), _span(33.2, 36.3, score=1.5), _span(70, 75, score=1)]
    figures = judged(truth, [*found, _span(10, 14, "him", 3.0)], hours=1.0)
    assert figures["utterances"] == 2
    assert figures["default"]["found"] == 1  # of the second less than half is covered
    assert figures["default"]["wrong"] == 2
    assert figures["wrong_by_person"] == {"her": 1, "him": 1}
    assert figures["ends"]["her"] == {"rows": 2, "starts": 1, "stops": 2}


def test_one_wrong_row_an_hour_is_where_the_score_says() -> None:
    truth = [_span(10 * i, 10 * i + 4) for i in range(1, 9)]
    right = [_span(10 * i, 10 * i + 4, score=float(i)) for i in range(1, 9)]
    wrong = [_span(500, 504, score=6.5), _span(600, 604, score=3.5)]
    found = sorted([*right, *wrong], key=lambda each: -each.score)
    figures = judged(truth, found, hours=1.5)["one_an_hour"]
    assert (figures["found"], figures["wrong"]) == (5, 1)


@given(st.floats(0, 100), st.floats(2.1, 20), st.floats(0, 0.49), st.floats(0, 0.49))
def test_a_row_that_covers_half_finds(start: float, length: float, a: float, b: float) -> None:
    truth = [_span(start, start + length)]
    row = _span(start + a * length, start + length - b * length, score=1.0)
    covered = row.end_s - row.start_s >= 0.5 * length
    assert judged(truth, [row], 1.0)["default"]["found"] == int(covered)


def test_truth_and_rows_are_read(tmp_path: Path) -> None:
    (tmp_path / "truth.tsv").write_text(
        "programme\tstart_s\tend_s\tspeaker\tenrolled\np.m4a\t1\t4\ther\t1\nq.m4a\t2\t1800\tx\t0\n"
    )
    (tmp_path / "rows.tsv").write_text(
        "programme\tspeaker\tstart_s\tend_s\tscore\np.m4a\ther\t1\t2\t1\np.m4a\ther\t2\t4\t2\n"
    )
    truth, lasts = read_truth(tmp_path / "truth.tsv")
    assert truth == [_span(1, 4, score=0.0)]
    assert lasts == {"p": 4, "q": 1800}
    assert [row.score for row in read_found(tmp_path / "rows.tsv")] == [2, 1]


# --- what a turn can go through


def _clean() -> Array:
    return coloured(3.0, *LOW, seed=1)


def test_hardships_are_the_same_every_time_and_all_are_named() -> None:
    others = [coloured(4.0, *OTHER, seed=i) for i in range(8)]
    once = dict(hardships(_clean(), others, np.random.default_rng(1)))
    again = dict(hardships(_clean(), others, np.random.default_rng(1)))
    assert list(once) == list(NAMES)
    for name, samples in once.items():
        assert np.array_equal(samples, again[name])
        assert samples.dtype == np.float32
        assert np.isfinite(samples).all()
        assert 0.05 < float(np.abs(samples).max()) <= 1.0


def test_without_other_people_there_is_no_babble() -> None:
    names = [name for name, _ in hardships(_clean(), [], np.random.default_rng(1))]
    assert not any("babble" in name for name in names)


def test_speed_changes_the_length_and_a_telephone_takes_the_top_away() -> None:
    tone = np.sin(2 * np.pi * 6_000 * np.arange(48_000) / 16_000).astype(np.float32)
    mixed = (0.3 * tone + _clean()).astype(np.float32)
    made = dict(hardships(mixed, [], np.random.default_rng(1)))
    assert len(made["pal"]) == pytest.approx(48_000 * 24 / 25, abs=2)
    for name, keeps in (("narrow", False), ("phone", False), ("room", True)):
        spectrum = np.abs(np.fft.rfft(made[name] / np.abs(made[name]).max()))
        top = spectrum[(5_900 * 3) : (6_100 * 3)].max() / spectrum.max()
        assert (top > 0.1) == keeps
