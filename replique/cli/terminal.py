"""What reaches the terminal, and in what state.

A file name can hold anything but a slash and a zero byte: line breaks, escape
sequences that move the cursor or rename the window, letters that turn the
direction of reading, bytes that are no text at all.  Nothing that comes from a
file, an archive or a tag is written raw.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

# Cc control, Cf format (bidirectional overrides among them), Cs lone surrogates,
# Zl and Zp line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Format characters that French and emoji need and that cannot deceive.
_HARMLESS = frozenset({"\u00ad", "\u200c", "\u200d", "\u2060"})
_NARROWEST = 20
"""Letters to a line, in however small a window."""
_UNDECODED = range(0xDC80, 0xDD00)  # how Python carries bytes that are no UTF-8


def _escaped(character: str) -> str:
    point = ord(character)
    if point in _UNDECODED:
        return f"\\x{point - 0xDC00:02x}"
    if point < 0x100:
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character, f"\\x{point:02x}")
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def shown(text: object, *, lines: bool = False) -> str:
    """Return a text with everything that could act on a terminal spelled out.

    lines : keep line breaks, in a text of our own that has several lines.
    """
    written = str(text)
    if written.isascii() and written.isprintable():
        return written
    return "".join(
        c
        if (lines and c == "\n") or c in _HARMLESS or unicodedata.category(c) not in _UNSAFE
        else _escaped(c)
        for c in written
    )


def encodable(text: str) -> str:
    """Return a text that UTF-8 can carry: undecodable bytes spelled out, the rest untouched."""
    return "".join(_escaped(c) if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def say(text: str = "") -> None:
    """Write one line for a person to standard output; a terminal gets it broken between words."""
    click.echo(_broken(shown(text), sys.stdout))


def warn(text: str) -> None:
    """Write one line for a person to standard error; a terminal gets it broken between words."""
    click.echo(_broken(shown(text), sys.stderr), err=True)


def _broken(line: str, stream: TextIO) -> str:
    """Break a line that a terminal would cut in the middle of a word; a list's mark hangs out."""
    if not is_terminal(stream):
        return line
    width = shutil.get_terminal_size().columns
    if len(line) < width:
        return line
    mark = re.match(r" *(- )?", line)
    hanging = len(mark.group()) if mark else 0
    return textwrap.fill(
        line,
        width=max(width - 1, _NARROWEST + hanging),
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def say_json(value: object) -> None:
    """Write one JSON value, on one line, to standard output."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON is any tree
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(str(k)): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no such numbers
    return value


def is_terminal(stream: TextIO | None = None) -> bool:
    """Return whether a person is looking."""
    stream = stream or sys.stdout
    return bool(getattr(stream, "isatty", lambda: False)())


def table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()
) -> None:
    """Write a table: drawn for a terminal, columns of plain text otherwise.

    right : indices of the columns that hold numbers.
    """
    cells = [[shown(cell) for cell in row] for row in rows]
    if is_terminal():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        drawn = Table(box=None, pad_edge=False, header_style="bold")
        for index, heading in enumerate(headings):
            number = index in right
            drawn.add_column(
                heading, justify="right" if number else "left", no_wrap=number, overflow="fold"
            )
        for row in cells:
            drawn.add_row(*(Text(cell) for cell in row))
        Console(highlight=False).print(drawn)
        return
    widths = [
        max(len(row[index]) for row in [list(headings), *cells]) for index in range(len(headings))
    ]
    for row in [list(headings), *cells]:
        padded = [
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(padded).rstrip())
