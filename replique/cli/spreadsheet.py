"""CSV that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from replique.cli.terminal import shown

# A cell that begins with one of these is run as a formula by spreadsheets:
# a file named =HYPERLINK(…) must stay a name (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Return a value as it may stand in a cell; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    return shown("'" + value if value.lstrip(" ").startswith(_FORMULA) else value)


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV (RFC 4180), one line a row whatever the cells hold."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()
