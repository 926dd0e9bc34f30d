"""The part of the demo that looks for a voice: one enrolled, and one place no take explains."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import script
from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.models import MODELS, Library, install
from replique.report.numerals import number, time_code

NEAR_S = 1.0
"""Turns are cut where models hear speech begin; half a second is what they are held to."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An occurrence of a voice as `replique occurrences --json` tells it, in part."""

    medium: str
    start_s: float
    strength: float
    explained: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> Heard:
        """Read a row."""
        return cls(Path(row["medium"]).name, row["start_s"], row["log10_lr"], row["explained"])

    @property
    def is_the_one(self) -> bool:
        """Whether it is the line that was spoken anew."""
        medium, at_s, _level = script.ANEW_AT
        return self.medium == medium and abs(self.start_s - at_s) < NEAR_S


def models(kept: Path, home: Path, say: Callable[[str], None]) -> bool:
    """Put the models into the demo's home, fetched once; say so where they cannot be had."""
    library = Library(kept)
    try:
        if library.missing():
            say(_("Fetching the models that hear voices (92 MB travel, 35 MB are kept, once)…"))
            install(library)
    except RepliqueError as error:
        say(_("Voices are left out of this demo: {reason}").format(reason=error))
        return False
    (home / "models").mkdir(parents=True, exist_ok=True)
    for model in MODELS:
        shutil.copyfile(library.path(model), home / "models" / model.key)
    return True


def compare(heard: Sequence[Heard], say: Callable[[str], None]) -> bool:
    """Say what was heard of the enrolled voice; tell whether it is what should be."""
    medium, at_s, _level = script.ANEW_AT
    there = [each for each in heard if each.is_the_one]
    unexplained = [each for each in heard if each.explained == "unexplained_voice"]
    right = unexplained == there and len(there) == 1
    if there:
        say(
            "  ✓ "
            + _(
                "{name}: a voice that resembles the enrolled one, at {time} of {medium}, "
                "log10 LR {strength}. No take explains it."
            ).format(
                name=script.ENROLLED.name,
                time=time_code(there[0].start_s),
                medium=there[0].medium,
                strength=number(there[0].strength, 1),
            )
        )
        say("      " + _how_little())
    else:
        say(
            "  ✗ "
            + _("{name}: the voice at {time} of {medium} was MISSED.").format(
                name=script.ENROLLED.name, time=time_code(at_s), medium=medium
            )
        )
    for each in unexplained:
        if not each.is_the_one:
            say(
                "  ✗ "
                + _("A voice at {time} of {medium}: REPORTED, although it is a stranger’s.").format(
                    time=time_code(each.start_s), medium=each.medium
                )
            )
    return right


def _how_little() -> str:
    return _(
        "How little that proves: it may be an unknown session, a synthesis, or somebody who sounds "
        "alike. Here it is the same synthetic voice on another day; the program cannot know that, "
        "nor does it know these error rates for synthetic voices: they were measured on people."
    )
