"""Letters that a performer signs: composed, checked, set as PDF and as plain text.

    letter = compose("access", facts, "fr")
    pdf, text = as_pdf(letter), as_text(letter)

`facts` says what a letter is made of; docs/letters.md tells which letter is for what.
"""

from __future__ import annotations

from replique.report.letters.composition import Letter, compose
from replique.report.letters.facts import (
    KINDS,
    Addressee,
    Heard,
    HeardVoice,
    LetterFacts,
    Sender,
)
from replique.report.letters.plain import as_text
from replique.report.letters.setting import as_pdf

__all__ = [
    "KINDS",
    "Addressee",
    "Heard",
    "HeardVoice",
    "Letter",
    "LetterFacts",
    "Sender",
    "as_pdf",
    "as_text",
    "compose",
]
