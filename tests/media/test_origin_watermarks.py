"""Watermark readers: none comes with Réplique; one that somebody installs is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from replique.media.origin import OriginCheck, check, sentence, watermarks
from tests.media.origins import FMT, SOUND, riff, source_of

HEARD: list[tuple[int, str, tuple[int, ...]]] = []


def reader(samples: watermarks.Samples) -> tuple[bool, float, str]:
    """Stand in for a reader: it takes a loud sample for its mark."""
    HEARD.append((samples.size, str(samples.dtype), samples.shape))
    peak = float(np.abs(samples).max())
    return peak > 0.5, peak, "the mark of “Forge”. It is certain."


def broken_reader(samples: watermarks.Samples) -> tuple[bool, float, str]:
    """Stand in for a reader that fails."""
    raise ZeroDivisionError(str(samples.size))


def odd_reader(_samples: watermarks.Samples) -> tuple[bool, float, str]:
    """Stand in for a reader whose score is no number."""
    return False, float("nan"), ""


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Give a function that puts readers behind the door."""

    def put(**readers: str) -> None:
        points = [
            EntryPoint(name, f"{__name__}:{value}", watermarks.GROUP)
            for name, value in readers.items()
        ]
        monkeypatch.setattr(watermarks, "entry_points", lambda group: points if group else [])
        watermarks.installed.cache_clear()

    HEARD.clear()
    yield put
    watermarks.installed.cache_clear()


def _marks(data: bytes) -> dict[str, OriginCheck]:
    found = check(source_of(data))[2:]
    return {each.check: each for each in found}


def test_every_known_watermark_is_said_not_to_be_looked_for_and_why(
    install: Callable[..., None], voice: bytes
) -> None:
    install()
    marks = _marks(voice)
    assert [(name, each.detail["reason"]) for name, each in marks.items()] == [
        ("watermark:audioseal", "not_installed"),
        ("watermark:perth", "not_installed"),
        ("watermark:silentcipher", "not_installed"),
        ("watermark:wavmark", "not_installed"),
        ("watermark:synthid", "no_public_reader"),
    ]
    assert {each.state for each in marks.values()} == {"not_checked"}
    assert marks["watermark:synthid"].said == (
        "The watermark SynthID was not looked for: no reader for it is public."
    )


def test_an_installed_reader_hears_mono_at_16_khz_piece_by_piece(
    install: Callable[..., None], wav: Callable[..., bytes]
) -> None:
    install(studio="reader")
    samples = np.zeros((48_000 * 40, 2), np.float32)
    samples[48_000 * 35 : 48_000 * 36] = 0.9
    found = _marks(wav(samples, 48_000))["watermark:studio"]
    assert HEARD == [(480_000, "float32", (480_000,)), (160_000, "float32", (160_000,))]
    assert (found.state, found.detail["read_s"]) == ("found", "40")
    assert float(found.detail["score"]) > 0.5
    assert "The watermark reader studio says that it found its mark in 40 s" in found.said
    assert found.said.endswith('“the mark of "Forge". It is certain.”')


def test_an_installed_reader_that_finds_nothing_says_nothing(
    install: Callable[..., None], wav: Callable[..., bytes]
) -> None:
    install(audioseal="reader")
    marks = _marks(wav(np.zeros(32_000, np.float32)))
    assert len(marks) == len(watermarks.KNOWN)
    found = marks["watermark:audioseal"]
    assert found.state == "nothing"
    assert found.said == (
        "The watermark reader AudioSeal did not find its mark in 2 s of sound. That says "
        "nothing of how it was made."
    )


def test_a_reader_that_fails_is_said_to_have_failed(
    install: Callable[..., None], voice: bytes
) -> None:
    install(studio="broken_reader", gone="no_such_reader", odd="odd_reader")
    marks = _marks(voice)
    assert marks["watermark:studio"].detail == {"reason": "failed", "error": "ZeroDivisionError"}
    assert marks["watermark:gone"].detail == {"reason": "failed", "error": "AttributeError"}
    assert "was not looked for: the reader failed" in marks["watermark:studio"].said
    assert (marks["watermark:odd"].state, marks["watermark:odd"].detail) == (
        "nothing",
        {"read_s": "2"},
    )


def test_a_sound_that_cannot_be_read_is_not_given_to_a_reader(install: Callable[..., None]) -> None:
    install(studio="reader")
    found = _marks(riff(b"WAVE", FMT[:-2], SOUND))["watermark:studio"]
    assert (found.state, found.detail) == ("not_checked", {"reason": "unreadable"})
    assert not HEARD


def test_what_was_heard_of_a_film_before_it_was_cut_off_counts(
    install: Callable[..., None], wav: Callable[..., bytes]
) -> None:
    install(studio="reader")
    samples = np.full(16_000 * 40, 0.9, np.float32)
    found = _marks(wav(samples)[: -16_000 * 4 * 9])["watermark:studio"]
    assert (found.state, found.detail["read_s"]) == ("found", "31")


def test_nobody_reads_more_than_an_hour(
    install: Callable[..., None], voice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(studio="reader")
    monkeypatch.setattr(watermarks, "PIECE_S", 0.5)
    monkeypatch.setattr(watermarks, "LONGEST_S", 1.0)
    assert _marks(voice)["watermark:studio"].detail["read_s"] == "1"


def test_a_reader_is_named_by_its_own_name_in_the_sentence() -> None:
    kept = {"check": "watermark:studio", "state": "not_checked", "detail": {"reason": "failed"}}
    assert sentence(kept) == "The watermark studio was not looked for: the reader failed."
