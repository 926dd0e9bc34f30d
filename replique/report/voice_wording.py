"""What was measured of a voice, said in plain words, and no more than was measured.

Nothing here says who spoke, nor how a sound was made: a voice resembles another, or resembles
it closely, and two propositions are weighed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, log10

from replique.language import gettext as _
from replique.media.origin.result import CREDENTIALS, SOURCE_TYPE, WATERMARK
from replique.media.origin.watermarks import title
from replique.probe import Occurrence
from replique.report import wording
from replique.report.markup import visible
from replique.report.numerals import day, number, with_unit
from replique.report.voice_contents import Explained, Voice, VoiceSearch
from replique.voices import measured
from replique.voices.calibration import LENGTHS, Range
from replique.voices.support import CLOSE, Band, band, resembles_closely

USUAL_AGREEMENT = 0.72
"""Of clear turns of 5 s, 95 % agree more than this with themselves (224 turns of 31 people)."""
_NO_READER = frozenset({"not_installed", "no_public_reader"})
_HARDLY = 0.03
_MOSTLY = 0.4
_SLACK = 1e-6


def manner(code: str) -> str:
    """Name a manner of speaking."""
    return {"speaking": _("speaking"), "singing": _("singing")}.get(code, visible(code))


def is_close(occurrence: Occurrence) -> bool:
    """Whether it is as near to the reference as people's own clear speech is."""
    how = occurrence.how
    return resembles_closely(how.get("likeness", -1.0), how.get("close", CLOSE))


def resembles(occurrence: Occurrence, person: str) -> str:
    """Say whose voice it resembles, and whether closely."""
    if is_close(occurrence):
        said = _("A voice is heard that resembles the enrolled voice of {person} closely.")
    else:
        said = _("A voice is heard that resembles the enrolled voice of {person}.")
    return said.format(person=person)


def resembles_briefly(occurrence: Occurrence) -> str:
    """Say in a table how near the voice is."""
    if is_close(occurrence):
        return _("resembles closely")
    return _("resembles")


def available(occurrence: Occurrence, valid: Range) -> bool:
    """Tell whether a likelihood ratio may be given: only where it was validated.

    Longer speech than that is counted as the longest that was (`_counts_longer`).
    """
    speech_s = occurrence.how.get("speech_s")
    if speech_s is None:
        return False
    return (
        _long_enough(speech_s, valid)
        and valid.log10[0] - _SLACK <= occurrence.strength <= valid.log10[1] + _SLACK
    )


def _long_enough(speech_s: float, valid: Range) -> bool:
    least_s, most_s = valid.speech_s
    return least_s <= speech_s and (speech_s <= most_s or _counts_longer(valid))


def _counts_longer(valid: Range) -> bool:
    """Whether longer speech is counted as the longest that was validated, and no longer.

    So it is where that is as long as any is counted (replique.voices.calibration).
    """
    return valid.speech_s[1] >= LENGTHS[1]


def support(value: float) -> str:
    """Name a band of support, from the one table (replique.voices.support)."""
    return {
        Band.NONE: _("no support"),
        Band.WEAK: _("weak support"),
        Band.MODERATE: _("moderate support"),
        Band.MODERATELY_STRONG: _("moderately strong support"),
        Band.STRONG: _("strong support"),
        Band.VERY_STRONG: _("very strong support"),
    }[band(value)]


def ratio(value: float) -> str:
    """Write the ratio of a log10 likelihood ratio, to two figures: 25, 0.32."""
    exact = 10.0**value
    figures = 1 - floor(log10(exact))
    return number(round(exact, figures), max(0, figures))


def log_ratio(value: float, valid: Range) -> str:
    """Write a log10 likelihood ratio; at the end of what was validated, it may be more."""
    if value >= valid.log10[1] - _SLACK:
        return _("{value} or more").format(value=number(valid.log10[1], 1))
    return number(value, 1)


def briefly(occurrence: Occurrence, valid: Range | None) -> str:
    """Say the ratio and its band in a table, or that there is none."""
    if valid is None or not available(occurrence, valid):
        return _("no likelihood ratio available")
    return _("{value}: {support}").format(
        value=log_ratio(occurrence.strength, valid), support=support(occurrence.strength)
    )


