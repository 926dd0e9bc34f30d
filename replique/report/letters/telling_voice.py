"""What a letter tells of a voice: that one was heard which resembles, and how little that shows.

No letter says of a voice that a recording was found, nor who spoke, nor how a sound was made.
"""

from __future__ import annotations

from collections.abc import Iterator

from replique.language import gettext as _
from replique.report import voice_wording
from replique.report.letters.draft import Draft
from replique.report.letters.facts import HeardVoice, LetterFacts
from replique.report.letters.words import Line, Piece, line, name
from replique.report.numerals import number, time_code, with_unit
from replique.voices.support import caution, propositions


def place(heard: HeardVoice) -> Line:
    """Say where a voice is heard that resembles the performer's."""
    said = (
        _("A voice that closely resembles mine is heard in “{medium}”, from {start} to {end}.")
        if heard.close
        else _("A voice that resembles mine is heard in “{medium}”, from {start} to {end}.")
    )
    return line(
        said,
        medium=name(heard.medium),
        start=time_code(heard.start_s),
        end=time_code(heard.end_s),
    )


def said_of_it(facts: LetterFacts) -> Iterator[str]:
    """Yield who listened, and what a likeness does not show."""
    if facts.judgement == "yes":
        yield _("A person listened and judged that it resembles my voice.")
    elif facts.judgement == "unsure":
        yield _("A person listened and is not sure.")
    yield _(
        "It may be I who speak there, another person, or a synthesis made to resemble; which of"
        " them, a likeness does not show. I ask because you can know. The annex says how it was"
        " measured."
    )


def measured(annex: Draft, facts: LetterFacts) -> None:
    """Tell in the annex what was weighed, in which file, and within which limits."""
    for count, heard in enumerate(facts.voices, 1):
        annex.rows(
            (_("Place {number}").format(number=number(count)), _place_in_track(heard)),
            (_("Medium"), (name(heard.medium),)),
            (_("its SHA-256"), (Piece("hash", heard.medium_sha256),)),
            (_("Compared with"), (name(_enrolment(heard)),)),
        )
        first, second = propositions()
        annex.say(_("Two propositions were compared."))
        annex.list(line("{said}", said=first), line("{said}", said=second), numbered=True)
        annex.say("{said}", said=_weighed(heard))
    annex.say("{said}", said=caution())
    search = facts.voice_search
    if search is not None:
        annex.say("{said}", said=voice_wording.searched_among(search))
        annex.say(
            _("Measured with the voices probe {version} of Réplique, settings {digest}."),
            version=name(search.probe_version),
            digest=Piece("hash", search.probe_digest),
        )


def _place_in_track(heard: HeardVoice) -> Line:
    return line(
        _("{start} to {end}, track {track}, {speech} of net speech"),
        start=time_code(heard.start_s),
        end=time_code(heard.end_s),
        track=number(heard.track + 1),
        speech=with_unit(heard.occurrence.how.get("speech_s", 0.0), "s", 1),
    )


def _enrolment(heard: HeardVoice) -> str:
    return _("recordings of my voice ({manner})").format(manner=voice_wording.manner(heard.manner))


def _weighed(heard: HeardVoice) -> str:
    valid = heard.valid
    if valid is None or not voice_wording.available(heard.occurrence, valid):
        return _(
            "No likelihood ratio is available for this: it lies outside of what was validated."
        )
    ratio = _("The log10 likelihood ratio is {value}.").format(
        value=voice_wording.log_ratio(heard.occurrence.strength, valid)
    )
    return " ".join(
        [voice_wording.weighed(heard.occurrence, valid), ratio, voice_wording.validated(valid)]
    )
