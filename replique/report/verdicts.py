"""The findings of a whole report: counted, listed, and those that no search found."""

from __future__ import annotations

from collections import Counter

from replique.consent import wording
from replique.consent.vocabulary import VERDICTS
from replique.language import gettext as _
from replique.language import ngettext
from replique.report.contents import Contents, Finding
from replique.report.finding import finding
from replique.report.markup import Child, Html, element, join, name
from replique.report.numbered import OfTake, OfVoice
from replique.report.numerals import NARROW, number
from replique.report.tables import table

MOST_LINKED = 500
"""Rows of the list of findings; the rest is counted, and told with its occurrence."""


def identity(place: str, index: int) -> str:
    """Return the id of a finding in the page. place : of its occurrence, or of the section."""
    return f"{place}-u{index}"


def overview(contents: Contents, items: list[OfTake | OfVoice]) -> Html:
    """Count the verdicts in plain words and list each finding with its judgement."""
    listed = _listed(contents, items)
    if not listed:
        return Html("")
    counts = Counter(one.answer.verdict for _where, one in listed)
    told = ", ".join(
        f"{number(counts[verdict])}{NARROW}× {wording.verdict_name(verdict)}"
        for verdict in VERDICTS
        if counts[verdict]
    )
    said = ngettext(
        "{count} use was described and asked about: {verdicts}.",
        "{count} uses were described and asked about: {verdicts}.",
        len(listed),
    ).format(count=number(len(listed)), verdicts=told)
    heads = [_("Use"), _("Performer"), _("Production"), _("Verdict"), _("Judgement")]
    rows = [_row(where, one) for where, one in listed[:MOST_LINKED]]
    left = len(listed) - MOST_LINKED
    more = element("p", _("… and {count} more.").format(count=number(left))) if left > 0 else None
    return join(
        element("p", said, class_="plain"),
        table(_("Uses, and what the agreements say of them"), heads, rows),
        more,
    )


def _listed(contents: Contents, items: list[OfTake | OfVoice]) -> list[tuple[str, Finding]]:
    of_occurrences = [
        (identity(item.identity, index), one)
        for item in items
        for index, one in enumerate(item.found.findings, 1)
    ]
    otherwise = [
        (identity("known-otherwise", index), one)
        for index, one in enumerate(contents.known_otherwise, 1)
    ]
    return of_occurrences + otherwise


def _row(where: str, one: Finding) -> list[Child]:
    judged = one.judged
    words = {"yes": _("yes"), "no": _("no"), "unsure": _("unsure")}
    production = one.use.production or ""
    return [
        element("a", name(one.name), href=f"#{where}"),
        name(one.performer),
        name(production) if production else "–",
        wording.verdict_name(one.answer.verdict),
        words[judged.verdict] if judged is not None else _("nobody yet"),
    ]


def known_otherwise(contents: Contents) -> Child:
    """Write the findings of uses that no search found."""
    if not contents.known_otherwise:
        return None
    return element(
        "section",
        element("h2", _("Uses that are known otherwise"), id="known-otherwise-h"),
        element(
            "p",
            _(
                "The last search did not find these: they are known from a paper, a listing,"
                " somebody’s word, or an earlier search."
            ),
        ),
        *(
            element(
                "article",
                element("h3", _("Use {name}").format(name=one.name), id=f"known-otherwise-{index}"),
                finding(one, identity("known-otherwise", index)),
                class_="occurrence",
                aria_labelledby=f"known-otherwise-{index}",
            )
            for index, one in enumerate(contents.known_otherwise, 1)
        ),
        id="known-otherwise",
        aria_labelledby="known-otherwise-h",
    )
