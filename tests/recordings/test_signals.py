"""The parts that every search leans on: bands, halving, whitening, correlation, the dense step."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt, welch

from replique.probe import HOUSE_RATE, Samples
from replique.recordings import coherent, dense, spectra
from replique.recordings.halving import Halver
from replique.recordings.segments import MOST_FRAMES, templates
from replique.recordings.spectra import BANDS, HOP, RATE
from replique.recordings.transformations import GRID
from tests.sounds import voice


def _noise(count: int, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).standard_normal(count).astype(np.float32)


# bands


@given(pitch=st.floats(0.7, 1.4))
def test_the_weights_of_each_band_sum_to_one(pitch: float) -> None:
    weights = spectra.band_weights(pitch)
    assert weights.shape == (spectra.WINDOW // 2 + 1, BANDS)
    assert weights.sum(axis=0) == pytest.approx(np.ones(BANDS), abs=1e-5)
    assert weights.min() >= 0


def test_bands_follow_the_pitch() -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(RATE) / RATE).astype(np.float32)
    higher = np.sin(2 * np.pi * 1_200 * np.arange(RATE) / RATE).astype(np.float32)
    as_if = spectra.levels(spectra.power(tone), pitch=1.2).mean(axis=0)
    heard = spectra.levels(spectra.power(higher)).mean(axis=0)
    assert abs(int(as_if.argmax()) - int(heard.argmax())) <= 1


@given(count=st.integers(1, 4_000), tempo=st.floats(0.85, 1.15))
def test_the_spectrogram_has_the_frames_it_says(count: int, tempo: float) -> None:
    power = spectra.power(np.ones(count, np.float32), hop=HOP * tempo)
    assert len(power) == int(count / (HOP * tempo)) + 1
    assert np.isfinite(power).all()


@pytest.mark.parametrize("frame", [0, 1, 30, 49])
def test_a_frame_is_centred_where_it_says(frame: int) -> None:
    samples = np.zeros(RATE, np.float32)
    samples[frame * HOP] = 1.0
    assert int(spectra.power(samples).sum(axis=1).argmax()) == frame


@given(offset_db=st.floats(-30, 30), tilt_db=st.floats(-20, 20))
@settings(max_examples=20)
def test_contrast_is_blind_to_level(offset_db: float, tilt_db: float) -> None:
    level = spectra.levels(spectra.power(voice(3.0, 1, RATE)))
    plain = spectra.medium_contrast(level)
    louder = spectra.medium_contrast(level + np.float32(offset_db))
    assert np.abs(plain - louder).max() < 0.01
    tilted = level + np.linspace(0, tilt_db, BANDS, dtype=np.float32)
    inner = slice(7, BANDS - 7)  # at the edges a band has neighbours on one side only
    assert np.abs(plain - spectra.medium_contrast(tilted))[:, inner].max() < 0.05


def test_contrast_of_nothing_is_nothing() -> None:
    silent = spectra.medium_contrast(spectra.levels(spectra.power(np.zeros(RATE, np.float32))))
    assert np.abs(silent).max() < 1e-3


# halving


def _halved(samples: Samples, sizes: list[int]) -> Samples:
    halver = Halver()
    out, start = [], 0
    for size in (*sizes, len(samples)):
        out.append(halver.push(samples[start : start + size]))
        start += size
    return np.concatenate([*out, halver.end()])


@given(count=st.integers(1, 3_000), sizes=st.lists(st.integers(0, 400), max_size=30))
def test_halving_gives_the_same_whatever_the_blocks(count: int, sizes: list[int]) -> None:
    samples = _noise(count)
    whole = _halved(samples, [])
    assert np.array_equal(_halved(samples, sizes), whole)
    assert np.array_equal(_halved(samples, [1] * min(count, 300)), whole)


def test_halving_gives_a_sample_for_every_two() -> None:
    assert [len(_halved(_noise(count), [])) for count in (0, 1, 2, 99, 100)] == [0, 1, 1, 50, 50]


@pytest.mark.parametrize("place", [0, 2, 500, 998])
def test_halving_delays_nothing(place: int) -> None:
    samples = np.zeros(1_000, np.float32)
    samples[place] = 1.0
    assert int(_halved(samples, []).argmax()) == place // 2


@pytest.mark.parametrize(
    ("hz", "least_db", "most_db"),
    [(100, -0.1, 0.1), (2_000, -0.1, 0.1), (3_300, -0.5, 0.5), (4_800, -200, -55)],
)
def test_halving_keeps_what_fits_and_nothing_else(
    hz: float, least_db: float, most_db: float
) -> None:
    tone = np.sin(2 * np.pi * hz * np.arange(HOUSE_RATE) / HOUSE_RATE).astype(np.float32)
    kept = _halved(tone, [])[500:-500]
    assert least_db < 10 * np.log10(2 * float((kept**2).mean()) + 1e-20) < most_db


# the coherent step


def test_blocks_add_up_to_the_piece() -> None:
    samples = _noise(9_000)
    cut = coherent.Blocks.of(samples)
    pieces = scipy.fft.irfft(cut.spectra, axis=1)[:, : coherent.BLOCK]
    total = np.zeros(len(samples) + 2 * coherent.BLOCK)
    for j, piece in enumerate(pieces):
        total[j * coherent.HOP : j * coherent.HOP + coherent.BLOCK] += piece
    inner = slice(coherent.HOP, len(samples) - coherent.HOP)
    assert total[inner] == pytest.approx(samples[inner], abs=1e-4)


def _coloured() -> Samples:
    sos = butter(2, (300, 900), "band", fs=RATE, output="sos")
    return np.asarray(sosfilt(sos, _noise(30 * RATE)) + 0.02 * _noise(30 * RATE, 2), np.float32)


@pytest.mark.parametrize("samples", [_noise(30 * RATE), _coloured()], ids=["white", "coloured"])
def test_a_flattened_medium_times_its_spectrum_is_flat(samples: Samples) -> None:
    """What is divided by S has the spectrum 1 / S."""
    flat = coherent.Flattened(samples)
    _, before = welch(samples, RATE, nperseg=512)
    _, after = welch(flat.samples, RATE, nperseg=512)
    product_db = 10 * np.log10(before * after)[8:-8]
    assert np.ptp(product_db) < 4.0


def test_flattened_white_noise_is_white() -> None:
    _, after = welch(coherent.Flattened(_noise(30 * RATE)).samples, RATE, nperseg=512)
    assert np.ptp(10 * np.log10(after[8:-8])) < 3.0


@given(low=st.integers(-5_000, 10_000), length=st.integers(1, 9_000))
@settings(max_examples=30)
def test_a_window_is_what_is_there_and_zeros_around(low: int, length: int) -> None:
    flat = coherent.Flattened(_noise(6_000))
    padded = np.pad(flat.samples, (20_000, 20_000))
    assert np.array_equal(flat.window(low, length), padded[20_000 + low :][:length])


@pytest.mark.parametrize("samples", [_noise(30 * RATE), _coloured()], ids=["white", "coloured"])
@pytest.mark.parametrize("level", [0.01, 1.0, 100.0])
def test_where_the_take_is_not_deviates_have_unit_variance(samples: Samples, level: float) -> None:
    flat = coherent.Flattened(np.float32(level) * samples)
    piece = coherent.Blocks.of(voice(3.0, 4, RATE))
    deviates = np.concatenate(
        [coherent.correlations(flat, piece, start=s * RATE).deviates for s in range(2, 26, 4)]
    )
    assert abs(float(deviates.mean())) < 0.1
    assert 0.85 < float(deviates.std()) < 1.15
    assert float(np.abs(deviates).max()) < 7


@given(lag=st.integers(-300, 300), sign=st.sampled_from([1, -1]))
@settings(max_examples=20)
def test_a_planted_piece_correlates_at_its_lag(lag: int, sign: int) -> None:
    take = voice(1.5, 4, RATE)
    medium = 0.05 * _noise(4 * RATE)
    medium[RATE + lag : RATE + lag + len(take)] += np.float32(sign) * take
    found = coherent.correlations(coherent.Flattened(medium), coherent.Blocks.of(take), start=RATE)
    total = found.raw.sum(axis=0)
    assert int(np.abs(total).argmax()) - coherent.REACH == lag
    assert np.sign(total[lag + coherent.REACH]) == sign


# the dense step


def _contrast(samples: Samples) -> spectra.Features:
    return spectra.medium_contrast(spectra.levels(spectra.power(samples)))


def test_dense_scores_are_the_sums_they_say() -> None:
    contrast = np.random.default_rng(1).standard_normal((900, BANDS)).astype(np.float32)
    weights = np.random.default_rng(2).integers(-120, 120, (70, BANDS)).astype(np.int8)
    scores = dense.Stretch(contrast).scores([weights])[: dense.STEP, :, 0].T.ravel()
    unit = weights / np.sqrt((weights.astype(float) ** 2).sum())
    for frame in (0, 1, 333, dense.STEP - 1, dense.STEP, 829):
        expected = float((unit * contrast[frame : frame + 70]).sum())
        assert scores[frame] == pytest.approx(expected, abs=1e-3)


def test_each_template_fits_a_block() -> None:
    made = templates(voice(3.0, 1, RATE))
    assert len(made) == len(GRID)
    for how, longest in zip(GRID, made, strict=True):
        assert len(longest) == pytest.approx(3.0 * RATE / HOP / how.tempo, abs=2)
        assert len(longest) <= MOST_FRAMES <= dense.BLOCK


@pytest.mark.parametrize("at_s", [0.0, 5.5, 8.14, 17.9])
def test_the_dense_step_proposes_where_the_take_is(at_s: float) -> None:
    take = voice(2.0, 4, RATE)
    medium = 0.05 * _noise(20 * RATE)
    first = round(at_s * RATE)
    medium[first : first + len(take)] += 0.4 * take
    weights = [templates(take)[0], templates(voice(2.0, 5, RATE))[0]]
    peaks = dense.Stretch(_contrast(medium)).peaks(weights, most=4, least=4.0)
    assert peaks.frames[0, 0] == pytest.approx(first / HOP, abs=2)
    assert peaks.scores[0, 0] > peaks.scores[1, 0]


@given(seed=st.integers(0, 1_000), most=st.integers(1, 9))
@settings(max_examples=25)
def test_peaks_fall_in_score_and_keep_their_distance(seed: int, most: int) -> None:
    contrast = np.random.default_rng(seed).standard_normal((700, BANDS)).astype(np.float32)
    weights = np.random.default_rng(seed + 1).integers(-50, 50, (9, BANDS)).astype(np.int8)
    peaks = dense.Stretch(contrast).peaks([weights], most=most, least=0.05)
    frames = peaks.frames[0][peaks.frames[0] >= 0]
    assert len(frames) > 0
    assert (np.diff(peaks.scores[0][: len(frames)]) <= 0).all()
    assert (peaks.scores[0][: len(frames)] >= 0.05).all()
    assert len(set(frames.tolist())) == len(frames)
    assert (np.diff(np.sort(frames)) >= 10).all()
    assert int(frames[0]) < 700
