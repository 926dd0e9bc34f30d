"""On which line of a TOML text each of its values stands.

tomllib tells what a text says and not where. This walks over a text that tomllib has
accepted, and notes the line on which every key, table and element of a list begins; it
understands only as much of TOML 1.0 as that takes.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""The way to a value: keys, and places in lists counted from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_MULTILINE = re.compile(r"\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5}", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]*")


def lines(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, on which each value of a valid TOML text begins."""
    walk = _Walk(text)
    # what was noted so far stays right; the rest goes by the nearest table above it
    with contextlib.suppress(_Lost, RecursionError):
        walk.document()
    return walk.noted


def line_of(noted: Mapping[Path, int], path: Path) -> int:
    """Return the line of a value, or of the nearest thing around it that is written."""
    while path and path not in noted:
        path = path[:-1]
    return noted.get(path, 1)


class _Lost(Exception):
    """The text is not as tomllib accepts it."""


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._lists: dict[Path, int] = {}
        self.noted: dict[Path, int] = {}

    def document(self) -> None:
        """Walk over the whole text."""
        table: Path = ()
        self._pass(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._pass(_BLANK)

    def _header(self) -> Path:
        line, many = self._here(), self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        keys = self._keys()
        self._at += 2 if many else 1
        path = (*self._through_lists(keys[:-1]), keys[-1])
        if many:
            self.noted.setdefault(path, line)
            self._lists[path] = self._lists.get(path, -1) + 1
            path += (self._lists[path],)
        self._note(path, line)
        return path

    def _through_lists(self, keys: Path) -> Path:
        """Return the path in which a name of a list of tables means its last table."""
        path: Path = ()
        for key in keys:
            path += (key,)
            if path in self._lists:
                path += (self._lists[path],)
        return path

    def _pair(self, table: Path) -> None:
        line = self._here()
        path = table + self._keys()
        if self._text[self._at : self._at + 1] != "=":
            raise _Lost
        self._at += 1
        self._pass(_SPACE)
        self._note(path, line, above=len(table))
        self._value(path)

    def _keys(self) -> Path:
        keys: list[str] = []
        while True:
            self._pass(_SPACE)
            keys.append(self._key())
            self._pass(_SPACE)
            if self._text[self._at : self._at + 1] != ".":
                return tuple(keys)
            self._at += 1

    def _key(self) -> str:
        bare = _BARE.match(self._text, self._at)
        if bare is not None:
            self._at = bare.end()
            return bare[0]
        quoted = _QUOTED.match(self._text, self._at)
        if quoted is None:
            raise _Lost
        self._at = quoted.end()
        try:
            return str(tomllib.loads(f"key = {quoted[0]}")["key"])
        except ValueError:  # a text that tomllib does not read either
            raise _Lost from None

    def _value(self, path: Path) -> None:
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif opening in {'"', "'"}:
            self._string()
        else:
            self._pass(_PLAIN)

    def _string(self) -> None:
        kind = _MULTILINE if self._text.startswith(('"""', "'''"), self._at) else _QUOTED
        if kind.match(self._text, self._at) is None:
            raise _Lost
        self._pass(kind)

    def _array(self, path: Path) -> None:
        self._at += 1
        self._pass(_BLANK)
        index = 0
        while self._text[self._at : self._at + 1] != "]":
            if self._at >= len(self._text):
                raise _Lost
            self._note((*path, index), self._here())
            self._value((*path, index))
            self._pass(_BLANK)
            if self._text[self._at : self._at + 1] == ",":
                self._at += 1
                self._pass(_BLANK)
            index += 1
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._pass(_BLANK)
        while self._text[self._at : self._at + 1] != "}":
            if self._at >= len(self._text):
                raise _Lost
            self._pair(path)
            self._pass(_BLANK)
            if self._text[self._at : self._at + 1] == ",":
                self._at += 1
                self._pass(_BLANK)
        self._at += 1

    def _pass(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _note(self, path: Path, line: int, above: int = 0) -> None:
        """Note a path, and the tables that a dotted key brings with it."""
        for length in range(above + 1, len(path) + 1):
            self.noted.setdefault(path[:length], line)
