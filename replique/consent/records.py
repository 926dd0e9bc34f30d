"""What was agreed, and the use that is asked about, as records.

An `Agreement` is a paper, or a statement. Its rules are of three kinds: a grant allows,
a prohibition forbids, a requirement says what any grant it speaks of must meet (what a
collective agreement does). A `Use` is what somebody did; everything that is not known
of it is None. `reading` makes them from TOML; docs/consent.md describes every field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

from replique.consent.dates import When

Names = frozenset[str]
"""Values of a list; a dimension that is None sets no limit, `any` says so in words."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """How far a rule reaches. None: the paper sets no limit there.

    max_counts : the most lines, words, days... in all. identifiable: False if what comes
    out must not be recognisable. not_during_strike: ends while a strike is called.
    """

    productions: Names | None = None
    companies: Names | None = None
    characters: Names | None = None
    media: Names | None = None
    channels: Names | None = None
    territories: Names | None = None
    languages: Names | None = None
    models: Names | None = None
    not_productions: Names = frozenset()
    not_companies: Names = frozenset()
    not_media: Names = frozenset()
    not_channels: Names = frozenset()
    not_territories: Names = frozenset()
    not_languages: Names = frozenset()
    content_refused: Names = frozenset()
    max_counts: Mapping[str, float] = dataclasses.field(default_factory=dict)
    start: When | None = None
    end: When | None = None
    identifiable: bool | None = None
    not_during_strike: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Duty:
    """What is owed for a permission: dated, and done only when a person says so.

    One of these says when: before_use; hours_before (of the event `after`, or the use);
    due; within_days after an event; every period from an event; with_use.
    or_at_engagement : a notice that may also be given at the engagement, where that is
        later (SAG-AFTRA TV/Theatrical 2023).
    """

    id: str
    kind: str
    clause: str = ""
    text: str = ""
    amount: float | None = None
    currency: str = ""
    unit: str = ""
    percent: float | None = None
    to: str = ""
    before_use: bool = False
    with_use: bool = False
    hours_before: float | None = None
    or_at_engagement: bool = False
    due: When | None = None
    within_days: int | None = None
    after: str = "use"
    every: str = ""
    until: When | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Needs:
    """What a requirement asks of the paper that grants. Empty: nothing."""

    forms: Names = frozenset()
    signed_by: Names = frozenset()
    representation: Names = frozenset()
    clear_and_conspicuous: bool = False
    reasonably_specific: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One grant, prohibition or requirement, with the clause it stands in.

    id : within its agreement. subjects, artefacts, acts: None is "not said" (never in a
    grant, whose subjects and acts are always there).
    """

    id: str
    kind: Literal["grant", "prohibition", "requirement"]
    acts: Names | None
    subjects: Names | None
    artefacts: Names | None = None
    practices: Names = frozenset()
    scope: Scope = Scope()
    duties: tuple[Duty, ...] = ()
    needs: Needs = Needs()
    clause: str = ""
    quote: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """How it was written down."""

    kind: str | None = None
    given: When | None = None
    clear_and_conspicuous: bool | None = None
    reasonably_specific: bool | None = None
    language: str = ""
    document_sha256: str = ""
    explained_by: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Signature:
    """Who signed. authority: whether they could for the performer; None is not known."""

    by: str
    name: str = ""
    on: When | None = None
    authority: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Circumstance:
    """A dated statement of how it came to be signed: testimony, never computed.

    text, said_by, evidence : private; no answer, log or error repeats them.
    """

    marker: str
    on: When | None = None
    said_by: str = dataclasses.field(default="", repr=False)
    evidence: str = dataclasses.field(default="", repr=False)
    text: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """A change of state. acts: which acts it concerns; empty is all of them."""

    status: str
    on: When | None = None
    until: When | None = None
    acts: Names = frozenset()
    by: str = ""
    note: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """From when until when. endless: the paper says that it has no end."""

    start: When | None = None
    end: When | None = None
    endless: bool = False
    begun_uses: str | None = None
    grace_days: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """A leave to pass it on, given by whom the agreement names."""

    to: str
    on: When | None = None
    by: str = ""
    refused: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Onward:
    """Whether it may be passed on. What is not mentioned is not granted.

    to : to whom alone, None is anybody. depth: how many hands further.
    """

    sublicense: str = "no"
    transfer: str = "no"
    to: Names | None = None
    depth: int | None = None
    approver: str = ""
    clause: str = ""
    approvals: tuple[Approval, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Posthumous:
    """What holds after death. survives None: the paper does not say."""

    survives: bool | None = None
    years: int | None = None
    right_holder: str = ""
    registry: str = ""
    clause: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Adoption:
    """How a collective agreement was adopted by those it binds."""

    union: str = ""
    published_to_members: When | None = None
    vote: str = "unknown"
    vote_opened: When | None = None
    vote_closed: When | None = None
    turnout_percent: float | None = None
    yes_percent: float | None = None
    quorum: str = ""
    text_sha256: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Agreement:
    """A paper or a statement. performers: short names, or {"any"} (collective).

    replaces : ids of agreements that this one supersedes from `effective` on.
    amends, ends : the agreement it changes, and the ids of the rules it ends there.
    law : places whose law it names or was made under (US-CA, FR...); None is not known.
    replaces_in_person : whether the replica does what the performer would otherwise have
        done in person (Cal. Labor Code §927(a)(1)).
    """

    id: str
    kind: str
    performers: Names
    title: str = ""
    version: int = 1
    company: str = ""
    law: Names | None = None
    effective: When | None = None
    replaces: tuple[str, ...] = ()
    amends: str = ""
    ends: tuple[str, ...] = ()
    term: Term = Term()
    form: Form = Form()
    signatures: tuple[Signature, ...] = ()
    representation: str | None = None
    replaces_in_person: bool | None = None
    circumstances: tuple[Circumstance, ...] = ()
    states: tuple[State, ...] = ()
    onward: Onward = Onward()
    posthumous: Posthumous = Posthumous()
    adoption: Adoption | None = None
    rules: tuple[Rule, ...] = ()
    duties: tuple[Duty, ...] = ()
    bundled: bool | None = None
    note: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Life:
    """The dates of a performer that consent depends on."""

    performer: str
    born: When | None = None
    died: When | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """One hand to the next: how the material came from whom was granted to who used it."""

    giver: str
    taker: str
    by: Literal["sublicense", "transfer"]
    on: When | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """A duty that a person says was done, and with what that is shown.

    duty : "agreement/rule/duty", or "agreement/duty". outcome: done or refused.
    evidence : SHA-256 of the file, or where it is kept.
    """

    duty: str
    on: When
    by: str
    evidence: str
    outcome: str = "done"
    amount: float | None = None
    currency: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """What was done with a performer's material. None: not known.

    date : the day that is asked about. began: when this use began, if earlier.
    counts : lines, words, days so far, this use included.
    how_known : what an assertion of training rests on; likeness of an output is no
        evidence of training.
    """

    id: str
    performer: str
    act: str | None = None
    subjects: Names | None = None
    artefact: str | None = None
    date: When | None = None
    began: When | None = None
    production: str | None = None
    company: str | None = None
    character: str | None = None
    medium: str | None = None
    channel: str | None = None
    territories: Names | None = None
    languages: Names | None = None
    model: str | None = None
    content: Names | None = None
    practice: str | None = None
    counts: Mapping[str, float] = dataclasses.field(default_factory=dict)
    identifiable: bool | None = None
    strike: bool | None = None
    how_known: str | None = None
    labelled: bool | None = None
    chain: tuple[Link, ...] = ()
    done: tuple[Done, ...] = ()
    events: Mapping[str, When | None] = dataclasses.field(default_factory=dict)
