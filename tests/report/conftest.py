"""Contents for reports: two takes, two media, sound made on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from replique.language import choose, restore
from replique.media.origin.result import OriginCheck
from replique.probe import HOUSE_RATE, Occurrence, Samples
from replique.report import (
    Contents,
    Explained,
    Found,
    Medium,
    ModelFile,
    NotRead,
    Performer,
    Run,
    Take,
    Track,
    Voice,
    VoiceSearch,
    held,
)
from replique.voices.calibrated import CALIBRATION


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


AWA, TOM = _sha("voice of Awa"), _sha("voice of Tom")


def _heard(key: str, start_s: float, end_s: float, strength: float, **how: float) -> Occurrence:
    return Occurrence(
        subject=key,
        view="mid",
        start_s=start_s,
        end_s=end_s,
        take_start_s=0.0,
        take_end_s=24.0,
        speed=1.0,
        pitch_semitones=0.0,
        gain_db=0.0,
        polarity=0,
        strength=strength,
        how={"likeness": 0.6, "speech_s": 4.0, "overlap": 0.01, "agreement": 0.8, **how},
    )


def _voice_contents(*, person: str = "Awa Diop", manner: str = "speaking") -> Contents:
    """Return a medium with a take (1) and voices: explained, unexplained, partly, not asked."""
    contents = _contents(count=1, performer=person)
    medium = contents.found[0].medium
    places = (
        (2, _heard(AWA, 2.9, 5.1, 2.4, likeness=0.8), Explained("by_take", (1,))),
        (3, _heard(AWA, 6.0, 7.0, 1.4, likeness=0.8), Explained("unexplained_voice")),
        (4, _heard(TOM, 1.0, 4.0, 3.0), Explained("partly", (1, 99), ((1.0, 2.5),))),
        (5, _heard(TOM, 7.0, 7.5, 0.7, speech_s=0.5), Explained("not_searched")),
    )
    sound = held(_sound(7, 8.0))
    voices = tuple(
        Found(one, medium, 0, sound, None, number, (), explained)
        for number, one, explained in places
    )
    day = datetime(2026, 2, 1, tzinfo=UTC)
    checks = (
        OriginCheck("content-credentials", "nothing"),
        OriginCheck("watermark:audioseal", "not_checked", "", {"reason": "not_installed"}),
    )
    return replace(
        contents,
        performers=(*contents.performers, Performer("tom", "Tom Lee")),
        media=(replace(contents.media[0], origin=checks), *contents.media[1:]),
        found=(replace(contents.found[0], number=1), *voices),
        voices=(
            Voice(AWA, "awa", manner, 24.0, 3, day, "typed", day, ("narrow",)),
            Voice(TOM, "tom", "singing", 31.0, 2, day, "signed", day),
        ),
        voice_search=VoiceSearch(
            probe_version="1",
            probe_digest=_sha("voices probe"),
            people=2,
            media=3,
            hours=1.5,
            least_strength=0.5,
            range=CALIBRATION.range,
            calibration=CALIBRATION.digest,
            people_calibrated=31,
            source="voices-dev",
            models=(ModelFile("CAM++", "Apache-2.0", _sha("model")),),
            rates=CALIBRATION.rates,
        ),
    )


@pytest.fixture
def make_voice_contents() -> MakeContents:
    """Return what makes contents with voices beside a take."""
    return _voice_contents
