"""Break small files in every way and read them: nothing but a RepliqueError may come out.

    python bench/fuzz_media.py --seconds 300 [--seed 1] [--keep DIR]

The reader runs in a process of its own, so that a crash of a decoder is seen and counted,
with an address space of 4 GiB, so that a file that asks for all memory is refused it.
Each execution is a function of its number alone: `--first N --count 1` repeats one.
Prints executions, crashes, hangs and every kind of foreign exception.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import io
import itertools
import lzma
import multiprocessing as mp
import random
import resource
import struct
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from replique.errors import RepliqueError
from replique.media import Limits, Medium, Source, excerpt, sha256, walk

HANG_S = 30.0
MEMORY = 4 << 30
HEARD_S = 120.0
"""A broken header may promise hours: so much of each track is listened to."""
LIMITS = Limits(floor_bytes=64 << 20, member_bytes=64 << 20, spool_bytes=1 << 20)

FORMS = (
    ("wav", "pcm_s16le", "stereo"),
    ("wav", "pcm_f32le", "mono"),
    ("wav", "adpcm_ima_wav", "mono"),
    ("w64", "pcm_s24le", "5.1"),
    ("aiff", "pcm_s16be", "mono"),
    ("caf", "alac", "mono"),
    ("au", "pcm_mulaw", "mono"),
    ("flac", "flac", "stereo"),
    ("mp3", "mp3", "mono"),
    ("mp2", "mp2", "mono"),
    ("mp4", "aac", "stereo"),
    ("mp4", "aac", "7.1"),
    ("mp4", "ac3", "5.1"),
    ("mov", "alac", "mono"),
    ("adts", "aac", "mono"),
    ("ac3", "ac3", "stereo"),
    ("eac3", "eac3", "mono"),
    ("webm", "libopus", "mono"),
    ("ogg", "libopus", "stereo"),
    ("ogg", "flac", "mono"),
    ("matroska", "aac", "mono"),
    ("matroska", "flac", "5.1"),
    ("matroska", "pcm_s16le", "mono"),
    ("mpegts", "aac", "mono"),
    ("mpeg", "mp2", "mono"),
    ("avi", "mp3", "mono"),
    ("flv", "aac", "mono"),
    ("asf", "wmav2", "stereo"),
    ("nut", "pcm_s16le", "mono"),
    ("wv", "wavpack", "stereo"),
    ("tta", "tta", "mono"),
    ("voc", "pcm_u8", "mono"),
    ("mxf", "pcm_s16le", "mono"),
    ("spdif", "ac3", "stereo"),
)


def encoded(form: str, codec: str, layout: str, seconds: float) -> bytes:
    """Return a small file, or nothing when this FFmpeg cannot write it."""
    out = io.BytesIO()
    rng = np.random.default_rng(1)
    channels = av.AudioLayout(layout).nb_channels
    try:
        with av.open(out, "w", format=form) as container:
            stream: Any = container.add_stream(codec, rate=48_000, layout=layout)
            for index in range(round(seconds * 10)):
                sound = 0.1 * rng.standard_normal((1, 4800 * channels)).astype(np.float32)
                frame = av.AudioFrame.from_ndarray(sound, "flt", layout)
                frame.sample_rate, frame.time_base = 48_000, Fraction(1, 48_000)
                frame.pts = index * 4800
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except (av.FFmpegError, ValueError):
        return b""
    return out.getvalue()


def archives(sounds: list[bytes]) -> dict[str, bytes]:
    """Return some of the sounds, in every kind of archive."""
    members = {f"{index}.wav": sound for index, sound in enumerate(sounds)}
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name + "é" * 60)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    zips = {}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as box:
            for name, data in members.items():
                box.writestr(name, data)
        zips[f"zip-{method}"] = packed.getvalue()
    rows = [{"bytes": data, "path": name} for name, data in members.items()]
    parquets = {}
    for packing in ("none", "snappy", "zstd"):
        table = io.BytesIO()
        pq.write_table(pa.table({"audio": rows}), table, compression=packing, row_group_size=2)
        parquets[f"parquet-{packing}"] = table.getvalue()
    return {
        **zips,
        **parquets,
        "tar": tar.getvalue(),
        "tar.gz": gzip.compress(tar.getvalue()),
        "tar.xz": lzma.compress(tar.getvalue(), preset=0),
        "tar.zst": zstandard.ZstdCompressor().compress(tar.getvalue()),
        "nested": zips[f"zip-{zipfile.ZIP_STORED}"],
    }


def corpus() -> list[tuple[str, bytes]]:
    """Return what is broken: small files of every kind that can be written here."""
    made = [
        (f"{form}-{codec}-{layout}", encoded(form, codec, layout, 0.6))
        for form, codec, layout in FORMS
    ]
    made = [(name, data) for name, data in made if data]
    small = [encoded("wav", "pcm_s16le", "mono", 0.1), encoded("mp3", "mp3", "mono", 0.3)]
    return made + list(archives([*small, small[0][:3000]]).items())


ODD = [0, 1, 2, 7, 8, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1]


def broken(data: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return a file with a few things wrong with it, more often near its beginning."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 3, 8, 40])):
        if out:
            rng.choice(FLAWS)(out, _place(out, rng), rng.choice([1, 4, 30, 1000]), other, rng)
    return bytes(out)


def _place(out: bytearray, rng: random.Random) -> int:
    near = rng.choice([64, 512, 4096, len(out), len(out)])
    at = rng.randrange(min(near, len(out)))
    return len(out) - 1 - at if rng.random() < 0.15 else at


Flaw = Callable[[bytearray, int, int, bytes, random.Random], None]


def _flip(out: bytearray, at: int, _width: int, _other: bytes, rng: random.Random) -> None:
    out[at] ^= 1 << rng.randrange(8)


def _odd_number(out: bytearray, at: int, _width: int, _other: bytes, rng: random.Random) -> None:
    form = rng.choice(["<H", ">H", "<I", ">I", "<Q", ">Q"])
    limit = 1 << 8 * struct.calcsize(form)
    out[at : at + struct.calcsize(form)] = struct.pack(form, rng.choice(ODD) % limit)


def _noise(out: bytearray, at: int, width: int, _other: bytes, rng: random.Random) -> None:
    out[at : at + width] = rng.randbytes(width)


def _zeros(out: bytearray, at: int, width: int, _other: bytes, _rng: random.Random) -> None:
    out[at : at + width] = bytes(width)


def _drop(out: bytearray, at: int, width: int, _other: bytes, _rng: random.Random) -> None:
    del out[at : at + width]


def _repeat(out: bytearray, at: int, width: int, _other: bytes, rng: random.Random) -> None:
    start = _place(out, rng)
    out[at:at] = out[start : start + width]


def _cut(out: bytearray, at: int, _width: int, _other: bytes, rng: random.Random) -> None:
    if rng.random() < 0.3:
        del out[at:]


def _graft(out: bytearray, at: int, width: int, other: bytes, rng: random.Random) -> None:
    start = rng.randrange(len(other))
    out[at : at + width] = other[start : start + width]


FLAWS: tuple[Flaw, ...] = (_flip, _odd_number, _noise, _zeros, _drop, _repeat, _cut, _graft)


class BrokenPromise(Exception):
    """A block is not what replique.probe says."""


def read_all(path: Path) -> None:
    """Do all that a scan and a report do with a file."""
    for found in walk([path], limits=LIMITS):
        if not isinstance(found, Source):
            continue
        try:
            sha256(found)
            with Medium(found) as medium:
                for track in medium.tracks[:4]:
                    listen(medium, track.index)
            excerpt(found, 0, "mono", 0.2, 0.3)
        except RepliqueError:
            continue


def listen(medium: Medium, index: int) -> None:
    """Hear one track, and check what the blocks promise."""
    start = 0
    try:
        for block in medium.blocks(index):
            if block.start != start:
                raise BrokenPromise("a gap between blocks")
            if not (np.abs(block.samples).max() < 100):
                raise BrokenPromise("samples that are not finite, or too loud")
            start += block.samples.shape[1]
            if start > HEARD_S * 16_000:
                return
    except RepliqueError:
        return


def case(number: int, files: list[tuple[str, bytes]], seed: int) -> tuple[str, bytes]:
    """Return the file of one execution."""
    rng = random.Random(f"{seed}:{number}")
    name, data = rng.choice(files)
    return name, broken(data, rng.choice(files)[1], rng)


def child(pipe: Connection, seed: int, first: int, folder: str) -> None:
    """Execute from `first` on, telling the number before and what came after."""
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files = corpus()
    for number in itertools.count(first):
        name, data = case(number, files, seed)
        path = Path(folder) / "case"
        path.write_bytes(data)
        pipe.send(("begin", number, name))
        try:
            read_all(path)
        except RepliqueError as error:
            pipe.send(("refused", number, error.code))
        except BaseException as error:  # noqa: BLE001 : that is what is looked for
            where = "".join(traceback.format_exception(error)[-4:])
            pipe.send(("foreign", number, f"{type(error).__name__}: {error}\n{where}"))


@dataclass
class Score:
    """What came of it."""

    executions: int = 0
    crashes: list[tuple[int, str]] = field(default_factory=list)
    hangs: list[tuple[int, str]] = field(default_factory=list)
    foreign: dict[str, list[int]] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)


def fuzz(seconds: float, seed: int, first: int, count: int, folder: str) -> Score:
    """Run children, one after another as they die, until the time is over."""
    score, end, number, name = Score(), time.monotonic() + seconds, first, ""
    context = mp.get_context("spawn")
    while time.monotonic() < end and number < first + count:
        ours, theirs = context.Pipe()
        reader = context.Process(target=child, args=(theirs, seed, number, folder), daemon=True)
        reader.start()
        theirs.close()
        began = False
        while time.monotonic() < end and number < first + count:
            try:
                if not ours.poll(HANG_S + (0 if began else 60)):
                    score.hangs.append((number, name))
                    break
                what, number, said = ours.recv()
            except (EOFError, ConnectionResetError):
                score.crashes.append((number, name))
                break
            if number >= first + count:
                break
            if what == "begin":
                began, name = True, said
                score.executions += 1
                score.names[said] += 1
            else:
                score.foreign.setdefault(said, []).append(number)
        number += 1
        reader.kill()
        reader.join()
    return score


def main() -> int:
    """Run, and print the score."""
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    ask.add_argument("--seconds", type=float, default=60)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--first", type=int, default=0)
    ask.add_argument("--count", type=int, default=sys.maxsize)
    ask.add_argument("--keep", type=Path, help="write the files that crash or hang here")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        score = fuzz(asked.seconds, asked.seed, asked.first, asked.count, folder)
    bad = [*score.crashes, *score.hangs, *((n[0], "") for n in score.foreign.values())]
    if asked.keep and bad:
        asked.keep.mkdir(parents=True, exist_ok=True)
        files = corpus()
        for number, _ in bad:
            name, data = case(number, files, asked.seed)
            (asked.keep / f"{number}-{name}").write_bytes(data)
    print(f"executions           {score.executions} over {len(score.names)} kinds of file")
    print(f"crashes              {len(score.crashes)} {score.crashes[:10]}")
    print(f"hangs over {HANG_S:.0f} s      {len(score.hangs)} {score.hangs[:10]}")
    print(f"foreign exceptions   {len(score.foreign)} kinds")
    for said, numbers in score.foreign.items():
        print(f"--- {len(numbers)} times, first {numbers[0]}\n{said}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
