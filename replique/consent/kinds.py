"""The kinds of value that a field may hold: words, dates, numbers, lists of them.

A kind turns a value of TOML into a value of a record, or notes what is wrong with it.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from typing import Any

from replique.consent import codes
from replique.consent.dates import UNKNOWN_DAY, when
from replique.consent.fields import N_, NOT_YET, NOTHING, Kind, Page, nearest
from replique.consent.locate import Path
from replique.consent.vocabulary import ANY, UNKNOWN
from replique.language import gettext as _

LONGEST_NAME = 300
LONGEST_TEXT = 20_000
MOST_NAMES = 2_000
EARLIEST_YEAR = 1850
# After its first letter also the marks that belong to one (प्रिया), which \w leaves out:
# whatever is beyond ASCII, but for its spaces, punctuation, controls and private signs.
_BEYOND = (
    r"\u00c0-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u2c00-\u2dff"
    r"\u3040-\ud7ff\uf900-\ufdff\U00010000-\U0003ffff"
)
_SLUG = re.compile(rf"[^\W_][\w.\-{_BEYOND}]{{0,79}}\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """Words of any kind."""

    longest: int = LONGEST_NAME

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return the text without the blanks around it."""
        if not isinstance(value, str):
            return page.wrong(path, _("This must be a text, between quotes."))
        text = value.strip()
        if "\0" in text:
            return page.wrong(path, _("This holds a character that cannot be kept."))
        if len(text) > self.longest:
            return page.wrong(
                path,
                _("This text is too long."),
                _("at most {count} characters").format(count=self.longest),
            )
        return text or NOTHING

    def allowed(self) -> str:
        """Return what may stand there."""
        return _("a text")

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        return {"type": "string", "maxLength": self.longest}