def weighed(occurrence: Occurrence, valid: Range) -> str:
    """Say how much better one proposition explains what is heard than the other."""
    value = occurrence.strength
    if value < -_SLACK:
        said = _("What is heard is about {ratio} times better explained by the second than by the"
                 " first: it speaks against it.")  # fmt: skip
        return said.format(ratio=ratio(-value))
    if band(value) is Band.NONE:
        return _("What is heard is explained about as well by the one as by the other.")
    top = value >= valid.log10[1] - _SLACK
    said = (
        _("What is heard is {ratio} times better explained by the first than by the second, or"
          " more: no larger figure could be validated. That is {support} for the first rather"
          " than the second.")
        if top
        else _("What is heard is about {ratio} times better explained by the first than by the"
               " second. That is {support} for the first rather than the second.")
    )  # fmt: skip
    return said.format(ratio=ratio(value), support=support(value))


def validated(valid: Range) -> str:
    """Say for what the ratio was validated."""
    said = (
        _("Validated for {low} to {high} s of net speech; longer speech is counted as {high} s."
          " Validated for log10 likelihood ratios from {least} to {most}.")
        if _counts_longer(valid)
        else _("Validated for {low} to {high} s of net speech, and for log10 likelihood ratios"
               " from {least} to {most}.")
    )  # fmt: skip
    return said.format(
        low=number(valid.speech_s[0]),
        high=number(valid.speech_s[1]),
        least=number(valid.log10[0], 1),
        most=number(valid.log10[1], 1),
    )


def unavailable(occurrence: Occurrence, valid: Range) -> str:
    """Say why there is no ratio."""
    speech_s = occurrence.how.get("speech_s")
    if speech_s is None:
        return _("How much net speech was heard is not on record.")
    if not _long_enough(speech_s, valid):
        return _("{length} of net speech lie outside of what was validated.").format(
            length=with_unit(speech_s, "s", 1)
        )
    return _("The measurement lies outside of what was validated.")


def searched_among(search: VoiceSearch) -> str:
    """Say among how many people, in how much: by chance alone, more of both finds more."""
    if search.hours is None:
        return _(
            "People searched for: {people}. The more people are searched for, in the more sound,"
            " the more often a ratio like this comes by accident."
        ).format(people=number(search.people))
    return _(
        "People searched for: {people}, in {hours} of sound. The more people are searched for, in"
        " the more sound, the more often a ratio like this comes by accident."
    ).format(people=number(search.people), hours=wording.hours(search.hours))


def errors(how: Mapping[str, float], rates: Mapping[str, measured.Rate], people: int) -> str:
    """Say how often the measure errs where it was measured under the nearest conditions.

    people : how many spoke in the trials; at least 1.
    """
    condition = measured.nearest(how, rates)
    if condition is None:
        return _("Error rates were not measured under conditions like these.")
    rate = rates[condition]
    said = (
        _("No error was seen with {condition}, in {targets} trials of the same person and {others}"
          " of two people. They were of {people} people only, so that a rate of up to {high} is"
          " not excluded (one-sided, {level}).")
        if measured.none_seen(rate)
        else _("Error rate measured with {condition}: {eer}, {level} interval {low} to {high}"
               " ({targets} trials of the same person, {others} of two people).")
    )  # fmt: skip
    whose = _(
        "It was measured with people’s own speech; of syntheses made to resemble a person it says"
        " nothing."
    )
    told = said.format(
        condition=measured.words(condition),
        level=with_unit(95, "%"),
        eer=with_unit(rate.eer, "%", 2),
        low=with_unit(rate.low, "%", 2),
        high=with_unit(measured.at_most(rate, people), "%", 2),
        targets=number(rate.targets),
        others=number(rate.others),
        people=number(people),
    )
    return f"{told} {whose}"


def rate_briefly(rate: measured.Rate) -> str:
    """Write an error rate in a table; where no error was seen, that is all that is known."""
    return _("none seen") if measured.none_seen(rate) else with_unit(rate.eer, "%", 2)


