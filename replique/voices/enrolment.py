"""Enrolling: are these recordings good enough to know a voice by, and if not, why not.

Each recording is examined by itself; what speaks against it is said with what was measured and
with what would help.  Only then is a reference made, of the good ones together.  The limits are
justified in docs/voices.md; how they were found is in bench/README.md, "voices".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from replique.errors import ReferenceRefused
from replique.language import gettext as _
from replique.models import Ears, mel
from replique.probe import HOUSE_RATE, Samples
from replique.voices.activity import HOP, Watch
from replique.voices.calibration import Calibration
from replique.voices.hearing import LONG, Array, embedded
from replique.voices.reference import Reference, prepare
from replique.voices.turns import SURELY

ENOUGH_S = 20.0
"""Seconds of net speech with which the error rates were measured."""
LEAST_S = 8.0
"""… below which nothing is enrolled."""
SEVERAL = 2
"""Recordings at least, that one day's voice is not taken for all there is."""
MOST_OVERLAP = 0.12
LEAST_RANGE_DB = 18.0
"""Between loud and quiet moments: speech alone has pauses, a bed of music fills them."""
LEAST_PAUSE_DB = 12.0
"""Between speech and the pauses in it. The lowest of 31 people's clean recordings has 12.6; with
music 10 dB below the speech it refuses 29 of them, and the other two hardly pause."""
MOST_CLIPPED = 0.002
STRANGE = 0.45
"""Likeness of two groups of windows below which they are two people's, to the built-in encoder."""
FURTHER = 0.10
"""How much less alike they are than turns that are not yet two people's (`Calibration.alike`):
the same way apart as the built-in encoder's two limits."""
LEAST_SHARE = 0.15
"""Of the windows, that a second voice must have to be one."""
NARROW_HZ = 3_600.0
SILENT = 0.3
"""Probability of speech below which a moment is a pause, if those around it are."""
AROUND = 7
PAUSES = 25
"""Frames of pauses, half a second, below which their level says nothing."""
_LEVELS = 50
"""Of a histogram of levels, up to the peak."""
_FLAT_RUN = 3
_EPSILON = 1e-10


@dataclass(frozen=True, slots=True)
class Examined:
    """What was measured of one recording.

    length_s, speech_s : seconds, whole and surely speech. overlap : 0…1, where two speak at
    once. range_db : level of the loud moments over the quiet ones. clipped : 0…1, samples cut
    off. voices : how many people it seems to hold. narrow : nothing above a telephone's band.
    pause_db : level of the speech over the pauses in it; infinite where there are hardly any.
    """

    length_s: float
    speech_s: float
    overlap: float
    range_db: float
    clipped: float
    voices: int
    narrow: bool
    pause_db: float = float("inf")


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that speaks against a recording.

    code : for programs. message, advice : for the person. fatal : it cannot be used.
    """

    code: str
    message: str
    advice: str
    fatal: bool = True


def strange(calibration: Calibration) -> float:
    """Return `STRANGE` for another encoder, whose likenesses lie elsewhere: its calibration's."""
    return calibration.alike - FURTHER


def examine(ears: Ears, samples: Samples, *, strange: float = STRANGE) -> Examined:
    """Measure a recording, float32 (n,) at HOUSE_RATE.

    strange : likeness below which it holds several people.
    """
    watch = Watch(ears)
    cores = [*watch.push(samples), *watch.end()]
    frames = len(samples) // HOP
    if not frames:
        return Examined(len(samples) / HOUSE_RATE, 0.0, 0.0, 0.0, 0.0, 0, narrow=False)
    likely = np.concatenate([core.speech for core in cores])[:frames]
    speech = likely > SURELY
    shared = np.concatenate([core.overlap.sum(axis=1) / 2 for core in cores])[:frames]
    return Examined(
        length_s=len(samples) / HOUSE_RATE,
        speech_s=float(speech.sum()) * HOP / HOUSE_RATE,
        overlap=float(shared[speech].mean()) if speech.any() else 0.0,
        range_db=range_over_pauses(samples[: frames * HOP]),
        clipped=clipped_share(samples),
        voices=_voices(ears, samples, speech, strange),
        narrow=_narrow(samples),
        pause_db=_pause_db(samples[: frames * HOP], likely),
    )


