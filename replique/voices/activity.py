"""Who speaks when, over a whole track: Silero's speech and pyannote's speakers on one grid.

The sound is looked at in windows of 10 s, one every 5 s, of which the middle 5 s count.  Two
neighbouring windows share 5 s: their local speakers are the same where they speak at the same
moments there, so that a speaker keeps a number for as long as he is heard every few seconds.
Numbers say who is whom nearby, not through a medium; that is `clusters`' work.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from replique.models import Ears, pyannet
from replique.models.ears import SPEECH_FRAME, SpeechState
from replique.probe import HOUSE_RATE, Samples

HOP = 320
"""Samples of a frame of the grid, 20 ms."""
CORE = 5 * HOUSE_RATE
MARGIN = CORE // 2
WINDOW = CORE + 2 * MARGIN
SPEAKERS = 3
SPEECH_BATCH = 200 * SPEECH_FRAME
"""Samples that the speech model is given at once: always as many, always at the same places."""
LEAST_SPEECH = 0.2
"""Below this probability of speech throughout, nobody is looked for."""
SAME = 0.3
"""Two local speakers are one when what they share is at least this part of what either says."""

_CORE_FRAMES = CORE // HOP
_WINDOW_FRAMES = WINDOW // HOP
_MARGIN_FRAMES = MARGIN // HOP

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Core:
    """Five seconds of a track.

    start : its first sample. speech : float32 (250,), probability that anybody speaks.
    active : float32 (250, 3), that each speaker does. overlap : float32 (250, 3), that each
        does together with another. numbers : who the three are.
    """

    start: int
    speech: Array
    active: Array
    overlap: Array
    numbers: tuple[int, int, int]


class Watch:
    """Gathers a track and gives its cores, one after another."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._state = SpeechState()
        self._pending = np.zeros(0, np.float32)  # not yet heard by the speech model
        self._speech: list[Array] = []
        self._speech_from = 0  # frame of the speech model at which `_speech` begins
        self._held = np.zeros(MARGIN, np.float32)
        self._start = 0  # of the next core; `_held` begins a margin before it
        self._length = 0
        self._before: tuple[Array, tuple[int, int, int]] | None = None
        self._people = 0

    def push(self, samples: Samples) -> list[Core]:
        """Take the next samples of the track."""
        self._length += len(samples)
        self._held = np.concatenate([self._held, samples])
        self._pending = np.concatenate([self._pending, samples])
        while len(self._pending) >= SPEECH_BATCH:
            self._speech.append(self._ears.speech(self._pending[:SPEECH_BATCH], self._state))
            self._pending = self._pending[SPEECH_BATCH:]
        out = []
        while len(self._held) >= WINDOW and self._heard() >= self._start + CORE:
            out.append(self._core())
        return out

    def end(self) -> list[Core]:
        """No more samples."""
        whole = -(-len(self._pending) // SPEECH_FRAME) * SPEECH_FRAME
        last = np.pad(self._pending, (0, whole - len(self._pending)))
        self._speech.append(self._ears.speech(last, self._state))
        out = []
        while self._start < self._length:
            self._held = np.pad(self._held, (0, max(0, WINDOW - len(self._held))))
            out.append(self._core())
        return out

    def _heard(self) -> int:
        """Return up to which sample the speech model has heard the track."""
        return (self._speech_from + sum(map(len, self._speech))) * SPEECH_FRAME

    def _core(self) -> Core:
        speech = self._speech_of_core()
        if float(speech.max(initial=0.0)) >= LEAST_SPEECH:
            sets = self._ears.speakers(self._held[:WINDOW])
            at = (np.arange(_WINDOW_FRAMES) * HOP + HOP // 2 - pyannet.FIRST) / pyannet.STEP
            sets = sets[np.clip(np.rint(at).astype(int), 0, len(sets) - 1)]
            numbers = self._numbered(sets @ pyannet.SETS)
            sets = sets[_MARGIN_FRAMES : _MARGIN_FRAMES + _CORE_FRAMES]
        else:
            sets = np.zeros((_CORE_FRAMES, len(pyannet.SETS)), np.float32)
            numbers = self._fresh()
            self._before = None
        core = Core(
            start=self._start,
            speech=speech,
            active=sets @ pyannet.SETS,
            overlap=sets[:, SPEAKERS + 1 :] @ pyannet.SETS[SPEAKERS + 1 :],
            numbers=numbers,
        )
        self._held = self._held[CORE:]
        self._start += CORE
        return core

    def _speech_of_core(self) -> Array:
        held = np.concatenate([np.zeros(0, np.float32), *self._speech])
        at = (self._start + np.arange(_CORE_FRAMES) * HOP + HOP // 2) // SPEECH_FRAME
        at -= self._speech_from
        out = held[np.clip(at, 0, max(len(held) - 1, 0))] if len(held) else np.zeros(len(at))
        done = max(0, (self._start + CORE) // SPEECH_FRAME - self._speech_from)
        self._speech, self._speech_from = [held[done:]], self._speech_from + min(done, len(held))
        return np.asarray(out, np.float32)

    def _numbered(self, active: Array) -> tuple[int, int, int]:
        """Give the window's speakers the numbers of those before them, where they agree."""
        fresh = self._fresh()
        numbers = fresh
        if self._before is not None:
            earlier, names = self._before
            shared = active[: _WINDOW_FRAMES - _CORE_FRAMES]
            both = np.minimum(earlier[:, :, None], shared[:, None, :]).sum(axis=0)
            either = np.maximum(earlier[:, :, None], shared[:, None, :]).sum(axis=0)
            best = max(
                permutations(range(SPEAKERS)),
                key=lambda order: sum(float(both[order[k], k]) for k in range(SPEAKERS)),
            )
            a, b, c = (
                names[j] if both[j, k] >= SAME * either[j, k] and both[j, k] > 1 else fresh[k]
                for k, j in enumerate(best)
            )
            numbers = (a, b, c)
        self._before = (active[_CORE_FRAMES:], numbers)
        return numbers

    def _fresh(self) -> tuple[int, int, int]:
        self._people += SPEAKERS
        return (self._people - 3, self._people - 2, self._people - 1)
