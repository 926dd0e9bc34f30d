"""Who may be enrolled on whose word: what is asked of a statement before it is kept."""

from __future__ import annotations

import datetime as dt
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.utils import timezone

from replique.consent.dates import when
from replique.errors import UsageError
from replique.evidence.canonical import NotCanonical
from replique.evidence.entries import read
from replique.language import LANGUAGES, choose, current, restore
from replique.language import gettext as _
from replique.media.source import unreadable
from replique.store import evidence_files, files
from replique.store.consent_models import PerformerLife
from replique.store.guard import guarded
from replique.store.ledger_models import LedgerEntry
from replique.store.ledgered import ADDED
from replique.store.models import Performer
from replique.store.people import find_performer
from replique.store.text import clean
from replique.store.voice_models import LONG, VoiceStatement
from replique.voices import statement as wording

MOST_TYPED = 3
"""People whose statements may be typed within a day: more are brought signed."""
MOST_SIGNED = 200_000_000
"""Bytes of a signed page, which is read twice and kept: more is another file, given by mistake."""
WITHIN = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Statement:
    """How a person agreed to the statement.

    way : "typed", their name typed by themselves; "signed", on paper or electronically.
    by : the name that was typed; "" for a signed one. file : the signed one.
    language : in which it was read, "fr"; "" for the one in force.
    """

    way: Literal["typed", "signed"]
    by: str = ""
    file: Path | None = None
    language: str = ""


def same_name(one: str, other: str) -> bool:
    """Return whether two writings of a name are of one name: case and spaces aside."""
    return _spelt(one) == _spelt(other)


@guarded()
def check_statement(performer: str, given: Statement) -> None:
    """Look whether a statement would be taken, before anything else is asked; keep nothing.

    performer : slug. Raises NotFound, UsageError, MediaError.
    """
    check(find_performer(performer), given)


@guarded()
def statement(performer: str) -> str:
    """Return the statement that a person is shown, in the language in force.

    performer : slug. Raises NotFound, UsageError.
    """
    return wording.text(find_performer(performer).name)


def check(owner: Performer, given: Statement) -> str:
    """Return the SHA-256 of a signed file, "" for a typed name. Raises UsageError, MediaError."""
    if given.language and given.language not in LANGUAGES:
        raise UsageError(
            _("The statement is not written in {language}.").format(language=clean(given.language)),
            advice=_("One of: {languages}.").format(languages=", ".join(LANGUAGES)),
        )
    if given.way == "signed":
        return _check_signed(owner, given)
    _check_typed(owner, given)
    return ""


def keep(owner: Performer, given: Statement) -> VoiceStatement:
    """Keep a statement in the words that were shown; within a transaction.

    A signed file is kept as evidence. Raises UsageError, MediaError.
    """
    sha256 = check(owner, given)
    if given.file is not None and sha256:
        sha256 = evidence_files.keep(given.file)
    language = given.language or current()
    token = choose(language)
    try:
        text = wording.text(owner.name)
    finally:
        restore(token)
    row = VoiceStatement(
        performer=owner,
        version=wording.VERSION,
        language=language,
        text=text,
        way=given.way,
        by=clean(given.file.name if given.file is not None and sha256 else given.by.strip())[:LONG],
        sha256=sha256,
    )
    row.save()
    return row


def withdraw(owner: Performer) -> int:
    """Mark the statements of a person as withdrawn on which nothing rests; return how many."""
    rows = VoiceStatement.objects.filter(performer=owner, withdrawn_at=None, voices=None)
    count = 0
    for row in rows.order_by("pk"):
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"], ledger_verb="withdrawn")
        count += 1
    return count


def _check_typed(owner: Performer, given: Statement) -> None:
    if not same_name(given.by, owner.name):
        raise UsageError(
            _("The name that was typed is not the name that is registered: {name}.").format(
                name=owner.name
            ),
            advice=_("Only the person themselves can agree: let them type their own name."),
        )
    _check_of_age(owner)
    others = _others(owner, timezone.now() - WITHIN)
    if others >= MOST_TYPED:
        raise UsageError(
            _("{count} other people were enrolled here today on a typed name.").format(
                count=others
            ),
            advice=_(
                "Bring the statement signed by the person, as a file; or wait until tomorrow."
            ),
        )


def _others(owner: Performer, since: dt.datetime) -> int:
    """Return how many other people were enrolled on a typed name.

    One performer who was given another name counts as two people, and so does each statement
    that was taken out since with its performer: the ledger still tells of it.
    """
    rows = VoiceStatement.objects.filter(way=VoiceStatement.Way.TYPED, given_at__gte=since)
    people = {(row.performer_id, _spelt(row.by)) for row in rows}
    return len(people - {(owner.pk, _spelt(owner.name))}) + _taken_out(since)


def _taken_out(since: dt.datetime) -> int:
    """Return how many statements on a typed name are in the ledger, and no row any more."""
    kind = VoiceStatement.ledger_kind
    there = {f"{kind}/{number}" for number in VoiceStatement.objects.values_list("pk", flat=True)}
    gone = set()
    lines = LedgerEntry.objects.filter(kind=kind).order_by("-sequence")
    for line in lines.values_list("line", flat=True).iterator():
        try:
            entry = read(line.encode())
        except (NotCanonical, ValueError):
            continue  # `verify` names it
        if dt.datetime.fromisoformat(entry.at) < since:
            break
        typed = entry.body.get("way") == VoiceStatement.Way.TYPED
        if typed and entry.body.get("verb") == ADDED and entry.subject not in there:
            gone.add(entry.subject)
    return len(gone)


def _check_of_age(owner: Performer) -> None:
    """Refuse a typed name of who is too young, or no longer lives."""
    life = PerformerLife.objects.filter(performer=owner).first()
    if life is None:
        return
    born, today = when(life.born), timezone.now().date()
    if life.died:
        raise UsageError(
            _("{name} has died, and cannot type their name.").format(name=owner.name),
            advice=_("Bring a statement signed by those who may decide for them, as a file."),
        )
    # the last day that it can be: in doubt, a guardian signs too
    if born is not None and _years(born.last_day, today) < wording.ADULT:
        raise UsageError(
            _("{name} is not {age} years old yet.").format(name=owner.name, age=wording.ADULT),
            advice=_("Bring the statement signed by a parent or guardian, as a file."),
        )


def _years(born: dt.date, today: dt.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _check_signed(owner: Performer, given: Statement) -> str:
    if given.file is None:
        raise UsageError(
            _("A signed statement is a file, and none was given."),
            advice=_("Scan or photograph the signed page, and give that file."),
        )
    try:
        said = given.file.stat()
        if not stat.S_ISREG(said.st_mode) or said.st_size > MOST_SIGNED:
            raise _no_page(given.file)
        with given.file.open("rb") as file:
            sha256, size = files.hash_of(file)
    except OSError as error:
        raise unreadable(given.file, error) from error
    if not size:
        raise UsageError(
            _("The signed statement is an empty file."),
            advice=_("Scan or photograph the signed page, and give that file."),
        )
    if VoiceStatement.objects.filter(sha256=sha256).exclude(performer=owner).exists():
        raise UsageError(
            _("This file is the signed statement of somebody else."),
            advice=_("Each person signs a statement of their own."),
        )
    return sha256


def _no_page(file: Path) -> UsageError:
    return UsageError(
        _("{name} is no scan or photograph of a signed page.").format(name=clean(file.name)),
        advice=_("It is a file of {most} MB at most: a PDF, or a picture.").format(
            most=MOST_SIGNED // 1_000_000
        ),
    )


def _spelt(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()
