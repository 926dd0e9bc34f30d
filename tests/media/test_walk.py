"""Files and folders: what is found, what is passed over, what is refused."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import Changed, MediaError, NotFound, NotMedia, Unreadable
from replique.media import Medium, Refused, Source, Tally, files, fingerprint, sha256, walk
from replique.media.source import readable

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def found(*paths: Path | str, **options: Any) -> list[Source]:
    each = list(walk(paths, **options))
    assert [one.error for one in each if isinstance(one, Refused)] == []
    return [one for one in each if isinstance(one, Source)]


def refused(*paths: Path | str, **options: Any) -> list[Refused]:
    return [one for one in walk(paths, **options) if isinstance(one, Refused)]


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path, voice: bytes) -> None:
    for name in ("b/2.wav", "a.wav", "b/10.wav", "c/d/e/f.wav", "b.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(voice)
    locators = [source.locator for source in found(tmp_path)]
    assert locators == [
        str(tmp_path / name) for name in ("a.wav", "b/10.wav", "b/2.wav", "b.wav", "c/d/e/f.wav")
    ]
    assert [source.path for source in found(tmp_path)] == [Path(each) for each in locators]
    assert {source.members for source in found(tmp_path)} == {()}


def test_posters_and_subtitles_are_counted_not_complained_of(tmp_path: Path, voice: bytes) -> None:
    (tmp_path / "film.wav").write_bytes(voice)
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nBonjour.\n")
    (tmp_path / "film.nfo").write_bytes("Ein schöner Film".encode("latin-1"))
    (tmp_path / "utf16.txt").write_bytes("Un beau film\r\n".encode("utf-16"))
    (tmp_path / "poster.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (tmp_path / "poster.png").write_bytes(PNG)
    (tmp_path / "script.pdf").write_bytes(b"%PDF-1.7\n" + bytes(100))
    (tmp_path / "app.ts").write_text("export const answer = 42;\n" * 20)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "noise.dat").write_bytes(bytes(range(256)) * 40)
    (tmp_path / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "._film.wav").write_bytes(b"\x00\x05\x16\x07")
    tally = Tally()
    assert [source.name for source in found(tmp_path, tally=tally)] == ["film.wav"]
    assert tally.not_media == 9


def test_content_decides_not_the_name(tmp_path: Path, encode: Any, glissando: Any) -> None:
    sound = [glissando(1.0)[None]]
    encode(tmp_path / "voice", sound, form="mp3", codec="mp3")
    encode(tmp_path / "mp3.wav", sound, form="mp3", codec="mp3")
    encode(tmp_path / "wav.mp4", sound, form="wav", codec="pcm_s16le")
    encode(tmp_path / "flac.jpg", sound, form="flac", codec="flac")
    encode(tmp_path / "video.dat", sound, form="mpegts", codec="aac")
    encode(tmp_path / "rare.bin", sound, form="au", codec="pcm_s16be")
    sources = found(tmp_path)
    assert len(sources) == 6
    for source in sources:
        with Medium(source) as medium:
            seconds = sum(block.samples.shape[1] for block in medium.blocks()) / 16_000
        assert seconds == pytest.approx(1.0, abs=0.1), source.locator


def test_sound_without_a_known_beginning_is_recognised_by_decoding(
    tmp_path: Path, encode: Any, glissando: Any
) -> None:
    encode(tmp_path / "a.bin", [glissando(2.0)[None]], form="voc", codec="pcm_u8")
    assert [source.name for source in found(tmp_path)] == ["a.bin"]


def test_what_is_called_a_medium_and_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_text("this is no sound")
    (tmp_path / "b.wav").write_bytes(b"")
    (tmp_path / "c.mp4").write_bytes(PNG)
    sources = found(tmp_path)
    assert len(sources) == 3
    for source in sources:
        with pytest.raises(MediaError) as error:
            Medium(source).__enter__()
        assert readable(source.locator) in str(error.value)


def test_links_in_a_circle_end_and_lead_to_each_folder_once(tmp_path: Path, voice: bytes) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/x.wav").write_bytes(voice)
    (tmp_path / "a/b/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to(tmp_path / "a")
    (tmp_path / "z").symlink_to(tmp_path / "a/b")
    assert [source.name for source in found(tmp_path)] == ["x.wav"]
    assert [source.name for source in found(tmp_path, tmp_path / "a")] == ["x.wav"]


def test_a_link_to_a_file_is_followed_and_a_broken_one_is_refused(
    tmp_path: Path, voice: bytes
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/x.wav").write_bytes(voice)
    (tmp_path / "here").mkdir()
    (tmp_path / "here/link.wav").symlink_to(tmp_path / "there/x.wav")
    (tmp_path / "here/broken.wav").symlink_to(tmp_path / "nowhere.wav")
    (tmp_path / "here/loop.wav").symlink_to(tmp_path / "here/loop.wav")
    each = list(walk([tmp_path / "here"]))
    assert [type(one).__name__ for one in each] == ["Refused", "Source", "Refused"]
    assert all(isinstance(one.error, Unreadable) for one in each if isinstance(one, Refused))


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    (only,) = refused(tmp_path / "nowhere")
    assert isinstance(only.error, Unreadable)
    assert only.error.advice
    (only,) = refused("a\0b")
    assert isinstance(only.error, Unreadable)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_pipes_sockets_and_devices_are_never_opened(
    tmp_path: Path, voice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.wav")
    (tmp_path / "a.wav").write_bytes(voice)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.wav")
        assert [source.name for source in found(tmp_path)] == ["a.wav"]
        for special in ("pipe.wav", "socket.wav", "/dev/zero"):
            (only,) = refused(special)
            assert isinstance(only.error, Unreadable)


def test_a_file_that_became_a_pipe_is_not_waited_for(tmp_path: Path, voice: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(voice)
    (source,) = found(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Unreadable):
        source.open()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, voice: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(voice)
    (tmp_path / "a.wav").chmod(0)
    (only,) = refused(tmp_path)
    assert isinstance(only.error, Unreadable)


@pytest.mark.parametrize(
    "name",
    [
        "with spaces.wav",
        "new\nline.wav",
        "🎭 réplique.wav",
        "-i.wav",
        "http:foo.wav",
        "concat:a.wav|b.wav",
        "%03d.wav",
        "back\\slash.wav",
        "\x1b[31mred.wav",
        "\u202egnp.wav",
        "pipe:0",
        os.fsdecode(b"latin-\xe9.wav"),
        "x" * 240 + ".wav",
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="others forbid such names")
def test_any_name_opens_and_any_screen_can_show_it(
    name: str, tmp_path: Path, voice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(voice)
    monkeypatch.chdir(tmp_path)
    for source in (*found(tmp_path), *found(name), Source.of(name)):
        assert source.locator.isprintable()
        source.locator.encode("utf-8")
        with Medium(source) as medium:
            assert next(medium.blocks()).samples.shape == (1, 32_000)
        assert sha256(source) == hashlib.sha256(voice).hexdigest()


@given(st.text(), st.binary(max_size=40))
def test_a_readable_name_is_printable_and_stays_when_it_was(text: str, raw: bytes) -> None:
    for name in (text, os.fsdecode(raw)):
        shown = readable(name)
        shown.encode("utf-8")
        assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in shown)
        assert readable(shown) == shown


@given(st.lists(st.text("abé🎭 -_.", min_size=1, max_size=12), max_size=8))
def test_ordinary_names_are_shown_as_they_are(names: list[str]) -> None:
    assert [readable(name) for name in names] == names


class TestContentHash:
    def test_it_is_that_of_the_bytes(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"abc" * 100_000)
        expected = hashlib.sha256(b"abc" * 100_000).hexdigest()
        assert sha256(Source.of(tmp_path / "a")) == expected

    def test_a_file_that_changed_since_it_was_found_has_changed(
        self, tmp_path: Path, voice: bytes
    ) -> None:
        (tmp_path / "a.wav").write_bytes(voice)
        source = Source.of(tmp_path / "a.wav")
        (tmp_path / "a.wav").write_bytes(voice + b"x")
        with pytest.raises(Changed):
            sha256(source)

    def test_a_file_that_vanished_is_unreadable(self, tmp_path: Path, voice: bytes) -> None:
        (tmp_path / "a.wav").write_bytes(voice)
        source = Source.of(tmp_path / "a.wav")
        (tmp_path / "a.wav").unlink()
        with pytest.raises(Unreadable):
            sha256(source)
        with pytest.raises(Unreadable):
            Medium(source).__enter__()
        with pytest.raises(Unreadable):
            fingerprint(source.path)

    def test_a_fingerprint_changes_with_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"abc")
        before = fingerprint(tmp_path / "a")
        assert fingerprint(tmp_path / "a") == before
        os.utime(tmp_path / "a", ns=(1, 1))
        assert fingerprint(tmp_path / "a") != before


def test_files_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    for name in ("z.txt", "a/b.wav", ".DS_Store"):
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr(os, "open", lambda *_, **__: pytest.fail("it opened something"))
    assert list(files([tmp_path])) == [tmp_path / "a/b.wav", tmp_path / "z.txt"]


def test_errors_that_a_person_reads_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_text("this is no sound")
    with pytest.raises(NotMedia) as error:
        Medium(Source.of(tmp_path / "a.mp3")).__enter__()
    assert error.value.advice
    assert not isinstance(error.value, NotFound)
