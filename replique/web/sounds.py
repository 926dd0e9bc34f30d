"""What is heard of an occurrence: an excerpt of the medium, and the take laid on its time.

A medium is heard only when its content is still the one that was searched: its hash is
taken again whenever its file has changed since it was last taken.  What was loaded is
kept for a while, for a page asks for it several times: both sounds, the pictures.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from replique.errors import Changed
from replique.gathering.sounds import unchanged, whole_take
from replique.language import gettext as _
from replique.media import Source, excerpt, fingerprint, sha256
from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.report.listening import Sounds, Window, laid, loaded
from replique.report.stretch import warp
from replique.store import MediumRecord, TakeRecord
from replique.store.desk_queries import Heard

CONTEXTS_S = (2.0, 5.0, 10.0)
"""What may be heard before and after an occurrence."""
PART_S = 30.0
"""A longer occurrence is heard in parts of so much."""
KEPT = 12
"""Excerpts that are kept."""
KEPT_TAKES = 6
KEPT_HASHES = 512

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


def _always(_value: object) -> bool:
    return True


class Kept(Generic[_Key, _Value]):
    """The last few results of a costly function, each made once however many ask at a time.

    worth : which of them are kept; others are made anew for whoever asks next.
    """

    def __init__(self, most: int, worth: Callable[[_Value], bool] = _always) -> None:
        self._most, self._worth = most, worth
        self._found: OrderedDict[_Key, _Value] = OrderedDict()
        self._making: dict[_Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: _Key, make: Callable[[], _Value]) -> _Value:
        """Return what is kept for a key, or make it. An error is raised and not kept."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._found:
                    self._found.move_to_end(key)
                    return self._found[key]
            try:
                made = make()
            except BaseException:
                self._forgo(key)
                raise
            if not self._worth(made):
                self._forgo(key)
                return made
            with self._lock:
                self._found[key] = made
                while len(self._found) > self._most:
                    gone, _value = self._found.popitem(last=False)
                    self._making.pop(gone, None)
            return made

    def _forgo(self, key: _Key) -> None:
        with self._lock:
            self._making.pop(key, None)

    def clear(self) -> None:
        """Keep nothing more."""
        with self._lock:
            self._found.clear()
            self._making.clear()


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of an occurrence is wanted, with how much around it."""

    number: int
    context_s: float = CONTEXTS_S[0]
    part: int = 0


# a disk that was not there may be by now: what could not be read is tried anew each time
_sounds: Kept[tuple[Wish, str], Sounds] = Kept(KEPT, lambda made: not made.trouble)
_takes: Kept[str, Samples] = Kept(KEPT_TAKES)
_hashes: Kept[tuple[str, tuple[str, ...], tuple[int, int, int]], str] = Kept(KEPT_HASHES)


def forget() -> None:
    """Keep nothing more; a test begins anew."""
    for each in (_sounds, _takes, _hashes):
        each.clear()


def parts(occurrence: Occurrence) -> int:
    """Return in how many parts an occurrence is heard."""
    return max(1, int(np.ceil((occurrence.end_s - occurrence.start_s) / PART_S)))


def window_of(occurrence: Occurrence, wish: Wish) -> Window:
    """Choose what is heard and shown."""
    part = min(max(0, wish.part), parts(occurrence) - 1)
    from_s = occurrence.start_s + part * PART_S
    to_s = min(occurrence.end_s, from_s + PART_S)
    return Window(
        from_s=max(0.0, from_s - wish.context_s),
        to_s=to_s + wish.context_s,
        heard_s=(from_s, to_s),
        cut=parts(occurrence) > 1,
    )


def load(heard: Heard, wish: Wish, language: str) -> Sounds:
    """Return both sounds of an occurrence; what fails is told in them, not raised.

    language : in which trouble is told.
    """
    return _sounds.get((wish, language), lambda: _load(heard, wish))


def _load(heard: Heard, wish: Wish) -> Sounds:
    found, window = heard.found, window_of(heard.found, wish)
    trouble: list[str] = []
    medium = loaded(lambda: _of_medium(heard, window.from_s, window.to_s), trouble, _("the medium"))
    if heard.voice is not None or not heard.takes:
        return Sounds(window, medium, None, None, 0.0, tuple(trouble))

    def in_take(medium_s: float) -> float:
        return found.take_start_s + (medium_s - found.start_s) * found.speed

    first_s, last_s = max(0.0, in_take(window.from_s)), max(0.0, in_take(window.to_s))
    raw = loaded(lambda: _of_take(heard.takes[0], first_s, last_s), trouble, _("the take"))
    offset_s = (first_s - in_take(window.from_s)) / found.speed
    take = None
    if raw is not None:
        length = (
            len(medium) if medium is not None else round((window.to_s - window.from_s) * HOUSE_RATE)
        )
        warped = warp(raw, speed=found.speed, pitch_semitones=found.pitch_semitones)
        take = laid(warped, round(offset_s * HOUSE_RATE), length)
    return Sounds(window, medium, take, raw, offset_s, tuple(trouble))


def _of_medium(heard: Heard, start_s: float, end_s: float) -> Samples:
    with ExitStack() as stack:
        source = unchanged(heard.medium, stack, _hash, _gone(heard.medium))
        return excerpt(source, heard.track, heard.found.view, start_s, end_s)


def _gone(medium: MediumRecord) -> Changed:
    return Changed(
        _("{path} is not what it was when it was searched.").format(path=medium.locator),
        advice=_("Scan it again."),
    )


def _hash(source: Source) -> str:
    """Return the hash of a medium, taken anew when its file has another size, time or inode."""
    key = (str(source.path), source.members, fingerprint(source.path))
    return _hashes.get(key, lambda: sha256(source))


def of_whole_take(take: TakeRecord) -> Samples:
    """Return the sound of a take, float32 (n,) at HOUSE_RATE. Raises MediaError."""
    return _takes.get(take.sha256, lambda: whole_take(take))


def _of_take(take: TakeRecord, start_s: float, end_s: float) -> Samples:
    samples = of_whole_take(take)
    first = max(0, round(start_s * HOUSE_RATE))
    return samples[first : max(first, round(end_s * HOUSE_RATE))]
