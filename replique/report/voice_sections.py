"""What a report says of voices around their occurrences."""

from __future__ import annotations

from collections.abc import Mapping

from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.language import ngettext
from replique.media.origin.result import OriginCheck
from replique.media.origin.wording import sentence
from replique.probe import Samples
from replique.report import voice_wording, wording
from replique.report.clearest import MOST_S, clearest
from replique.report.contents import Contents, Medium
from replique.report.listening import data_uri, level_matched
from replique.report.markup import Child, Html, digest, element, join, name, visible
from replique.report.numbered import OfVoice
from replique.report.numerals import day, duration, number, time_code, with_unit
from replique.report.tables import table
from replique.report.voice_contents import Voice, VoiceSearch
from replique.voices.calibration import Range
from replique.voices.measured import words
from replique.voices.support import caution, propositions

Enrolments = Mapping[str, str]
"""Keys of voices to the ids, in the page, of the sound they were enrolled with."""


def in_plain_words(contents: Contents, items: list[OfVoice]) -> list[str]:
    """Say what was found of voices; what is explained is not counted once more."""
    search = contents.voice_search
    if search is None:
        return []
    people = ngettext(
        "The voice of {count} person who enrolled it was listened for.",
        "The voices of {count} people who enrolled them were listened for.",
        search.people,
    ).format(count=number(search.people))
    if not items:
        none = _("None that resembles them was heard; a voice may be missed all the same.")
        return [f"{people} {none}"]
    states = [item.explained.state for item in items]
    said = [people]
    alone = states.count("unexplained_voice")
    if alone:
        said.append(_alone(alone, [i for i in items if i.explained.state == "unexplained_voice"]))
    if states.count("partly"):
        said.append(
            ngettext(
                "In {count} place such a voice goes on where the take that explains it ends.",
                "In {count} places such a voice goes on where the take that explains it ends.",
                states.count("partly"),
            ).format(count=number(states.count("partly")))
        )
    if states.count("by_take"):
        said.append(
            ngettext(
                "In {count} place a take explains it: that one is counted with the takes only.",
                "In {count} places a take explains it: those are counted with the takes only.",
                states.count("by_take"),
            ).format(count=number(states.count("by_take")))
        )
    if states.count("enrolled"):
        said.append(
            ngettext(
                "{count} place is in a recording that the voice was enrolled with, and is not"
                " counted.",
                "{count} places are in recordings that the voice was enrolled with, and are not"
                " counted.",
                states.count("enrolled"),
            ).format(count=number(states.count("enrolled")))
        )
    known = {"unexplained_voice", "partly", "by_take", "enrolled"}
    unasked = sum(1 for state in states if state not in known)
    if unasked:
        said.append(
            ngettext(
                "In {count} place such a voice is heard, and nobody has searched for that person’s"
                " takes there.",
                "In {count} places such a voice is heard, and nobody has searched for that"
                " person’s takes there.",
                unasked,
            ).format(count=number(unasked))
        )
    return [" ".join(said), caution()]


def _alone(count: int, items: list[OfVoice]) -> str:
    media = len({item.medium.sha256 for item in items})
    in_media = ngettext("{count} medium", "{count} media", media).format(count=number(media))
    return ngettext(
        "In {count} place of {media} a voice is heard that resembles one of them, and no"
        " registered take explains it.",
        "In {count} places of {media} a voice is heard that resembles one of them, and no"
        " registered take explains it.",
        count,
    ).format(count=number(count), media=in_media)


def by_person(contents: Contents, items: list[OfVoice]) -> Child:
    """List by person how long a voice is heard that resembles, and what of it is explained.

    Recordings that a voice was enrolled with do not count.
    """
    items = [item for item in items if item.explained.state != "enrolled"]
    if not items:
        return None
    people = {performer.slug: performer.name for performer in contents.performers}
    grouped: dict[str, list[OfVoice]] = {}
    for item in items:
        grouped.setdefault(item.voice.performer, []).append(item)
    rows: list[list[Child]] = []
    for slug, several in sorted(grouped.items(), key=lambda pair: people.get(pair[0], pair[0])):
        open_ones = [item for item in several if not item.explained.wholly]
        rows.append(
            [
                name(people.get(slug, slug)),
                number(len({item.medium.sha256 for item in several})),
                duration(round(sum(_heard_s(item) for item in several), 1)),
                duration(round(sum(_unexplained_s(item) for item in several), 1)),
                _links(open_ones) if open_ones else "–",
            ]
        )
    heads = [_("Person"), _("Media"), _("Heard in all"), _("No take explains"), _("Occurrences")]
    return table(_("Voices that resemble, by person"), heads, rows)