def interval(rate: measured.Rate, people: int) -> str:
    """Write the interval of an error rate; where no error was seen, up to where it may be."""
    high = with_unit(measured.at_most(rate, people), "%", 2)
    if measured.none_seen(rate):
        return _("up to {high}").format(high=high)
    return _("{low} to {high}").format(low=with_unit(rate.low, "%", 2), high=high)


def overlap(share: float) -> str:
    """Say how much lies under another voice."""
    amount = with_unit(100.0 * share, "%")
    if share < _HARDLY:
        return _("{amount}: hardly anything lies under another voice").format(amount=amount)
    if share < _MOSTLY:
        return _("{amount} lies under another voice, or under music that sounds like one").format(
            amount=amount
        )
    return _("{amount} lies under another voice: it may be that one which is heard").format(
        amount=amount
    )


def agreement(value: float) -> str:
    """Say how much what is heard agrees with itself, from second to second."""
    amount = number(value, 2)
    if value >= USUAL_AGREEMENT:
        return _("{amount} of 1: from second to second one voice, as in clear speech").format(
            amount=amount
        )
    return _(
        "{amount} of 1: it changes from second to second more than clear speech does; music,"
        " another voice or a changing delivery can be why"
    ).format(amount=amount)


def enrolment(voice: Voice) -> str:
    """Say what it was compared with."""
    speech = with_unit(voice.speech_s, "s")
    said = _("{manner}, {speech} of net speech").format(manner=manner(voice.manner), speech=speech)
    if voice.enrolled is None:
        return said
    return _("{what}, enrolled on {day}").format(what=said, day=day(voice.enrolled))


def explained_briefly(explained: Explained) -> str:
    """Name in a table what accounts for a voice."""
    return {
        "enrolled": _("in a recording of its enrolment"),
        "by_take": _("explained by a take"),
        "partly": _("partly explained by a take"),
        "unexplained_voice": _("no take explains it"),
    }.get(explained.state, _("not known: takes were not searched for there"))


def enrolled_with_it() -> str:
    """Say that a medium is a recording that a voice was enrolled with."""
    return _(
        "This medium is a recording that this person’s voice was enrolled with: the same file, by"
        " its SHA-256. That the voice is heard in it says nothing new; it is not counted."
    )


def unexplained() -> str:
    """Say what a voice that no take explains may be."""
    return _(
        "No take of this person that is registered explains it: it may be a session that is not"
        " registered, a synthesis made to resemble the voice, or another person. What is heard"
        " does not tell which."
    )


def remark(code: str) -> str:
    """Say what could be better in an enrolment."""
    return {
        "little-speech": _("little speech"),
        "narrow": _("as over a telephone"),
        "one-recording": _("all of one recording"),
    }.get(code, "")


def origin_check(check: str) -> str:
    """Name a thing that was asked of a file about how it was made."""
    if check.startswith(WATERMARK):
        name = visible(title(check.removeprefix(WATERMARK)))
        return _("Watermark, by the reader {reader}").format(reader=name)
    return {
        CREDENTIALS: _("Content Credentials (C2PA)"),
        SOURCE_TYPE: _("IPTC digital source type"),
        "origin": _("Any of these"),
    }.get(check, visible(check))


def origin_state(state: str) -> str:
    """Say what came of it."""
    return {
        "found": _("found"),
        "nothing": _("nothing found"),
        "not_checked": _("not checked"),
    }.get(state, visible(state))


def has_no_reader(check: str, detail: Mapping[str, str]) -> bool:
    """Return whether a watermark was not looked for only because nothing here can read it."""
    return check.startswith(WATERMARK) and detail.get("reason") in _NO_READER


def without_reader(checks: Sequence[str]) -> str:
    """Name in one sentence the watermarks that nothing here can read."""
    names = ", ".join(visible(title(each.removeprefix(WATERMARK))) for each in checks)
    return _("Watermarks not looked for, as no reader is installed: {names}.").format(names=names)


def nothing_says_nothing() -> str:
    """Say what the absence of a mark means."""
    return _(
        "Where nothing was found, that says nothing: most files carry no such mark, and marks are"
        " lost when a file is copied, cut or converted. What a mark says is what its maker wrote."
    )
