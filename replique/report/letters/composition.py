"""A letter, whole: composed from facts, checked word for word, ready to be set."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

from replique.language import choose, current, restore
from replique.language import gettext as _
from replique.report.letters import (
    access,
    banned,
    fitting,
    objection,
    parties,
    payment,
    takedown,
    telling,
    telling_voice,
    withdrawal,
)
from replique.report.letters.draft import Draft
from replique.report.letters.facts import LetterFacts
from replique.report.letters.words import (
    Block,
    Line,
    Piece,
    line,
    lines_of,
    name,
    ours,
)
from replique.report.numerals import day

_BODIES: dict[str, ModuleType] = {
    "access": access,
    "objection": objection,
    "takedown": takedown,
    "payment": payment,
    "withdrawal": withdrawal,
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What is set on paper or written as text.

    open_points, warnings : sentences for whoever sends it; no part of the letter itself.
    date : day of the letter, ISO; the time stamp of the PDF.
    """

    kind: str
    language: str
    date: str
    sender: tuple[Line, ...]
    addressee: tuple[Line, ...]
    place_and_date: Line
    subject: str
    reference: Line
    salutation: str
    blocks: tuple[Block, ...]
    closing: str
    signature: Line
    enclosures: tuple[Line, ...]
    annex: tuple[Block, ...]
    open_points: tuple[str, ...]
    warnings: tuple[str, ...]


def compose(kind: str, facts: LetterFacts, language: str) -> Letter:
    """Compose a letter.

    kind : see facts.KINDS. language : "en" or "fr".
    Raises UsageError where the letter makes no sense for the answer, or where the
    performer's own words say what no letter may (see banned).
    """
    fitting.refuse(kind, facts)
    banned.refuse(facts.note)
    token = choose(language)
    try:
        letter = _composed(kind, facts)
    finally:
        restore(token)
    banned.refuse(said_by_us(letter))
    return letter


def said_by_us(letter: Letter) -> str:
    """Return all that the program says in a letter, with … for what others chose."""
    around = (
        letter.sender, letter.addressee, (letter.place_and_date, letter.reference),
        (letter.signature,), letter.enclosures,
        *(tuple(lines_of(block)) for block in (*letter.blocks, *letter.annex)),
    )  # fmt: skip
    plain = (letter.subject, letter.salutation, letter.closing)
    notes = (*letter.open_points, *letter.warnings)
    return "\n".join([*plain, *(ours(lines) for lines in around), *notes])


def _composed(kind: str, facts: LetterFacts) -> Letter:
    draft = Draft()
    body = _BODIES[kind]
    addressee = _addressee(draft, kind, facts)
    sender = _sender(draft, facts)
    place = _place(draft, facts)
    body.write(draft, facts)
    annex = Draft()
    if facts.heard:
        telling.measured(annex, facts)
    if facts.voices:
        telling_voice.measured(annex, facts)
    if facts.sender.represented_by:
        draft.settle(_("Enclose the authority of whoever signs for the performer."))
    return Letter(
        kind=kind,
        language=current(),
        date=facts.date.isoformat(),
        sender=sender,
        addressee=addressee,
        place_and_date=place,
        subject=body.subject(),
        reference=line(_("Our reference: {reference}"), reference=name(facts.reference))
        if facts.reference
        else (),
        salutation=_("Dear Sir or Madam,"),
        blocks=tuple(draft.blocks),
        closing=_("Yours faithfully,"),
        signature=_signature(facts),
        enclosures=tuple((name(each),) for each in facts.enclosures),
        annex=tuple(annex.blocks),
        open_points=tuple(draft.points),
        warnings=fitting.warnings(kind, facts),
    )


def _sender(draft: Draft, facts: LetterFacts) -> tuple[Line, ...]:
    sender = facts.sender
    lines: list[Line] = [(Piece("strong", name(sender.name).text),)]
    if sender.represented_by:
        lines.append(line(_("represented by {who}"), who=name(sender.represented_by)))
    lines += [(name(each),) for each in sender.address]
    if not sender.address:
        lines.append((draft.open(_("the performer’s address for answers")),))
    if sender.email:
        lines.append((name(sender.email),))
    return tuple(lines)


def _addressee(draft: Draft, kind: str, facts: LetterFacts) -> tuple[Line, ...]:
    to = facts.addressee
    company = parties.company_written_to(facts)
    lines: list[Line] = [(draft.given(company, _("the company that is written to")),)]
    if to.attention:
        lines.append((name(to.attention),))
    elif kind in {"access", "objection", "withdrawal"}:
        lines.append((Piece("text", _("To the data protection officer")),))
    lines += [(name(each),) for each in to.address]
    if not to.address:
        lines.append((draft.open(_("the company’s address")),))
    return tuple(lines)


def _place(draft: Draft, facts: LetterFacts) -> Line:
    return line(
        _("{place}, {day}"),
        place=draft.given(facts.place, _("the place where the letter is written")),
        day=day(facts.date),
    )


def _signature(facts: LetterFacts) -> Line:
    if facts.sender.represented_by:
        return line(
            _("{who}, for {performer}"),
            who=name(facts.sender.represented_by),
            performer=name(facts.sender.name),
        )
    return (name(facts.sender.name),)
