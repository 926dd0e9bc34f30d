"""A performer's whole path, from nothing to a report: the main job on real files.

Two takes are registered.  A film uses one of them plainly, and again 8 dB under
music; a game, which travels as a zip, uses the other, 25/24 faster, as an MP3.
A line spoken anew must not be found.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soxr
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from replique.cli.root import replique
from tests.sounds import music, voice, write_wav

RATE = 16_000


def mp3(samples: NDArray[np.float32]) -> bytes:
    """Return mono sound as an MP3 of 64 kbit/s."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=RATE)
        stream.bit_rate = 64_000
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
        frame.sample_rate = RATE
        fifo = av.AudioFifo()
        fifo.write(frame)
        while (part := fifo.read(1152, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return written.getvalue()


def power(samples: NDArray[np.float32]) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64)))


@dataclass(frozen=True)
class World:
    """What lies on a performer's disk."""

    takes: Path
    media: Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    takes, media = tmp_path / "my takes", tmp_path / "Films"
    takes.mkdir()
    media.mkdir()
    line, cry = voice(5.0, 11), voice(3.0, 12)
    write_wav(takes / "the line.wav", line)
    write_wav(takes / "the cry.wav", cry)
    write_wav(takes / "a breath.wav", voice(0.2, 13))

    film = music(60.0, 21)
    at, under = 10 * RATE, 40 * RATE
    film[at : at + len(line)] = line
    bed = film[under : under + len(line)]
    bed += line * np.float32(np.sqrt(power(bed) / power(line)) * 10 ** (-8 / 20))
    write_wav(media / "a film – l’été.wav", film)

    faster = soxr.resample(cry, RATE * 25, RATE * 24)
    game = np.concatenate([music(8.0, 22), 0.7 * faster, music(5.0, 23)]).astype(np.float32)
    with zipfile.ZipFile(media / "game.zip", "w") as archive:
        archive.writestr("voices/cry_07.mp3", mp3(game))
        archive.writestr("readme.txt", "no sound")

    write_wav(media / "spoken anew.wav", voice(5.0, 14))
    (media / "broken.mp4").write_bytes(b"\0\0\0\x20ftypisom" + bytes(500))
    return World(takes, media)


def run(*words: object, status: int = 0) -> Result:
    result = CliRunner().invoke(replique, [str(word) for word in words], prog_name="replique")
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


def told(*words: object) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_from_nothing_to_a_report(world: World, home: Path, tmp_path: Path) -> None:
    # nothing is there yet, and every verb says what to do first
    assert "performer add" in run("performer", "list").stdout
    assert "take add" in run("scan", world.media, status=2).stderr

    # the person and their takes; what can never be found is refused at once
    assert "awa-diop" in run("performer", "add", "Awa Diop").stdout
    added = run("take", "add", "awa-diop", world.takes, "--kind", "audition", status=3)
    assert "2 takes are registered" in added.stdout
    assert "a breath.wav" in added.stderr

    # the search ends with 4: one file could not be read, and everything else was searched
    scanned = run("scan", world.media, "--jobs", 1, status=4)
    assert "broken.mp4" in scanned.stdout
    assert "3 occurrences were found" in scanned.stdout

    # what was found, where, and how it was changed
    found = told("occurrences")["occurrences"]
    by_place = {(Path(each["medium"]).name, round(each["start_s"])): each for each in found}
    assert set(by_place) == {
        ("a film – l’été.wav", 10), ("a film – l’été.wav", 40), ("cry_07.mp3", 8),
    }  # fmt: skip
    plain, buried = by_place["a film – l’été.wav", 10], by_place["a film – l’été.wav", 40]
    faster = by_place["cry_07.mp3", 8]
    assert (plain["take"], buried["take"], faster["take"]) == ("the line", "the line", "the cry")
    assert plain["strength"] >= buried["strength"] > 3
    assert abs(plain["start_s"] - 10.0) < 0.05
    assert abs(plain["speed"] - 1.0) < 0.001
    assert abs(faster["speed"] - 25 / 24) < 0.002
    assert buried["gain_db"] < plain["gain_db"]
    assert faster["medium"].endswith("game.zip!/voices/cry_07.mp3")

    # the same for a spreadsheet and for an editing program
    rows = list(csv.DictReader(io.StringIO(run("occurrences", "--csv").stdout, newline="")))
    assert [row["medium"] for row in rows] == [each["medium"] for each in found]
    edit_list = run("occurrences", "--edl").stdout
    assert [line[:3] for line in edit_list.splitlines() if line[:3].isdigit()] == [
        "001", "002", "003",
    ]  # fmt: skip

    # the report, in both languages, complete and offline
    for language, heading in (("en", "In short"), ("fr", "En bref")):
        out = tmp_path / f"report.{language}.html"
        run("report", out, "--lang", language)
        page = out.read_text(encoding="utf-8")
        assert heading in page
        assert page.count("<article") == 3
        assert "http://" not in page.replace("http://www.w3.org/", "")

    # the same scan again searches nothing, and still says what cannot be read
    again = run("scan", world.media, "--jobs", 1, status=4)
    assert "nothing new to search" in again.stdout
    assert "broken.mp4" in again.stdout
    assert told("occurrences")["occurrences"] == found

    # a take that is withdrawn is out of the lists; registered again, it is back
    run("take", "withdraw", "the cry")
    assert len(told("occurrences")["occurrences"]) == 2
    run("take", "add", "awa-diop", world.takes / "the cry.wav")
    run("scan", world.media, "--jobs", 1, status=4)
    assert len(told("occurrences")["occurrences"]) == 3

    # and everything is in order
    home.chmod(0o700)
    run("doctor")
