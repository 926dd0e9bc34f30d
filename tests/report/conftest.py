"""Contents for reports: two takes, two media, sound made on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from replique.language import choose, restore
from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.report import (
    Contents,
    Found,
    Medium,
    NotRead,
    Performer,
    Run,
    Take,
    Track,
    held,
)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _sound(seed: int, seconds: float) -> Samples:
    """Return bursts of noise in bands, which have structure to see and to hear."""
    rng = np.random.default_rng(seed)
    n = round(seconds * HOUSE_RATE)
    gate = np.repeat(rng.random(n // 800 + 1) > 0.5, 800)[:n]
    return (0.1 * rng.standard_normal(n) * gate).astype(np.float32)


def _contents(
    *,
    count: int = 2,
    locator: str = "Films/one.mkv",
    take_name: str = "line 1.wav",
    performer: str = "Awa Diop",
    reason: str = "The file stops in the middle.",
    speed: float = 1.0,
    pitch_semitones: float = 0.0,
    strength: float = 5.0,
) -> Contents:
    take_sound, medium_sound = _sound(1, 2.0), _sound(2, 8.0)
    medium_sound[3 * HOUSE_RATE : 5 * HOUSE_RATE] += take_sound
    one, other = _sha(take_name), _sha("other")
    found = tuple(
        Found(
            Occurrence(
                subject=one,
                view="mid",
                start_s=3.0,
                end_s=3.0 + 2.0 / speed,
                take_start_s=0.0,
                take_end_s=2.0,
                speed=speed,
                pitch_semitones=pitch_semitones,
                gain_db=-8.0,
                polarity=1,
                strength=strength,
                how={"lag_s": 0.001},
            ),
            _sha(locator),
            0,
            held(medium_sound),
            held(take_sound),
        )
        for _ in range(count)
    )
    return Contents(
        run=Run(
            made=datetime(2026, 3, 1, 9, 5, tzinfo=UTC),
            program_version="0.1.0",
            probe="recordings",
            probe_version="1",
            probe_digest=_sha("probe"),
            takes_searched=2,
            media_searched=3,
            hours_searched=1.5,
            settings={"least_strength": 2.0, "exhaustive": True},
        ),
        performers=(Performer("awa", performer),),
        takes=(
            Take(one, "awa", take_name, f"/auditions/{take_name}", "audition", 2.0),
            Take(other, "awa", "other.wav", "/auditions/other.wav", "stem", 3.0),
        ),
        media=(
            Medium(_sha(locator), locator, 8.0, (Track(0, "fra", "VF", "aac", "stereo"),)),
            Medium(_sha("quiet"), "Films/quiet.mkv", 60.0),
        ),
        found=found,
        not_read=(NotRead("Films/broken.mkv", reason, "Ask for another copy."),),
    )


MakeContents = Callable[..., Contents]


@pytest.fixture
def make_contents() -> MakeContents:
    """Return what makes contents: two takes, two media, as many occurrences as asked for."""
    return _contents


@pytest.fixture
def french() -> Iterator[None]:
    token = choose("fr")
    yield
    restore(token)