def _heard_s(item: OfVoice) -> float:
    return item.found.occurrence.end_s - item.found.occurrence.start_s


def _unexplained_s(item: OfVoice) -> float:
    """Return the seconds of it that takes were searched for and do not explain."""
    state = item.explained.state
    if state == "unexplained_voice":
        return _heard_s(item)
    return sum(end - start for start, end in item.explained.left) if state == "partly" else 0.0


def _links(items: list[OfVoice]) -> Html:
    links = [
        element("a", number(item.number), href=f"#{item.identity}",
                aria_label=_("Occurrence {number}").format(number=number(item.number)))
        for item in items[:24]
    ]  # fmt: skip
    more = f" … ({number(len(items))})" if len(items) > len(links) else None
    return join(join(*links, between=", "), more)


def in_medium(items: list[OfVoice], people: Mapping[str, str], valid: Range | None) -> Child:
    """List the voices of one medium: the table says what the strip shows."""
    if not items:
        return None
    rows: list[list[Child]] = []
    for item in items:
        occurrence = item.found.occurrence
        who = people.get(item.voice.performer, item.voice.performer)
        rows.append(
            [
                element("a", number(item.number), href=f"#{item.identity}",
                        aria_label=_("Occurrence {number}").format(number=number(item.number))),
                _("{start} to {end}").format(
                    start=time_code(occurrence.start_s), end=time_code(occurrence.end_s)
                ),
                name(who),
                voice_wording.explained_briefly(item.explained),
                voice_wording.resembles_briefly(occurrence),
                "–" if item.explained.state == "enrolled"
                else voice_wording.briefly(occurrence, valid if item.found.calibrated else None),
            ]
        )  # fmt: skip
    heads = ["№", _("Where"), _("Person"), _("Explained?"), _("The voice"),
             _("Log10 likelihood ratio")]  # fmt: skip
    return table(_("Voices in this medium that resemble enrolled ones"), heads, rows)


def origin(medium: Medium, identity: str) -> Html:
    """List what a file was asked about how it was made. identity : id of the list."""
    head = element("h3", _("What the file says of how it was made"))
    if not medium.origin:
        said = element("p", _("The file was not asked."), class_="quiet")
        return element("div", head, said, id=identity, class_="origin")
    heads = [_("Looked for"), _("Came of it"), _("What it says")]
    unread = [one for one in medium.origin if voice_wording.has_no_reader(one.check, one.detail)]
    asked = [one for one in medium.origin if one not in unread]
    silent = voice_wording.without_reader([one.check for one in unread])
    return element(
        "div",
        head,
        table(_("Marks of origin, as far as this program can read them"), heads,
              [_checked(each) for each in asked]) if asked else None,
        element("p", silent, class_="quiet") if unread else None,
        element("p", voice_wording.nothing_says_nothing(), class_="quiet"),
        id=identity,
        class_="origin",
    )  # fmt: skip


def _checked(one: OriginCheck) -> list[Child]:
    return [
        element("bdi", voice_wording.origin_check(one.check)),
        element("span", voice_wording.origin_state(one.state), class_="nowrap"),
        element("bdi", visible(sentence(one))),
    ]


def limits(contents: Contents) -> list[str]:
    """Return what a report does not say of voices."""
    if contents.voice_search is None:
        return []
    return [
        _("Of voices it says only that one resembles another. Brothers and sisters, people of one"
          " age and accent, and imitators resemble one another too."),
        _("A voice that no take explains may be a session that nobody registered, a synthesis"
          " made to resemble, or another person. This program does not tell them apart, and does"
          " not say how a sound was made."),
        caution(),
        _("A voice may be missed where it shouts, whispers, sings or plays a character, under"
          " loud music or another voice, over a telephone, or in a few words."),
        _("Only people who enrolled their own voice were listened for. Of everybody else nothing"
          " was kept."),
    ]  # fmt: skip


