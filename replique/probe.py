"""What every probe is: an engine that looks for one kind of thing.

The way of one recording: `media` opens a file once and yields `Block`s; each
probe takes the same blocks; what it finds are `Occurrence`s: measurements,
never accusations.  A probe knows nothing of consent, of files or of a store.

The contract (tests/conformance.py holds every probe to it):

1. settings go into the constructor, untouched, and never change after it;
2. `learn(subjects)` says whom or what to look for, and may be called once;
3. `begin()` opens one search over one track; `push` takes its blocks in order,
   `end` says that there are no more; both return what became certain;
4. the same occurrences come out whatever the size of the blocks;
5. `name`, `version` and `digest` are stored with each result: results with the
   same three values and the same subject are interchangeable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HOUSE_RATE = 16_000
"""Hz. Every block has this rate: speech models want it, and decoding to it once
serves all probes."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of consecutive samples of one track of a medium.

    views : names of the rows of `samples`: ("mono",) for a mono track, ("mid",)
        for stereo, ("downmix", "centre") for surround, where dialogue lives in
        the centre.
    start : index of the first sample in the track, at HOUSE_RATE.
    samples : float32 (len(views), n), nominally -1…1, finite.
    """

    start: int
    views: tuple[str, ...]
    samples: Samples


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to look for: a take, by its content hash; a voice, by its speech.

    key : lower-case hexadecimal SHA-256 of the take's file.
    samples : float32 (n,) at HOUSE_RATE, mono.
    """

    key: str
    samples: Samples


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a probe found something. A measurement, never an accusation.

    subject : the key of the `Subject`.
    view : which view of the track it was found in.
    start_s, end_s : extent in the track, seconds.
    take_start_s, take_end_s : the part of the take that is heard there, seconds.
    speed : how much faster the take runs in the medium; 1.0417 is film to PAL.
    pitch_semitones : how much higher it sounds, the effect of speed included.
    gain_db : level of the take against everything else heard in that place, dB.
    polarity : +1, -1 when inverted, 0 when it could not be measured.
    strength : higher is surer. Of recordings (docs/strength.md): -log10 of the
        expected number of false alarms per 1,000 h of media when one take is looked
        for. Of voices (docs/voices.md): log10 of a likelihood ratio.
    how : what the probe measured on the way, by name; for the report.
    """

    subject: str
    view: str
    start_s: float
    end_s: float
    take_start_s: float
    take_end_s: float
    speed: float
    pitch_semitones: float
    gain_db: float
    polarity: int
    strength: float
    how: Mapping[str, float] = field(default_factory=dict)


class Search(Protocol):
    """One search over one track."""

    def push(self, block: Block) -> list[Occurrence]:
        """Take the next block. Blocks must follow one another without a gap."""

    def end(self) -> list[Occurrence]:
        """No more blocks: return what is left."""


class Probe(Protocol):
    """An engine that looks for one kind of thing."""

    @property
    def name(self) -> str:
        """One word: recordings, voices, faces, pictures."""

    @property
    def version(self) -> str:
        """Changes whenever results could."""

    @property
    def digest(self) -> str:
        """SHA-256 over version, settings and model weights; subjects excluded."""

    def learn(self, subjects: Iterable[Subject]) -> None:
        """Prepare to look for these."""

    def begin(self) -> Search:
        """Open a search over one track."""


def search(probe: Probe, blocks: Iterable[Block]) -> Iterator[Occurrence]:
    """Yield what a probe finds in the blocks of one track."""
    running = probe.begin()
    for block in blocks:
        yield from running.push(block)
    yield from running.end()
