"""One occurrence of a voice: heard, weighed, and what accounts for it."""

from __future__ import annotations

from collections.abc import Mapping

from replique.language import gettext as _
from replique.report import voice_wording as wording
from replique.report.listening import LONGEST_S, Sounds, data_uri, level_matched, load_medium
from replique.report.markup import Child, Html, element, join, name, visible
from replique.report.numbered import OfVoice
from replique.report.numerals import duration, number, time_code, with_unit
from replique.report.pieces import clip, fact, findings, of_medium, other_measures, place, title
from replique.report.voice_contents import VoiceSearch
from replique.voices.support import caution, propositions

_RATIOS = frozenset({"alone", "together"})
"""Likelihood ratios on the way: where none is available, these are none either."""


def voice_article(
    item: OfVoice,
    person: str,
    search: VoiceSearch | None,
    *,
    sound: bool,
    enrolment: str | None,
    told: Mapping[int, str],
    origin: str,
) -> Html:
    """Write one occurrence of a voice.

    person : whose voice was enrolled. sound : whether the medium's sound goes into the report.
    enrolment : id of the sound of the enrolment in the page, None where it has none.
    told : ids of the occurrences in the page, by their numbers. origin : id of the list of
        what the medium was asked about how it was made.
    """
    if item.explained.state == "enrolled":
        return _of_enrolment(item, person)
    return element(
        "article",
        element("h3", title(item), id=f"{item.identity}-h"),
        element("p", *_lead(item, person), class_="lead"),
        element(
            "p",
            element("bdi", wording.resembles(item.found.occurrence, visible(person))),
            class_="plain",
        ),
        _explained(item, told),
        _figure(item, sound=sound, enrolment=enrolment, told=told),
        element("dl", *_measures(item), class_="facts"),
        _support(item, search),
        *(findings(item) if item.found.findings or not item.explained.wholly else ()),
        _origin(item, origin),
        element("dl", *of_medium(item), class_="facts files"),
        other_measures(item, without=frozenset() if _told(item, search) else _RATIOS),
        id=item.identity,
        class_=f"occurrence of-voice {visible(item.explained.state)}",
        aria_labelledby=f"{item.identity}-h",
    )


def _of_enrolment(item: OfVoice, person: str) -> Html:
    """Write of a recording that the voice was enrolled with: a comparison with itself."""
    return element(
        "article",
        element("h3", title(item), id=f"{item.identity}-h"),
        element("p", *_lead(item, person), class_="lead"),
        element("p", wording.enrolled_with_it(), class_="explained"),
        element("dl", *_measures(item)[:1], class_="facts"),
        *(findings(item) if item.found.findings else ()),
        element("dl", *of_medium(item), class_="facts files"),
        element("p", element("strong", caution())),
        id=item.identity,
        class_=f"occurrence of-voice {visible(item.explained.state)}",
        aria_labelledby=f"{item.identity}-h",
    )


def _lead(item: OfVoice, person: str) -> tuple[Child, ...]:
    return (
        element("span", _("Voice"), class_="label"),
        " ",
        element("strong", name(person)),
        " · ",
        element("bdi", wording.manner(item.voice.manner)),
        " · ",
        wording.explained_briefly(item.explained),
    )


def _explained(item: OfVoice, told: Mapping[int, str]) -> Html:
    """Say which take accounts for it, or that none does."""
    explained = item.explained
    if explained.state == "unexplained_voice":
        said: list[Child] = [wording.unexplained()]
    elif explained.state == "by_take":
        said = [
            _("A take of this person was found in the same place, and explains it. It is counted"
              " with the take, and not once more."),
            " ",
            _by(explained.by, told),
        ]  # fmt: skip
    elif explained.state == "partly":
        left = ", ".join(
            _("{start} to {end}").format(start=time_code(start), end=time_code(end))
            for start, end in explained.left
        )
        said = [
            _("A take of this person was found there, and explains a part of it."),
            " ",
            _by(explained.by, told),
            " ",
            _("What is left: {places}.").format(places=left) if left else None,
            " ",
            _("Of that part:"),
            " ",
            wording.unexplained(),
        ]
    else:
        said = [
            _("Whether a take explains it is not known: this person’s takes were not searched for"
              " in this medium.")
        ]  # fmt: skip
    return element("p", *said, class_="explained")


def _by(numbers: tuple[int, ...], told: Mapping[int, str]) -> Child:
    if not numbers:
        return None
    links = [
        element("a", number(each), href=f"#{told[each]}",
                aria_label=_("Occurrence {number}").format(number=number(each)))
        if each in told
        else join(_("{number} (left out of this report)").format(number=number(each)))
        for each in numbers
    ]  # fmt: skip
    return join(_("By occurrence:"), " ", join(*links, between=", "), ".")