def enrolled(contents: Contents) -> tuple[Child, Enrolments]:
    """List the voices that were listened for, with their sound where it was asked for.

    Gives the section, and by key of a voice the id of its sound in the page.
    """
    if contents.voice_search is None:
        return None, {}
    people = {performer.slug: performer.name for performer in contents.performers}
    listed = sorted(contents.voices, key=lambda v: (people.get(v.performer, ""), v.manner))
    heads = [_("Person"), _("Manner"), _("Net speech"), _("Recordings"), _("Enrolled"),
             _("Statement of consent"), _("What could be better")]  # fmt: skip
    rows = [_enrolled_row(voice, people) for voice in listed]
    sounds, ids = _sounds(contents, listed, people)
    biometric = (
        element("p", _("This report holds sound that voices were enrolled with. It is biometric"
                       " material: give the file only to whom the person would give their voice,"
                       " and delete it when it has served."), class_="notice")
        if ids
        else element("p", _("The sound that voices were enrolled with is biometric material and"
                            " is not in this report. To have excerpts in it:"), " ",
                     element("code", "replique report --with-enrolment"), class_="quiet")
    )  # fmt: skip
    body = element(
        "section",
        element("h2", _("Voices that were listened for"), id="voices-h"),
        element("p", _("Each was enrolled on the statement of the person it belongs to, which is on"
                       " record. Nobody else’s voice was looked for.")),
        table(_("Enrolled voices"), heads, rows),
        biometric,
        *sounds,
        id="voices",
        aria_labelledby="voices-h",
    )  # fmt: skip
    return body, ids


def _sounds(
    contents: Contents, listed: list[Voice], people: Mapping[str, str]
) -> tuple[list[Html], Enrolments]:
    """Write the excerpts of enrolments that an occurrence is to be heard against."""
    heard = {
        found.occurrence.subject
        for found in contents.found
        if found.explained is not None and not found.explained.wholly
    }
    written: list[Html] = []
    ids: dict[str, str] = {}
    for count, voice in enumerate(listed, 1):
        if voice.sound is None or voice.key not in heard:
            continue
        whose = _("{person}, {manner}").format(
            person=visible(people.get(voice.performer, voice.performer)),
            manner=voice_wording.manner(voice.manner),
        )
        try:
            excerpt = clearest(voice.sound())
        except RepliqueError as error:
            why = _("The enrolment could not be opened: {reason}").format(reason=error)
            written.append(_without(whose, why))
            continue
        if excerpt is None:
            written.append(_without(whose, _("Nothing sounds in the enrolment.")))
            continue
        ids[voice.key] = f"v{count}-sound"
        written.append(_excerpt(whose, excerpt, ids[voice.key]))
    return written, ids


def _without(whose: str, why: str) -> Html:
    return element("p", element("bdi", whose), ": ", visible(why), class_="note")


def _excerpt(whose: str, excerpt: Samples, identity: str) -> Html:
    label = _("Enrolment of {whose}, at most {length}").format(
        whose=whose, length=with_unit(MOST_S, "s")
    )
    return element(
        "p",
        element("span", element("bdi", label)),
        element("audio", src=data_uri(level_matched(excerpt)), controls=True, preload="none",
                id=identity, aria_label=label),
        class_="clip",
    )  # fmt: skip


def _enrolled_row(voice: Voice, people: Mapping[str, str]) -> list[Child]:
    way = {"typed": _("typed"), "signed": _("signed on paper")}.get(voice.way, visible(voice.way))
    stated = way if voice.stated is None else f"{way}, {day(voice.stated)}"
    return [
        name(people.get(voice.performer, voice.performer)),
        element("bdi", voice_wording.manner(voice.manner)),
        with_unit(voice.speech_s, "s"),
        number(voice.recordings),
        element("span", day(voice.enrolled), class_="nowrap") if voice.enrolled else "–",
        stated or "–",
        ", ".join(filter(None, map(voice_wording.remark, voice.remarks))) or "–",
    ]


