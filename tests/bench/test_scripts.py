"""The scripts, run as they are run: on a split of one take and one medium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from bench import crowd
from bench.footprint import Footprint, descendants
from bench.scoring import read_rows
from replique.media import Source, read_audio
from tests.sounds import music, voice, write_wav

ROOT = Path(__file__).parents[2]
RATE = 16_000
AT_S = 7.25


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A take, heard once in 20 s of music; a take too short to be found; a text; no decoys."""
    folder = tmp_path_factory.mktemp("a split")
    for name in ("takes", "media"):
        (folder / name).mkdir()
    take, medium = voice(3.0, 1), music(20.0, 2)
    write_wav(folder / "takes" / "the take.wav", take)
    write_wav(folder / "takes" / "the same, by another name.wav", take)
    write_wav(folder / "takes" / "a breath.wav", voice(0.2, 3))
    first = round(AT_S * RATE)
    medium[first : first + len(take)] += take
    write_wav(folder / "media" / "medium.wav", 0.5 * medium)
    (folder / "media" / "broken.mp3").write_bytes(b"ID3" + bytes(500))
    (folder / "truth.tsv").write_text(
        "media\tstart_s\tend_s\ttake\tsnr_db\ttransform\trate\ttake_s\n"
        f"medium.wav\t{AT_S}\t{AT_S + 3}\tthe take.wav\t5\tdry\t1\t3\n"
        f"medium.wav\t{AT_S}\t{AT_S + 3}\tthe same, by another name.wav\t5\tdry\t1\t3\n"
    )
    return folder


def script(name: str, *words: str | Path, home: Path) -> str:
    """Run a script from a folder that is not the repository's, with no PYTHONPATH."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, str(ROOT / "bench" / name), *map(str, words)],
        cwd=home,
        env={**environment, "REPLIQUE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_split_is_searched_and_judged(split: Path, home: Path, tmp_path: Path) -> None:
    out, details, judged = (tmp_path / name for name in ("out.tsv", "details.tsv", "judged.json"))
    said = script("reuse.py", split, out, "--jobs", "1", "--details", details, home=home)
    head, *lines = out.read_text(encoding="utf-8").splitlines()
    assert head.split("\t") == [
        "media", "take", "start_s", "end_s", "strength", "speed", "pitch_semitones",
    ]  # fmt: skip
    assert all(len(line.split("\t")) == 7 for line in lines)
    sure = [row for row in read_rows(out) if row.strength >= 1]
    assert {row.take for row in sure} == {"the take.wav", "the same, by another name.wav"}
    assert {row.medium for row in sure} == {"medium.wav"}
    assert [row.start_s for row in sure] == pytest.approx([AT_S, AT_S], abs=0.02)
    assert "rows reported        2 of strength 1 or more" in said
    assert "takes                1 registered" in said
    assert "a breath.wav" in said  # refused, and said
    assert "broken.mp3" in said
    assert "GB, all processes together" in said
    assert list(home.iterdir()) == []  # nobody's records were touched

    script("accuracy.py", split, details, "--json", judged, home=home)
    made = json.loads(judged.read_text(encoding="utf-8"))
    assert made["recall"]["default"] == [2, 2]
    assert made["hours"] == pytest.approx(20 / 3600, rel=0.01)  # told by the media themselves
    assert made["errors"]["speed_within"] == 1.0
    assert made["errors"]["level_median_db"] is not None


def test_rows_at_the_default_are_the_same_whatever_else_is_asked(
    split: Path, home: Path, tmp_path: Path
) -> None:
    every, only = tmp_path / "every.tsv", tmp_path / "only.tsv"
    script("reuse.py", split, every, "--jobs", "1", "--least-strength", "-3", home=home)
    script("reuse.py", split, only, "--jobs", "1", "--least-strength", "1", home=home)
    assert read_rows(only) == [row for row in read_rows(every) if row.strength >= 1]
    assert read_rows(only)


@pytest.mark.timeout(300)  # twenty starts of the program, all on one core
def test_costs_are_measured_and_kept(split: Path, home: Path, tmp_path: Path) -> None:
    cases = "all,crowd,start,decoding"
    options = ("--only", cases, "--crowd", "6", "--times", "1", "--results", tmp_path / "results")
    script("cost.py", split, *options, home=home)
    kept = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "results").glob("*.json")
    }
    assert set(kept) == {f"cost-{case}" for case in cases.split(",")}
    crowded, alone = kept["cost-crowd"]["figures"], kept["cost-all"]["figures"]
    assert crowded["found"] == crowded["found_alone"] == alone["found"]
    assert crowded["found"]["found"] == 1  # of two names for one recording one is registered
    assert crowded["rows_of_others"] == 0
    assert alone["heard_s"] == pytest.approx(20, abs=0.1)
    assert 0.05 < alone["memory_gb"] < 2
    assert kept["cost-decoding"]["figures"]["times_real_time"] > 5
    assert kept["cost-start"]["figures"]["help_s"] > 0
    assert kept["cost-all"]["material"] == split.name
    assert "rows" not in json.dumps(alone)  # they would tell a split's truth


def test_a_crowd_is_speech_of_the_lengths_asked(split: Path, tmp_path: Path) -> None:
    total_s = crowd.make(tmp_path / "crowd", 5, [split / "takes"], [2.0, 7.5])
    files = sorted((tmp_path / "crowd").iterdir())
    sounds = [read_audio(Source.of(path)) for path in files]
    lengths = [len(sound) / RATE for sound in sounds]
    assert sum(lengths) == pytest.approx(total_s)
    assert all(length in {2.0, 7.5} for length in lengths)
    assert all(0.05 < np.abs(sound).max() <= 0.6 for sound in sounds)
    assert len({sound.tobytes() for sound in sounds}) == 5
    with pytest.raises(ValueError, match="no speech"):
        crowd.make(tmp_path / "none", 1, [split / "truth.tsv"], [2.0])


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells the sizes of others")
def test_the_memory_of_a_child_is_seen() -> None:
    code = "x = bytearray(200_000_000); x[::4096] = b'1' * len(x[::4096]); input()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    try:
        with Footprint() as footprint:
            end = time.monotonic() + 20
            while footprint.together_bytes < 200_000_000 and time.monotonic() < end:
                time.sleep(0.05)
        assert child.pid in descendants(os.getpid())
    finally:
        child.communicate(b"\n")
    assert footprint.together_bytes > 200_000_000  # this process and that one
    assert footprint.bytes > 200_000_000


def test_a_small_ledger_is_measured(tmp_path: Path) -> None:
    said = script("ledger.py", "--entries", "300", "--results", tmp_path, home=tmp_path)
    kept = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))["figures"]
    assert (kept["entries"], kept["append_ms"] > 0, kept["proof_ms"] > 0) == (300, True, True)
    assert "verifying_s" in said
