"""A letter while it is written: its blocks, and the points that are still open."""

from __future__ import annotations

from replique.language import gettext as _
from replique.report.letters.words import (
    Block,
    Heading,
    Items,
    Line,
    Paragraph,
    Piece,
    Quotation,
    Rows,
    line,
    name,
)


class Draft:
    """Collects what a letter says, in order, and numbers what is open in it."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.points: list[str] = []

    def open(self, what: str) -> Piece:
        """Return the mark of a point that is not known or not decided; each is listed once."""
        if what not in self.points:
            self.points.append(what)
        number = self.points.index(what) + 1
        return Piece("open", _("[{number}: {what}]").format(number=number, what=what), number)

    def given(self, value: str, otherwise: str) -> Piece:
        """Return somebody's words, or the open point that stands for them."""
        return name(value) if value.strip() else self.open(otherwise)

    def settle(self, what: str) -> None:
        """List a point for counsel that has no place in the text."""
        if what not in self.points:
            self.points.append(what)

    def head(self, text: str) -> None:
        """Add a heading."""
        self.blocks.append(Heading(text))

    def say(self, template: str, **parts: Piece | str) -> None:
        """Add a paragraph."""
        self.blocks.append(Paragraph(line(template, **parts)))

    def list(self, *lines: Line, numbered: bool = True) -> None:
        """Add a list."""
        self.blocks.append(Items(tuple(lines), numbered))

    def rows(self, *rows: tuple[str, Line]) -> None:
        """Add labels with what stands beside them."""
        if rows:
            self.blocks.append(Rows(tuple(rows)))

    def quote(self, text: str, source: Line) -> None:
        """Add a clause, word for word."""
        self.blocks.append(Quotation(name(text).text, source))
