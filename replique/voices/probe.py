"""The voices probe: a voice, heard elsewhere.

The way of a track: it is watched for who speaks when (`activity`), cut into turns (`turns`),
each turn is embedded (`hearing`); at the end of a chapter of half an hour its turns become
parts and clusters (`parts`), which are compared with the enrolled people (`comparison`) and
judged (`judging`).  Then everything heard is forgotten: no template of anybody else
outlives the chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from replique.errors import ReferenceDamaged, UsageError
from replique.language import gettext as _
from replique.models import Ears
from replique.probe import HOUSE_RATE, Block, Occurrence, Samples, Subject
from replique.voices.activity import Core, Watch
from replique.voices.hearing import COVERED, hear
from replique.voices.judging import Judge
from replique.voices.parts import Said, parts
from replique.voices.reference import Reference, prepare
from replique.voices.settings import NAME, VERSION, Settings, uncalibrated
from replique.voices.turns import Cutter, Turn

CHAPTER = 1_800 * HOUSE_RATE
"""Samples of a chapter: within it the parts of one speaker strengthen one another."""
SHARE = 0.5
"""Of an occurrence, that other views must show too for it to be told by them alone."""
AT_ONCE = 20 * HOUSE_RATE
"""Samples taken in at once: a block of hours is not copied for each five seconds of it."""


class VoicesProbe:
    """Looks for enrolled people's voices in media."""

    name = NAME
    version = VERSION

    def __init__(self, ears: Ears, settings: Settings | None = None) -> None:
        """Raises EncoderUnusable when the calibration belongs to other models."""
        self.ears = ears
        self.settings = settings or Settings()
        if self.settings.calibration.models != ears.digest:
            raise uncalibrated()
        self._keys: list[str] | None = None
        self._references: list[Reference] = []

    @property
    def digest(self) -> str:
        """SHA-256 over version, settings and, in the calibration, the models' hashes."""
        return self.settings.digest

    def learn(self, subjects: Iterable[Subject | tuple[str, Reference]]) -> None:
        """Look for these voices; raises ReferenceDamaged, UsageError.

        A `Subject`'s samples are its speech, all of it; enrolling a person asks for more
        (`enrolment`).
        """
        if self._keys is not None:
            raise UsageError(
                _("This probe has already learned what to look for."),
                advice=_("Make another one."),
            )
        self._keys = []
        for subject in subjects:
            if isinstance(subject, Subject):
                length_s = len(subject.samples) / HOUSE_RATE
                key = subject.key
                reference = prepare(self.ears, [subject.samples], speech_s=length_s)
            else:
                key, reference = subject
            if reference.models != self.ears.digest:
                raise ReferenceDamaged(
                    _("A voice reference was made with other models than these."),
                    advice=_("Enrol the voice again from its recordings."),
                )
            self._keys.append(key)
            self._references.append(reference)

    def begin(self) -> VoicesSearch:
        """Open a search over one track."""
        return VoicesSearch(self.ears, tuple(self._keys or ()), self._references, self.settings)


class VoicesSearch:
    """One search over one track."""

    def __init__(
        self,
        ears: Ears,
        keys: tuple[str, ...],
        references: list[Reference],
        settings: Settings,
    ) -> None:
        self._ears, self._settings = ears, settings
        self._judge = Judge(keys, references, settings)
        self._rows: list[_Row] = []
        self._before: list[Occurrence] = []  # told of the chapter before

    def push(self, block: Block) -> list[Occurrence]:
        """Take the next block."""
        if not self._judge.keys:
            return []
        if not self._rows:
            self._rows = [_Row(view, self._ears, self._judge) for view in block.views]
        for row, samples in zip(self._rows, block.samples, strict=True):
            row.push(samples)
        return self._told(all)

    def end(self) -> list[Occurrence]:
        """Judge what is left."""
        for row in self._rows:
            row.end()
        return self._told(any)

    def _told(self, ready: Callable[[Iterable[object]], bool]) -> list[Occurrence]:
        """Return chapters, each once all views have judged it: their ends come at times of their
        own, and what two views show is told once.
        """
        found: list[Occurrence] = []
        while self._rows and ready(row.chapters for row in self._rows):
            chapter = [one for row in self._rows if row.chapters for one in row.chapters.pop(0)]
            self._before = _once_a_place(chapter, self._before)
            found += self._before
        return found


class _Row:
    """One view of a track. chapters : what was found in those that were judged and not yet told."""

    def __init__(self, view: str, ears: Ears, judge: Judge) -> None:
        self._view, self._ears, self._judge = view, ears, judge
        self._watch, self._cutter = Watch(ears), Cutter()
        self._tape: list[Samples] = []
        self._from = 0  # sample at which the tape begins
        self._length = 0
        self._said: list[Said] = []
        self._chapter_end = CHAPTER
        self.chapters: list[list[Occurrence]] = []

    def push(self, samples: Samples) -> None:
        for low in range(0, len(samples), AT_ONCE):
            piece = samples[low : low + AT_ONCE]
            self._tape.append(piece)
            self._length += len(piece)
            self._follow(self._watch.push(piece))

    def end(self) -> None:
        self._follow(self._watch.end())
        self._hear(self._cutter.end())
        while self._chapter_end < self._length:
            self._close()
        self.chapters.append(self._judged(self._said))

    def _follow(self, cores: list[Core]) -> None:
        for core in cores:
            self._hear(self._cutter.push(core))
            self._forget(self._cutter.settled)
            if self._cutter.settled >= self._chapter_end:
                self._close()

    def _close(self) -> None:
        ended = [s for s in self._said if s.turn.start < self._chapter_end]
        self._said = [s for s in self._said if s.turn.start >= self._chapter_end]
        self._chapter_end += CHAPTER
        self.chapters.append(self._judged(ended))

    def _hear(self, turns: list[Turn]) -> None:
        if not turns:
            return
        tape = np.concatenate(self._tape)
        for turn in turns:
            samples = tape[turn.start - self._from : turn.stop - self._from]
            if len(samples):
                heard = hear(self._ears, samples, short=turn.overlap > COVERED)
                self._said.append(Said(turn, heard))

    def _forget(self, before: int) -> None:
        tape = np.concatenate(self._tape)
        keep = min(before, self._from + len(tape))
        self._tape, self._from = [tape[keep - self._from :].copy()], keep

    def _judged(self, said: list[Said]) -> list[Occurrence]:
        ordered = sorted(said, key=lambda s: (s.turn.start, s.turn.stop, s.turn.number))
        found = parts(ordered, alike=self._judge.alike)
        return self._judge.judge(found, self._view, self._length)


def _once_a_place(found: list[Occurrence], told: list[Occurrence]) -> list[Occurrence]:
    """Return each place once: what two views of a track show is told by the clearer.

    told : of the chapter before, which may reach into this one.
    """
    kept: list[Occurrence] = []
    for one in sorted(found, key=lambda o: (-o.strength, o.start_s, o.subject, o.view)):
        if _shown_s(one, [*told, *kept]) <= SHARE * (one.end_s - one.start_s):
            kept.append(one)
    return sorted(kept, key=lambda o: (o.start_s, o.subject))


def _shown_s(one: Occurrence, others: list[Occurrence]) -> float:
    """Return how many seconds of it other views show of the same person."""
    shown_s, at_s = 0.0, one.start_s
    for other in sorted(others, key=lambda o: o.start_s):
        if other.subject == one.subject and other.view != one.view:
            end_s = min(other.end_s, one.end_s)
            shown_s += max(0.0, end_s - max(other.start_s, at_s))
            at_s = max(at_s, end_s)
    return shown_s
