"""What somebody brings to an empty desk: a take, and a programme in which it was used again.

All of it is invented: synthetic voices, music that a program plays.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

LINE = "You told me the lighthouse was empty. So who is holding the lamp?"
STRANGER = "We should have turned back at the river."
AT_S = 14.0
"""Where the take is heard in the programme."""


class Material(NamedTuple):
    """take : a recording that somebody kept. programme : in which it is heard again."""

    take: Path
    programme: Path


def material(folder: Path) -> Material:
    """Synthesise it; skip the test where no voice can be synthesised."""
    pytest.importorskip("espeakng_loader", reason="the voices of the demo are not installed")
    from demo import music
    from demo.studio import lay, write
    from demo.voices import Voice, speak

    (folder / "Films").mkdir(parents=True)
    made = Material(folder / "Audition, the lamp.wav", folder / "Films" / "The Lighthouse 2.m4a")
    spoken = speak(LINE, Voice("en-us+f5", 158, 55, 70))
    write(spoken, made.take)
    bed = music.play(music.CALM, 40.0)
    lay(bed, speak(STRANGER, Voice("en-gb-scotland+m7", 160, 45, 60)), 4.0, 4.0)
    lay(bed, spoken, AT_S, 2.0)
    write(bed, made.programme)
    return made
