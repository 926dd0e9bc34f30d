"""Judging: which parts of a chapter are an enrolled person's, how surely, and from where to where.

A part is judged by itself and by all that the same speaker says in the chapter (its cluster).
What one person says in neighbouring parts is told as one occurrence, from the first of them to
the last: also those that alone would be too weak, or too short to be judged, to be told.  It is
judged as a whole too, and as strong as the whole or its surest part, whichever is stronger.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from replique.probe import HOUSE_RATE, Occurrence
from replique.voices.comparison import Array, Panel
from replique.voices.parts import PAUSE_S, Part, clusters
from replique.voices.reference import Reference
from replique.voices.settings import Settings

LEAD, TAIL = HOUSE_RATE // 4, 2 * HOUSE_RATE // 5
"""Samples before and after a part that still belong to it: breath, and the room's answer."""
LIFT, DROP = 0.5, 1.0
"""How far a cluster may move a part's log10 likelihood ratio up and down: a cluster may hold a
part that is not its speaker's (bench/README.md, "voices")."""
BESIDE = -1.0
"""log10 likelihood ratio from which a part beside one that is told belongs to it."""
BESIDE_SHORT = 0.0
"""… of a part with too little speech to be judged."""


class Judge:
    """Compares parts with the enrolled people."""

    def __init__(
        self, keys: tuple[str, ...], references: list[Reference], settings: Settings
    ) -> None:
        self.keys = keys
        self._calibration = settings.calibration
        self._least = settings.least_strength
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
                for k, line in self._lines(i, found[i], extents[i], together, whole):
                    lines[k].append(line)
        out = [
            self._occurrence(k, line, view)
            for k, each in lines.items()
            for line in (self._whole(k, line, found) for line in _joined(each))
            if line.told >= self._least
        ]
        return sorted(out, key=lambda o: (o.start_s, o.subject))

    def _whole(self, k: int, line: _Line, found: list[Part]) -> _Line:
        """Judge a line of several parts as one; return it as the surer of the two says it."""
        if line.first == line.last or not line.judged:
            return line
        part = Part.of([s for i in range(line.first, line.last + 1) for s in found[i].said])
        general, own = self._ratios(part)
        strength = float(own[k])
        if strength <= line.strength:
            return line
        how = self._how(part, float(general[k]), strength, strength)
        more = {name: line.how[name] for name in ("together", "speech_together_s")}
        return replace(line, strength=strength, how=how | more)

    def _lines(
        self, index: int, part: Part, extent: tuple[int, int], together: Part, whole: Array
    ) -> list[tuple[int, _Line]]:
        """Return a line for each person whom a part may belong to, too weak ones included."""
        general, own = self._ratios(part)
        strength = own + np.clip(whole - own, -DROP, LIFT)
        judged = part.conditions.speech_s >= self._calibration.range.speech_s[0]
        out = []
        least = min(BESIDE, self._least) if judged else BESIDE_SHORT
        for k in np.flatnonzero(strength >= least).tolist():
            how = self._how(part, float(general[k]), float(own[k]), float(strength[k]))
            how["together"] = float(np.clip(whole[k], *self._calibration.range.log10))
            how["speech_together_s"] = together.conditions.speech_s
            out.append((k, _Line(index, index, *extent, float(strength[k]), judged, how)))
        return out

    def _how(self, part: Part, likeness: float, alone: float, unbounded: float) -> dict[str, float]:
        """Return what was measured of a part; all ratios as they are told, but the last."""
        return {
            "likeness": likeness,
            "close": self._calibration.close,
            "alone": float(np.clip(alone, *self._calibration.range.log10)),
            "unbounded": unbounded,
            "speech_s": part.conditions.speech_s,
            "overlap": part.conditions.overlap,
            "agreement": part.conditions.agreement,
        }

    def _ratios(self, part: Part) -> tuple[Array, Array]:
        """Return likenesses, and log10 likelihood ratios beyond the validated range too."""
        likeness = self._panel.compare(part.heard)
        ratios = self._calibration.unbounded(likeness.general, likeness.clearest, part.conditions)
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
            strength=float(np.clip(line.strength, *self._calibration.range.log10)),
            how=line.how,
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """One or more parts of one enrolled person, one after another.

    first, last : indices of parts. start, stop : samples. judged : whether a likelihood ratio
    is available for it.
    """

    first: int
    last: int
    start: int
    stop: int
    strength: float
    judged: bool
    how: dict[str, float]

    @property
    def told(self) -> float:
        """The strength that counts: none where too little was said."""
        return self.strength if self.judged else -np.inf


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
    """Join what one person says in neighbouring parts; the surest speaks for all."""
    out: list[_Line] = []
    for line in sorted(lines, key=lambda each: each.first):
        last = out[-1] if out else None
        if (
            last is not None
            and line.first == last.last + 1
            and line.start - last.stop <= PAUSE_S * HOUSE_RATE
        ):
            clearer = max(last, line, key=lambda each: each.told)
            stop = max(last.stop, line.stop)
            out[-1] = replace(
                clearer, first=last.first, last=line.last, start=last.start, stop=stop
            )
        else:
            out.append(line)
    return out
