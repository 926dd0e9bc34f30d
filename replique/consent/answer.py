"""What the agreements say of a use: the answer, and every step that led to it.

The four questions are kept apart: is there a valid consent, does it cover this use, was
it in force on the day, which duties stand. Texts are made by `wording`, from the codes
and facts that are here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from replique.consent.truth import Truth


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """One step: what was looked at and what it showed.

    code : stable name of the step, such as "territory" or "term". facts: what the
    sentence needs, text and numbers only. clause : where in the paper.
    """

    code: str
    truth: Truth
    outcome: str = ""
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    clause: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class DutyState:
    """A duty as it stands on the day of asking.

    duty : "agreement/rule/duty". status : met, unmet, pending, unknown, not_triggered.
    due : ISO date, or "" if it is not known. stands : False if it is not certain that it
        applies, because what it belongs to is not.
    """

    duty: str
    kind: str
    status: str
    due: str
    reason: Reason
    clause: str = ""
    amount: str = ""
    stands: bool = True

    def uncertain(self) -> DutyState:
        """Return it as one that may not stand at all: what it belongs to is not certain."""
        return dataclasses.replace(self, stands=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Considered:
    """One rule, asked of the use.

    rule : its id within the agreement. coverage : whether a grant covers the use, a
        prohibition forbids it, a requirement speaks of it, by what they say.
    in_force : on the day of the use. valid: None too where it is disputed.
    speaks : whether a grant has to do with this company or production at all.
    possible : the verdicts that a grant alone leaves
        open; for the others "forbids", "may_forbid", "requires", "may_require", "silent".
    """

    agreement: str
    version: int
    title: str
    rule: str
    kind: str
    clause: str
    quote: str
    coverage: Truth
    in_force: Truth
    valid: Truth
    given: Truth
    disputed: bool
    speaks: Truth
    possible: tuple[str, ...]
    dimensions: tuple[Reason, ...] = ()
    force: tuple[Reason, ...] = ()
    validity: tuple[Reason, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """A question for counsel that a law, or a bill, raises; never its answer.

    raised : yes, or unknown where the facts that would raise it are not known.
    concerns : validity, label, term, payment: only validity makes a consent disputed.
    """

    statute: str
    title: str
    section: str
    state: str
    concerns: str
    raised: Truth
    text: str
    source: str
    agreement: str = ""
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """A fact that is not known, and would settle something."""

    fact: str
    of: str
    for_what: str


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What the agreements say of a use, on the day of asking.

    verdict : see vocabulary.VERDICTS. possible: what it can be once the gaps are filled;
        one value unless undetermined.
    validity : yes, no, disputed, unknown, none (no grant). coverage, in_force: yes, no,
        unknown, none. duties: met, unmet, pending, not_triggered, unknown, none.
    relied_on, relied_version : "agreement/rule" of the grant that reaches furthest, and the
        version of its paper; "" and 0 if none speaks.
    """

    use: str
    performer: str
    asked_on: dt.date
    verdict: str
    possible: tuple[str, ...]
    validity: str
    coverage: str
    in_force: str
    duties: str
    relied_on: str
    relied_version: int
    duty_states: tuple[DutyState, ...]
    considered: tuple[Considered, ...]
    questions: tuple[Question, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[Reason, ...] = ()
