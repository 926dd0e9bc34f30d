"""A letter set as PDF by Typst: same letter, same bytes.

Everything reaches Typst as JSON in one input and is shown as text: nothing in a name can
act as markup. The fonts are those that Typst carries. A character that they lack is taken
from a font of the system, if one has it, else shown as ‹U+4E2D›.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

from replique.errors import UsageError
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
    Piece,
    Quotation,
    Rows,
)

if TYPE_CHECKING:
    import typst

Json = Any  # what json.dumps takes: a tree of dict, list, str, int

_ALWAYS_DRAWN = re.compile("[\u0020-\u007e\u00a0-\u017f\u2010-\u2027\u202f-\u203a]")
_ISOLATES = "\u2066\u2067\u2068\u2069"
_LONGEST_WORD = 24
_BREAK = "\u200b"
_STANDARD: Final = "ua-1"
"""PDF/UA: tagged, titled, in a named language, for who reads with a screen reader."""
_ONE = b'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#sys.inputs.text'


def as_pdf(letter: Letter) -> bytes:
    """Return the letter as PDF, its list of open points on a last page of its own.

    Raises UsageError where it cannot be set.
    """
    token = choose(letter.language)
    try:
        document = _document(letter)
        strange = {c for text in _strings(document) for c in text if not _carried(c)}
        drawn = {c for c in strange if _drawn(c, system=True)}
        lacking: dict[str, str | int | None] = {c: f"‹U+{ord(c):04X}›" for c in strange - drawn}
        document = _each_string(document, lambda text: text.translate(str.maketrans(lacking)))
        return _compiled(document, letter.date, system=bool(drawn))
    finally:
        restore(token)


def _compiled(document: Json, date: str, *, system: bool) -> bytes:
    import typst  # noqa: PLC0415 - 80 MB, loaded when a letter is set

    template = files("replique.report.letters").joinpath("letter.typ").read_bytes()
    midnight = dt.datetime.combine(dt.date.fromisoformat(date), dt.time(), dt.UTC)

    def compiled(standard: Literal["ua-1"] | None) -> bytes:
        return typst.compile(
            template,
            format="pdf",
            sys_inputs={"letter": json.dumps(document)},
            font_paths=_fonts(system=system),
            ignore_system_fonts=True,
            pdf_standards=standard,
            timestamp=midnight,
        )

    try:
        return compiled(_STANDARD)
    except typst.TypstError:
        # a cluster that no font draws, though it draws each character: PDF/UA forbids the gap
        try:
            return compiled(None)
        except typst.TypstError as error:
            raise UsageError(
                _("The letter could not be set as PDF."),
                advice=_("Its plain text says the same: ask for a file that ends in .txt."),
            ) from error


@cache
def _fonts(*, system: bool) -> typst.Fonts:
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=system)


def _carried(character: str) -> bool:
    """Whether the fonts that Typst carries draw it, or it is not drawn at all."""
    if _ALWAYS_DRAWN.match(character) or character in _ISOLATES + _BREAK:
        return True
    return _drawn(character, system=False)


@cache
def _drawn(character: str, *, system: bool) -> bool:
    """Whether a font has it: PDF/UA refuses text that no font draws."""
    import typst  # noqa: PLC0415 - as above

    try:
        typst.compile(
            _ONE,
            format="pdf",
            sys_inputs={"text": character},
            font_paths=_fonts(system=system),
            ignore_system_fonts=True,
            pdf_standards=_STANDARD,
        )
    except typst.TypstError:
        return False
    return True


def _document(letter: Letter) -> dict[str, Json]:
    """Return what the template reads."""
    return {
        "lang": letter.language,
        "title": letter.subject,
        "sender": [_line(each) for each in letter.sender],
        "addressee": [_line(each) for each in letter.addressee],
        "place": _line(letter.place_and_date),
        "reference": _line(letter.reference),
        "salutation": letter.salutation,
        "blocks": [_block(each) for each in letter.blocks],
        "closing": letter.closing,
        "signature": _line(letter.signature),
        "enclosures_head": _("Enclosures:"),
        "enclosures": [_line(each) for each in letter.enclosures],
        "annex_head": _("Annex: what was measured"),
        "annex": [_block(each) for each in letter.annex],
        "page": _("page"),
        "settle_head": _("To settle before sending"),
        "settle_note": _("This page is no part of the letter: take it off."),
        "points": list(letter.open_points),
        "warnings": list(letter.warnings),
    }


def _block(block: Block) -> dict[str, Json]:
    match block:
        case Heading(text):
            return {"is": "heading", "text": text}
        case Paragraph(line):
            return {"is": "paragraph", "line": _line(line)}
        case Items(lines, numbered):
            return {"is": "list", "numbered": numbered, "lines": [_line(each) for each in lines]}
        case Rows(rows):
            return {"is": "rows", "rows": [[label, _line(line)] for label, line in rows]}
        case Quotation(text, source):
            return {"is": "quote", "text": isolated(_breakable(text)), "source": _line(source)}


def _line(line: Line) -> list[dict[str, str]]:
    return [{"is": piece.what, "text": _text(piece)} for piece in line]


def _text(piece: Piece) -> str:
    if piece.what == "hash":
        return _BREAK.join(piece.text[at : at + 8] for at in range(0, len(piece.text), 8))
    return isolated(_breakable(piece.text)) if piece.what in {"name", "strong"} else piece.text


def _breakable(text: str) -> str:
    """Let a path or a very long word break, so that it stays on the page."""

    def broken(found: re.Match[str]) -> str:
        parts = re.split(r"(?<=[/\\_.!-])", found.group())
        return _BREAK.join(
            _BREAK.join(part[at : at + _LONGEST_WORD] for at in range(0, len(part), _LONGEST_WORD))
            for part in parts
            if part
        )

    return re.sub(rf"\S{{{_LONGEST_WORD},}}", broken, text)


def _strings(tree: Json) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from _strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _strings(value)


def _each_string(tree: Json, change: Callable[[str], str]) -> Json:
    if isinstance(tree, str):
        return change(tree)
    if isinstance(tree, dict):
        return {key: _each_string(value, change) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_each_string(value, change) for value in tree]
    return tree
