"""A stretch of a track is what the blocks have there."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.errors import NotFound, TakeRefused, UsageError
from replique.media import Medium, Source, excerpt, read_audio
from replique.probe import HOUSE_RATE

module = importlib.import_module("replique.media.excerpt")

# Extension, container, codec, and how far a jump may be off: Matroska's time is in ms.
FORMS = [
    ("wav", "wav", "pcm_s16le", 0),
    ("flac", "flac", "flac", 0),
    ("m4a", "mp4", "aac", 0),
    ("mp3", "mp3", "mp3", 0),
    ("opus", "ogg", "libopus", 0),
    ("webm", "webm", "libopus", 16),
    ("mkv", "matroska", "aac", 16),
    ("caf", "caf", "pcm_s16le", 0),
    ("aiff", "aiff", "pcm_s16be", 0),
    ("ts", "mpegts", "aac", 0),
]
LENGTH_S = 40.0


@pytest.fixture(scope="module")
def media(
    tmp_path_factory: pytest.TempPathFactory,
    encode: Callable[..., None],
    glissando: Callable[..., Any],
) -> dict[str, tuple[Source, Any]]:
    folder = tmp_path_factory.mktemp("excerpts")
    made = {}
    for extension, form, codec, _ in FORMS:
        path = folder / f"a.{extension}"
        encode(path, [glissando(LENGTH_S)[None]], form=form, codec=codec)
        with Medium(Source.of(path)) as medium:
            sound = np.concatenate([block.samples for block in medium.blocks()], axis=1)[0]
        made[extension] = (Source.of(path), sound)
    return made


@pytest.mark.parametrize(("extension", "off"), [(form[0], form[3]) for form in FORMS])
@given(start_s=st.floats(0, LENGTH_S - 2), length_s=st.floats(0.5, 3))
@settings(max_examples=6)
def test_an_excerpt_lies_where_the_blocks_have_it(
    extension: str,
    off: int,
    start_s: float,
    length_s: float,
    media: dict[str, tuple[Source, Any]],
) -> None:
    source, sound = media[extension]
    heard = excerpt(source, 0, "mono", start_s, start_s + length_s)
    first, last = round(start_s * HOUSE_RATE), round((start_s + length_s) * HOUSE_RATE)
    expected = sound[first:last]
    assert abs(len(heard) - len(expected)) <= off + 1
    inner = heard[off + 1 : len(expected) - off - 1]
    about = sound[first : first + len(inner) + 2 * off + 2]
    lag = int(np.argmax(np.correlate(about, inner, "valid"))) - off - 1
    assert abs(lag) <= off
    if off == 0:  # AAC fills some bands with noise of its own
        np.testing.assert_allclose(heard[: len(expected)], expected[: len(heard)], atol=0.08)


def test_a_jump_is_not_the_way_from_the_beginning(
    media: dict[str, tuple[Source, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("it was decoded from the beginning")

    monkeypatch.setattr(module, "_from_the_beginning", refuse)
    for extension in ("wav", "flac", "m4a", "mp3", "opus", "webm", "mkv"):
        assert len(excerpt(media[extension][0], 0, "mono", 30.0, 31.0)) == HOUSE_RATE


def test_an_mp3_of_variable_rate_is_jumped_in_exactly(
    tmp_path: Path, encode: Any, glissando: Any
) -> None:
    rng = np.random.default_rng(3)
    sound = glissando(60.0, 44_100)
    sound[44_100 * 20 : 44_100 * 40] += 0.3 * rng.standard_normal(44_100 * 20).astype("f4")
    path = tmp_path / "a.mp3"
    encode(path, [sound[None]], form="mp3", codec="mp3", rate=44_100, quality=4)
    whole = read_audio(path)
    for start_s in (15.0, 30.0, 45.0, 55.0):
        first = round(start_s * HOUSE_RATE)
        np.testing.assert_allclose(
            excerpt(Source.of(path), 0, "mono", start_s, start_s + 2),
            whole[first : first + 2 * HOUSE_RATE],
            atol=1e-4,
        )


@pytest.mark.parametrize("extension", ["opus", "mp3"])
def test_two_files_joined_are_one_recording(
    extension: str, media: dict[str, tuple[Source, Any]], tmp_path: Path
) -> None:
    data = media[extension][0].path.read_bytes()
    path = tmp_path / f"joined.{extension}"
    path.write_bytes(data + data)
    whole = read_audio(path)
    assert len(whole) / HOUSE_RATE == pytest.approx(2 * LENGTH_S, abs=0.2)
    for start_s in (20.0, 45.0, 70.0):
        first = round(start_s * HOUSE_RATE)
        np.testing.assert_allclose(
            excerpt(Source.of(path), 0, "mono", start_s, start_s + 2),
            whole[first : first + 2 * HOUSE_RATE],
            atol=1e-4,
        )


def test_beyond_the_end_there_is_nothing(media: dict[str, tuple[Source, Any]]) -> None:
    for extension, (source, sound) in media.items():
        end_s = len(sound) / HOUSE_RATE
        assert len(excerpt(source, 0, "mono", end_s + 1, end_s + 2)) == 0, extension
        assert len(excerpt(source, 0, "mono", end_s - 1, end_s + 9)) <= HOUSE_RATE + 32, extension
        assert len(excerpt(source, 0, "mono", 3.0, 3.0)) == 0, extension


@pytest.mark.parametrize("start_s", [0.0, 30.0])
def test_a_view_that_is_not_there_is_said(
    start_s: float, media: dict[str, tuple[Source, Any]]
) -> None:
    with pytest.raises(NotFound, match="mono"):
        excerpt(media["wav"][0], 0, "centre", start_s, start_s + 1)
    with pytest.raises(UsageError):
        excerpt(media["wav"][0], 3, "mono", start_s, start_s + 1)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_said(seconds: float, media: dict[str, tuple[Source, Any]]) -> None:
    source, _ = media["wav"]
    if seconds < 0:
        assert len(excerpt(source, 0, "mono", seconds, 1.0)) == HOUSE_RATE
    else:
        with pytest.raises(UsageError):
            excerpt(source, 0, "mono", 0.0, seconds)


def test_an_excerpt_of_surround_has_the_view_that_was_asked(
    tmp_path: Path, encode: Any, glissando: Any
) -> None:
    sound = np.zeros((6, 48_000 * 20), np.float32)
    sound[2] = glissando(20.0)
    sound[0] = glissando(20.0, low=900.0)
    path = tmp_path / "a.flac"
    encode(path, [sound], form="flac", codec="flac", layout="5.1")
    with Medium(Source.of(path)) as medium:
        whole = np.concatenate([block.samples for block in medium.blocks()], axis=1)
    for row, view in enumerate(("downmix", "centre")):
        heard = excerpt(Source.of(path), 0, view, 14.0, 15.0)
        np.testing.assert_allclose(heard, whole[row, 14 * HOUSE_RATE : 15 * HOUSE_RATE], atol=1e-5)


def test_a_take_is_read_whole_and_mono(media: dict[str, tuple[Source, Any]]) -> None:
    source, sound = media["flac"]
    np.testing.assert_array_equal(read_audio(source), sound)
    np.testing.assert_array_equal(read_audio(source.path), sound)


def test_a_take_out_of_phase_is_heard(tmp_path: Path, wav: Any, glissando: Any) -> None:
    sound = glissando(2.0, HOUSE_RATE)
    (tmp_path / "a.wav").write_bytes(wav(np.stack([sound, -sound], axis=1)))
    np.testing.assert_allclose(read_audio(tmp_path / "a.wav"), sound, atol=1e-6)


def test_a_take_that_is_too_long_is_refused(media: dict[str, tuple[Source, Any]]) -> None:
    with pytest.raises(TakeRefused) as refused:
        read_audio(media["wav"][0], limit_s=30.0)
    assert refused.value.advice
    assert len(read_audio(media["wav"][0], limit_s=LENGTH_S)) == LENGTH_S * HOUSE_RATE