def method(contents: Contents) -> Child:
    """Say how voices were compared, and on what the figures rest."""
    search = contents.voice_search
    if search is None:
        return None
    first, second = propositions()
    return element(
        "section",
        element("h2", _("How voices were compared"), id="voice-method-h"),
        element("p", _(
            "Speech is found and cut where the speaker changes. A network makes numbers of each"
            " turn; turns of one voice in a medium are taken together, compared with the numbers"
            " of the enrolled voices, and then forgotten. A likeness becomes a likelihood ratio"
            " by a calibration on people whose speech was labelled.")),
        element("p", _("The ratio says how many times better what is heard is explained by the"
                       " first of these propositions than by the second:")),
        element("ol", element("li", first), element("li", second), class_="propositions"),
        element("p", _(
            "It is no probability that the person spoke: that would need to know how likely it was"
            " before anybody listened. The words for it are those of ENFSI’s guideline for"
            " evaluative reporting (2015): from 2 weak, from 10 moderate, from 100 moderately"
            " strong, from 1,000 strong.")),
        element("p", voice_wording.validated(search.range)),
        _rates(search),
        element("dl", *(element("div", element("dt", label), element("dd", said))
                        for label, said in _facts(search)), class_="facts"),
        _models(search),
        id="voice-method",
        aria_labelledby="voice-method-h",
    )  # fmt: skip


def _facts(search: VoiceSearch) -> list[tuple[str, Child]]:
    facts: list[tuple[str, Child]] = [
        (_("Probe"), f"voices {visible(search.probe_version)}"),
        (_("Digest of the probe and its settings"), digest(search.probe_digest)),
        (_("People listened for"), number(search.people)),
    ]
    if search.media is not None:
        facts.append((_("Media searched"), number(search.media)))
    if search.hours is not None:
        facts.append((_("Sound searched"), wording.hours(search.hours)))
    return [
        *facts,
        (_("Listed from a log10 likelihood ratio of"), number(search.least_strength, 1)),
        (_("Calibrated on"), join(
            ngettext("{count} person", "{count} people", search.people_calibrated).format(
                count=number(search.people_calibrated)), ", ", name(search.source))),
        (_("SHA-256 of the calibration"), digest(search.calibration)),
    ]  # fmt: skip


def _rates(search: VoiceSearch) -> Child:
    if not search.rates:
        return element("p", _("No error rates are on record for this calibration."))
    heads = [
        _("Measured with"),
        _("Equal error rate"),
        _("{level} interval").format(level=with_unit(95, "%")),
        _("Trials, same person"),
        _("Trials, two people"),
        "Cllr",
    ]
    rows: list[list[Child]] = []
    for condition, rate in search.rates.items():
        interval = voice_wording.interval(rate, search.people_calibrated)
        rows.append(
            [
                words(condition),
                element("span", voice_wording.rate_briefly(rate), class_="nowrap"),
                element("span", interval, class_="nowrap"),
                number(rate.targets),
                number(rate.others),
                number(rate.cllr, 3),
            ]
        )
    return join(
        table(_("How often the comparison errs"), heads, rows),
        element("p", _(
            "The equal error rate is that at which people are taken for another as often as they"
            " are missed. The interval comes of drawing the people anew. Where no error was seen,"
            " that does not mean that there can be none: up to three in as many as there were"
            " people ({people}) is not excluded then, however many trials they gave.")
            .format(people=number(search.people_calibrated)), " ", _(
            "All of it was measured with people’s own speech; syntheses, relatives, children and"
            " singing were no part of it."), class_="quiet"),
    )  # fmt: skip


def _models(search: VoiceSearch) -> Child:
    if not search.models:
        return None
    heads = [_("Model"), _("Licence"), "SHA-256"]
    rows: list[list[Child]] = [
        [name(each.title), visible(each.licence), digest(each.sha256)] for each in search.models
    ]
    return table(_("Models that listened"), heads, rows)
