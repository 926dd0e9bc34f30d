"""Short names: Awa Diop is typed as awa-diop."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o",
        "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th",
        "ı": "i", "ŋ": "n", "Ŋ": "n", "ɓ": "b", "Ɓ": "b", "ɗ": "d", "Ɗ": "d", "ƙ": "k", "Ƙ": "k",
    }
)  # fmt: skip
LONGEST = 60


def slug(name: str, taken: Container[str] = ()) -> str:
    """Return a short name, of letters, digits and hyphens, that is not taken.

    Accents fall; letters of other scripts stay as they are, for somebody named
    Мария has a name to type too.  A name without any letter or digit gives
    "performer".  The second Awa Diop is awa-diop-2.
    """
    apart = unicodedata.normalize("NFKD", name.translate(_PLAIN)).casefold()
    whole = unicodedata.normalize("NFC", _without_accents(apart))
    words = "".join(c if _of_a_word(c) else " " for c in whole).split()
    stem = "-".join(words)[:LONGEST].strip("-")
    if not any(c.isalnum() for c in stem):
        stem = "performer"
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _of_a_word(character: str) -> bool:
    """Return whether it is a letter, a digit, or a mark that belongs to one (प्रिया)."""
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _without_accents(apart: str) -> str:
    """Take the accents off Latin letters; й and ガ are letters of their own."""
    kept = []
    latin = False
    for character in apart:
        if not unicodedata.combining(character):
            latin = unicodedata.name(character, "").startswith("LATIN")
        elif latin:
            continue
        kept.append(character)
    return "".join(kept)
