"""Words that no letter says: they claim more than a measurement and papers can bear.

One table for both languages, always applied whole, for a French letter can hold English.
It is held against everything that the program or the performer says. It is not held
against names (people, companies, productions, files), nor against a clause that the
program itself quotes from a recorded agreement, between quotation marks and with its
place: those are the words of the paper. Quotation marks that somebody types excuse nothing.

Every pattern is of fixed words: what an error repeats comes from this table, and never
carries along what stood around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from replique.errors import UsageError
from replique.language import gettext as _


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a string that is looked up when it is told."""
    return message


CERTAINTY = N_(
    "a strength counts false alarms; it never says that somebody was recognised for sure"
)
FACT = N_("a measurement supports a proposition, and does not decide it")
MACHINE = N_("no measurement here tells how a sound was made; ask for it instead")
BLAME = N_("it accuses somebody, and whether a law was broken is for counsel and courts")


@dataclass(frozen=True, slots=True)
class Banned:
    """A pattern of fixed words, and why it is refused."""

    pattern: str
    why: str


TABLE = (
    # sureness
    Banned(r"match(?:es|ed|ing)?", CERTAINTY),
    Banned(r"identif(?:y|ies|ied|ying)", CERTAINTY),
    Banned(r"correspondances?", CERTAINTY),
    Banned(r"identifi(?:er|e|es|ent|é|ée|és|ées)", CERTAINTY),
    Banned(r"(?:certainly|definitely|undoubtedly|unquestionably)", CERTAINTY),
    Banned(r"(?:without|beyond) (?:any |a |all )?doubt", CERTAINTY),
    Banned(r"(?:certainement|assurément|indubitablement|incontestablement)", CERTAINTY),
    Banned(r"(?:sans (?:aucun |nul )?doute|à coup sûr)", CERTAINTY),
    Banned(r"(?:9\d|100)(?:[.,]\d+)?\s?(?:%|per ?cent|pour ?cents?)", CERTAINTY),
    Banned(
        r"\d+(?:[.,]\d+)?\s?(?:%|per ?cent|pour ?cents?)(?: of| de)? ?"
        r"(?:sure|certain|certainty|accurate|accuracy|likely|probable|probability|confident"
        r"|confidence|sûre?s?|certaine?s?|certitude|fiables?|fiabilité|probabilité|chances?)",
        CERTAINTY,
    ),
    Banned(
        r"(?:it|this|that|he|she) (?:is|was) (?:me|him|her|my voice|my face|my own voice)",
        CERTAINTY,
    ),
    Banned(r"(?:it['’]s|that['’]s) (?:me|him|her|my voice|my face)", CERTAINTY),
    Banned(
        r"(?:c['’]est|il s['’]agit) (?:bien |)(?:de |)(?:moi|lui|elle|ma voix|mon visage)",
        CERTAINTY,
    ),
    # measurements told as facts
    Banned(r"(?:prove|proves|proved|proven|proving)", FACT),
    Banned(r"prouv(?:e|es|ent|er|ant|é|ée|és|ées|ait)", FACT),
    Banned(r"(?:irrefutable|indisputable|conclusive)(?:ly)?", FACT),
    Banned(r"(?:irréfutable|indiscutable|incontestable)s?", FACT),
    # how a sound was made, told as a fact
    Banned(r"(?:ai|a\.i\.|machine)[- ](?:generated|made|created)", MACHINE),
    Banned(
        r"(?:generated|made|created) (?:by|with) (?:an |)(?:ai|artificial intelligence)", MACHINE
    ),
    Banned(r"(?:deep ?fakes?|deep-fakes?|hypertrucages?)", MACHINE),
    Banned(r"(?:cloned|cloning|clonée?s?|cloner|clonage)", MACHINE),
    Banned(
        r"(?:générée?s?|créée?s?|fabriquée?s?|faite?s?) (?:par|avec) (?:une |l['’]|)"
        r"(?:ia|intelligence artificielle)",
        MACHINE,
    ),
    # blame
    Banned(r"(?:steal|steals|stole|stolen|stealing|theft|thief|thieves)", BLAME),
    Banned(r"(?:volée?s?|voler|volent|voleu(?:r|rs|se|ses)|(?:le|du|un) vol)", BLAME),
    Banned(r"(?:pirated|piracy|piratée?s?|piratage)", BLAME),
    Banned(r"(?:fraud|fraudulent|fraudulently|fraudes?|frauduleu(?:x|se|ses|sement))", BLAME),
    Banned(r"(?:illegal|illegally|unlawful|unlawfully)", BLAME),
    Banned(r"(?:illégal|illégale|illégales|illégaux|illégalement|illicites?|illicitement)", BLAME),
    Banned(r"(?:crime|crimes|criminal|criminals|criminel|criminelle|criminels)", BLAME),
    Banned(r"(?:guilty|coupables?)", BLAME),
    Banned(r"(?:lied|lying|liar|liars|menti|mentez|menteu(?:r|rs|se))", BLAME),
    Banned(r"(?:infring(?:e|es|ed|ing|ement|ements)|contrefaçons?|contrefait(?:e|es|s)?)", BLAME),
)
_COMPILED = tuple(
    (re.compile(rf"(?<!\w){entry.pattern}(?!\w)", re.IGNORECASE), entry.why) for entry in TABLE
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Words that were met, as they stand in the table's pattern, and why, untranslated."""

    words: str
    why: str


def met(text: str) -> list[Refused]:
    """Return the banned words in a text, in the order of the table; empty when there are none."""
    plain = re.sub(r"\s+", " ", text)
    return [
        Refused(found.group(0), why)
        for pattern, why in _COMPILED
        if (found := pattern.search(plain)) is not None
    ]


def refuse(text: str) -> None:
    """Raise UsageError, naming the words and why, where a text says what no letter may."""
    found = met(text)
    if not found:
        return
    raise UsageError(
        _("A letter cannot say “{words}”: {why}.").format(
            words=found[0].words, why=_(found[0].why)
        ),
        advice=_(
            "Say what was heard and where, and ask the question. The clauses of agreements on"
            " record are quoted by the program, and stay as they are."
        ),
    )
