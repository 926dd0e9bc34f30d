"""What a medium's sound is: complete, in its place, and the same whatever is asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.errors import Changed, UsageError
from replique.media import Medium, Notes, Source
from replique.probe import HOUSE_RATE

FORMS = [
    ("wav", "pcm_s16le", "wav"),
    ("mp4", "aac", "m4a"),
    ("mp3", "mp3", "mp3"),
    ("flac", "flac", "flac"),
    ("ogg", "libopus", "ogg"),
    ("webm", "libopus", "webm"),
    ("matroska", "aac", "mkv"),
]


def whole(path: Path, track: int = 0, block_s: float = 10.0) -> tuple[Any, tuple[str, ...], Notes]:
    with Medium(Source.of(path)) as medium:
        blocks = list(medium.blocks(track, block_s=block_s))
        samples = np.concatenate([block.samples for block in blocks], axis=1)
        return samples, blocks[0].views, medium.notes[track]


def lag(heard: Any, reference: Any, at: int, reach: int = 1600, length: int = 8000) -> int:
    """Return by how many samples `heard` is late against `reference` around a place."""
    piece = reference[at : at + length]
    about = heard[at - reach : at + length + reach]
    return int(np.argmax(np.correlate(about, piece, "valid"))) - reach


@pytest.fixture(scope="module")
def media(
    tmp_path_factory: pytest.TempPathFactory,
    encode: Callable[..., None],
    glissando: Callable[..., Any],
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("media")
    sound = np.stack([glissando(6.0), 0.5 * glissando(6.0, low=500.0)])
    for form, codec, extension in FORMS:
        path = folder / f"a.{extension}"
        encode(path, [sound], form=form, codec=codec, layout="stereo")
    return {extension: folder / f"a.{extension}" for _, _, extension in FORMS}


@pytest.mark.parametrize("extension", [extension for _, _, extension in FORMS])
def test_every_sample_is_in_its_place(
    extension: str, media: dict[str, Path], glissando: Callable[..., Any]
) -> None:
    heard, views, notes = whole(media[extension])
    mid = (glissando(6.0) + 0.5 * glissando(6.0, low=500.0)) / 2
    reference = soxr.resample(mid, 48_000, HOUSE_RATE)
    assert views == ("mid",)
    assert heard.dtype == np.float32
    assert abs(heard.shape[1] / HOUSE_RATE - 6.0) < 0.05
    assert [lag(heard[0], reference, at) for at in (16_000, 48_000, 70_000)] == [0, 0, 0]
    assert notes == Notes()


@pytest.mark.parametrize("extension", ["m4a", "mp3", "webm"])
@given(block_s=st.floats(1 / HOUSE_RATE * 37, 20.0))
@settings(max_examples=8)
def test_samples_do_not_depend_on_the_size_of_blocks(
    extension: str, block_s: float, media: dict[str, Path]
) -> None:
    with Medium(Source.of(media[extension])) as medium:
        blocks = list(medium.blocks(block_s=block_s))
    size = round(block_s * HOUSE_RATE)
    assert [block.samples.shape[1] for block in blocks[:-1]] == [size] * (len(blocks) - 1)
    assert [block.start for block in blocks] == [size * i for i in range(len(blocks))]
    reference, views, _ = whole(media[extension])
    assert {block.views for block in blocks} == {views}
    np.testing.assert_array_equal(
        np.concatenate([block.samples for block in blocks], axis=1), reference
    )


@pytest.mark.parametrize(
    ("layout", "views"),
    [
        ("mono", ("mono",)),
        ("stereo", ("mid",)),
        ("5.1", ("downmix", "centre")),
        ("7.1", ("downmix", "centre")),
        ("quad", ("downmix",)),
        ("2.1", ("downmix",)),
    ],
)
def test_views_of_a_layout(
    layout: str, views: tuple[str, ...], tmp_path: Path, encode: Callable[..., None]
) -> None:
    channels = {"mono": 1, "stereo": 2, "2.1": 3, "quad": 4, "5.1": 6, "7.1": 8}[layout]
    rng = np.random.default_rng(1)
    sound = (0.1 * rng.standard_normal((channels, 48_000))).astype(np.float32)
    encode(tmp_path / "a.wav", [sound], form="wav", codec="pcm_s16le", layout=layout)
    assert whole(tmp_path / "a.wav")[1] == views


def test_the_centre_is_the_centre_and_the_downmix_keeps_it(
    tmp_path: Path, encode: Callable[..., None], glissando: Callable[..., Any]
) -> None:
    sound = np.zeros((6, 96_000), np.float32)
    sound[2] = glissando(2.0)  # FL FR FC LFE BL BR
    sound[3] = 0.3  # what the LFE has is no dialogue
    encode(tmp_path / "a.wav", [sound], form="wav", codec="pcm_s16le", layout="5.1")
    heard, views, _ = whole(tmp_path / "a.wav")
    reference = soxr.resample(glissando(2.0), 48_000, HOUSE_RATE)
    np.testing.assert_allclose(heard[views.index("centre")], reference, atol=1e-4)
    share = 0.5**0.5 / (1 + 0.5**0.5 + 2 * 0.5**0.5 / 2)
    np.testing.assert_allclose(heard[views.index("downmix")], share * reference, atol=1e-4)


def test_six_channels_without_names_are_those_of_film(tmp_path: Path, wav: Any) -> None:
    sound = np.zeros((32_000, 6), "<i2")
    sound[:, 2] = 8192
    (tmp_path / "a.wav").write_bytes(wav(sound))
    heard, views, _ = whole(tmp_path / "a.wav")
    assert views == ("downmix", "centre")
    np.testing.assert_allclose(heard[1], 0.25, atol=1e-6)


def test_eight_planar_channels_are_read_without_a_ninth(
    tmp_path: Path, encode: Callable[..., None]
) -> None:
    rng = np.random.default_rng(2)
    sound = (0.1 * rng.standard_normal((8, 48_000))).astype(np.float32)
    encode(tmp_path / "a.m4a", [sound], form="mp4", codec="aac", layout="7.1")
    heard, views, _ = whole(tmp_path / "a.m4a")
    assert views == ("downmix", "centre")
    assert 0.01 < heard[1].std() < 0.2


def test_full_scale_everywhere_stays_full_scale(
    tmp_path: Path, encode: Callable[..., None]
) -> None:
    for layout, channels in (("stereo", 2), ("5.1", 6), ("7.1", 8), ("quad", 4)):
        path = tmp_path / f"{layout}.wav"
        sound = np.full((channels, 48_000), 0.999, np.float32)
        encode(path, [sound], form="wav", codec="pcm_s16le", layout=layout)
        middle = whole(path)[0][:, 4000:12000]
        assert middle.max() <= 1.0
        assert middle.min() > 0.9


class TestOutOfPhase:
    def make(self, path: Path, wav: Any, left: Any, right: Any) -> tuple[Any, tuple[str, ...]]:
        path.write_bytes(wav(np.stack([left, right], axis=1).astype("<f4")))
        heard, views, _ = whole(path)
        return heard, views

    def test_a_mid_that_cancels_is_joined_by_the_side(
        self, tmp_path: Path, wav: Any, glissando: Any
    ) -> None:
        sound = glissando(3.0, HOUSE_RATE)
        heard, views = self.make(tmp_path / "a.wav", wav, sound, -sound)
        assert views == ("mid", "side")
        np.testing.assert_allclose(heard[0], 0, atol=1e-6)
        np.testing.assert_allclose(heard[1], sound, atol=1e-6)

    @pytest.mark.parametrize("right", [0.0, 0.5, 1.0, -0.3])
    def test_ordinary_stereo_has_a_mid_alone(
        self, right: float, tmp_path: Path, wav: Any, glissando: Any
    ) -> None:
        sound = glissando(3.0, HOUSE_RATE)
        assert self.make(tmp_path / "a.wav", wav, sound, right * sound)[1] == ("mid",)

    def test_silence_before_it_does_not_hide_it(
        self, tmp_path: Path, wav: Any, glissando: Any
    ) -> None:
        sound = np.concatenate([np.zeros(30 * HOUSE_RATE), glissando(3.0, HOUSE_RATE)])
        assert self.make(tmp_path / "a.wav", wav, sound, -sound)[1] == ("mid", "side")

    def test_it_is_decided_once_at_the_beginning(
        self, tmp_path: Path, wav: Any, glissando: Any
    ) -> None:
        first, then = glissando(25.0, HOUSE_RATE), glissando(10.0, HOUSE_RATE)
        left = np.concatenate([first, then])
        right = np.concatenate([first, -then])
        assert self.make(tmp_path / "a.wav", wav, left, right)[1] == ("mid",)


class TestTime:
    def test_a_track_that_begins_later_begins_with_silence(
        self, tmp_path: Path, encode: Any, glissando: Any
    ) -> None:
        sound = glissando(3.0)[None]
        encode(
            tmp_path / "a.mkv",
            [sound, sound],
            form="matroska",
            codec="flac",
            starts_s=(0.0, 1.5),
            languages=("fra", "eng"),
            titles=("Version française", ""),
        )
        with Medium(Source.of(tmp_path / "a.mkv")) as medium:
            assert [t.language for t in medium.tracks] == ["fra", "eng"]
            assert medium.tracks[0].title == "Version française"
        one, _, _ = whole(tmp_path / "a.mkv", 0)
        two, _, notes = whole(tmp_path / "a.mkv", 1)
        assert notes.silence_s == pytest.approx(1.5)
        assert not two[0, : HOUSE_RATE - 100].any()
        late = round(1.5 * HOUSE_RATE)
        np.testing.assert_allclose(
            two[0, late + 500 : late + 40_000], one[0, 500:40_000], atol=1e-4
        )

    def test_a_gap_is_filled_with_silence(
        self, tmp_path: Path, encode: Any, glissando: Any
    ) -> None:
        def lossy(packet: Any) -> Any:
            return None if 2.0 <= float(packet.pts * packet.time_base) < 3.0 else packet

        sound = glissando(6.0)[None]
        encode(tmp_path / "a.mkv", [sound], form="matroska", codec="flac", packet_filter=lossy)
        heard, _, notes = whole(tmp_path / "a.mkv")
        reference = soxr.resample(sound[0], 48_000, HOUSE_RATE)
        assert notes.silence_s == pytest.approx(1.0, abs=0.2)
        assert not heard[0, 36_000:44_000].any()
        assert lag(heard[0], reference, 60_000) == 0

    @pytest.mark.parametrize("jump_s", [90_000.0, 5_000.0])
    def test_hostile_time_stamps_make_no_hours_of_silence(
        self, jump_s: float, tmp_path: Path, encode: Any, glissando: Any
    ) -> None:
        ticks = round(jump_s / (1 / 48_000))

        def lying(packet: Any) -> Any:
            if float(packet.pts * packet.time_base) >= 60.0:
                packet.pts += ticks
                packet.dts += ticks
            return packet

        sound = glissando(63.0, 48_000)[None]
        encode(tmp_path / "a.nut", [sound], form="nut", codec="pcm_s16le", packet_filter=lying)
        heard, _, notes = whole(tmp_path / "a.nut")
        assert notes.jumps == 1
        assert notes.silence_s == 0
        assert heard.shape[1] == pytest.approx(63.0 * HOUSE_RATE, abs=2)

    def test_many_gaps_together_are_bounded_too(
        self, tmp_path: Path, encode: Any, glissando: Any
    ) -> None:
        def stretched(packet: Any) -> Any:
            packet.pts *= 1000
            packet.dts *= 1000
            return packet

        sound = glissando(8.0, 48_000)[None]
        encode(tmp_path / "a.nut", [sound], form="nut", codec="pcm_s16le", packet_filter=stretched)
        heard, _, notes = whole(tmp_path / "a.nut")
        assert notes.jumps > 0
        assert notes.silence_s <= 3600
        assert heard.shape[1] <= 3700 * HOUSE_RATE


class TestSamples:
    def test_what_is_not_finite_becomes_silence_and_is_counted(
        self, tmp_path: Path, wav: Any
    ) -> None:
        sound = np.full(16_000, 0.25, "<f4")
        sound[100:110] = np.nan
        sound[200] = np.inf
        sound[300] = -np.inf
        sound[400] = 1e30
        (tmp_path / "nan.wav").write_bytes(wav(sound))
        heard, _, notes = whole(tmp_path / "nan.wav")
        assert np.isfinite(heard).all()
        assert heard.max() == 8.0
        assert not heard[0, 100:110].any()
        assert (notes.not_finite, notes.too_loud) == (12, 1)

    @pytest.mark.parametrize("kind", ["u1", "<i2", "<i4", "<f4", "<f8"])
    def test_every_sample_type_has_the_same_scale(
        self, kind: str, tmp_path: Path, wav: Any, glissando: Any
    ) -> None:
        sound = glissando(1.0, HOUSE_RATE)
        scale = {"u1": 127, "<i2": 32767, "<i4": 2**31 - 1, "<f4": 1, "<f8": 1}[kind]
        written = sound.astype("f8") * scale + (128 if kind == "u1" else 0)
        (tmp_path / "a.wav").write_bytes(
            wav(np.round(written).astype(kind) if kind[-2] != "f" else written.astype(kind))
        )
        heard, _, _ = whole(tmp_path / "a.wav")
        np.testing.assert_allclose(heard[0], sound, atol=0.012 if kind == "u1" else 1e-4)

    @pytest.mark.parametrize("rate", [1_000, 8_000, 11_025, 44_100, 96_000, 192_000, 384_000])
    def test_every_rate_keeps_time(self, rate: int, tmp_path: Path, wav: Any) -> None:
        t = np.arange(2 * rate) / rate
        (tmp_path / "a.wav").write_bytes(wav(np.sin(2 * np.pi * 100 * t).astype("<f4"), rate))
        heard, _, _ = whole(tmp_path / "a.wav")
        assert heard.shape[1] == pytest.approx(2 * HOUSE_RATE, abs=16)
        reference = np.sin(2 * np.pi * 100 * np.arange(2 * HOUSE_RATE) / HOUSE_RATE)
        np.testing.assert_allclose(heard[0, 4000:28_000], reference[4000:28_000], atol=0.01)

    def test_one_sample_is_a_medium(self, tmp_path: Path, wav: Any) -> None:
        (tmp_path / "one.wav").write_bytes(wav(np.array([0.5], "<f4")))
        heard, views, _ = whole(tmp_path / "one.wav")
        assert (heard.shape, views) == ((1, 1), ("mono",))

    def test_silence_is_a_medium(self, tmp_path: Path, wav: Any) -> None:
        (tmp_path / "silent.wav").write_bytes(wav(np.zeros((16_000, 2), "<i2")))
        heard, views, _ = whole(tmp_path / "silent.wav")
        assert (heard.shape, views) == ((1, 16_000), ("mid",))
        assert not heard.any()

    def test_a_clipped_recording_is_heard_as_it_is(self, tmp_path: Path, wav: Any) -> None:
        sound = np.sign(np.sin(np.arange(16_000) / 20)).astype("<f4")
        (tmp_path / "clipped.wav").write_bytes(wav(sound))
        np.testing.assert_array_equal(whole(tmp_path / "clipped.wav")[0][0], sound)


def test_no_block_at_all_of_a_recording_without_samples(tmp_path: Path, wav: Any) -> None:
    (tmp_path / "none.wav").write_bytes(wav(np.zeros(0, "<i2")))
    with Medium(Source.of(tmp_path / "none.wav")) as medium:
        assert list(medium.blocks()) == []


LISTEN = """
import re, sys
from replique.media import Medium, Source
samples = 0
with Medium(Source.of(sys.argv[1])) as medium:
    for block in medium.blocks():
        samples += block.samples.shape[1]
