"""What waits for who is here, as rows that home shows: how many, of what, and where to go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from replique.language import gettext as _
from replique.language import ngettext
from replique.report import numerals
from replique.store import desk_queries, desk_waiting
from replique.web.permissions import could
from replique.web.person import Person


@dataclass(frozen=True, slots=True)
class Row:
    """Something that waits. count : None where there is nothing to count. first : the one thing
    to do before all else.
    """

    name: str
    count: int | None
    said: str
    more: str
    where: str
    act: str
    first: bool = False


def found(person: Person, first: int | None, unjudged: int, everything: int) -> Iterator[Row]:
    """Say what there is to listen to, and what comes after. first : the strongest unjudged."""
    if not could(person, "occurrences.listen"):
        return
    if first is not None:
        yield Row(
            "listen",
            unjudged,
            ngettext("occurrence to listen to", "occurrences to listen to", unjudged),
            _("Nobody has heard and judged it yet; the strongest comes first."),
            reverse("listen", args=[first]) + "?judged=not",
            _("Listen and judge"),
            first=True,
        )
    count, one = desk_waiting.undescribed() if everything else (0, None)
    if one is not None:
        yield Row(
            "describe",
            count,
            ngettext("use to describe", "uses to describe", count),
            _("Judged yes: say by whom it was used, in what and when, and the agreements answer."),
            reverse("describe-use", args=[one]),
            _("Describe what was done"),
        )
    unmet = desk_queries.verdicts().get("duty_unmet", 0) if everything else 0
    if unmet:
        yield Row(
            "unmet",
            unmet,
            ngettext("use with a duty that is not met", "uses with a duty that is not met", unmet),
            _("as the agreements said when they were last asked"),
            reverse("occurrences") + "?verdict=duty_unmet",
            _("See them"),
        )
    if first is None and everything:
        yield Row(
            "heard", 0, _("Every occurrence has been judged."), "", reverse("occurrences"),
            _("See them all"),
        )  # fmt: skip


def work(person: Person, today: dt.date) -> Iterator[Row]:
    """Say what is to be done in cases, and in which somebody else did something."""
    if not could(person, "cases.list"):
        return
    told = desk_waiting.tasks(None if person.owner else person.member, today)
    if told.case is not None:
        due = _("by {day}").format(day=numerals.day(told.due)) if told.due else ""
        yield Row(
            "tasks",
            told.overdue or told.count,
            ngettext("task overdue", "tasks overdue", told.overdue)
            if told.overdue
            else ngettext("task to do", "tasks to do", told.count),
            " · ".join(each for each in (told.text, due) if each),
            reverse("case", args=[told.case]),
            _("To the case"),
        )
    news = [] if person.owner else desk_waiting.moved(person.member)
    if news:
        last = news[0]
        yield Row(
            "moved",
            len(news),
            ngettext("case that moved", "cases that moved", len(news)),
            _("{title}: {name}, on {day}").format(
                title=last.title, name=last.by or "–", day=numerals.day(last.at)
            ),
            reverse("case", args=[last.case]) if len(news) == 1 else reverse("cases"),
            _("To the case") if len(news) == 1 else _("To the cases"),
        )


def keys(person: Person) -> Iterator[Row]:
    """Say who asks for their key, and whether one's own is safe."""
    if person.owner or not could(person, "keys.own"):
        return
    asked = desk_waiting.asking(person.member) if could(person, "keys.answer") else []
    if asked:
        yield Row(
            "asked",
            len(asked),
            ngettext("person asks for their key", "people ask for their key", len(asked)),
            _("{names}: call them first, and answer only whom you recognise.").format(
                names=", ".join(asked)
            ),
            reverse("confidants"),
            _("Answer"),
        )
    told = desk_waiting.keyed(person.member, person.performer)
    if not told.there:
        said, more = (
            _("You have no key yet"),
            _("Without one nothing private can be sealed for you. It takes a minute."),
        )
        yield Row("key", None, said, more, reverse("keys"), _("Make your key"))
    elif told.asking:
        said, more = (
            _("You asked for your key"),
            _("Call your confidants; when enough have answered, take it back."),
        )
        yield Row("key", None, said, more, reverse("keys"), _("To your key"))
    elif told.to_share:
        said, more = (
            _("Nobody could give your key back"),
            _("Share it among your confidants: a lost passphrase is then made good."),
        )
        yield Row("key", None, said, more, reverse("keys"), _("Share your key"))
