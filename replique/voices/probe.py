"""The voices probe: a voice, heard elsewhere.

The way of a track: it is watched for who speaks when (`activity`), cut into turns (`turns`),
each turn is embedded (`hearing`); at the end of a chapter of half an hour its turns become
parts and clusters (`parts`), which are compared with the enrolled people (`comparison`) and
judged (`calibration`).  Then everything heard is forgotten: no template of anybody else
outlives the chapter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from replique.errors import ReferenceDamaged, UsageError
from replique.language import gettext as _
from replique.models import Ears
from replique.probe import HOUSE_RATE, Block, Occurrence, Samples, Subject
from replique.voices.activity import Core, Watch
from replique.voices.comparison import Array, Panel
from replique.voices.hearing import COVERED, hear
from replique.voices.parts import PAUSE_S, Part, Said, clusters, parts
from replique.voices.reference import Reference, prepare
from replique.voices.settings import NAME, VERSION, Settings, uncalibrated
from replique.voices.turns import Cutter, Turn

CHAPTER = 1_800 * HOUSE_RATE
"""Samples of a chapter: within it the parts of one speaker strengthen one another."""
AT_ONCE = 20 * HOUSE_RATE
"""Samples taken in at once: a block of hours is not copied for each five seconds of it."""
LEAD, TAIL = HOUSE_RATE // 5, 3 * HOUSE_RATE // 10
"""Samples before and after a part that still belong to it: breath, and the room's answer."""
LIFT, DROP = 0.5, 1.0
"""How far a cluster may move a part's log10 likelihood ratio up and down: a cluster may hold a
part that is not its speaker's (bench/README.md, "voices")."""


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
        self._judge = _Judge(keys, references, settings)
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

    def __init__(self, view: str, ears: Ears, judge: _Judge) -> None:
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


class _Judge:
    """Compares parts with the enrolled people."""

    def __init__(
        self, keys: tuple[str, ...], references: list[Reference], settings: Settings
    ) -> None:
        self.keys, self._settings = keys, settings
        self._calibration = settings.calibration
        self.alike = self._calibration.alike if settings.alike is None else settings.alike
        self._speech_s = [reference.speech_s for reference in references]
        self._panel = Panel(references)

    def judge(self, found: list[Part], view: str, length: int) -> list[Occurrence]:
        """Return what is said by the enrolled, of the parts of one chapter."""
        lines: dict[int, list[_Line]] = defaultdict(list)
        extents = _extents(found, length)
        for indices in clusters(found, alike=self.alike):
            together = Part.of([s for i in indices for s in found[i].said])
            _general, whole = self._ratios(together)
            for i in indices:
                part = found[i]
                if part.conditions.speech_s < self._calibration.range.speech_s[0]:
                    continue  # no likelihood ratio is available
                general, own = self._ratios(part)
                strength = np.clip(
                    own + np.clip(whole - own, -DROP, LIFT),
                    *self._calibration.range.log10,
                )
                for k in np.flatnonzero(strength >= self._settings.least_strength).tolist():
                    how = {
                        "likeness": float(general[k]),
                        "close": self._calibration.close,
                        "alone": float(own[k]),
                        "together": float(whole[k]),
                        "speech_s": part.conditions.speech_s,
                        "speech_together_s": together.conditions.speech_s,
                        "overlap": part.conditions.overlap,
                        "agreement": part.conditions.agreement,
                    }
                    lines[k].append(_Line(i, i, *extents[i], float(strength[k]), how))
        out = [
            self._occurrence(k, line, view) for k, each in lines.items() for line in _joined(each)
        ]
        return sorted(out, key=lambda o: (o.start_s, o.subject))

    def _ratios(self, part: Part) -> tuple[Array, Array]:
        likeness = self._panel.compare(part.heard)
        ratios = self._calibration.log10(likeness.general, likeness.clearest, part.conditions)
        return likeness.general, ratios

    def _occurrence(self, k: int, line: _Line, view: str) -> Occurrence:
        return Occurrence(
            subject=self.keys[k],
            view=view,
            start_s=line.start / HOUSE_RATE,
            end_s=line.stop / HOUSE_RATE,
            take_start_s=0.0,
            take_end_s=self._speech_s[k],
            speed=1.0,
            pitch_semitones=0.0,
            gain_db=0.0,
            polarity=0,
            strength=line.strength,
            how=line.how,
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """One or more parts of one enrolled person, one after another.

    first, last : indices of parts. start, stop : samples.
    """

    first: int
    last: int
    start: int
    stop: int
    strength: float
    how: dict[str, float]


def _extents(found: list[Part], length: int) -> list[tuple[int, int]]:
    """Return from where to where each part is told, a little breath on both sides included."""
    out = []
    for i, part in enumerate(found):
        before = max((p.stop for p in found[max(0, i - 3) : i]), default=0)
        after = found[i + 1].start if i + 1 < len(found) else length
        start = max(part.start - LEAD, min(before, part.start))
        out.append((start, min(part.stop + TAIL, max(after, part.stop), length)))
    return out


def _joined(lines: list[_Line]) -> list[_Line]:
    """Join what one person says in neighbouring parts; the stronger speaks for both."""
    out: list[_Line] = []
    for line in sorted(lines, key=lambda each: each.first):
        last = out[-1] if out else None
        if (
            last is not None
            and line.first == last.last + 1
            and line.start - last.stop <= PAUSE_S * HOUSE_RATE
        ):
            clearer = max(last, line, key=lambda each: each.strength)
            stop = max(last.stop, line.stop)
            out[-1] = replace(
                clearer, first=last.first, last=line.last, start=last.start, stop=stop
            )
        else:
            out.append(line)
    return out


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
