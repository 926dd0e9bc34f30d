"""One occurrence: heard, seen, measured."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report import wording
from replique.report.contents import Run
from replique.report.listening import (
    LONGEST_S,
    Sounds,
    data_uri,
    level_matched,
    load,
    plays_as_registered,
)
from replique.report.markup import Child, Html, digest, element, name
from replique.report.numbered import OfTake
from replique.report.numerals import duration, number, time_code, with_unit
from replique.report.picture import picture
from replique.report.pieces import (
    clip,
    fact,
    findings,
    of_medium,
    other_measures,
    place,
    title,
)


def article(item: OfTake, performer: str, run: Run, *, sound: bool) -> Html:
    """Write one occurrence.

    performer : the name of the person whose take it is.
    sound : whether its sound goes into the report.
    """
    sounds = load(item.found)
    return element(
        "article",
        element("h3", title(item), id=f"{item.identity}-h"),
        element("p", *_lead(item, performer), class_="lead"),
        _figure(item, sounds, sound=sound),
        element("dl", *_measures(item), class_="facts"),
        _strength(item, run),
        *findings(item),
        element("dl", *_files(item), class_="facts files"),
        other_measures(item),
        id=item.identity,
        class_="occurrence",
        aria_labelledby=f"{item.identity}-h",
    )


def _lead(item: OfTake, performer: str) -> tuple[Child, ...]:
    itself = item.medium.sha256 == item.take.sha256
    return (
        element("span", _("Take"), class_="label"),
        " ",
        element("strong", name(item.take.name)),
        " · ",
        name(performer),
        " · ",
        wording.kind(item.take.kind),
        *((" · ", _("this file is the registered take itself")) if itself else ()),
    )


def _figure(item: OfTake, sounds: Sounds, *, sound: bool) -> Html:
    notes = list(sounds.trouble)
    if sounds.window.cut:
        notes.append(
            _("Only the first {length} are shown and let heard; the occurrence is longer.").format(
                length=duration(LONGEST_S)
            )
        )
    if not sound:
        notes.append(
            _("This report holds the sound of its strongest occurrences only, to stay small"
              " enough to open; this is not one of them.")
        )  # fmt: skip
    drawn = picture(item.found.occurrence, sounds, item.identity)
    pieces: list[Child] = []
    if drawn is not None:
        label = _("Picture of occurrence {number}, scrolls sideways").format(
            number=number(item.number)
        )
        pieces.append(
            element("div", drawn, class_="scroll", tabindex=0, role="region", aria_label=label)
        )
        pieces.append(
            element(
                "figcaption",
                _("Outlined: where the take stands out and the medium rises and falls with it."
                  " The stronger the colour, the louder. The bracket is the occurrence’s extent."),
            )
        )  # fmt: skip
    if sound:
        pieces.append(_player(item, sounds))
    pieces += [element("p", note, class_="note") for note in notes]
    return element("figure", *pieces)


def _player(item: OfTake, sounds: Sounds) -> Html:
    clips: list[Child] = []
    if sounds.medium is not None:
        clips.append(clip("a", _("Medium"), data_uri(level_matched(sounds.medium))))
    if sounds.take is not None:
        clips.append(clip("b", _("Take, in step"), data_uri(level_matched(sounds.take))))
    if sounds.raw_take is not None and not plays_as_registered(item.found.occurrence):
        own = _("Take, at its own speed")
        clips.append(clip("o", own, data_uri(level_matched(sounds.raw_take))))
    if not clips:
        return Html("")
    label = _("Listen to occurrence {number}").format(number=number(item.number))
    return element("div", *clips, class_="player", role="group", aria_label=label)


def _measures(item: OfTake) -> list[Html]:
    occurrence = item.found.occurrence
    part = _("{start} to {end}, of {length}").format(
        start=time_code(occurrence.take_start_s),
        end=time_code(occurrence.take_end_s),
        length=with_unit(item.take.duration_s, "s", 2),
    )
    return [
        fact(_("In the medium"), *place(occurrence.start_s, occurrence.end_s), wide=True),
        fact(_("Part of the take"), part),
        fact(_("Delay"), wording.delay(occurrence)),
        fact(_("Speed"), wording.speed(occurrence.speed)),
        fact(_("Pitch"), wording.pitch(occurrence)),
        fact(_("Level"), wording.level(occurrence.gain_db)),
        fact(_("Polarity"), wording.polarity(occurrence.polarity)),
    ]


def _strength(item: OfTake, run: Run) -> Html:
    value = item.found.occurrence.strength
    sentences = " ".join(wording.strength_meaning(value, run))
    return element(
        "div",
        element("h4", _("Strength {value}").format(value=wording.strength(value))),
        element("p", sentences),
        class_="strength",
    )


def _files(item: OfTake) -> list[Html]:
    return [
        *of_medium(item),
        fact(_("Take"), name(item.take.path), wide=True),
        fact(_("Its SHA-256"), digest(item.take.sha256), wide=True),
    ]