@dataclasses.dataclass(frozen=True, slots=True)
class Pattern:
    """A text of one form. example: one that is right."""

    pattern: re.Pattern[str]
    what: str
    example: str
    known: frozenset[str] = frozenset()

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return the text if it has the form."""
        text = value.strip() if isinstance(value, str) else ""
        if not self.pattern.match(text):
            return page.wrong(path, _("This is not written as it must be."), self.allowed())
        head = re.split(r"[-_]", text.upper())[0]
        if self.known and len(head) == 2 and head not in self.known:
            return page.wrong(path, _("There is no such code."), self.allowed())
        return text

    def allowed(self) -> str:
        """Return what may stand there."""
        return _("{what}, such as {example}").format(what=_(self.what), example=self.example)

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        written = self.pattern.pattern.removesuffix(r"\Z")
        return {"type": "string", "pattern": f"^(?:{written})$"}


SLUG = Pattern(_SLUG, N_("a short name of letters, digits and hyphens"), "rider-2026")
SHA256 = Pattern(re.compile(r"[0-9a-fA-F]{64}\Z"), N_("a SHA-256 of 64 digits"), "9f86d0…")
CURRENCY = Pattern(re.compile(r"[A-Za-z]{3}\Z"), N_("a currency of three letters"), "EUR")
DUTY_PATH = Pattern(
    re.compile(r"[^\s/]{1,80}(?:/[^\s/]{1,80}){1,2}\Z"),
    N_("agreement/rule/duty, or agreement/duty"),
    "rider-2026/dub/pay",
)
PLACE = Pattern(
    re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z0-9]{1,3})?\Z|(?:EEA|WORLD|WORLDWIDE)\Z", re.IGNORECASE),
    N_("the code of a place (ISO 3166), EU, EEA or WORLD"),
    "FR, US-CA",
    codes.PLACES,
)
TONGUE = Pattern(
    re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z"),
    N_("the tag of a language (BCP 47)"),
    "fr, fr-CA",
    codes.LANGUAGES,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One word of a list."""

    words: tuple[str, ...]

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return the word, or say which ones there are."""
        if isinstance(value, str) and value in self.words:
            return value
        return page.wrong(path, _not_listed(value, self.words), self.allowed())

    def allowed(self) -> str:
        """Return what may stand there."""
        return ", ".join(self.words)

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        return {"enum": list(self.words)}


def _not_listed(value: object, words: Sequence[str]) -> str:
    if isinstance(value, bool):
        near = {True: "yes", False: "no"}[value]
        near = near if near in words else ""
    else:
        near = nearest(value, words) if isinstance(value, str) else ""
    if near:
        return _("This is not one of the words that may stand here. Did you mean “{word}”?").format(
            word=near
        )
    return _("This is not one of the words that may stand here.")


@dataclasses.dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return whether it holds."""
        if isinstance(value, bool):
            return value
        return page.wrong(path, _("This must be true or false, without quotes."), self.allowed())

    def allowed(self) -> str:
        """Return what may stand there."""
        return _("true or false")

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        return {"type": "boolean"}


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """A number from `least` to `most`."""

    least: float = 0
    most: float = 1e12
    whole: bool = False

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return the number: an integer if it must be whole, else a float."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or (isinstance(value, float) and (self.whole or not math.isfinite(value))):
            return page.wrong(path, _("This must be a number, without quotes."), self.allowed())
        if not self.least <= value <= self.most:
            return page.wrong(path, _("This number is out of range."), self.allowed())
        return value if self.whole else float(value)

    def allowed(self) -> str:
        """Return what may stand there."""
        text = _("a whole number from {least}") if self.whole else _("a number from {least}")
        if self.most < 1e9:
            text = (
                _("a whole number from {least} to {most}")
                if self.whole
                else _("a number from {least} to {most}")
            )
        return text.format(least=f"{self.least:g}", most=f"{self.most:g}")

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        return {
            "type": "integer" if self.whole else "number",
            "minimum": self.least,
            "maximum": self.most,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Date:
    """A day, a month, a year, a moment, or the days from one to another."""

    also: str = ""
    """A word that may stand instead, such as ENDLESS."""
    open: bool = False
    """Whether "unknown" is a day that nobody knows, and not the same as no day at all."""

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return a When, or the word."""
        if self.open and value == UNKNOWN:
            return UNKNOWN_DAY
        if self.also and value == self.also:
            return self.also
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # 2024 without quotes is a year too
        try:
            found = when(value)
        except (OverflowError, ValueError):
            found = None
        if found is None or found.day.year < EARLIEST_YEAR or found.last < found.first:
            return page.wrong(path, _("There is no such date."), self.allowed())
        return found

    def allowed(self) -> str:
        """Return what may stand there."""
        text = _('2024-03-05; "2024-03" or "2024" where the day is not known')
        return f'{text}; "{self.also}"' if self.also else text

    def schema(self) -> dict[str, Any]:
        """Return what may stand there. A date of TOML is a string in JSON."""
        return {"type": ["string", "integer"]}


@dataclasses.dataclass(frozen=True, slots=True)
class Many:
    """A list; one value alone is a list of one.

    also : words that may stand in it beside what `each` allows. ordered: a tuple.
    """

    each: Kind
    also: tuple[str, ...] = ()
    ordered: bool = False
    some: bool = False

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return a frozenset, or a tuple where the order counts."""
        listed = isinstance(value, list)
        values = value if listed else [value]
        if len(values) > MOST_NAMES:
            return page.wrong(path, _("This list is too long."))
        if self.some and not values:
            return page.wrong(path, _("This list is empty."), self.allowed())
        found = []
        for index, one in enumerate(values):
            place = (*path, index) if listed else path
            if one == UNKNOWN and UNKNOWN not in self.also:
                page.wrong(place, _("“unknown” must stand alone."))
                continue
            read = one if one in self.also else self.each.read(one, place, page)
            if read is NOTHING and one == "":
                page.wrong(place, _("This is empty."))
            elif read is not NOTHING:
                found.append(read)
        return tuple(found) if self.ordered else frozenset(found)

    def allowed(self) -> str:
        """Return what may stand there."""
        text = self.each.allowed()
        if not self.also:
            return text
        return _("{words}; or {others}").format(words=text, others=", ".join(self.also))

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        one = self.each.schema()
        if self.also:
            one = {"anyOf": [one, {"enum": list(self.also)}]}
        array: dict[str, Any] = {"type": "array", "items": one, "maxItems": MOST_NAMES}
        if self.some:
            array["minItems"] = 1
        return {"anyOf": [one, array]}


def names(*words: str, some: bool = False) -> Many:
    """Return a list of words of the vocabulary; `any` says all of them."""
    return Many(Choice(words), also=(ANY,), some=some)


def free(kind: Kind | None = None) -> Many:
    """Return a list of names that no vocabulary holds; `any` says all."""
    return Many(kind or Text(), also=(ANY,))


@dataclasses.dataclass(frozen=True, slots=True)
class ByWord:
    """A table that has a value for each of some words: `{ line = 200 }`."""

    words: tuple[str, ...]
    each: Kind
    unknown_widens: bool = False

    def read(self, value: Any, path: Path, page: Page) -> Any:  # noqa: ANN401
        """Return a dict; a value that is not known is left out of it."""
        if not isinstance(value, dict):
            return page.wrong(path, _("This must be a table."), self.allowed())
        found = {}
        for word, one in value.items():
            place = (*path, word)
            if word not in self.words:
                page.wrong(place, _not_listed(word, self.words), ", ".join(self.words))
            elif one != UNKNOWN or self.unknown_widens:
                read = self.each.read(one, place, page)
                if read is not NOTHING:
                    found[word] = None if read == NOT_YET else read
        return found

    def allowed(self) -> str:
        """Return what may stand there."""
        return _("for each of {words}: {value}").format(
            words=", ".join(self.words), value=self.each.allowed()
        )

    def schema(self) -> dict[str, Any]:
        """Return what may stand there."""
        one: dict[str, Any] = self.each.schema()
        if not self.unknown_widens:
            one = {"anyOf": [one, {"const": UNKNOWN}]}
        return {
            "type": "object",
            "properties": dict.fromkeys(self.words, one),
            "additionalProperties": False,
        }
