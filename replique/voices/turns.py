"""Turns: stretches in which one person speaks, cut where the speaker changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from replique.probe import HOUSE_RATE
from replique.voices.activity import HOP, SPEAKERS, Core

_FRAMES_A_SECOND = HOUSE_RATE // HOP

ACTIVE = 0.5
"""Probability from which a speaker speaks."""
SPEECH = 0.1
"""Silero's probability, near by, below which it is not speech for all that."""
SURELY = 0.5
NEAR = _FRAMES_A_SECOND // 4
PAUSE = round(0.4 * _FRAMES_A_SECOND)
"""A shorter silence of one person does not end his turn."""
SHORTEST = round(0.5 * _FRAMES_A_SECOND)
"""Frames of speech below which a turn is not judged."""
LONGEST = 6 * _FRAMES_A_SECOND
"""A longer turn is judged in pieces: what was calibrated was 2.5 and 5 s long."""
PIECE = 5 * _FRAMES_A_SECOND


@dataclass(frozen=True, slots=True)
class Turn:
    """One person speaks.

    start, stop : samples of the track. speech_s : seconds of it that are surely speech: less
        than it lasts where music is louder. overlap : 0…1, how much of it two voices share.
    number : whose, nearby (`activity`).
    """

    start: int
    stop: int
    speech_s: float
    overlap: float
    number: int


@dataclass(slots=True)
class _Open:
    """A turn that may go on."""

    start: int  # frames of the track
    active: list[bool]
    sure: list[bool]
    overlap: list[float]
    silent: int = 0

    def piece(self, low: int, high: int, number: int) -> list[Turn]:
        """Return a stretch of it as a turn, or nothing when hardly anything is said there."""
        if sum(self.active[low:high]) < SHORTEST:
            return []
        return [
            Turn(
                start=(self.start + low) * HOP,
                stop=(self.start + high) * HOP,
                speech_s=sum(self.sure[low:high]) / _FRAMES_A_SECOND,
                overlap=sum(self.overlap[low:high]) / (high - low),
                number=number,
            )
        ]


class Cutter:
    """Makes turns of cores."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._frame = 0

    def push(self, core: Core) -> list[Turn]:
        """Take the next core; return the turns that have ended, in the order of time."""
        heard = core.active > ACTIVE
        heard &= (_widened(core.speech) > SPEECH)[:, None]
        done: list[Turn] = []
        present = {}
        for k in range(SPEAKERS):
            present[core.numbers[k]] = k
        for number in [n for n in self._open if n not in present]:
            done += self._close(number)
        shared = core.overlap.sum(axis=1) / 2
        for number, k in present.items():
            done += self._follow(number, heard[:, k], core.speech > SURELY, shared)
        self._frame += len(heard)
        return sorted(done, key=_in_time)

    def end(self) -> list[Turn]:
        """No more cores."""
        done: list[Turn] = []
        for number in list(self._open):
            done += self._close(number)
        return sorted(done, key=_in_time)

    @property
    def settled(self) -> int:
        """Sample before which no turn can begin any more."""
        return min([self._frame, *(each.start for each in self._open.values())]) * HOP

    def _follow(
        self,
        number: int,
        heard: NDArray[np.bool_],
        sure: NDArray[np.bool_],
        shared: NDArray[np.float32],
    ) -> list[Turn]:
        done: list[Turn] = []
        if number not in self._open and not heard.any():
            return done
        frames = zip(heard.tolist(), sure.tolist(), shared.tolist(), strict=True)
        for i, (now, certain, over) in enumerate(frames):
            turn = self._open.get(number)
            if turn is None:
                if not now:
                    continue
                turn = self._open[number] = _Open(self._frame + i, [], [], [])
            turn.active.append(now)
            turn.sure.append(certain)
            turn.overlap.append(over)
            turn.silent = 0 if now else turn.silent + 1
            if len(turn.active) >= 2 * PIECE:
                done += self._cut(number)
            if turn.silent > PAUSE:
                done += self._close(number)
        return done

    def _cut(self, number: int) -> list[Turn]:
        """Take a piece off a long turn, so that nothing grows with how long one speaks."""
        turn = self._open[number]
        piece = turn.piece(0, PIECE, number)
        turn.start += PIECE
        for each in (turn.active, turn.sure, turn.overlap):
            del each[:PIECE]
        return piece

    def _close(self, number: int) -> list[Turn]:
        turn = self._open.pop(number)
        length = len(turn.active) - turn.silent
        parts = -(-length // LONGEST)
        edges = [length * i // parts for i in range(parts + 1)]
        return [piece for low, high in pairwise(edges) for piece in turn.piece(low, high, number)]


def _widened(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest value near each frame of the core."""
    padded = np.pad(speech, NEAR, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR + 1)
    return np.asarray(around.max(axis=1))


def _in_time(turn: Turn) -> tuple[int, int, int]:
    return (turn.start, turn.stop, turn.number)
