"""A letter as plain text, to be pasted into an e-mail: a paragraph is a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from replique.language import choose, restore
from replique.language import gettext as _
from replique.report.letters.bidi import isolated
from replique.report.letters.composition import Letter
from replique.report.letters.words import (
    Block,
    Heading,
    Items,
    Line,
    Paragraph,
    Quotation,
    Rows,
)

_RULE = "-" * 60


def as_text(letter: Letter) -> str:
    """Return the letter, and after a rule what is to be settled before it is sent."""
    token = choose(letter.language)
    try:
        return "\n".join(_lines(letter)).rstrip() + "\n"
    finally:
        restore(token)


def _lines(letter: Letter) -> Iterator[str]:
    yield from _written(letter.sender)
    yield ""
    yield from _written(letter.addressee)
    yield ""
    yield _line(letter.place_and_date)
    if letter.reference:
        yield _line(letter.reference)
    yield ""
    yield letter.subject
    yield ""
    yield letter.salutation
    yield ""
    for block in letter.blocks:
        yield from _block(block)
        yield ""
    yield letter.closing
    yield ""
    yield _line(letter.signature)
    if letter.enclosures:
        yield ""
        yield _("Enclosures:")
        yield from (f"- {each}" for each in _written(letter.enclosures))
    if letter.annex:
        yield from ("", _("Annex: what was measured").upper(), "")
        for block in letter.annex:
            yield from _block(block)
            yield ""
    yield from _to_settle(letter)


def _to_settle(letter: Letter) -> Iterator[str]:
    if not letter.open_points and not letter.warnings:
        return
    yield from ("", _RULE, _("To settle before sending (no part of the letter)"))
    yield from (f"! {warning}" for warning in letter.warnings)
    yield from (f"{count}. {point}" for count, point in enumerate(letter.open_points, 1))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield text.upper()
        case Paragraph(line):
            yield _line(line)
        case Items(lines, numbered):
            for count, each in enumerate(lines, 1):
                yield f"{count}. {_line(each)}" if numbered else f"- {_line(each)}"
        case Rows(rows):
            for label, line in rows:
                yield _("{label}: {value}").format(label=label, value=_line(line))
        case Quotation(text, source):
            yield _("“{quote}” ({source})").format(quote=isolated(text), source=_line(source))


def _written(lines: Iterable[Line]) -> Iterator[str]:
    return (_line(each) for each in lines)


def _line(line: Line) -> str:
    return "".join(
        isolated(piece.text) if piece.what in {"name", "strong"} else piece.text for piece in line
    )
