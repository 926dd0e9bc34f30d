"""Sounds and pictures: exact, in their own type, never the file itself."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from django.test import Client
from numpy.typing import NDArray

from replique.store import Home
from replique.web.views import hearing
from tests.web.conftest import Stage, entered


def decoded(data: bytes) -> NDArray[np.float32]:
    with av.open(io.BytesIO(data), "r") as container:
        frames = [
            np.asarray(frame.to_ndarray(), np.float32).ravel()
            for frame in container.decode(audio=0)
        ]
    return np.concatenate(frames) / np.float32(32768)


def test_medium_and_take_are_of_one_length_and_run_together(inside: Client) -> None:
    medium, take = (
        decoded(inside.get(f"/occurrences/1/{part}.flac").content) for part in ("medium", "take")
    )
    assert len(medium) == len(take)
    whole = np.correlate(medium[16_000:64_000], take[16_100:63_900], "valid")
    assert abs(int(np.argmax(whole)) - 100) <= 16, "a sample rate of 16,000: 1 ms"


@pytest.mark.parametrize("part", ["medium.flac", "take.flac", "raw.flac", "medium.png", "take.png"])
def test_what_is_served_is_nothing_but_what_it_says(inside: Client, part: str) -> None:
    answer = inside.get(f"/occurrences/1/{part}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == ("image/png" if part.endswith("png") else "audio/flac")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Cache-Control"] == "no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer.content[:4] in {b"fLaC", b"\x89PNG"}


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-3", 206, "bytes 0-3/"),
        ("bytes=4-", 206, "bytes 4-"),
        ("bytes=-4", 206, "bytes "),
        ("bytes=999999999-", 416, "bytes */"),
        ("bytes=0-1,4-5", 200, ""),
        ("nonsense", 200, ""),
        ("bytes=-", 200, ""),
    ],
)
def test_ranges_are_served(inside: Client, asked: str, status: int, told: str) -> None:
    whole = inside.get("/occurrences/1/medium.flac").content
    answer = inside.get("/occurrences/1/medium.flac", headers={"Range": asked})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range", "").startswith(told)
    if status == 206:
        assert answer.content in whole
        assert len(answer.content) == int(answer["Content-Length"]) < len(whole)


@pytest.mark.parametrize("address", ["other.flac", "raw.png", "../../etc/passwd.flac"])
def test_no_other_part_is_served(inside: Client, address: str) -> None:
    assert inside.get(f"/occurrences/1/{address}").status_code == 404


def test_another_content_is_not_heard_under_the_name_of_the_one_searched(
    searched: Home, desk_stage: Stage, tmp_path: Path
) -> None:
    from replique.store.models import Location
    from replique.store.text import way

    copy = tmp_path / "film.wav"
    copy.write_bytes((desk_stage.media / "film.wav").read_bytes())
    Location.objects.filter(locator__endswith="film.wav").update(way=way(copy, ()))
    client = entered()
    assert client.get("/occurrences/1/medium.flac").status_code == 200
    data = bytearray(copy.read_bytes())
    data[-1] ^= 1
    copy.write_bytes(bytes(data))
    hearing.forget()
    answer = client.get("/occurrences/1/medium.flac")
    assert answer.status_code == 404
    assert "not what it was" in answer.json()["trouble"][0]
    assert client.get("/occurrences/1/take.flac").status_code == 200, "the take is still heard"
    assert client.get("/occurrences/1/").status_code == 200
    del searched


def test_a_disk_that_comes_back_is_heard_again(
    searched: Home, desk_stage: Stage, tmp_path: Path
) -> None:
    from replique.store.models import Location
    from replique.store.text import way

    copy, unplugged = tmp_path / "film.wav", tmp_path / "unplugged.wav"
    unplugged.write_bytes((desk_stage.media / "film.wav").read_bytes())
    Location.objects.filter(locator__endswith="film.wav").update(way=way(copy, ()))
    client = entered()
    hearing.forget()
    assert client.get("/occurrences/1/medium.flac").status_code == 404
    assert client.get("/occurrences/1/medium.png").status_code == 404
    unplugged.rename(copy)
    assert client.get("/occurrences/1/medium.flac").status_code == 200
    assert client.get("/occurrences/1/medium.png").status_code == 200
    del searched


def test_more_context_is_heard_when_it_is_asked_for(inside: Client) -> None:
    short = decoded(inside.get("/occurrences/1/medium.flac?context=2").content)
    long = decoded(inside.get("/occurrences/1/medium.flac?context=5").content)
    assert len(long) - len(short) == pytest.approx(6 * 16_000, abs=160)
    odd = decoded(inside.get("/occurrences/1/medium.flac?context=1e9&part=-3").content)
    assert len(odd) == len(short)


def test_the_picture_says_what_it_shows(inside: Client) -> None:
    said = inside.get("/occurrences/1/pictures/").content.decode()
    assert "outlined in both" in said
    assert 'class="outline"' in said


def test_a_take_is_heard_and_seen(inside: Client) -> None:
    sound = inside.get("/takes/1/sound.flac")
    assert len(decoded(sound.content)) == 4 * 16_000
    drawn = inside.get("/takes/1/waveform.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert "sandbox" in drawn["Content-Security-Policy"]
