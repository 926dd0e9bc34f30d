"""Pieces of text, each with what it is, so that nobody's name is taken for our words."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from replique.report.markup import visible

What = Literal["text", "name", "hash", "open", "strong"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text.

    what : text (what we say, or the performer), name (what others chose: a person, a
        file, an amount on a paper), strong (a name that heads the letter), hash
        (hexadecimal), open (an open point; `number` says which).
    """

    what: What
    text: str
    number: int = 0


Line = tuple[Piece, ...]


def name(text: str) -> Piece:
    """Return what somebody else chose: shown whole, nothing in it acts."""
    return Piece("name", visible(" ".join(text.split())))


def line(template: str, **parts: Piece | str) -> Line:
    """Fill a translated sentence. A str is our own words; everything else is a Piece."""
    pieces: list[Piece] = []
    for before, field, _spec, _conversion in string.Formatter().parse(template):
        if before:
            pieces.append(Piece("text", before))
        if field:
            part = parts[field]
            pieces.append(Piece("text", part) if isinstance(part, str) else part)
    return tuple(pieces)


def ours(lines: Iterable[Line]) -> str:
    """Return what the program says in these lines, with … for what others chose."""
    return "\n".join(
        "".join("…" if piece.what in {"name", "strong", "hash"} else piece.text for piece in each)
        for each in lines
    )


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered or not."""

    lines: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """Labels and what stands beside them."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A clause of a recorded agreement, word for word. source : where it stands."""

    text: str
    source: Line


Block = Paragraph | Heading | Items | Rows | Quotation


def lines_of(block: Block) -> Iterable[Line]:
    """Yield the lines in which the program speaks; the words of a quotation are not its own."""
    match block:
        case Paragraph(said):
            yield said
        case Heading(text):
            yield (Piece("text", text),)
        case Items(lines):
            yield from lines
        case Rows(rows):
            for label, said in rows:
                yield (Piece("text", label), Piece("text", " "), *said)
        case Quotation(_, source):
            yield source
