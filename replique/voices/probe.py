"""The voices probe: a voice, heard elsewhere.

The way of a track: it is watched for who speaks when (`activity`), cut into turns (`turns`),
each turn is embedded (`hearing`); at the end of a chapter of half an hour its turns become
parts and clusters (`parts`), which are compared with the enrolled people (`comparison`) and
judged (`judging`).  Then everything heard is forgotten: no template of anybody else
outlives the chapter.
"""

from __future__ import annotations

from collections.abc import Iterable

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

    def push(self, block: Block) -> list[Occurrence]:
        """Take the next block."""
        if not self._judge.keys:
            return []
        if not self._rows:
            self._rows = [_Row(view, self._ears, self._judge) for view in block.views]
        found: list[Occurrence] = []
        for row, samples in zip(self._rows, block.samples, strict=True):
            found += row.push(samples)
        return _once_a_place(found)

    def end(self) -> list[Occurrence]:
        """Judge what is left."""
        found: list[Occurrence] = []
        for row in self._rows:
            found += row.end()
        return _once_a_place(found)


class _Row:
    """One view of a track."""

    def __init__(self, view: str, ears: Ears, judge: Judge) -> None:
        self._view, self._ears, self._judge = view, ears, judge
        self._watch, self._cutter = Watch(ears), Cutter()
        self._tape: list[Samples] = []
        self._from = 0  # sample at which the tape begins
        self._length = 0
        self._said: list[Said] = []
        self._chapter_end = CHAPTER

    def push(self, samples: Samples) -> list[Occurrence]:
        found: list[Occurrence] = []
        for low in range(0, len(samples), AT_ONCE):
            piece = samples[low : low + AT_ONCE]
            self._tape.append(piece)
            self._length += len(piece)
            found += self._follow(self._watch.push(piece))
        return found

    def end(self) -> list[Occurrence]:
        found = self._follow(self._watch.end())
        self._hear(self._cutter.end())
        return found + self._judged(self._said)

    def _follow(self, cores: list[Core]) -> list[Occurrence]:
        found: list[Occurrence] = []
        for core in cores:
            self._hear(self._cutter.push(core))
            self._forget(self._cutter.settled)
            if self._cutter.settled >= self._chapter_end:
                ended = [s for s in self._said if s.turn.start < self._chapter_end]
                self._said = [s for s in self._said if s.turn.start >= self._chapter_end]
                self._chapter_end += CHAPTER
                found += self._judged(ended)
        return found

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


def _once_a_place(found: list[Occurrence]) -> list[Occurrence]:
    """Return each place once: what two views of a track show is told by the clearer."""
    kept: list[Occurrence] = []
    for one in sorted(found, key=lambda o: -o.strength):
        if not any(_same_place(one, other) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda o: (o.start_s, o.subject))


def _same_place(one: Occurrence, other: Occurrence) -> bool:
    overlap_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return one.subject == other.subject and one.view != other.view and overlap_s > 0