def _figure(item: OfVoice, *, sound: bool, enrolment: str | None, told: Mapping[int, str]) -> Child:
    if item.explained.state == "by_take":
        here = [each for each in item.explained.by if each in told]
        if not here:
            return None
        said = _("It can be heard with the take that explains it.")
        return element("p", said, class_="note")
    if not sound:
        said = _("This report holds the sound of its strongest occurrences only, to stay small"
                 " enough to open; this is not one of them.")  # fmt: skip
        return element("p", said, class_="note")
    sounds = load_medium(item.found)
    notes = list(sounds.trouble)
    if sounds.window.cut:
        notes.append(
            _("Only the first {length} are let heard; the occurrence is longer.").format(
                length=duration(LONGEST_S)
            )
        )
    if enrolment is None:
        notes.append(
            item.voice.without_sound or _("The sound of the enrolment is not in this report.")
        )
    player = _player(item, sounds, enrolment)
    hint = _how_to_listen() if enrolment is not None else None
    return element("figure", player, hint, *(element("p", note, class_="note") for note in notes))


def _how_to_listen() -> Html:
    said = _(
        "The medium and the enrolment are brought to a common loudness. They say different words:"
        " listen to the voice, not to the line. Nobody can be recognised for certain by ear."
    )
    return element("p", said, class_="note of-hearing")


def _player(item: OfVoice, sounds: Sounds, enrolment: str | None) -> Child:
    clips: list[Child] = []
    if sounds.medium is not None:
        clips.append(clip("a", _("Medium"), data_uri(level_matched(sounds.medium))))
    if enrolment is not None:
        link = element("a", _("Hear the enrolment"), href=f"#{enrolment}", data_part="e")
        clips.append(element("p", link, class_="clip"))
    if not clips:
        return None
    label = _("Listen to occurrence {number}").format(number=number(item.number))
    return element("div", *clips, class_="player", role="group", aria_label=label, data_of="voice")


def _measures(item: OfVoice) -> list[Html]:
    occurrence, how = item.found.occurrence, item.found.occurrence.how
    facts = [fact(_("In the medium"), *place(occurrence.start_s, occurrence.end_s), wide=True)]
    if "speech_s" in how:
        facts.append(fact(_("Net speech"), with_unit(how["speech_s"], "s", 1)))
    if "speech_together_s" in how:
        together = with_unit(how["speech_together_s"], "s", 1)
        facts.append(fact(_("The same voice, within half an hour around"), together))
    facts.append(fact(_("Compared with"), element("bdi", wording.enrolment(item.voice))))
    if "overlap" in how:
        facts.append(fact(_("Under another voice"), wording.overlap(how["overlap"])))
    if "agreement" in how:
        facts.append(fact(_("Agrees with itself"), wording.agreement(how["agreement"])))
    return facts


def _support(item: OfVoice, search: VoiceSearch | None) -> Html:
    """Weigh the two propositions, with all that a reader needs to weigh the weight."""
    first, second = propositions()
    compared = element("ol", element("li", first), element("li", second), class_="propositions")
    limits: list[str] = []
    if search is not None and item.found.calibrated:
        limits = [
            wording.validated(search.range),
            wording.errors(item.found.occurrence.how, search.rates, search.people_calibrated),
            wording.searched_among(search),
        ]
    return element(
        "div",
        *_weighed(item, search, compared),
        *(element("p", each, class_="quiet") for each in limits),
        element("p", element("strong", caution())),
        class_="strength",
    )


def _told(item: OfVoice, search: VoiceSearch | None) -> bool:
    """Whether a likelihood ratio may be told."""
    if search is None or not item.found.calibrated:
        return False
    return wording.available(item.found.occurrence, search.range)


def _weighed(item: OfVoice, search: VoiceSearch | None, compared: Html) -> list[Html]:
    occurrence = item.found.occurrence
    if search is None or not item.found.calibrated:
        why = _("It was searched for with another calibration than the one in force. Scan again,"
                " then make the report anew.")  # fmt: skip
        return _unweighed(why, compared)
    if not wording.available(occurrence, search.range):
        return _unweighed(wording.unavailable(occurrence, search.range), compared)
    heading = _("Log10 likelihood ratio {value}: {support}").format(
        value=wording.log_ratio(occurrence.strength, search.range),
        support=wording.support(occurrence.strength),
    )
    return [
        element("h4", heading),
        element("p", _("Two propositions are compared:")),
        compared,
        element("p", wording.weighed(occurrence, search.range)),
    ]


def _unweighed(why: str, compared: Html) -> list[Html]:
    cannot = _("How much better the first of these explains what is heard than the second cannot"
               " be said:")  # fmt: skip
    return [
        element("h4", _("No likelihood ratio available")),
        element("p", why, " ", cannot),
        compared,
    ]


def _origin(item: OfVoice, where: str) -> Html:
    """Say in a sentence what the file was asked about how it was made; the list is `where`."""
    checks = item.medium.origin
    link = element("a", _("what was looked for"), href=f"#{where}")
    found = [wording.origin_check(each.check) for each in checks if each.state == "found"]
    if found:
        said = _("The file says something of how it was made: {marks}.").format(
            marks=", ".join(found)
        )
    elif checks:
        said = _("Nothing was found in the file that says how it was made.")
    else:
        said = _("The file was not asked how it was made.")
    meant = _("That says nothing.") if checks and not found else None
    return element(
        "p", element("strong", _("Origin")), " · ", element("bdi", said), " ", meant, " (", link,
        ")", class_="judgement",
    )  # fmt: skip
