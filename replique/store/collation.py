"""Names in the order in which a person looks for them, whichever database they come from.

SQLite orders by code points (Zoé before Édith), PostgreSQL as its host was set up. Here é stands
beside e and œ beside oe; where names differ only by their marks, the plain one comes first, as
in French dictionaries of names; case counts last.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

_Named = TypeVar("_Named")
_TWO = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
                      "ı": "i"})  # fmt: skip
"""Letters that Unicode does not take apart."""


def name_key(name: str) -> tuple[str, str, str]:
    """Return by what a name is ordered: its letters, then their marks, then their case."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(each for each in folded if not unicodedata.combining(each))
    words = "".join(each if each.isalnum() else " " for each in letters.translate(_TWO)).split()
    return " ".join(words), folded, name


def in_order(given: Iterable[_Named], key: Callable[[_Named], str] = str) -> list[_Named]:
    """Return things in the order of their names. key : tells the name of one."""
    return sorted(given, key=lambda each: name_key(key(each)))