print(samples, re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_two_hours_take_no_more_memory_than_two_minutes(
    tmp_path: Path, encode: Callable[..., None]
) -> None:
    most_kib = []
    for seconds in (120, 7200):
        path = tmp_path / f"{seconds}.flac"
        silence = np.zeros((1, 8_000 * seconds), np.float32)
        encode(path, [silence], form="flac", codec="flac", rate=8_000)
        ran = subprocess.run(
            [sys.executable, "-c", LISTEN, str(path)], capture_output=True, check=True, timeout=60
        )
        samples, kib = map(int, ran.stdout.split())
        assert samples == seconds * HOUSE_RATE
        most_kib.append(kib)
    assert most_kib[1] - most_kib[0] < 5_000


def test_a_file_that_grows_while_it_is_read_has_changed(tmp_path: Path, voice: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(voice)
    with Medium(Source.of(path)) as medium:
        blocks = medium.blocks(block_s=0.5)
        next(blocks)
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(Changed) as refused:
            list(blocks)
    assert refused.value.retry


@pytest.mark.parametrize(
    ("track", "block_s"), [(1, 1.0), (-1, 1.0), (0, 0.0), (0, -1.0), (0, float("nan"))]
)
def test_what_is_not_there_is_a_usage_error(
    track: int, block_s: float, tmp_path: Path, voice: bytes
) -> None:
    (tmp_path / "a.wav").write_bytes(voice)
    with Medium(Source.of(tmp_path / "a.wav")) as medium, pytest.raises(UsageError):
        next(medium.blocks(track, block_s=block_s))
