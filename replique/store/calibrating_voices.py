"""A calibration of voices on speech of one's own: read, fitted, measured, kept in the home."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from replique.errors import MediaError, TakeRefused, UsageError
from replique.language import gettext as _
from replique.media import Source, read_audio, walk
from replique.models.catalogue import VOICES
from replique.probe import HOUSE_RATE, Samples
from replique.store import ears, files
from replique.store.guard import guarded
from replique.store.home import PRIVATE_FOLDER, Home
from replique.store.preferences import name_calibration, voice_preferences

if TYPE_CHECKING:
    from replique.voices.calibrating import Measured
    from replique.voices.calibration import Calibration

FILE = "voices.json"
ONE_S, ALL_S = 60.0, 180.0
"""Of one recording, and of all of one person's, that is listened to: more would not be used."""
BEDS_S = 600.0

Progress = Callable[[str, int, int], None]
"""Called with what is done ("reading", "hearing", "comparing"), how much of it, and of how much."""


@dataclass(frozen=True, slots=True)
class CalibratedVoices:
    """What came of a calibration.

    calibration : as it is now used. file : where it lies. measured : on people that it was
    not fitted on. builtin : the built-in encoder and calibration on the same speech; None
    where that encoder is not installed. left_out : files that could not be read.
    """

    calibration: Calibration
    file: Path
    measured: Measured
    builtin: Measured | None
    left_out: tuple[str, ...]


@guarded()
def calibrate_voices(
    home: Home,
    folder: str | os.PathLike[str],
    beds: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> CalibratedVoices:
    """Fit a calibration on labelled speech, measure it, and use it from now on.

    folder : one folder for each person, with recordings of that person alone, of any medium
        that can be searched. beds : a folder of music and effects without speech.

    Nothing of the speech is kept. Raises UsageError when there are too few people or too
    little speech, ModelMissing, ModelDamaged, EncoderUnusable, StoreError.
    """
    from replique.models import Ears
    from replique.voices.calibrated import CALIBRATION
    from replique.voices.calibrating import listen
    from replique.voices.calibration_file import LONGEST_NAME, to_json

    place, left_out = Path(folder), list[str]()
    mine = Ears(ears.library(home), voice_preferences(home).encoder)
    mine.load()
    people = _people(place, left_out, progress)
    sounds = [] if beds is None else _beds(Path(beds), left_out)
    said = None if progress is None else (lambda i, n: progress("hearing", i, n))
    heard = listen(mine, people, beds=sounds, progress=said)
    calibration, measured = heard.calibrated(place.absolute().name[:LONGEST_NAME] or FILE)
    builtin = None
    if mine.encoder is None:
        builtin = heard.measured(CALIBRATION)
    elif not ears.library(home).missing([VOICES]):
        said = None if progress is None else (lambda i, n: progress("comparing", i, n))
        beside = listen(Ears(ears.library(home)), people, beds=sounds, progress=said)
        builtin = beside.measured(CALIBRATION)
    return CalibratedVoices(
        calibration, _kept(home, to_json(calibration)), measured, builtin, tuple(left_out)
    )


def _kept(home: Home, text: str) -> Path:
    file = home.path / "calibration" / FILE
    file.parent.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    files.write(file, text.encode())
    name_calibration(home, file)
    return file


def _people(
    folder: Path, left_out: list[str], progress: Progress | None
) -> dict[str, list[Samples]]:
    try:
        places = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError as error:
        raise UsageError(
            _("The folder “{name}” cannot be read.").format(name=folder.name),
            advice=_("Name a folder that holds one folder for each person."),
        ) from error
    out = {}
    for i, place in enumerate(places):
        if progress is not None:
            progress("reading", i, len(places))
        out[place.name] = list(_up_to(ALL_S, _recordings(place, left_out)))
    return out


def _beds(folder: Path, left_out: list[str]) -> list[Samples]:
    sounds = list(_up_to(BEDS_S, _recordings(folder, left_out)))
    if not sounds:
        raise UsageError(
            _("There is no sound in “{name}” to lay under the speech.").format(name=folder.name),
            advice=_("Name a folder of music or effects, or leave it out."),
        )
    return sounds


def _recordings(folder: Path, left_out: list[str]) -> Iterator[Samples]:
    for found in walk([folder]):
        if not isinstance(found, Source):
            left_out.append(found.locator)
            continue
        try:
            samples = read_audio(found)
        except (MediaError, TakeRefused):
            left_out.append(found.locator)
            continue
        yield samples[: round(ONE_S * HOUSE_RATE)]


def _up_to(seconds: float, recordings: Iterator[Samples]) -> Iterator[Samples]:
    left = round(seconds * HOUSE_RATE)
    for samples in recordings:
        yield samples[:left]
        left -= len(samples)
        if left <= 0:
            return
