from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.errors import Unreadable
from replique.probe import HOUSE_RATE, Samples
from replique.report import Contents, Found, held
from replique.report.listening import (
    LONGEST_S,
    data_uri,
    flac,
    level_matched,
    load,
    window_of,
    with_sound,
)

MakeContents = Callable[..., Contents]


def _decode(data: bytes) -> Samples:
    with av.open(io.BytesIO(data), "r") as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return (np.concatenate(frames) / 32767).astype(np.float32)


@given(n=st.integers(1, 20_000), seed=st.integers(0, 99))
@settings(max_examples=15)
def test_sound_comes_back_sample_for_sample(n: int, seed: int) -> None:
    samples = np.random.default_rng(seed).uniform(-1, 1, n).astype(np.float32)
    np.testing.assert_allclose(_decode(flac(samples)), samples, atol=2e-5)


def test_a_data_uri_is_the_sound_itself() -> None:
    samples = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)
    head, _, body = data_uri(samples).partition(",")
    assert head == "data:audio/flac;base64"
    assert len(_decode(base64.b64decode(body))) == 1000


def _lag(a: Samples, b: Samples) -> int:
    """Return by how many samples b comes after a."""
    size = 1 << int(np.ceil(np.log2(len(a) + len(b))))
    product = np.fft.irfft(np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size))
    lag = int(np.argmax(np.abs(product)))
    return lag - size if lag > size // 2 else lag


def _found(speed: float, start_s: float, take_start_s: float) -> Found:
    """Return an occurrence whose medium holds the take, resampled, at its place."""
    rng = np.random.default_rng(3)
    spectrum = np.fft.rfft(rng.standard_normal(3 * HOUSE_RATE))
    spectrum[len(spectrum) // 3 :] = 0  # under the band edge of any resampler
    take = np.fft.irfft(spectrum).astype(np.float32)
    medium = np.zeros(10 * HOUSE_RATE, np.float32)
    t = np.arange(len(medium)) / HOUSE_RATE
    in_take = take_start_s + (t - start_s) * speed
    medium = np.interp(in_take, np.arange(len(take)) / HOUSE_RATE, take, 0, 0).astype(np.float32)
    from replique.probe import Occurrence

    end_s = start_s + (3.0 - take_start_s) / speed
    pitch = 12 * float(np.log2(speed))
    occurrence = Occurrence(
        "0" * 64, "mono", start_s, end_s, take_start_s, 3.0, speed, pitch, 0.0, 1, 5.0
    )
    return Found(occurrence, "1" * 64, 0, held(medium), held(take))


@pytest.mark.parametrize("speed", [1.0, 25 / 24, 24 / 25, 0.9])
@pytest.mark.parametrize(("start_s", "take_start_s"), [(4.0, 0.0), (0.5, 0.0), (4.0, 1.2)])
def test_a_and_b_run_in_step(speed: float, start_s: float, take_start_s: float) -> None:
    sounds = load(_found(speed, start_s, take_start_s))
    assert sounds.medium is not None
    assert sounds.take is not None
    a, b = (_decode(flac(level_matched(x))) for x in (sounds.medium, sounds.take))
    assert len(a) == len(b)
    assert abs(_lag(a, b)) <= 0.005 * HOUSE_RATE / 10  # half a millisecond


def test_the_window_has_context_and_stays_in_the_medium() -> None:
    window = window_of(_found(1.0, 0.5, 0.0).occurrence)
    assert (window.from_s, window.to_s, window.cut) == (0.0, 5.5, False)


def test_a_long_occurrence_is_cut_and_told() -> None:
    long = replace(_found(1.0, 30.0, 0.0).occurrence, end_s=200.0)
    window = window_of(long)
    assert window.cut
    assert window.to_s - window.from_s == LONGEST_S + 2.0


def test_a_medium_that_ends_early_shortens_both(make_contents: MakeContents) -> None:
    found = make_contents().found[0]
    assert found.medium_audio is not None
    short = replace(found, medium_audio=held(found.medium_audio(0.0, 5.5)))
    sounds = load(short)
    assert sounds.medium is not None
    assert sounds.take is not None
    assert len(sounds.medium) == len(sounds.take) == round(4.5 * HOUSE_RATE)


def test_sound_that_cannot_be_read_is_told_not_raised(make_contents: MakeContents) -> None:
    def gone(_from_s: float, _to_s: float) -> Samples:
        raise Unreadable("The disk was taken away.", advice="Plug it in again.")

    found = replace(make_contents().found[0], medium_audio=gone)
    sounds = load(found)
    assert sounds.medium is None
    assert sounds.take is not None
    assert "The disk was taken away." in sounds.trouble[0]


@pytest.mark.parametrize("level", [1e-3, 0.1, 1.0])
def test_levels_are_brought_together_and_never_clip(level: float) -> None:
    rng = np.random.default_rng(1)
    samples = (level * rng.standard_normal(16000)).astype(np.float32)
    matched = level_matched(samples)
    assert float(matched.std()) == pytest.approx(0.08, rel=0.2)
    assert float(np.abs(matched).max()) <= 0.98


def test_silence_stays_silent() -> None:
    assert not level_matched(np.zeros(100, np.float32)).any()


def test_the_strongest_keep_their_sound(make_contents: MakeContents) -> None:
    found = make_contents().found[0]
    several = tuple(
        replace(found, occurrence=replace(found.occurrence, strength=float(s)))
        for s in (1, 9, 5, 7)
    )
    assert with_sound(several, 1e9) == {0, 1, 2, 3}
    assert with_sound(several, 0) == frozenset()
    each = 2 * 6.0 * 2 * 0.7 * HOUSE_RATE * 4 / 3
    assert with_sound(several, 2.5 * each) == {1, 3}
