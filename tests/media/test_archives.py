"""Members of archives: all of them, one at a time, and none that lies."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import struct
import tarfile
import tempfile
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from replique.errors import Damaged, Encrypted, Hostile, MediaError, NotFound, NotMedia, Unreadable
from replique.media import (
    LIMITS,
    Medium,
    Refused,
    Source,
    Tally,
    count_portions,
    excerpt,
    is_random_access,
    read_audio,
    reopen,
    sha256,
    tars,
    walk,
)

COMPRESSORS = {
    "tar": lambda data: data,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
    "tar.zst": zstandard.ZstdCompressor().compress,
}


def tarred(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def heard(path: Path, **options: Any) -> dict[str, str]:
    """Return the members that are found, each with the hash of what is read in it."""
    result = {}
    for each in walk([path], **options):
        assert isinstance(each, Source), each
        result["!".join(each.members)] = sha256(each)
        with Medium(each) as medium:
            assert sum(block.samples.shape[1] for block in medium.blocks()) > 0
    return result


def refusals(path: Path, **options: Any) -> list[MediaError]:
    return [each.error for each in walk([path], **options) if isinstance(each, Refused)]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "box"


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]
)
def test_members_of_a_zip(compression: int, box: Path, zipped: Any, voice: bytes) -> None:
    other = voice[:-2000]
    box.write_bytes(
        zipped({"a/": b"", "a/x.wav": voice, "read.me": b"text", "y.wav": other}, compression)
    )
    tally = Tally()
    assert heard(box, tally=tally) == {"a/x.wav": digest(voice), "y.wav": digest(other)}
    assert tally.not_media == 1
    assert [each.locator for each in walk([box])] == [f"{box}!/a/x.wav", f"{box}!/y.wav"]


@pytest.mark.parametrize("kind", COMPRESSORS)
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_of_a_tar(kind: str, form: int, box: Path, voice: bytes) -> None:
    long = "n" * 90 + "/" + "m" * 90 + ".wav"
    members = {"0001.json": b"{}", "0001.wav": voice, long: voice[:9000], "0002.wav": voice[:7000]}
    box.write_bytes(COMPRESSORS[kind](tarred(members, form)))
    assert heard(box) == {n: digest(d) for n, d in members.items() if n.endswith("wav")}


def test_members_that_nobody_opens_do_not_stop_the_walk(box: Path, voice: bytes) -> None:
    for pack in COMPRESSORS.values():
        box.write_bytes(pack(tarred({f"{i}.wav": voice for i in range(5)})))
        assert [each.locator[-5:] for each in walk([box])] == [f"{i}.wav" for i in range(5)]


def test_the_oldest_tars_have_no_magic(box: Path, voice: bytes) -> None:
    data = bytearray(tarred({"a.wav": voice}, tarfile.USTAR_FORMAT))
    data[257:265] = bytes(8)
    data[148:156] = b" " * 8
    data[148:155] = b"%06o\0" % sum(data[:512])
    box.write_bytes(data)
    assert list(heard(box)) == ["a.wav"]


def test_one_compressed_file_is_one_member(tmp_path: Path, voice: bytes) -> None:
    for extension, pack in (("gz", gzip.compress), ("xz", lzma.compress)):
        path = tmp_path / f"a.wav.{extension}"
        path.write_bytes(pack(voice))
        assert heard(path) == {"a.wav": digest(voice)}
        path = tmp_path / f"a.txt.{extension}"
        path.write_bytes(pack(b"a text of some length\n" * 100))
        assert heard(path) == {}


def test_archives_in_archives(box: Path, zipped: Any, voice: bytes) -> None:
    inner = zipped({"deep.wav": voice})
    middle = gzip.compress(tarred({"inner.zip": inner, "side.wav": voice}))
    box.write_bytes(zipped({"middle.tgz": middle, "top.wav": voice}, zipfile.ZIP_STORED))
    assert list(heard(box)) == [
        "middle.tgz!inner.zip!deep.wav",
        "middle.tgz!side.wav",
        "top.wav",
    ]
    (first, *_) = walk([box])
    assert first.locator == f"{box}!/middle.tgz!/inner.zip!/deep.wav"


def test_two_members_of_one_name_are_both_found(box: Path, voice: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for data in (voice, voice[:5000]):
            info = tarfile.TarInfo("a.wav")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    box.write_bytes(out.getvalue())
    assert heard(box) == {"a.wav": digest(voice), "a.wav#2": digest(voice[:5000])}
    with reopen(box, ("a.wav#2",)) as source:
        assert sha256(source) == digest(voice[:5000])


class TestParquet:
    def write(self, path: Path, columns: dict[str, Any], **options: Any) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns), path, **options)

    def test_a_column_of_encoded_files(self, box: Path, voice: bytes) -> None:
        audio = [
            {"bytes": voice, "path": "clips/un.wav"},
            {"bytes": None, "path": "nowhere.wav"},
            None,
            {"bytes": voice[:6000], "path": None},
        ]
        self.write(box, {"audio": audio, "text": ["a", "b", "c", "d"], "n": [1, 2, 3, 4]})
        assert heard(box) == {"0:audio:un.wav": digest(voice), "3:audio": digest(voice[:6000])}

    def test_a_column_of_bytes(self, box: Path, voice: bytes) -> None:
        self.write(
            box, {"sound": [voice, b"no sound", b""], "image": [b"\x89PNG\r\n\x1a\n", b"", None]}
        )
        tally = Tally()
        assert heard(box, tally=tally) == {"0:sound": digest(voice)}
        assert tally.not_media == 2

    def test_a_column_of_samples(self, box: Path, glissando: Any) -> None:
        sound = glissando(1.0, 16_000)
        self.write(
            box, {"audio": [{"array": sound.tolist(), "sampling_rate": 16_000, "path": "a"}]}
        )
        with reopen(box, ("0:audio:a",)) as source:
            np.testing.assert_allclose(read_audio(source), sound, atol=1e-6)

    @given(
        rows=st.integers(1, 30),
        group=st.integers(1, 12),
        portions=st.integers(1, 5),
    )
    @settings(max_examples=12)
    def test_portions_are_disjoint_and_complete(
        self, rows: int, group: int, portions: int, wav: Any
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "train.parquet"
            clips = [wav(np.full(50, i, "<i2")) for i in range(rows)]
            self.write(path, {"audio": clips}, row_group_size=group)
            assert is_random_access(path)
            assert count_portions(path) == -(-rows // group)
            all_of_it = [each.locator for each in walk([path])]
            assert len(all_of_it) == rows
            shares = [
                [each.locator for each in walk([path], portion=(k, portions))]
                for k in range(portions)
            ]
            assert sorted(chain.from_iterable(shares)) == sorted(all_of_it)

    def test_a_member_is_found_again(self, box: Path, wav: Any) -> None:
        clips = [wav(np.full(50, i, "<i2")) for i in range(20)]
        self.write(box, {"audio": clips}, row_group_size=6)
        with reopen(box, ("13:audio",)) as source:
            assert sha256(source) == digest(clips[13])

    def test_a_table_without_sound_holds_nothing(self, box: Path) -> None:
        self.write(box, {"text": ["a"], "n": [1], "d": [b"some bytes"]})
        assert list(walk([box])) == []

    @pytest.mark.parametrize("cut", [4, 100, 5000, -8])
    def test_a_damaged_table_is_refused(self, cut: int, box: Path, voice: bytes) -> None:
        self.write(box, {"audio": [voice]})
        box.write_bytes(box.read_bytes()[:cut])
        assert [type(error) for error in refusals(box)] == [Damaged]


@given(
    names=st.lists(st.integers(0, 99), min_size=1, max_size=30),
    portions=st.integers(1, 6),
)
@settings(max_examples=20)
def test_portions_of_a_zip_are_disjoint_and_complete(
    names: list[int], portions: int, wav: Any, zipped: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.zip"
        path.write_bytes(zipped({f"{n}.wav": wav(np.full(50, n, "<i2")) for n in names}))
        assert is_random_access(path)
        assert count_portions(path) == len(set(names))
        all_of_it = [each.locator for each in walk([path])]
        shares = [
            [each.locator for each in walk([path], portion=(k, portions))] for k in range(portions)
        ]
        assert sorted(chain.from_iterable(shares)) == sorted(all_of_it)
        assert len(all_of_it) == len(set(names))


def test_what_cannot_be_shared_is_the_first_portion_alone(
    tmp_path: Path, voice: bytes, zipped: Any
) -> None:
    (tmp_path / "a.tar").write_bytes(tarred({"a.wav": voice}))
    (tmp_path / "b.wav").write_bytes(voice)
    for name in ("a.tar", "b.wav"):
        assert not is_random_access(tmp_path / name)
        assert count_portions(tmp_path / name) == 1
        assert len(list(walk([tmp_path / name], portion=(0, 2)))) == 1
        assert list(walk([tmp_path / name], portion=(1, 2))) == []
    assert not is_random_access(tmp_path / "nowhere")
    assert count_portions(tmp_path / "nowhere") == 1
    inner = zipped({"x.wav": voice, "y.wav": voice})
    (tmp_path / "c.zip").write_bytes(zipped({"one.zip": inner, "two.wav": voice}))
    assert len(list(walk([tmp_path / "c.zip"], portion=(0, 2)))) == 2
    assert len(list(walk([tmp_path / "c.zip"], portion=(1, 2)))) == 1


class TestReopen:
    @pytest.mark.parametrize("pack", ["zip", *COMPRESSORS])
    def test_every_member_that_was_found_opens_again(
        self, pack: str, box: Path, zipped: Any, voice: bytes
    ) -> None:
        inner = {"a.wav": voice, "b/c.wav": voice[:9000]}
        outer = {"1.zip": zipped(inner), "2.tar": tarred(inner), "3.wav": voice[:5000]}
        box.write_bytes(zipped(outer) if pack == "zip" else COMPRESSORS[pack](tarred(outer)))
        hashes = {each.members: sha256(each) for each in walk([box]) if isinstance(each, Source)}
        assert len(hashes) == 5
        for members, expected in hashes.items():
            with reopen(box, members) as source:
                assert source.members == members
                assert sha256(source) == expected
                assert len(excerpt(source, 0, "mono", 0.05, 0.1)) == 800

    def test_a_plain_file_opens_again(self, box: Path, voice: bytes) -> None:
        box.write_bytes(voice)
        with reopen(box, ()) as source:
            assert sha256(source) == digest(voice)

    @pytest.mark.parametrize("members", [("b.wav",), ("a.wav", "x"), ("",)])
    def test_a_member_that_is_gone_is_not_found(
        self, members: tuple[str, ...], box: Path, zipped: Any, voice: bytes
    ) -> None:
        box.write_bytes(zipped({"a.wav": voice}))
        with pytest.raises(NotFound), reopen(box, members):
            pytest.fail("it opened")

    def test_an_archive_that_broke_says_so(self, box: Path, zipped: Any, voice: bytes) -> None:
        box.write_bytes(zipped({"a.wav": voice})[:-30])
        with pytest.raises(Damaged), reopen(box, ("a.wav",)):
            pytest.fail("it opened")


def test_a_member_closes_when_the_walk_goes_on(box: Path, zipped: Any, voice: bytes) -> None:
    for data in (
        zipped({"a.wav": voice, "b.wav": voice}),
        tarred({"a.wav": voice, "b.wav": voice}),
    ):
        box.write_bytes(data)
        first, second = walk([box])
        assert isinstance(first, Source)
        assert isinstance(second, Source)
        for gone in (first, second):
            with pytest.raises(Unreadable):
                gone.open()


def test_a_member_may_be_opened_more_than_once_and_at_once(
    box: Path, zipped: Any, voice: bytes
) -> None:
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        box.write_bytes(zipped({"a.wav": voice}, compression))
        for source in walk([box]):
            assert isinstance(source, Source)
            with source.open() as one, source.open() as two:
                one.seek(1000)
                assert two.read(4) == b"RIFF"
                assert one.read(4) == voice[1000:1004]
            assert sha256(source) == digest(voice)


# What lies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../a.wav",
        "x/../../a.wav",
        "/etc/a.wav",
        "C:\\a.wav",
        "..\\a.wav",
        "\\\\host\\a.wav",
        "a" * 5000,
    ],
)
def test_a_name_that_climbs_out_is_refused_and_the_rest_goes_on(
    name: str, box: Path, zipped: Any, voice: bytes
) -> None:
    for data in (zipped({name: voice, "b.wav": voice}), tarred({name: voice, "b.wav": voice})):
        box.write_bytes(data)
        bad, good = walk([box])
        assert isinstance(bad, Refused)
        assert isinstance(bad.error, Hostile)
        assert isinstance(good, Source)
        assert good.members == ("b.wav",)


def test_dots_that_climb_nowhere_are_harmless(box: Path, zipped: Any, voice: bytes) -> None:
    box.write_bytes(zipped({"./a.wav": voice, "x/..y/b...wav": voice}))
    assert len(heard(box)) == 2


def test_a_hundred_archives_deep(box: Path, zipped: Any, voice: bytes) -> None:
    data = voice
    for level in range(100):
        data = zipped({"a.wav" if level == 0 else "a.zip": data}, zipfile.ZIP_STORED)
    box.write_bytes(data)
    assert [type(error) for error in refusals(box)] == [Hostile]
    data = voice
    for level in range(5):
        data = zipped({"a.wav" if level == 0 else "a.zip": data})
    box.write_bytes(data)
    assert len(heard(box)) == 1


def test_a_bomb_of_zeros(box: Path, zipped: Any) -> None:
    limits = replace(LIMITS, floor_bytes=1 << 20)
    zeros = b"RIFF\0\0\0\0WAVE" + bytes(20 << 20)
    for data in (
        zipped({"a.wav": zeros}),
        *(pack(tarred({"a.wav": zeros})) for name, pack in COMPRESSORS.items() if name != "tar"),
    ):
        box.write_bytes(data)
        errors = []
        for each in walk([box], limits=limits):
            try:
                if isinstance(each, Refused):
                    raise each.error
                each.open()
            except Hostile as error:
                errors.append(error)
        assert errors


def test_a_bomb_of_many_members(box: Path, zipped: Any, voice: bytes) -> None:
    limits = replace(LIMITS, members=10)
    for data in (
        zipped({f"{i}.wav": voice for i in range(11)}),
        tarred({f"{i}.wav": voice for i in range(11)}),
        zipped({f"{i}.zip": zipped({f"{j}.wav": voice for j in range(4)}) for i in range(3)}),
    ):
        box.write_bytes(data)
        assert Hostile in [type(error) for error in refusals(box, limits=limits)]


def test_a_bomb_of_members_that_lie_on_one_another(box: Path, zipped: Any) -> None:
    zeros = b"RIFF\0\0\0\0WAVE" + bytes(1 << 20)
    data = bytearray(zipped({"a.wav": zeros}, zipfile.ZIP_STORED))
    end = data.rindex(b"PK\x05\x06")
    directory = data.index(b"PK\x01\x02")
    entry, tail = bytes(data[directory:end]), data[end:]
    count = 1000
    tail[8:12] = struct.pack("<HH", count, count)
    tail[12:16] = struct.pack("<I", len(entry) * count)
    box.write_bytes(bytes(data[:directory]) + entry * count + tail)
    limits = replace(LIMITS, floor_bytes=1 << 20)
    assert [type(error) for error in refusals(box, limits=limits)] == [Hostile]


def test_a_member_too_large(box: Path, zipped: Any, voice: bytes) -> None:
    box.write_bytes(zipped({"a.wav": voice}))
    for source in walk([box], limits=replace(LIMITS, member_bytes=10_000)):
        assert isinstance(source, Source)
        with pytest.raises(Hostile):
            source.open()


def test_a_member_longer_than_its_directory_says(box: Path, zipped: Any, voice: bytes) -> None:
    data = bytearray(zipped({"a.wav": voice}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", len(voice) - 1000)
    box.write_bytes(data)
    for source in walk([box]):
        assert isinstance(source, Source)
        with Medium(source) as medium, pytest.raises(Damaged):
            list(medium.blocks())


def test_a_sparse_tar_of_holes(box: Path) -> None:
    header = bytearray(512)
    header[:5] = b"a.wav"
    header[100:108] = b"0000644\0"
    header[124:136] = b"%011o\0" % 512
    header[136:148] = b"%011o\0" % 0
    header[156:157] = b"S"
    header[257:265] = b"ustar  \0"
    header[386:398] = b"%011o\0" % 0
    header[398:410] = b"%011o\0" % 12
    header[483:495] = b"%011o\0" % (8 << 30)
    header[148:156] = b" " * 8
    header[148:155] = b"%06o\0" % sum(header)
    body = b"RIFF\0\0\0\0WAVE".ljust(512, b"\0")
    box.write_bytes(bytes(header) + body + bytes(1024))
    limits = replace(LIMITS, floor_bytes=1 << 20)
    for source in walk([box], limits=limits):
        assert isinstance(source, Source)
        with pytest.raises(Hostile):
            source.open()


def test_a_header_that_asks_for_all_memory(box: Path) -> None:
    for kind in (b"x", b"L"):
        info = tarfile.TarInfo("a")
        info.size, info.type = 1 << 30, kind
        packer = lzma.LZMACompressor(preset=0)
        data = packer.compress(info.tobuf(tarfile.GNU_FORMAT))
        for _ in range(64):
            data += packer.compress(bytes(1 << 20))
        box.write_bytes(data + packer.flush())
        tracemalloc.start()
        assert [type(error) for error in refusals(box)] == [Hostile]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 16 << 20


def test_headers_upon_headers(box: Path) -> None:
    info = tarfile.TarInfo("a")
    info.size, info.type = 10, b"L"
    box.write_bytes((info.tobuf(tarfile.GNU_FORMAT) + b"name".ljust(512, b"\0")) * 5000)
    assert [type(error) for error in refusals(box)] == [Damaged]


@pytest.mark.parametrize("kind", ["tar.xz", "tar.zst"])
def test_a_window_that_asks_for_all_memory(
    kind: str, box: Path, voice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.write_bytes(COMPRESSORS[kind](tarred({"a.wav": voice}) + bytes(4 << 20)))
    assert len(heard(box)) == 1
    monkeypatch.setattr(tars, "LARGEST_WINDOW", 1 << 20)
    assert [type(error) for error in refusals(box)] == [Damaged]


def test_a_locked_zip_is_encrypted_and_said_once(box: Path, zipped: Any, voice: bytes) -> None:
    data = bytearray(zipped({"a.wav": voice, "b.wav": voice, "c.wav": voice}))
    at = -1
    for _ in range(2):
        at = data.index(b"PK\x01\x02", at + 1)
        data[at + 8] |= 1
    box.write_bytes(data)
    *good, locked = walk([box])
    assert [each.locator[-5:] for each in good] == ["c.wav"]
    assert isinstance(locked, Refused)
    assert isinstance(locked.error, Encrypted)
    assert "2" in str(locked.error)
    assert sum(len(refusals(box, portion=(k, 3))) for k in range(3)) == 1


@pytest.mark.parametrize("kind", ["zip", *COMPRESSORS])
def test_what_comes_before_the_damage_is_found(kind: str, box: Path, zipped: Any, wav: Any) -> None:
    rng = np.random.default_rng(4)
    members = {f"{i}.wav": wav(rng.integers(-9999, 9999, 60_000).astype("<i2")) for i in range(4)}
    data = zipped(members) if kind == "zip" else COMPRESSORS[kind](tarred(members))
    cut = bytearray(data)
    middle = len(cut) // 2
    cut[middle : middle + 3000] = bytes(3000)
    box.write_bytes(cut)
    good, bad = 0, 0
    for each in walk([box]):
        if isinstance(each, Refused):
            bad += isinstance(each.error, Damaged)
            continue
        try:
            with Medium(each) as medium:
                good += sum(block.samples.shape[1] for block in medium.blocks()) == 60_000
        except Damaged:
            bad += 1
    assert good >= (0 if kind == "tar.bz2" else 1)
    assert bad >= (0 if kind == "tar" else 1)  # a plain tar has no checksum of its content


@pytest.mark.parametrize("kind", ["zip", *COMPRESSORS])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_an_archive_that_ends_too_early_is_damaged(
    kind: str, share: float, box: Path, zipped: Any, wav: Any
) -> None:
    rng = np.random.default_rng(5)
    members = {f"{i}.wav": wav(rng.integers(-9999, 9999, 60_000).astype("<i2")) for i in range(4)}
    data = zipped(members) if kind == "zip" else COMPRESSORS[kind](tarred(members))
    box.write_bytes(data[: int(len(data) * share)])
    bad = 0
    for each in walk([box]):
        try:
            if isinstance(each, Refused):
                raise each.error
            with Medium(each) as medium:
                list(medium.blocks())
        except Damaged:
            bad += 1
    assert bad >= 1


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\x00"])
def test_an_archive_that_we_cannot_open_is_said(magic: bytes, box: Path) -> None:
    box.write_bytes(magic + bytes(100))
    (error,) = refusals(box)
    assert isinstance(error, NotMedia)
    assert error.advice


def test_members_far_out_of_the_ordinary_are_refused_but_not_for_ever(
    box: Path, zipped: Any, voice: bytes
) -> None:
    box.write_bytes(zipped({f"../{i}.wav": b"x" for i in range(500)} | {"a.wav": voice}))
    errors = refusals(box)
    assert len(errors) == LIMITS.refusals + 1
    assert {type(error) for error in errors} == {Hostile}


def test_no_temporary_file_is_left(
    tmp_path: Path, zipped: Any, wav: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "tmp"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{i}.wav": wav(np.zeros(100_000, "<i2")) for i in range(3)}))
    for source in walk([path], limits=replace(LIMITS, spool_bytes=1000)):
        assert isinstance(source, Source)
        assert len(sha256(source)) == 64
    assert list(spool.iterdir()) == []


def test_memory_stays_flat_over_a_large_tar(box: Path) -> None:
    data = b"RIFF\0\0\0\0WAVE" + bytes(500)
    with tarfile.open(box, "w") as archive:
        for index in range(5_000):
            info = tarfile.TarInfo(f"{index:06}.wav")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    walked = walk([box])
    next(walked)
    tracemalloc.start()
    assert sum(1 for _ in walked) == 4_999
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000 * 300  # a TarInfo has 1,000 bytes and more: none is kept