def objections(found: Examined) -> list[Objection]:
    """Return what speaks against a recording, the gravest first."""
    out: list[Objection] = []
    if found.speech_s < 1.0:
        return [
            Objection(
                "no-speech",
                _("Hardly any speech can be heard in this recording."),
                _("Record yourself speaking, close to the microphone, in a quiet room."),
            )
        ]
    if found.voices > 1:
        out.append(
            Objection(
                "several-voices",
                _("{count} different voices seem to be in this recording.").format(
                    count=found.voices
                ),
                _("Enrol one person at a time: cut the recording to your own lines."),
            )
        )
    if found.overlap > MOST_OVERLAP:
        out.append(
            Objection(
                "someone-else",
                _("Somebody else speaks at the same time in {percent:.0f} % of it.").format(
                    percent=100 * found.overlap
                ),
                _("Record alone, or cut out where others speak over you."),
            )
        )
    if found.range_db < LEAST_RANGE_DB or found.pause_db < LEAST_PAUSE_DB:
        out.append(
            Objection(
                "music-or-noise",
                _(
                    "Music or noise fills the pauses: they are only {level:.0f} dB quieter than "
                    "the speech."
                ).format(level=min(found.range_db, found.pause_db)),
                _("Use a recording without music, far from machines and streets."),
            )
        )
    if found.clipped > MOST_CLIPPED:
        out.append(
            Objection(
                "clipped",
                _("It was recorded too loudly: {percent:.1f} % of it is cut off.").format(
                    percent=100 * found.clipped
                ),
                _("Turn the recording level down and speak the lines again."),
            )
        )
    if found.narrow:
        out.append(
            Objection(
                "narrow",
                _("It sounds as over a telephone: nothing is above {frequency:.0f} Hz.").format(
                    frequency=NARROW_HZ
                ),
                _("It can be used; add a recording by a microphone too."),
                fatal=False,
            )
        )
    return out


def enrol(
    ears: Ears,
    recordings: Sequence[Samples],
    names: Sequence[str] = (),
    *,
    strange: float = STRANGE,
) -> tuple[Reference, list[Objection]]:
    """Make one reference of one person's recordings in one way of speaking.

    names : what each recording is called, for the person; numbers from 1 when there are none.
    strange : likeness below which recordings, or parts of one, are of two people.

    Returns it with what could be better. Raises ReferenceRefused, which names each recording
    that cannot be used, why, and what to record instead.
    """
    called = list(names) or [
        _("Recording {number}").format(number=i + 1) for i in range(len(recordings))
    ]
    examined = [examine(ears, samples, strange=strange) for samples in recordings]
    remarks = _accepted(examined, called)
    speech_s = sum(found.speech_s for found in examined)
    if speech_s < LEAST_S:
        raise ReferenceRefused(
            _("There are only {have:.0f} s of speech; at least {need:.0f} s are needed.").format(
                have=speech_s, need=LEAST_S
            ),
            advice=_("Record more: {enough:.0f} s or longer, on two days if you can.").format(
                enough=ENOUGH_S
            ),
        )
    if speech_s < ENOUGH_S:
        remarks.append(_little(speech_s))
    reference = prepare(ears, recordings, speech_s=speech_s)
    if len(recordings) > 1:
        _check_one_person(ears, recordings, called, strange)
    return reference, remarks


def enough(speech_s: float, recordings: int) -> list[Objection]:
    """Return what could be added to a voice that is enrolled.

    speech_s : net speech that it was made of. recordings : how many.
    """
    out = [_little(speech_s)] if speech_s < ENOUGH_S else []
    if recordings < SEVERAL:
        out.append(
            Objection(
                "one-recording",
                _("All of it is from one recording: one day, one place, one mood."),
                _("Add a recording of another day, or in another manner of speaking."),
                fatal=False,
            )
        )
    return out


def _accepted(examined: Sequence[Examined], names: Sequence[str]) -> list[Objection]:
    """Return what could be better in recordings. Raises ReferenceRefused."""
    said = [
        (name, each)
        for name, found in zip(names, examined, strict=True)
        for each in objections(found)
    ]
    fatal = [(name, each) for name, each in said if each.fatal]
    if fatal:
        raise ReferenceRefused(
            "\n".join(
                _("{name}: {reason}").format(name=name, reason=each.message) for name, each in fatal
            ),
            advice=" ".join(dict.fromkeys(each.advice for _name, each in fatal)),
        )
    return list({each.code: each for _name, each in said}.values())


def _little(speech_s: float) -> Objection:
    return Objection(
        "little-speech",
        _(
            "There are {have:.0f} s of speech; error rates were measured with {enough:.0f} s."
        ).format(have=speech_s, enough=ENOUGH_S),
        _("Add another recording, on another day or in another manner of speaking."),
        fatal=False,
    )


