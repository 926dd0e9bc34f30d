"""What is heard: an excerpt of the medium, and the take laid on its time axis.

Sound travels as FLAC: every browser's decodeAudioData takes it, it adds no
delay of its own, and nothing is lost, so that A and B stay together to the
sample.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import av
import numpy as np

from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.report.contents import AudioLoader, Found
from replique.report.stretch import warp

CONTEXT_S = 2.0
"""Heard before and after the occurrence."""
LONGEST_S = 20.0
"""Longest part of an occurrence that is let heard; what it starts with."""
_LOUDNESS = 0.08
"""Root mean square that both are brought to (about -22 dB under full scale)."""
_PEAK = 0.97
_BYTES_PER_S = 2 * 0.7 * HOUSE_RATE * 4 / 3
"""What a second of FLAC costs in base64, at most usual: speech over music."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a medium that is shown and heard.

    from_s, to_s : in the medium. heard_s : of the occurrence, inside it.
    cut : whether the occurrence goes on beyond the window.
    """

    from_s: float
    to_s: float
    heard_s: tuple[float, float]
    cut: bool


@dataclass(frozen=True, slots=True)
class Sounds:
    """Sounds of one occurrence, float32 (n,) at HOUSE_RATE.

    medium : over the window; `from_s` is its first instant in the medium.
    take : over the same time, warped, silent where the take is not; None
        when it could not be had.
    raw_take, raw_offset_s : the take as registered, and where in the window
        its first sample falls at the measured speed.
    trouble : why something is missing, sentences for the reader.
    """

    window: Window
    medium: Samples | None
    take: Samples | None
    raw_take: Samples | None
    raw_offset_s: float
    trouble: tuple[str, ...] = ()


def window_of(occurrence: Occurrence) -> Window:
    """Choose what is shown of an occurrence."""
    until_s = min(occurrence.end_s, occurrence.start_s + LONGEST_S)
    cut = until_s < occurrence.end_s
    return Window(
        from_s=max(0.0, occurrence.start_s - CONTEXT_S),
        to_s=until_s + (0.0 if cut else CONTEXT_S),
        heard_s=(occurrence.start_s, until_s),
        cut=cut,
    )


def load(found: Found) -> Sounds:
    """Load and warp what is heard of one occurrence; what fails is told, not raised."""
    occurrence, window = found.occurrence, window_of(found.occurrence)
    trouble: list[str] = []
    medium = _load(found.medium_audio, window.from_s, window.to_s, trouble, _("the medium"))

    def in_take(medium_s: float) -> float:
        return occurrence.take_start_s + (medium_s - occurrence.start_s) * occurrence.speed

    first_s, last_s = max(0.0, in_take(window.from_s)), max(0.0, in_take(window.to_s))
    raw = _load(found.take_audio, first_s, last_s, trouble, _("the take"))
    offset_s = (first_s - in_take(window.from_s)) / occurrence.speed
    take = None
    if raw is not None:
        warped = warp(raw, speed=occurrence.speed, pitch_semitones=occurrence.pitch_semitones)
        length = (
            round((window.to_s - window.from_s) * HOUSE_RATE) if medium is None else len(medium)
        )
        take = laid(warped, round(offset_s * HOUSE_RATE), length)
    return Sounds(window, medium, take, raw, offset_s, tuple(trouble))


def load_medium(found: Found) -> Sounds:
    """Load what is heard of one occurrence in its medium, and nothing beside it."""
    window, trouble = window_of(found.occurrence), list[str]()
    medium = _load(found.medium_audio, window.from_s, window.to_s, trouble, _("the medium"))
    return Sounds(window, medium, None, None, 0.0, tuple(trouble))


def _load(
    loader: AudioLoader | None, from_s: float, to_s: float, trouble: list[str], what: str
) -> Samples | None:
    if loader is None:
        trouble.append(_("The sound of {what} is not at hand.").format(what=what))
        return None
    return loaded(partial(loader, from_s, to_s), trouble, what)


def loaded(load: Callable[[], Samples], trouble: list[str], what: str) -> Samples | None:
    """Return a sound; None where there is none, and `trouble` then says why."""
    try:
        samples = load()
    except RepliqueError as error:
        trouble.append(
            _("The sound of {what} could not be read: {reason}").format(what=what, reason=error)
        )
        return None
    if len(samples) == 0:
        trouble.append(_("The sound of {what} is empty in this place.").format(what=what))
        return None
    return np.nan_to_num(np.asarray(samples, np.float32))


def laid(samples: Samples, first: int, length: int) -> Samples:
    """Return `length` samples, with these from `first` on and silence elsewhere."""
    whole = np.zeros(length, np.float32)
    kept = samples[: max(0, length - first)]
    whole[first : first + len(kept)] = kept
    return whole


def level_matched(samples: Samples) -> Samples:
    """Bring the sounding part to a common loudness, so that A and B are compared fairly."""
    sounding = samples[np.abs(samples) > 1e-4]
    if len(sounding) == 0:
        return samples
    loudness = float(np.sqrt(np.mean(sounding.astype(np.float64) ** 2)))
    gain = min(_LOUDNESS / loudness, _PEAK / float(np.abs(sounding).max()))
    return (samples * np.float32(gain)).astype(np.float32)


def flac(samples: Samples) -> bytes:
    """Encode as 16-bit FLAC at HOUSE_RATE; as many samples come out as went in.

    samples : float32 (n,), clipped to -1…1, n > 0.
    """
    whole = np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16)
    target = io.BytesIO()
    with av.open(target, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=HOUSE_RATE, layout="mono", format="s16")
        frame = av.AudioFrame.from_ndarray(whole[np.newaxis], format="s16", layout="mono")
        frame.rate = HOUSE_RATE
        for packet in stream.encode(frame):
            container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return target.getvalue()


def data_uri(samples: Samples) -> str:
    """Return sound as a data URI."""
    return "data:audio/flac;base64," + base64.b64encode(flac(samples)).decode("ascii")


def with_sound(found: tuple[Found, ...], budget_bytes: float) -> frozenset[int]:
    """Choose, strongest first, the occurrences whose sound fits a budget.

    Strengths of takes and of voices are on scales of their own: each kind is ranked by itself.
    A voice that a take explains is heard with the take, and chosen for nothing.
    Gives indices into `found`. Sizes are estimated, before anything is loaded.
    """
    chosen: set[int] = set()
    for index in _by_rank(found):
        window = window_of(found[index].occurrence)
        copies = _copies(found[index])
        budget_bytes -= copies * (window.to_s - window.from_s) * _BYTES_PER_S
        if budget_bytes < 0:
            break
        chosen.add(index)
    return frozenset(chosen)


def _by_rank(found: tuple[Found, ...]) -> list[int]:
    ranked = []
    for of_voice in (False, True):
        several = [
            index
            for index, each in enumerate(found)
            if (each.explained is not None) is of_voice and not _needs_no_sound(each)
        ]
        several.sort(key=lambda index: (-found[index].occurrence.strength, index))
        ranked += [(rank, of_voice, index) for rank, index in enumerate(several)]
    return [index for _rank, _of_voice, index in sorted(ranked)]


def _needs_no_sound(found: Found) -> bool:
    """Whether it is heard with the take that explains it, or is the enrolment itself."""
    return found.explained is not None and found.explained.wholly


def _copies(found: Found) -> int:
    if found.explained is not None:
        return 1  # the enrolment is in the report once
    return 2 if plays_as_registered(found.occurrence) else 3


def plays_as_registered(occurrence: Occurrence) -> bool:
    """Tell whether the take needs no warping, so that its own speed is what is heard."""
    return abs(occurrence.speed - 1.0) < 5e-4 and abs(occurrence.pitch_semitones) < 0.05
