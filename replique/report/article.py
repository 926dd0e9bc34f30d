"""One occurrence: heard, seen, measured."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report import wording
from replique.report.contents import Run
from replique.report.finding import finding, undescribed
from replique.report.listening import (
    LONGEST_S,
    Sounds,
    data_uri,
    level_matched,
    load,
    plays_as_registered,
)
from replique.report.markup import Child, Html, digest, element, join, name
from replique.report.numbered import Numbered
from replique.report.numerals import duration, frames, number, time_code, with_unit
from replique.report.picture import picture
from replique.report.verdicts import identity


def article(item: Numbered, performer: str, run: Run, *, sound: bool) -> Html:
    """Write one occurrence.

    performer : the name of the person whose take it is.
    sound : whether its sound goes into the report.
    """
    sounds = load(item.found)
    return element(
        "article",
        element("h3", _title(item), id=f"{item.identity}-h"),
        element("p", *_lead(item, performer), class_="lead"),
        _figure(item, sounds, sound=sound),
        element("dl", *_measures(item), class_="facts"),
        _strength(item, run),
        *_findings(item),
        element("dl", *_files(item), class_="facts files"),
        _other_measures(item),
        id=item.identity,
        class_="occurrence",
        aria_labelledby=f"{item.identity}-h",
    )


def _findings(item: Numbered) -> list[Html]:
    """Write what the agreements say of each use of this occurrence."""
    found = item.found
    if not found.findings:
        return [undescribed(found.number)]
    return [
        finding(one, identity(item.identity, index)) for index, one in enumerate(found.findings, 1)
    ]


def _title(item: Numbered) -> Html:
    said = _("Occurrence {number}, at {time}").format(
        number=number(item.number), time=time_code(item.found.occurrence.start_s)
    )
    return join(said)


def _lead(item: Numbered, performer: str) -> tuple[Child, ...]:
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


def _figure(item: Numbered, sounds: Sounds, *, sound: bool) -> Html:
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


def _player(item: Numbered, sounds: Sounds) -> Html:
    clips: list[Child] = []
    if sounds.medium is not None:
        clips.append(_clip("a", _("Medium"), data_uri(level_matched(sounds.medium))))
    if sounds.take is not None:
        clips.append(_clip("b", _("Take, in step"), data_uri(level_matched(sounds.take))))
    if sounds.raw_take is not None and not plays_as_registered(item.found.occurrence):
        own = _("Take, at its own speed")
        clips.append(_clip("o", own, data_uri(level_matched(sounds.raw_take))))
    if not clips:
        return Html("")
    label = _("Listen to occurrence {number}").format(number=number(item.number))
    return element("div", *clips, class_="player", role="group", aria_label=label)


def _clip(part: str, label: str, source: str) -> Html:
    """Write one sound; the script makes one player of all, without it each plays alone."""
    return element(
        "p",
        element("span", label),
        element("audio", src=source, controls=True, preload="none", data_part=part,
                aria_label=label),
        class_="clip",
    )  # fmt: skip


def _measures(item: Numbered) -> list[Html]:
    occurrence = item.found.occurrence
    part = _("{start} to {end}, of {length}").format(
        start=time_code(occurrence.take_start_s),
        end=time_code(occurrence.take_end_s),
        length=with_unit(item.take.duration_s, "s", 2),
    )
    return [
        _fact(_("In the medium"), *_place(occurrence.start_s, occurrence.end_s), wide=True),
        _fact(_("Part of the take"), part),
        _fact(_("Delay"), wording.delay(occurrence)),
        _fact(_("Speed"), wording.speed(occurrence.speed)),
        _fact(_("Pitch"), wording.pitch(occurrence)),
        _fact(_("Level"), wording.level(occurrence.gain_db)),
        _fact(_("Polarity"), wording.polarity(occurrence.polarity)),
    ]


def _place(start_s: float, end_s: float) -> tuple[Child, ...]:
    extent = _("{start} to {end}").format(start=time_code(start_s), end=time_code(end_s))
    lasting = _("{length} long").format(length=with_unit(end_s - start_s, "s", 2))
    counted = [
        _("counted at {rate} pictures a second: {start} to {end}").format(
            rate=rate, start=frames(start_s, rate), end=frames(end_s, rate)
        )
        for rate in (24, 25)
    ]
    small = element("span", *(element("span", line) for line in counted), class_="frames")
    return element("strong", extent), f", {lasting}", small


def _strength(item: Numbered, run: Run) -> Html:
    value = item.found.occurrence.strength
    sentences = " ".join(wording.strength_meaning(value, run))
    return element(
        "div",
        element("h4", _("Strength {value}").format(value=wording.strength(value))),
        element("p", sentences),
        class_="strength",
    )


def _files(item: Numbered) -> list[Html]:
    track = wording.track(item.track, item.found.track)
    listened = _("{track}; heard in {view}").format(
        track=track, view=wording.view(item.found.occurrence.view)
    )
    also = [_fact(_("Also found at"), name(place), wide=True) for place in item.medium.also_at[:8]]
    return [
        _fact(_("Medium"), name(item.medium.locator), wide=True),
        _fact(_("Its SHA-256"), digest(item.medium.sha256), wide=True),
        *also,
        _fact(_("Track"), element("bdi", listened), wide=True),
        _fact(_("Take"), name(item.take.path), wide=True),
        _fact(_("Its SHA-256"), digest(item.take.sha256), wide=True),
    ]


def _fact(label: str, *said: Child, wide: bool = False) -> Html:
    return element(
        "div",
        element("dt", label),
        element("dd", *said),
        class_="wide" if wide else None,
    )


def _other_measures(item: Numbered) -> Html:
    how = item.found.occurrence.how
    if not how:
        return Html("")
    rows = [
        element("tr", element("th", key, scope="row"), element("td", f"{value:.6g}"))
        for key, value in sorted(how.items())
    ]
    return element(
        "details",
        element("summary", _("What the probe measured on the way")),
        element(
            "table",
            element("caption", _("Names are those of the program."), class_="quiet"),
            element("tbody", *rows),
        ),
    )