def _check_one_person(
    ears: Ears, recordings: Sequence[Samples], names: Sequence[str], strange: float
) -> None:
    """Raise ReferenceRefused where recordings are of people unlike one another."""
    directions = np.stack([_direction(ears, samples) for samples in recordings])
    alike = directions @ directions.T
    if alike.min() >= strange:
        return
    one, other = np.unravel_index(int(alike.argmin()), alike.shape)
    raise ReferenceRefused(
        _(
            "These recordings do not seem to be of one person: least alike are {one} and {other}."
        ).format(one=names[int(one)], other=names[int(other)]),
        advice=_("Enrol each person, and each very different manner, on its own."),
    )


def _direction(ears: Ears, samples: Samples) -> Array:
    """Return the mean of a recording's windows of 5 s, float32 (192,) of unit length."""
    mean = embedded(ears, mel.log_mel(samples), LONG).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def range_over_pauses(samples: Samples) -> float:
    """Return the level of loud moments (95th percentile) over quiet ones (10th), dB."""
    levels = np.square(samples.reshape(-1, HOP)).mean(axis=1)
    high, low = np.percentile(levels, [95, 10])
    return float(10 * np.log10((high + _EPSILON) / (low + _EPSILON)))


def _pause_db(samples: Samples, likely: Array) -> float:
    """Return the level of what is surely speech over that of the pauses, medians, dB.

    likely : probability of speech of each frame of HOP samples.
    """
    from scipy.ndimage import binary_erosion  # noqa: PLC0415  # heavy, as below

    pauses = binary_erosion(likely < SILENT, np.ones(AROUND, np.bool_))
    talk = likely > SURELY
    if pauses.sum() < PAUSES or not talk.any():
        return float("inf")
    levels = 10 * np.log10(np.square(samples.reshape(-1, HOP)).mean(axis=1) + _EPSILON)
    return float(np.median(levels[talk]) - np.median(levels[pauses]))


def clipped_share(samples: Samples) -> float:
    """Return how many samples were cut off: in runs at the highest level, or heaped below it."""
    level = np.abs(samples)
    peak = float(level.max(initial=0.0))
    flat = level >= 0.995 * peak
    if peak <= 0 or len(flat) < _FLAT_RUN:
        return 0.0
    runs = np.lib.stride_tricks.sliding_window_view(flat, _FLAT_RUN).all(axis=1)
    return max(float(runs.mean()), _heaped(level, peak))


def _heaped(level: Array, peak: float) -> float:
    """Return by how much one tenth of the levels holds more samples than the tenth below it.

    What was cut off at another rate, or coded since, has no flat tops any more: they have become
    ripples about one level. Levels of speech grow rarer all the way up.
    """
    shares = np.histogram(level, _LEVELS, (0.0, peak))[0] / len(level)
    tenth = _LEVELS // 10
    tenths = np.convolve(shares, np.ones(tenth), "valid")
    loud = np.arange(tenth + 3 * tenth, len(tenths))
    return float(max(0.0, (tenths[loud] - tenths[loud - tenth]).max()))


def _narrow(samples: Samples) -> bool:
    """Whether there is nothing above a telephone's band."""
    length = 1 << 15
    power, window = np.zeros(length // 2 + 1), np.hanning(length)
    for low in range(0, max(1, len(samples) - length + 1), length):
        piece = np.resize(samples[low : low + length], length)
        power += np.square(np.abs(np.fft.rfft(piece * window)))
    frequency = np.fft.rfftfreq(length, 1 / HOUSE_RATE)
    band = (frequency > 300) & (frequency < NARROW_HZ)
    above = (frequency > NARROW_HZ + 500) & (frequency < 7_000)
    return bool(power[above].mean() < 1e-5 * power[band].mean())


def _voices(ears: Ears, samples: Samples, speech: NDArray[np.bool_], strange: float) -> int:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415  # who lists needs none

    windows = _windows(ears, samples, speech)
    if len(windows) < 2:
        return min(1, len(windows))
    apart = np.clip(1 - windows @ windows.T, 0, 2).astype(np.float64)
    tree = linkage(apart[np.triu_indices(len(windows), 1)], "average")
    labels = fcluster(tree, 1 - strange, "distance")
    counts = np.unique(labels, return_counts=True)[1]
    return max(1, int((counts >= max(2, LEAST_SHARE * len(windows))).sum()))


def _windows(ears: Ears, samples: Samples, speech: NDArray[np.bool_]) -> Array:
    """Embed the windows of 5 s that are mostly speech."""
    features = mel.log_mel(samples)
    rows = embedded(ears, features, LONG)
    if len(features) <= LONG:
        return rows
    starts = range(0, len(features) - LONG + 1, LONG // 2)
    said = [speech[i // 2 : (i + LONG) // 2].mean() > 0.6 for i in starts]
    return np.asarray(rows[np.array(said)])
