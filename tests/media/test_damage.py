"""Broken, locked, lying files: everything that can be heard is heard, and the rest is said."""

from __future__ import annotations

import errno
import io
import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from replique.errors import Damaged, Encrypted, MediaError, NoAudio, NotMedia, Unreadable
from replique.media import Medium, Notes, Source
from replique.media.opening import REFUSED_DEMUXERS, _allowed_demuxers, _audio_decoders

LENGTH_S = 12.0


def listen(path: Path) -> tuple[float, MediaError | None, Notes]:
    """Return how many seconds were heard, what was said in the end, and the notes."""
    heard, said = 0, None
    with Medium(Source.of(path)) as medium:
        try:
            for block in medium.blocks(block_s=1.0):
                assert np.isfinite(block.samples).all()
                heard += block.samples.shape[1]
        except MediaError as error:
            said = error
        return heard / 16_000, said, medium.notes[0]


@pytest.fixture(scope="module")
def make(encode: Any, glissando: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("whole")

    def made(extension: str) -> bytes:
        path = folder / f"a.{extension}"
        form, codec, options = {
            "wav": ("wav", "pcm_s16le", {}),
            "flac": ("flac", "flac", {}),
            "mp3": ("mp3", "mp3", {}),
            "m4a": ("mp4", "aac", {"movflags": "+faststart"}),
            "mkv": ("matroska", "libopus", {}),
            "webm": ("webm", "libopus", {}),
            "ogg": ("ogg", "libopus", {}),
            "ts": ("mpegts", "aac", {}),
        }[extension]
        if not path.exists():
            rng = np.random.default_rng(6)
            sound = glissando(LENGTH_S) + 0.05 * rng.standard_normal(round(LENGTH_S * 48_000))
            encode(path, [sound.astype("f4")[None]], form=form, codec=codec, options=options)
        return path.read_bytes()

    return made


@pytest.mark.parametrize("extension", ["wav", "flac", "m4a", "mkv", "webm"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_truncated_file_is_heard_to_where_it_ends_and_then_said(
    extension: str, share: float, make: Any, tmp_path: Path
) -> None:
    data = make(extension)
    path = tmp_path / f"a.{extension}"
    path.write_bytes(data[: int(len(data) * share)])
    seconds, said, _ = listen(path)
    assert seconds == pytest.approx(share * LENGTH_S, abs=1.5)
    assert isinstance(said, Damaged)
    assert f"{seconds:.1f}" in str(said)
    assert said.advice


@pytest.mark.parametrize("extension", ["mp3", "ogg", "ts"])
def test_a_truncated_stream_that_states_no_length_is_heard(
    extension: str, make: Any, tmp_path: Path
) -> None:
    data = make(extension)
    path = tmp_path / f"a.{extension}"
    path.write_bytes(data[: len(data) // 2])
    assert listen(path)[0] == pytest.approx(LENGTH_S / 2, abs=1.5)


@pytest.mark.parametrize("extension", ["wav", "flac", "mp3", "m4a", "mkv", "ogg", "ts"])
def test_whole_files_are_not_called_damaged(extension: str, make: Any, tmp_path: Path) -> None:
    path = tmp_path / f"a.{extension}"
    path.write_bytes(make(extension))
    seconds, said, notes = listen(path)
    assert said is None
    assert seconds == pytest.approx(LENGTH_S, abs=0.1)
    assert notes.skipped == 0


@pytest.mark.parametrize("extension", ["flac", "mp3", "m4a", "mkv", "ogg", "ts"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_damage_in_the_middle_is_left_out_and_time_goes_on(
    extension: str, seed: int, make: Any, tmp_path: Path
) -> None:
    data = bytearray(make(extension))
    rng = np.random.default_rng(seed)
    middle = len(data) // 2
    width = len(data) // 40
    data[middle : middle + width] = rng.bytes(width)
    path = tmp_path / f"a.{extension}"
    path.write_bytes(data)
    seconds, _, _ = listen(path)
    assert seconds == pytest.approx(LENGTH_S, abs=1.0)


def test_a_wav_that_was_streamed_states_no_length(wav: Any, tmp_path: Path) -> None:
    data = bytearray(wav(np.zeros(32_000, "<i2")))
    for size in (0, 0xFFFFFFFF, 0xFFFFFFF0):
        data[40:44] = size.to_bytes(4, "little")
        (tmp_path / "a.wav").write_bytes(data)
        seconds, said, _ = listen(tmp_path / "a.wav")
        assert said is None
        assert seconds == 2.0


def test_a_long_wav_states_its_length_elsewhere(wav: Any, tmp_path: Path) -> None:
    plain = wav(np.zeros(32_000, "<i2"))
    for samples, cut in ((32_000, False), (320_000, True)):
        long_size = b"ds64" + struct.pack("<IQQQI", 28, 0, samples * 2, samples, 0)
        data = b"RF64\xff\xff\xff\xffWAVE" + long_size + plain[12:40] + b"\xff" * 4 + plain[44:]
        (tmp_path / "a.wav").write_bytes(data)
        seconds, said, _ = listen(tmp_path / "a.wav")
        assert seconds == 2.0
        assert isinstance(said, Damaged) == cut


def test_an_mp4_without_its_index_is_damaged(make: Any, tmp_path: Path) -> None:
    data = make("m4a")
    path = tmp_path / "a.m4a"
    path.write_bytes(data[:40])
    with pytest.raises(Damaged):
        listen(path)


def test_pictures_alone_are_no_audio(encode: Any, tmp_path: Path) -> None:
    for extension, form in (("mp4", "mp4"), ("mkv", "matroska"), ("avi", "avi")):
        path = tmp_path / f"a.{extension}"
        encode(path, [], form=form, codec="aac", video=True)
        with pytest.raises(NoAudio):
            listen(path)


def test_pictures_beside_the_sound_are_never_decoded(
    encode: Any, glissando: Any, tmp_path: Path
) -> None:
    path = tmp_path / "film.mkv"
    sounds = [glissando(2.0)[None], glissando(2.0, low=900.0)[None]]
    encode(path, sounds, form="matroska", codec="aac", video=True, languages=("fra", "eng"))
    with Medium(Source.of(path)) as medium:
        assert [(track.index, track.language) for track in medium.tracks] == [
            (0, "fra"),
            (1, "eng"),
        ]
        one, two = (
            np.concatenate([block.samples for block in medium.blocks(track)], axis=1)
            for track in medium.tracks
        )
    assert one.shape[1] == pytest.approx(32_000, abs=800)
    assert not np.allclose(one[0, 5000:20_000], two[0, 5000:20_000], atol=0.05)
    assert "mpeg4" not in _audio_decoders().split(",")


@pytest.mark.parametrize("tag", [b"drms", b"enca"])
def test_a_rights_system_is_said(tag: bytes, make: Any, tmp_path: Path) -> None:
    data = make("m4a").replace(b"mp4a", tag)
    path = tmp_path / "a.m4p"
    path.write_bytes(data)
    with Medium(Source.of(path)) as medium, pytest.raises(Encrypted):
        list(medium.blocks())


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile '{url}'\n",
    "sdp": "v=0\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "dash": '<?xml version="1.0"?><MPD><BaseURL>{url}</BaseURL></MPD>\n',
    "smil": "<smil><body><audio src='{url}'/></body></smil>\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("extension", ["m3u8", "mp3", "ffconcat", "mpd", "txt"])
@pytest.mark.parametrize("scheme", ["{path}", "file://{path}", "http://192.0.2.1/{path}"])
def test_a_playlist_opens_nothing(
    kind: str, extension: str, scheme: str, make: Any, tmp_path: Path
) -> None:
    (tmp_path / "secret.wav").write_bytes(make("wav"))
    path = tmp_path / f"list.{extension}"
    url = scheme.format(path=tmp_path / "secret.wav")
    path.write_text(PLAYLISTS[kind].replace("{url}", url))
    with pytest.raises(NotMedia):
        Medium(Source.of(path)).__enter__()


def test_a_reference_in_a_film_opens_nothing(make: Any, tmp_path: Path) -> None:
    """An MP4 may name another file that holds its samples."""
    (tmp_path / "secret.wav").write_bytes(make("wav"))
    data = bytearray(make("m4a"))
    at = data.index(b"url ")
    url = b"file://" + str(tmp_path / "secret.wav").encode() + b"\0"
    data[at + 4 : at + 8] = bytes(4)  # "the samples are elsewhere"
    path = tmp_path / "a.m4a"
    path.write_bytes(bytes(data[: at + 8]) + url + bytes(data[at + 8 :]))
    try:
        seconds, said, _ = listen(path)
    except MediaError:
        return
    assert seconds == 0 or said is None  # its own samples, or none


def test_playlists_and_devices_are_not_among_the_formats() -> None:
    allowed = set(_allowed_demuxers().split(","))
    assert allowed.isdisjoint(REFUSED_DEMUXERS)
    assert {"wav", "mp3", "flac", "ogg", "mpegts", "mov", "matroska", "fsb", "aac"} <= allowed
    assert allowed.isdisjoint({"hls", "concat", "lavfi", "alsa", "sdp", "image2", "png_pipe"})


def test_a_rate_that_no_recording_has_is_damaged(wav: Any, tmp_path: Path) -> None:
    for rate in (1, 999, 100_000_000):
        (tmp_path / "a.wav").write_bytes(wav(np.zeros(2000, "<i2"), rate))
        seconds, said, _ = listen(tmp_path / "a.wav")
        assert seconds == 0
        assert isinstance(said, Damaged)


class FailingDisk(io.BytesIO):
    """A file that cannot be read beyond a place."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data)
        self._good = good

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self._good:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(size)


@pytest.mark.parametrize("extension", ["wav", "m4a", "mkv"])
def test_a_disk_that_fails_is_no_damage_and_worth_another_try(
    extension: str, make: Any, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{extension}"
    path.write_bytes(make(extension))
    disk = FailingDisk(make(extension), len(make(extension)) // 2)
    source = replace(Source.of(path), opener=lambda: disk)
    heard = 0
    with Medium(source) as medium, pytest.raises(Unreadable) as error:  # noqa: PT012 : two steps
        for block in medium.blocks(block_s=0.5):
            heard += block.samples.shape[1]
    assert heard / 16_000 > LENGTH_S / 4
    assert error.value.retry
    disk = FailingDisk(make(extension), 0)
    with pytest.raises(Unreadable):
        Medium(source).__enter__()


def test_nothing_is_written_to_the_terminal(make: Any, tmp_path: Path) -> None:
    data = bytearray(make("mp3"))
    data[5000:9000] = bytes(4000)
    (tmp_path / "a.mp3").write_bytes(data)
    (tmp_path / "b.m4a").write_bytes(make("m4a")[:-20_000])
    code = (
        "import sys\n"
        "from replique.media import Medium, walk\n"
        "from replique.errors import MediaError\n"
        "for source in walk([sys.argv[1]]):\n"
        "    try:\n"
        "        with Medium(source) as medium:\n"
        "            list(medium.blocks())\n"
        "    except MediaError:\n"
        "        pass\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True, timeout=60
    )
    assert (ran.stdout, ran.stderr) == (b"", b"")


def test_the_import_is_light() -> None:
    code = (
        "import sys, replique.media\n"
        "print(sorted({'pyarrow', 'zstandard', 'scipy', 'django'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert ran.stdout.strip() == b"[]"


def test_a_track_that_changes_on_the_way_is_heard_to_its_end(
    encode: Any, glissando: Any, tmp_path: Path
) -> None:
    """As a broadcast does between film and advertisement."""
    parts = b""
    for layout, channels, rate in (("stereo", 2, 48_000), ("5.1", 6, 48_000), ("mono", 1, 32_000)):
        part = tmp_path / "part.ac3"
        sound = np.repeat(glissando(2.0, rate)[None], channels, axis=0)
        encode(part, [sound], form="ac3", codec="ac3", layout=layout, rate=rate)
        parts += part.read_bytes()
    path = tmp_path / "a.ac3"
    path.write_bytes(parts)
    with Medium(Source.of(path)) as medium:
        blocks = list(medium.blocks())
    assert {block.views for block in blocks} == {("mid",)}
    heard = np.concatenate([block.samples for block in blocks], axis=1)
    assert heard.shape[1] / 16_000 == pytest.approx(6.0, abs=0.4)
    for second in (1, 3, 5):
        assert heard[0, second * 16_000 : second * 16_000 + 8000].std() > 0.02
