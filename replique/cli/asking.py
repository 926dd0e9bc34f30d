"""Questions at a terminal, asked again until the answer can be kept; Enter leaves it open.

An answer is checked by the same kinds that check a written agreement (consent.kinds).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from replique.cli.terminal import say, shown
from replique.consent.fields import NOTHING, Kind, Page
from replique.consent.kinds import Many, Number, Text
from replique.consent.vocabulary import UNKNOWN
from replique.language import gettext as _

TO = "-"
YES = frozenset({"yes", "y", "oui", "o"})
NO = frozenset({"no", "n", "non"})
"""Both languages, always: whoever mixes them up is understood."""


def ask(question: str, kind: Kind, *, default: str = "", needed: bool = False) -> Any:  # noqa: ANN401
    """Return an answer as `kind` reads it; None if it was left open.

    A list is written with commas. default : what Enter stands for, "" for leaving it open.
    """

    def read(written: str) -> Any:  # noqa: ANN401 - of any kind
        text = written.strip().strip('"').strip()
        if text in {"", UNKNOWN}:
            if needed:
                raise click.BadParameter(_("This one is needed."))
            return None
        return _read(text, kind)

    return _prompt(question, read, default)


def _prompt(question: str, read: Callable[[str], Any], default: str) -> Any:  # noqa: ANN401
    """Ask until the answer can be read; what Enter stands for is shown in brackets."""
    return click.prompt(
        shown(question),
        default=default,
        value_proc=read,
        show_default=bool(default),
        prompt_suffix=" " if question.endswith("?") and not default else ": ",
    )


def _read(text: str, kind: Kind) -> Any:  # noqa: ANN401 - of any kind
    page = Page({})
    value: object = text
    if isinstance(kind, Many):
        value = [part.strip() for part in text.split(",") if part.strip()]
    elif isinstance(kind, Number):
        value = _number(text)
    read = kind.read(value, (), page)
    if page.problems:
        slip = page.problems[0]
        if slip.allowed:
            raise click.BadParameter(_("Wanted: {what}.").format(what=slip.allowed))
        raise click.BadParameter(slip.message)
    return None if read is NOTHING else read


def _number(text: str) -> object:
    plain = text.replace(",", ".").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return text


def ask_text(question: str, *, default: str = "", needed: bool = False) -> str:
    """Return words, "" if it was left open."""
    return ask(question, Text(), default=default, needed=needed) or ""


def confirm(question: str, *, default: bool | None = None) -> bool | None:
    """Return yes or no; None if Enter leaves it open (where there is no default)."""
    yes, no = _("yes"), _("no")

    def read(written: str) -> bool | None:
        word = written.strip().casefold()
        if not word:
            return default
        if word not in YES | NO:
            raise click.BadParameter(_("Answer {yes} or {no}.").format(yes=yes, no=no))
        return word in YES

    usual = "" if default is None else (yes if default else no)
    answer: bool | None = _prompt(f"{question} ({yes}/{no})", read, usual)
    return answer


def choose(
    question: str,
    codes: Sequence[str],
    named: Callable[[str], str],
    *,
    default: str = "",
    needed: bool = False,
) -> str | None:
    """Return one of a numbered list; None if it was left open."""
    _listed(question, codes, named)

    def read(written: str) -> str | None:
        chosen = _numbers(written, codes)
        if len(chosen) > 1:
            raise click.BadParameter(_("Only one of them."))
        if not chosen and needed:
            raise click.BadParameter(_("This one is needed."))
        return chosen[0] if chosen else None

    usual = str(codes.index(default) + 1) if default in codes else ""
    answer: str | None = _prompt(_("Its number"), read, usual)
    return answer


def choose_many(
    question: str,
    codes: Sequence[str],
    named: Callable[[str], str],
    *,
    default: Sequence[str] = (),
    needed: bool = False,
) -> frozenset[str]:
    """Return some of a numbered list: "1, 3-5"; none if it was left open."""
    _listed(question, codes, named)

    def read(written: str) -> frozenset[str]:
        chosen = _numbers(written, codes)
        if not chosen and needed:
            raise click.BadParameter(_("This one is needed."))
        return frozenset(chosen)

    usual = ", ".join(str(codes.index(each) + 1) for each in codes if each in default)
    answer: frozenset[str] = _prompt(_("Their numbers, such as 1, 3-5"), read, usual)
    return answer


def _listed(question: str, codes: Sequence[str], named: Callable[[str], str]) -> None:
    say()
    say(question)
    for number, code in enumerate(codes, 1):
        say(f"  {number:>2}  {named(code)}")


def _numbers(written: str, codes: Sequence[str]) -> list[str]:
    """Return the codes that numbers, ranges of them, or the codes themselves stand for."""
    chosen: list[str] = []
    for part in written.replace(";", ",").split(","):
        text = part.strip()
        if text in codes:
            chosen.append(text)
        elif text:
            first, to, last = text.partition(TO)
            chosen += [codes[at - 1] for at in _range(first, last if to else first, len(codes))]
    return list(dict.fromkeys(chosen))


def _range(first: str, last: str, count: int) -> range:
    try:
        low, high = int(first), int(last)
    except ValueError:
        low, high = 0, 0
    if not 1 <= low <= high <= count:
        raise click.BadParameter(
            _("Numbers from 1 to {count}, with commas between them.").format(count=count)
        )
    return range(low, high + 1)
