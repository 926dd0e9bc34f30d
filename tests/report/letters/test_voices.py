"""A letter about a voice says that one resembles, and how little that shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from replique.errors import UsageError
from replique.probe import Occurrence
from replique.report.letters import KINDS, HeardVoice, LetterFacts, as_text, compose
from replique.report.letters.banned import met
from replique.report.letters.composition import said_by_us
from replique.report.letters.fitting import OF_A_VOICE
from replique.report.voice_contents import VoiceSearch
from replique.voices.calibrated import CALIBRATION
from replique.voices.support import caution, propositions

Fitting = Callable[..., LetterFacts]
FOUND = Occurrence(
    "c3" * 32, "mono", 1234.5, 1238.9, 0.0, 24.0, 1.0, 0.0, 0.0, 0, 1.4,
    {"speech_s": 3.9, "likeness": 0.6, "overlap": 0.01},
)  # fmt: skip
VOICE = HeardVoice(
    medium="Films/The Long Night (VF).mkv",
    medium_sha256="b2" * 32,
    track=1,
    start_s=1234.5,
    end_s=1238.9,
    manner="speaking",
    close=False,
    occurrence=FOUND,
    valid=CALIBRATION.range,
)
SEARCH = VoiceSearch(
    "1", "0e" * 32, 3, 40, 61.0, 0.5, CALIBRATION.range, CALIBRATION.digest, 31, "voices-dev"
)
OF_RECORDINGS = (
    r"recording (?:is|was|itself)", r"sound of my take", r"found again", r"\bmy voice is\b",
    r"\bis my voice\b", r"\bI am heard\b",
)  # fmt: skip


def _facts(fitting: Fitting, kind: str, **changes: Any) -> LetterFacts:
    told = {"heard": (), "voices": (VOICE,), "voice_search": SEARCH, **changes}
    return fitting(kind, **told)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", sorted(OF_A_VOICE))
def test_a_letter_on_a_voice_says_no_banned_word(
    kind: str, language: str, fitting: Fitting
) -> None:
    letter = compose(kind, _facts(fitting, kind), language)
    assert met(said_by_us(letter)) == []


@pytest.mark.parametrize("kind", sorted(OF_A_VOICE))
@pytest.mark.parametrize("pattern", OF_RECORDINGS)
def test_it_never_says_that_a_recording_was_found(
    kind: str, pattern: str, fitting: Fitting
) -> None:
    text = as_text(compose(kind, _facts(fitting, kind), "en"))
    assert re.search(pattern, text) is None


@pytest.mark.parametrize("kind", sorted(OF_A_VOICE))
def test_it_says_how_little_a_likeness_shows(kind: str, fitting: Fitting) -> None:
    text = re.sub(r"\s+", " ", as_text(compose(kind, _facts(fitting, kind), "en")))
    assert "A voice that resembles mine is heard in “Films/The Long Night (VF).mkv”" in text
    assert "from 0:20:34.500 to 0:20:38.900" in text
    assert "It may be I who speak there, another person, or a synthesis" in text
    for sentence in (*propositions(), caution()):
        assert sentence in text
    assert "about 25 times better explained by the first" in text
    assert "moderate support" in text
    assert "The log10 likelihood ratio is 1.4." in text
    assert "People searched for: 3, in 61.0 h of sound." in text
    assert "b2" * 32 in text


def test_a_close_likeness_is_told_as_one(fitting: Fitting) -> None:
    close = replace(VOICE, close=True)
    text = as_text(compose("access", _facts(fitting, "access", voices=(close,)), "en"))
    assert "A voice that closely resembles mine is heard" in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    "heard",
    [
        replace(VOICE, valid=None),
        replace(VOICE, occurrence=replace(FOUND, how={"speech_s": 0.4})),
    ],
    ids=["another calibration", "too little speech"],
)
def test_outside_the_validated_range_no_ratio_is_told(heard: HeardVoice, fitting: Fitting) -> None:
    text = as_text(compose("access", _facts(fitting, "access", voices=(heard,)), "en"))
    assert "No likelihood ratio is available" in re.sub(r"\s+", " ", text)
    assert " support" not in text
    assert "times better" not in text


@pytest.mark.parametrize("kind", sorted(set(KINDS) - OF_A_VOICE))
def test_a_likeness_bears_no_demand(kind: str, fitting: Fitting) -> None:
    with pytest.raises(UsageError, match="A likeness does not show whose voice it is") as refused:
        compose(kind, _facts(fitting, kind), "en")
    assert "--kind access" in refused.value.advice


def test_whoever_signs_is_warned(fitting: Fitting) -> None:
    warnings = " ".join(compose("access", _facts(fitting, "access", judgement=""), "en").warnings)
    assert "the voice may be another person’s" in warnings
    assert "Nobody has judged this finding yet" in warnings


@pytest.mark.parametrize(
    ("judgement", "said"),
    [("yes", "judged that it resembles my voice"), ("unsure", "listened and is not sure")],
)
def test_who_listened_says_what_they_heard(judgement: str, said: str, fitting: Fitting) -> None:
    facts = _facts(fitting, "access", judgement=judgement)
    assert said in re.sub(r"\s+", " ", as_text(compose("access", facts, "en")))
