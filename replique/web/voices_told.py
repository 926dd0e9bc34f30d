"""What is said of a voice that was heard: a likeness, weighed; never a recording found.

The words are the report's. A ratio stands beside its band and the range in which it was
validated, or there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.probe import Occurrence
from replique.report import Explained, Voice
from replique.report import voice_wording as wording
from replique.report.markup import visible
from replique.report.numerals import time_code, with_unit
from replique.store import desk_heard, ears
from replique.store.desk_queries import Heard, Line
from replique.store.home import Home
from replique.voices.settings import Settings
from replique.voices.support import caution, propositions


@dataclass(frozen=True, slots=True)
class VoiceTold:
    """What a page says of a voice.

    state : of its explanation (store.records.Explained). by : occurrences of the takes that
    explain it. support : the band, in words; weighed : the sentence with the ratio, or why there
    is none. limits : the range in which that holds, and the error rates.
    """

    resembles: str
    state: str
    explained: str
    said: str
    by: tuple[int, ...]
    left: str
    outweighed: bool
    available: bool
    support: str
    weighed: str
    propositions: tuple[str, str]
    limits: tuple[str, ...]
    caution: str


def told(heard: Heard) -> VoiceTold:
    """Say what was measured of a voice, and what accounts for it."""
    explanation, outweighed = desk_heard.explanation(heard)
    state = "not_searched" if explanation is None else explanation.state
    settings = _settings(heard.least_voice)
    available, support, weighed, limits = _support(heard, settings)
    left = "" if explanation is None or state != "partly" else ", ".join(
        _("{start} to {end}").format(start=time_code(start), end=time_code(end))
        for start, end in explanation.left
    )  # fmt: skip
    return VoiceTold(
        resembles=wording.resembles(heard.found, visible(heard.people[0])),
        state=state,
        explained=wording.explained_briefly(Explained(state)),
        said=_explained(state),
        by=() if explanation is None else explanation.by,
        left=left,
        outweighed=outweighed,
        available=available,
        support=support,
        weighed=weighed,
        propositions=propositions(),
        limits=limits,
        caution=caution(),
    )


def facts(heard: Heard) -> list[tuple[str, str]]:
    """Return what was measured of a voice, in words."""
    how, voice = heard.found.how, heard.voice
    said = []
    if "speech_s" in how:
        said.append((_("Net speech"), with_unit(how["speech_s"], "s", 1)))
    if voice is not None:
        enrolled = Voice(
            "", voice.performer, voice.manner, voice.speech_s, voice.recordings, voice.added
        )
        said.append((_("Compared with"), wording.enrolment(enrolled)))
    if "overlap" in how:
        said.append((_("Under another voice"), wording.overlap(how["overlap"])))
    if "agreement" in how:
        said.append((_("Agrees with itself"), wording.agreement(how["agreement"])))
    return said


def support_of(one: Line) -> str:
    """Say in a list how well a likeness is supported: the ratio with its band, or neither."""
    settings = _settings(one.least_voice)
    how = {} if one.speech_s is None else {"speech_s": one.speech_s}
    found = Occurrence(
        "", "", one.start_s, one.end_s, 0.0, 0.0, 1.0, 0.0, 0.0, 0, one.strength, how
    )
    known = settings is not None and settings.digest == one.probe_digest
    return wording.briefly(found, settings.calibration.range if settings and known else None)


def accounted_for(one: Line) -> str:
    """Say in a list what accounts for a voice; "" where it was not asked."""
    if one.explained is None:
        return ""
    return wording.explained_briefly(Explained(one.explained.state))


def _explained(state: str) -> str:
    return {
        "enrolled": wording.enrolled_with_it(),
        "by_take": _("A take of this person was found in the same place, and explains it. It is"
                     " counted with the take, and not once more."),
        "partly": _("A take of this person was found there, and explains a part of it."),
        "unexplained_voice": wording.unexplained(),
    }.get(
        state,
        _("Whether a take explains it is not known: this person’s takes were not searched for"
          " in this medium."),
    )  # fmt: skip


def _support(heard: Heard, settings: Settings | None) -> tuple[bool, str, str, tuple[str, ...]]:
    """Return whether there is a ratio, its band, the sentence, and where that holds."""
    none = _("No likelihood ratio available")
    if settings is None or settings.digest != heard.probe_digest:
        why = _("It was searched for with another calibration than the one in force. Scan again.")
        return False, none, why, ()
    calibration = settings.calibration
    limits = (
        wording.validated(calibration.range),
        wording.errors(heard.found.how, calibration.rates, calibration.people),
    )
    if not wording.available(heard.found, calibration.range):
        return False, none, wording.unavailable(heard.found, calibration.range), limits
    support = wording.briefly(heard.found, calibration.range)
    return True, support, wording.weighed(heard.found, calibration.range), limits


def _settings(least: float | None) -> Settings | None:
    """Return the settings in force; None where settings.toml names what cannot be used."""
    try:
        return ears.voice_settings(Home.opened(), least)
    except RepliqueError:
        return None  # a page is no place to fail for a slip in the settings: `doctor` tells it
