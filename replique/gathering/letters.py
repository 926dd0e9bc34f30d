"""The facts of a letter, gathered from the store and from what its writer adds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from replique import store
from replique.errors import NotFound, UsageError
from replique.gathering.searches import search_so_far
from replique.gathering.voices import voice_search
from replique.language import gettext as _
from replique.report.letters import Addressee, Heard, HeardVoice, LetterFacts, Sender
from replique.report.voice_contents import VoiceSearch
from replique.report.voice_wording import is_close

if TYPE_CHECKING:
    from replique.store import FindingRecord, Home, OccurrenceRecord


LONGEST_WAIT_DAYS = 365


@dataclass(frozen=True, slots=True)
class Details:
    """What a letter needs and the records do not hold; "" or () is not said.

    sender, to : fields of `Sender` and `Addressee`.
    """

    place: str = ""
    date: dt.date | None = None
    reference: str = ""
    answer_within_days: int | None = None
    pay_to: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    enclosures: tuple[str, ...] = ()
    sender: Mapping[str, Any] = field(default_factory=dict, repr=False)
    to: Mapping[str, Any] = field(default_factory=dict, repr=False)


def finding(what: str) -> FindingRecord:
    """Return the one finding that a letter is about. Raises NotFound, UsageError."""
    found = store.check(what)
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.use.name or each.use.performer for each in found)
    raise UsageError(
        _("Several findings are meant: {names}.").format(names=names),
        advice=_("Name one use, such as u3; a letter is about one."),
    )


def facts(home: Home, one: FindingRecord, details: Details, to: str) -> LetterFacts:
    """Gather what a letter says of a finding. to : company, wins over the details'.

    Raises NotFound, UsageError.
    """
    addressee = Addressee(**details.to)
    said_by = {"name": one.use.performer_name, **details.sender}
    papers = store.agreements(one.use.performer)
    found = _found(home, one)
    voices = _voices(home, found)
    return LetterFacts(
        sender=Sender(**said_by),
        addressee=dataclasses.replace(addressee, name=to) if to else addressee,
        date=details.date or dt.date.today(),  # noqa: DTZ011 - the day where the person is
        use=one.use.use,
        answer=one.answer,
        judgement=one.judgement.verdict if one.judgement is not None else "",
        place=details.place,
        reference=details.reference or _reference(one),
        heard=_heard(found),
        voices=voices.heard,
        voice_search=voices.search,
        agreements=tuple(paper.agreement for paper in papers),
        died=bool(store.life(one.use.performer).died),
        run=search_so_far(home),
        answer_within_days=details.answer_within_days,
        pay_to=details.pay_to,
        note=details.note,
        enclosures=details.enclosures,
    )


@dataclass(frozen=True, slots=True)
class _Voices:
    heard: tuple[HeardVoice, ...] = ()
    search: VoiceSearch | None = None


def _found(home: Home, one: FindingRecord) -> OccurrenceRecord | None:
    if one.use.occurrence is None:
        return None
    return _occurrence(home, one.use.occurrence, one.use.performer)


def _reference(one: FindingRecord) -> str:
    return one.use.name or str(one.use.occurrence)


def _heard(found: OccurrenceRecord | None) -> tuple[Heard, ...]:
    """Return where a take is found again; of a voice nothing is said to be."""
    if found is None or found.take is None:
        return ()
    return (
        Heard(
            take=found.take.title,
            take_sha256=found.take.sha256,
            medium=_file_name(found.medium.locator),
            medium_sha256=found.medium.sha256 or "",
            track=found.track,
            start_s=found.found.start_s,
            end_s=found.found.end_s,
            strength=found.found.strength,
        ),
    )


def _voices(home: Home, found: OccurrenceRecord | None) -> _Voices:
    """Return where a voice is heard that resembles, and how it was searched for.

    Raises UsageError where a take explains the voice: the letter is then about the take; and
    where the medium is a recording of the enrolment, which says nothing of any use.
    """
    if found is None or found.voice is None:
        return _Voices()
    if found.explained is not None and found.explained.state == "enrolled":
        raise UsageError(
            _("This medium is a recording that the voice was enrolled with: that the voice is "
              "heard in it says nothing of a use."),
            advice=_("If that recording itself was used, register it as a take, scan, and write on "
                     "the occurrence of the take."),
        )  # fmt: skip
    if found.explained is not None and found.explained.state == "by_take":
        numbers = ", ".join(str(each) for each in found.explained.by)
        raise UsageError(
            _("A take explains this voice: the recording itself was found there."),
            advice=_("Describe the use of that one, and write on it: occurrence {numbers}.").format(
                numbers=numbers
            ),
        )
    searched = voice_search(home, store.runs(), store.media())
    search, digests = searched if searched is not None else (None, frozenset[str]())
    valid = search.range if search is not None and found.probe_digest in digests else None
    heard = HeardVoice(
        medium=_file_name(found.medium.locator),
        medium_sha256=found.medium.sha256 or "",
        track=found.track,
        start_s=found.found.start_s,
        end_s=found.found.end_s,
        manner=found.voice.manner,
        close=is_close(found.found),
        occurrence=found.found,
        valid=valid,
    )
    return _Voices((heard,), search)


def _file_name(locator: str) -> str:
    """Return a locator without the folders of this computer: game.zip!/voices/a.ogg."""
    outer, mark, inner = locator.partition("!")
    return re.split(r"[/\\]", outer)[-1] + mark + inner


def _occurrence(home: Home, number: int, performer: str) -> OccurrenceRecord:
    for each in store.occurrences(home, performer=performer, withdrawn=True, contested=True):
        if each.id == number:
            return each
    raise NotFound(
        _("Occurrence {number} was found by an earlier search, and not by the last one.").format(
            number=number
        ),
        advice=_("Look at the new one with `replique occurrences`, and describe its use."),
    )
