"""Where decoded sound lies in time: presentation time, from the start of the container.

A track may begin later than the pictures, and leave gaps: both are filled with silence, so
that a sample's index is its time. Time stamps are a stranger's word, though: they are
believed within bounds, and sound is never thrown away for them.
"""

from __future__ import annotations

from fractions import Fraction
from statistics import median_low
from typing import cast

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from replique.media.frames import Notes

GAP_S = 0.020
"""Shorter gaps are the rounding of time stamps (a millisecond in Matroska, a packet in
broadcast) and are not filled."""
BACK_S = 1.0
"""Time stamps that fall further behind than this have started anew: a tape was changed."""
LONGEST_GAP_S = 1800.0
ALL_GAPS_S = 3600.0
"""Silence costs as much to search as sound; nobody's film needs more of it than this."""


class Timeline:
    """Give each frame of one track its place, in samples at the track's own rate."""

    def __init__(
        self, container: InputContainer, stream: AudioStream, rate: int, notes: Notes
    ) -> None:
        base = stream.time_base or Fraction(0, 1)
        self._rate = rate
        self._notes = notes
        self._numerator = base.numerator * rate
        self._denominator = base.denominator
        start = cast("int | None", container.start_time)
        self._origin: int | None = None if start is None else round(start * rate / 1_000_000)
        self._next = 0

    def stamped(self, frame: AudioFrame) -> int | None:
        """Return the place that the frame's time stamp claims, or None without one."""
        if frame.pts is None or not self._numerator:
            return None
        at = (frame.pts * self._numerator + self._denominator // 2) // self._denominator
        if self._origin is None:
            self._origin = at
        return at - self._origin

    def begin_at(self, frames: list[AudioFrame]) -> int | None:
        """Begin anew with the first of these frames after a jump; return its place.

        Their time stamps are rounded, each on its own: the median says it better than the
        first. A container that states no start (WAV) starts at 0.
        """
        self._origin = self._origin or 0
        stamped = []
        behind = 0
        for frame in frames:
            if (at := self.stamped(frame)) is not None:
                stamped.append(at - behind)
            behind += frame.samples
        if not stamped:
            return None
        self._next = median_low(stamped)
        return self._next

    def silence_before(self, frame: AudioFrame) -> int:
        """Return how many samples of silence go before a frame; often 0."""
        at = self.stamped(frame)
        if at is None:
            return 0
        gap = at - self._next
        if -BACK_S * self._rate <= gap <= GAP_S * self._rate:
            return 0
        filled = self._notes.silence_s + gap / self._rate
        if gap < 0 or gap > LONGEST_GAP_S * self._rate or filled > ALL_GAPS_S:
            # Not believed: the sound goes on where it is, and so does time from here.
            self._notes.jumps += 1
            self._origin = (self._origin or 0) + gap
            return 0
        self._notes.silence_s = filled
        self._next += gap
        return gap

    def advance(self, samples: int) -> None:
        """Count samples that were taken."""
        self._next += samples
