"""What a letter is made of: facts that the caller has, and nothing that is guessed.

An empty field is a fact that is not known; the letter then shows an open point in its
place and lists it for counsel. Circumstances, notes and reasons why, which are private,
have no field here: of an `Agreement` the letters read titles, dates, clauses and rules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from replique.consent.answer import Answer
from replique.consent.records import Agreement, Use
from replique.probe import Occurrence
from replique.report.contents import Run
from replique.report.voice_contents import VoiceSearch
from replique.voices.calibration import Range

KINDS = ("access", "objection", "takedown", "payment", "withdrawal")
"""access: GDPR Art. 15. objection: GDPR Art. 21. takedown: stop making it available.
payment: a pay duty that is due. withdrawal: of a consent, GDPR Art. 7(3)."""

JUDGEMENTS = ("yes", "no", "unsure", "")
"""What a person who listened said of the finding; "" is nobody yet."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The performer, in whose name the letter speaks.

    address : lines. represented_by : who writes for the performer, "" if nobody does.
    """

    name: str
    address: tuple[str, ...] = ()
    email: str = ""
    represented_by: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """The company, and who in it is written to. address : lines."""

    name: str = ""
    attention: str = ""
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """One occurrence: where the sound of a take is found again.

    medium : the name of the file, without the folders of whoever searched it.
    track : from 0. Times in seconds.
    strength : −log10 of the false alarms expected per 1,000 h for one take.
    """

    take: str
    take_sha256: str
    medium: str
    medium_sha256: str
    track: int
    start_s: float
    end_s: float
    strength: float


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """One place where a voice is heard that resembles the performer's, and no take explains.

    medium : as in `Heard`. manner : of the enrolled voice. occurrence : what was measured.
    close : whether it resembles closely. valid : in which likelihood ratios were validated,
    None where the calibration that judged it is another than the one in force.
    """

    medium: str
    medium_sha256: str
    track: int
    start_s: float
    end_s: float
    manner: str
    close: bool
    occurrence: Occurrence
    valid: Range | None


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """All that a letter says.

    use, answer : what was asked of the agreements, and what they answered.
    judgement : see JUDGEMENTS.
    heard : where it was found, strongest first; empty if the use is known otherwise.
    voices : where a voice resembles; then `heard` is empty. voice_search : how it was searched.
    agreements : those of the performer, for titles, dates and clauses.
    died : whether the performer is known to have died.
    run : the search, for what a strength means; None if nothing was searched.
    reference : what an answer should quote, such as the number of the finding.
    answer_within_days : by when an answer is asked, where no law says it; None is open.
    pay_to : where to pay; private, printed in a claim for payment only.
    note : what the performer adds, in their own words; checked like the rest.
    enclosures : one line each.
    """

    sender: Sender
    addressee: Addressee
    date: dt.date
    use: Use
    answer: Answer
    judgement: str = ""
    place: str = ""
    reference: str = ""
    heard: tuple[Heard, ...] = ()
    voices: tuple[HeardVoice, ...] = ()
    voice_search: VoiceSearch | None = None
    agreements: tuple[Agreement, ...] = ()
    died: bool = False
    run: Run | None = None
    answer_within_days: int | None = None
    pay_to: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    enclosures: tuple[str, ...] = ()
