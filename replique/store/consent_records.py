"""What the store answers of agreements, uses, duties, judgements and findings.

What is private is "" or () unless it was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from replique.consent.answer import Answer, DutyState
from replique.consent.records import Agreement, Use


@dataclass(frozen=True, slots=True)
class AgreementFileRecord:
    """A file of an agreement. sha256 : under which it is kept as evidence."""

    sha256: str
    name: str
    size: int
    added: datetime


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """An agreement, as its newest text says.

    version : of the paper. edition : how many texts of that version were kept.
    given : the day of the signature as it is written, "" when it is not known.
    status : the change of state that is written last, "" when there is none.
    agreement, text : without testimony, and "", unless testimony was asked for.
    """

    id: str
    version: int
    edition: int
    title: str
    kind: str
    performers: tuple[str, ...]
    company: str
    given: str
    status: str
    sha256: str
    added: datetime
    agreement: Agreement
    files: tuple[AgreementFileRecord, ...] = ()
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LifeRecord:
    """The dates of a performer, as they are written; "" is not known."""

    performer: str
    born: str
    died: str


@dataclass(frozen=True, slots=True)
class UseRecord:
    """A use as it was described.

    number : None for one that nobody has described. name : what a person types: u3.
    occurrence : its number, None for a use that is known otherwise.
    use : with the duties that were done. text : TOML, as it is kept.
    """

    number: int | None
    performer: str
    performer_name: str
    occurrence: int | None
    use: Use
    text: str
    sha256: str
    described: datetime | None = None
    changed: datetime | None = None

    @property
    def name(self) -> str:
        """What a person types: u3; "" for a use that nobody has described."""
        return "" if self.number is None else f"u{self.number}"


@dataclass(frozen=True, slots=True)
class JudgementRecord:
    """What a person who looked says of an occurrence: yes, no or unsure.

    has_reason : whether they said why. why : only when it was asked for.
    """

    occurrence: int
    verdict: str
    by: str
    at: datetime
    has_reason: bool = False
    why: str = field(default="", repr=False)
    id: int = 0


@dataclass(frozen=True)
class FindingRecord:
    """A use, what the agreements say of it today, and what a person says.

    verdict : asked just now, never an old one. possible : what it can become.
    asked_of : "agreement version.edition" to the SHA-256 of each text that was asked.
    asked_at : when this verdict of these texts was first given; None if it is not kept, as
        for another day or an undescribed use.
    before : the verdict that was kept until now, where it was another; "" otherwise.
    """

    use: UseRecord
    verdict: str
    possible: tuple[str, ...]
    asked_of: Mapping[str, str]
    asking: Callable[[], Answer] = field(repr=False, compare=False)
    asked_at: datetime | None = None
    before: str = ""
    judgement: JudgementRecord | None = None

    @cached_property
    def answer(self) -> Answer:
        """The same verdict with every step that led to it; worked out when it is wanted."""
        return self.asking()


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """A duty as it stands for one use. name : what a person types: u3:rider/dub/pay."""

    use: UseRecord
    state: DutyState

    @property
    def name(self) -> str:
        """What a person types."""
        return f"{self.use.name}:{self.state.duty}"


@dataclass(frozen=True, slots=True)
class DutyDoneRecord:
    """A person's word that a duty was done or refused. evidence : SHA-256 of the file."""

    name: str
    outcome: str
    on: date
    by: str
    evidence: str
    amount: str = ""
    currency: str = ""
