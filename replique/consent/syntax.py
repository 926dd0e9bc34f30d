"""Bytes to text, text to TOML: what is no TOML is told in plain words, with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from typing import Any

from replique.consent.fields import N_
from replique.errors import Problem
from replique.language import gettext as _

DEEPEST = 12
"""Dots in one key; an agreement has three."""
LONGEST_CHAIN = 64
"""Words joined by dots, wherever they stand: tomllib takes their number squared."""
_LINE = re.compile(r"at line (\d+)")
_MONTH = re.compile(r"\s*[^=\[#\"']*=\s*\d{4}-\d{2}\s*(#|$)")
_DATE = re.compile(r"\s*[^=\[#\"']*=\s*\d{1,4}([-/.])\d{1,2}\1\d{1,4}\s*(#|$)")
_COMMA = re.compile(r"\s*[^=\[#\"']*=\s*\d+,\d+\s*(#|$)")
_CURLY = re.compile("[“”„«»‘’]")
_PART = r"(?:[A-Za-z0-9_-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
# possessive, so that a text made to be slow is read once
_KEY = re.compile(rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+[ \t]*+[=\]]?")


class Slip(Exception):
    """The text is no TOML. problem: what is wrong, in words."""

    def __init__(self, line: int, message: str, allowed: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(line, "", message, allowed)


def decoded(text: str | bytes, largest: int) -> str:
    """Return a text with plain line ends and without a byte order mark. Raises Slip."""
    if isinstance(text, str):
        try:
            text = text.encode()
        except UnicodeEncodeError:
            raise _not_utf8() from None
    if len(text) > largest:
        raise Slip(
            1,
            _("This is too large for an agreement."),
            _("at most {count} bytes").format(count=largest),
        )
    if b"\0" in text:
        raise Slip(1, _("This is no text: it may be a document of a word processor, or a picture."))
    try:
        return text.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> Slip:
    return Slip(1, _("This is not written in UTF-8; save it as “plain text, UTF-8”."))


def parsed(text: str) -> dict[str, Any]:
    """Return the tree that a text of TOML says. Raises Slip."""
    for found in _KEY.finditer(text):
        dots = found[0].count(".")
        if dots >= LONGEST_CHAIN or (dots >= DEEPEST and found[0][-1] in "=]"):
            raise Slip(text.count("\n", 0, found.start()) + 1, _("This is nested too deeply."))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _told(text, str(error)) from None
    except RecursionError:
        raise Slip(1, _("This is nested too deeply.")) from None
    except (ValueError, OverflowError):  # a number of more digits than Python reads
        raise Slip(1, _("A number in this text is too long.")) from None


def _told(text: str, reason: str) -> Slip:
    found = _LINE.search(reason)
    all_lines = text.split("\n")
    number = int(found[1]) if found else len(all_lines)
    line = all_lines[number - 1] if number <= len(all_lines) else ""
    return Slip(number, _why(reason, line))


def _why(reason: str, line: str) -> str:
    """Return in plain words why a line cannot be read."""
    for applies, why in _REASONS:
        if applies(reason, line):
            return _(why)
    return _("This line cannot be read: is a quote, a bracket or an = missing?")


def _says(pattern: str) -> Callable[[str, str], bool]:
    return lambda reason, _line: re.search(pattern, reason) is not None


_REASONS: Sequence[tuple[Callable[[str, str], bool], str]] = (
    (
        lambda _reason, line: _CURLY.search(line) is not None and '"' not in line,
        N_('Texts stand between straight quotes: "like this".'),
    ),
    (
        _says(r"overwrite|[Dd]uplicate|declare|twice|mutate|immutable"),
        N_("The same key, or the same table, is written twice."),
    ),
    (
        _says(r"escape|\\\\"),
        N_("A backslash begins something special; write it twice, or use 'single quotes'."),
    ),
    (
        lambda _reason, line: _MONTH.match(line) is not None,
        N_('A month stands between quotes: "2024-03".'),
    ),
    (
        lambda _reason, line: _DATE.match(line) is not None,
        N_("There is no such date; one is written as 2024-03-05."),
    ),
    (
        lambda _reason, line: _COMMA.match(line) is not None,
        N_("A number is written with a point: 6.50."),
    ),
    (
        _says(r"[Uu]nterminated|Expected \"['\"]|[Uu]nclosed|end of document"),
        N_("A quote or a bracket is opened here, or before, and never closed."),
    ),
    (
        lambda _reason, line: "=" not in line,
        N_("This line is neither a [table] nor a key = value; remarks begin with #."),
    ),
    (
        _says(r"[Ii]nvalid value|[Ii]nvalid date"),
        N_("What stands after the = cannot be read: texts need straight quotes."),
    ),
)
