"""Watermarks in sound: which readers are known, and the door by which one is installed.

None is part of Réplique: those that exist need PyTorch, or are not public. A package offers
one under the entry point group GROUP: `name = "module:reader"`, with

    reader(samples: float32 (n,), mono, 16 kHz) -> (found: bool, score: float, said: str)

called for one piece of sound after another, each PIECE_S long, the last shorter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

import numpy as np
from numpy.typing import NDArray

from replique.errors import MediaError
from replique.media.medium import Medium
from replique.media.origin.result import WATERMARK, OriginCheck, printable
from replique.media.source import Source
from replique.probe import HOUSE_RATE

GROUP = "replique.watermark_readers"
PIECE_S = 30.0
LONGEST_S = 3600.0
"""Seconds of the first track that are read for watermarks."""

Samples = NDArray[np.float32]
Reader = Callable[[Samples], tuple[bool, float, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """A watermark that voice generators are known to write. name : in `check`."""

    name: str
    title: str
    public: bool


KNOWN = (
    Known("audioseal", "AudioSeal", public=True),
    Known("perth", "Resemble Perth", public=True),
    Known("silentcipher", "SilentCipher", public=True),
    Known("wavmark", "WavMark", public=True),
    Known("synthid", "SynthID", public=False),
)


def title(name: str) -> str:
    """Return what people call a watermark."""
    return next((each.title for each in KNOWN if each.name == name), name)


@cache
def installed() -> dict[str, EntryPoint]:
    """Return the readers that somebody installed, by name; looked up once."""
    return {printable(each.name): each for each in entry_points(group=GROUP)}


def check_watermarks(source: Source) -> Iterator[OriginCheck]:
    """Yield one result for each reader known or installed; never raises for the content.

    found, nothing : "score" (the highest of a piece, in the reader's own measure), "says"
        (the reader's words for it), "read_s" (seconds of sound given to it).
    not_checked : "reason" is "not_installed", "no_public_reader", "failed" (the reader
        did; "error" is the kind of error) or "unreadable" (the sound could not be read).
    """
    readers = installed()
    for known in KNOWN:
        if known.name not in readers:
            reason = "not_installed" if known.public else "no_public_reader"
            yield OriginCheck(WATERMARK + known.name, "not_checked", detail={"reason": reason})
    for name, point in readers.items():
        yield _check(WATERMARK + name, point, source)


def _check(check: str, point: EntryPoint, source: Source) -> OriginCheck:
    found, score, said, read_s = False, -math.inf, "", 0.0
    try:
        reader: Reader = point.load()
        for samples in _sound(source):
            one_found, one_score, one_said = reader(samples)
            read_s += samples.size / HOUSE_RATE
            if (bool(one_found), float(one_score)) > (found, score):
                found, score, said = bool(one_found), float(one_score), str(one_said)
    except MediaError:  # a film that was cut off was still heard up to there
        if not read_s:
            return OriginCheck(check, "not_checked", detail={"reason": "unreadable"})
    except Exception as error:  # noqa: BLE001  another's code: whatever it raises, the scan goes on
        kind = printable(type(error).__name__)
        return OriginCheck(check, "not_checked", detail={"reason": "failed", "error": kind})
    detail = {"read_s": f"{read_s:.0f}"}
    if math.isfinite(score):
        detail |= {"score": f"{score:.4g}", "says": printable(said)}
    return OriginCheck(check, "found" if found else "nothing", detail=detail)


def _sound(source: Source) -> Iterator[Samples]:
    """Yield the first track as float32 (n,), mono, HOUSE_RATE. Raises MediaError."""
    with Medium(source) as medium:
        for block in medium.blocks(0, block_s=PIECE_S):
            if block.start >= LONGEST_S * HOUSE_RATE:
                return
            yield np.ascontiguousarray(block.samples[0], dtype=np.float32)
