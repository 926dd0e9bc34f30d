"""What somebody did, as a form: the facts of a use that agreements are asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict

from replique.consent import terms
from replique.consent import vocabulary as words
from replique.consent.labels import label
from replique.consent.shapes import COUNTED
from replique.language import gettext as _
from replique.web.forms.fields import Asked, Section, Tree, fill, show


def of_form(sent: QueryDict) -> dict[str, object | None]:
    """Return the facts that were sent; None takes one back."""
    tree: Tree = {}
    asked = [*_what(), *_where(), *_more()]
    fill(tree, asked, sent)
    keys = {each.name.partition(".")[0] for each in asked}
    return {key: tree.get(key) or (tree.get(key) if tree.get(key) in (False, []) else None)
            for key in sorted(keys)}  # fmt: skip


def sections(said: Mapping[str, Any], problems: Mapping[str, str]) -> Iterator[Section]:
    """Yield the form with what is said."""
    yield Section(_("What was done"), show(_what(), said, problems))
    yield Section(_("Where, when, by whom"), show(_where(), said, problems))
    yield Section(_("What else is known"), show(_more(), said, problems), folded=True)


def _labels(family: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, label(family, code)) for code in codes]


def _what() -> list[Asked]:
    return [
        Asked("act", _("What was done?"), "choice", _labels("act", words.ACTS)),
        Asked("subjects", _("With what of the performer?"), "many",
              _labels("subject", words.SUBJECTS)),
        Asked("artefact", _("What came out of it?"), "choice",
              _labels("artefact", words.ARTEFACTS)),
    ]  # fmt: skip


def _where() -> list[Asked]:
    return [
        Asked("date", _("On which day?"), "day"),
        Asked("company", _("Who did it?"), hint=_("the company")),
        Asked("production", _("For which production?"), hint=_("film, series, game…")),
        Asked("character", _("For which character or role?")),
        Asked("medium", _("In which medium?"), hint=_("film, series, game…")),
        Asked("channel", _("On which channel?"), hint=_("cinema, streaming…")),
        Asked("territories", _("In which places?"), "list", hint="FR, BE"),
        Asked("languages", _("In which languages?"), "list", hint="fr"),
    ]


def _more() -> list[Asked]:
    return [
        Asked("began", _("When did this use begin, if it was earlier?"), "day"),
        Asked("model", _("With which model?")),
        Asked("practice", _("Which processing practice was it?"), "choice",
              _labels("practice", words.PRACTICES)),
        Asked("content", _("What sensitive content is in it?"), "many",
              [(each, terms.content(each)) for each in words.CONTENT],
              none=_("none: it is known to have none")),
        Asked("identifiable", _("Can the performer be recognised in it?"), "yes"),
        Asked("strike", _("Was a strike on that day?"), "yes"),
        Asked("labelled", _("Did a label say that a machine made it?"), "yes"),
        Asked("how_known", _("How is it known?"), "choice",
              _labels("how_known", words.HOW_KNOWN)),
        *(Asked(f"counts.{unit}", _("How many so far: {unit}").format(unit=terms.unit(unit)),
                "number") for unit in COUNTED if unit in {"line", "day", "session"}),
        *(Asked(f"events.{event}", _("The day of {event}").format(event=terms.event(event)), "day")
          for event in ("release", "invoice", "signature", "first_use")),
    ]  # fmt: skip
