"""What the articles of takes and of voices have in common."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report import wording
from replique.report.finding import finding, undescribed
from replique.report.markup import Child, Html, digest, element, join, name
from replique.report.numbered import Numbered, OfVoice
from replique.report.numerals import frames, number, time_code, with_unit
from replique.report.verdicts import identity


def title(item: Numbered) -> Html:
    """Write the number of an occurrence and where it begins."""
    said = _("Occurrence {number}, at {time}").format(
        number=number(item.number), time=time_code(item.found.occurrence.start_s)
    )
    return join(said)


def findings(item: Numbered) -> list[Html]:
    """Write what the agreements say of each use of this occurrence."""
    found = item.found
    if not found.findings:
        return [undescribed(found.number)]
    of_voice = isinstance(item, OfVoice)
    return [
        finding(one, identity(item.identity, index), of_voice=of_voice)
        for index, one in enumerate(found.findings, 1)
    ]


def place(start_s: float, end_s: float) -> tuple[Child, ...]:
    """Write from where to where in a medium, also counted in pictures."""
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


def of_medium(item: Numbered) -> list[Html]:
    """Write which file, and which track of it."""
    track = wording.track(item.track, item.found.track)
    listened = _("{track}; heard in {view}").format(
        track=track, view=wording.view(item.found.occurrence.view)
    )
    also = [fact(_("Also found at"), name(where), wide=True) for where in item.medium.also_at[:8]]
    return [
        fact(_("Medium"), name(item.medium.locator), wide=True),
        fact(_("Its SHA-256"), digest(item.medium.sha256), wide=True),
        *also,
        fact(_("Track"), element("bdi", listened), wide=True),
    ]


def clip(part: str, label: str, source: str) -> Html:
    """Write one sound; the script makes one player of all, without it each plays alone."""
    return element(
        "p",
        element("span", label),
        element("audio", src=source, controls=True, preload="none", data_part=part,
                aria_label=label),
        class_="clip",
    )  # fmt: skip


def fact(label: str, *said: Child, wide: bool = False) -> Html:
    """Write one fact of a description list."""
    return element(
        "div",
        element("dt", label),
        element("dd", *said),
        class_="wide" if wide else None,
    )


def other_measures(item: Numbered, *, without: frozenset[str] = frozenset()) -> Html:
    """Write, folded, what else was measured. without : what may not be told."""
    measured = item.found.occurrence.how
    how = {key: value for key, value in measured.items() if key not in without}
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
