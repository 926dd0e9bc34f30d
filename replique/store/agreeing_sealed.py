"""An agreement whose private part is sealed: on a committee's desk the host cannot read it.

What is private in a paper (who says how it came to be signed, in their words; every note)
leaves the text before it is kept, and is sealed for who wrote it, the performers it names
and their confidants.  That there is a statement, of which kind and on which day, stays in the
clear: the rules ask it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from replique.consent import writing
from replique.consent.labels import label
from replique.consent.records import Agreement
from replique.consent.vocabulary import ANY
from replique.errors import AlreadyThere
from replique.language import gettext as _
from replique.store.agreeing import (
    Day,
    add_agreement,
    agreement,
    suspend_agreement,
    tells_private,
    withdraw_agreement,
)
from replique.store.consent_models import Agreement as Row
from replique.store.consent_records import AgreementRecord
from replique.store.guard import guarded
from replique.store.judging_sealed import readers
from replique.store.ledger import locked
from replique.store.sealing import write


@guarded()
def add_agreement_sealed(given: Agreement, *, by: int) -> AgreementRecord:
    """Keep an agreement in the clear, and what is private in it sealed: both or neither.

    by : a member. Raises UsageError, AlreadyThere, StaysSealed when they have no key.
    """
    with transaction.atomic():
        locked()
        if Row.objects.filter(slug=given.id).exists():
            # another version would be read by whoever wrote it together with the first
            raise AlreadyThere(
                _("There is an agreement {agreement} already.").format(agreement=given.id),
                advice=_("Give this one another title."),
            )
        made = add_agreement(writing.agreement(given, testimony=False))
        _seal(private(given), made, by)
    return made


@guarded()
def withdraw_agreement_sealed(slug: str, on: Day, why: str, *, by: int) -> AgreementRecord:
    """Withdraw consent, and seal why. Raises NotFound, UsageError, StaysSealed."""
    with transaction.atomic():
        locked()
        made = withdraw_agreement(slug, on)
        _seal(_headed("withdrawn", str(on), why), made, by)
    return made


@guarded()
def suspend_agreement_sealed(
    slug: str, acts: Iterable[str], start: Day, until: Day | None, why: str, *, by: int
) -> AgreementRecord:
    """Suspend consent, and seal why. Raises NotFound, UsageError, StaysSealed."""
    with transaction.atomic():
        locked()
        made = suspend_agreement(slug, acts, start, until)
        _seal(_headed("suspended", str(start), why), made, by)
    return made


def about(slug: str) -> str:
    """Return what the private part of an agreement is kept under."""
    return f"agreement/{slug}"


@guarded()
def lies_open(slug: str) -> bool:
    """Return whether something private of an agreement is kept unsealed.

    So it is on a laptop, and of what was given to a committee's records at the command line.
    Raises NotFound.
    """
    return tells_private(slug)


def private(given: Agreement) -> str:
    """Return what is private in an agreement, as words to read; "" where nothing is."""
    parts = []
    for each in given.circumstances:
        on = each.on.written if each.on is not None else ""
        said = [each.text]
        if each.said_by:
            said.append(_("Said by: {name}").format(name=each.said_by))
        if each.evidence:
            said.append(_("What shows it: {evidence}").format(evidence=each.evidence))
        words = "\n".join(part for part in said if part)
        if words:
            parts.append(_under(label("circumstance", each.marker), on, words))
    parts += [
        _headed(state.status, state.on.written if state.on else "", state.note)
        for state in given.states
        if state.note.strip()
    ]
    return "\n\n".join([*parts, *([given.note] if given.note else [])])


def _headed(status: str, on: str, note: str) -> str:
    return _under(label("status", status), on, note) if note.strip() else ""


def _under(heading: str, on: str, words: str) -> str:
    return f"{heading}{f', {on}' if on else ''}:\n{words}"


def _seal(words: str, made: AgreementRecord, by: int) -> None:
    if not words.strip():
        return
    slugs = sorted(set(agreement(made.id).performers) - {ANY})
    write(
        words,
        by=by,
        readers=readers(slugs),
        performer=slugs[0] if slugs else "",
        about=about(made.id),
    )
