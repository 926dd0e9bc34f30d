"""Every table and key of a written agreement, use and performer: what may stand there.

From these are made the reader, the writer, the JSON Schemas and the tables in
docs/agreements.md; a key has the name of the field of its record.
"""

from __future__ import annotations

from collections.abc import Mapping

from replique.consent import records
from replique.consent import vocabulary as words
from replique.consent.fields import ENDLESS, NOT_YET, Field
from replique.consent.kinds import (
    CURRENCY,
    DUTY_PATH,
    PLACE,
    SHA256,
    SLUG,
    TONGUE,
    ByWord,
    Choice,
    Date,
    Flag,
    Many,
    Number,
    Text,
    free,
    names,
)
from replique.consent.rule_tables import DUTY, GRANT, PROHIBITION, REQUIREMENT
from replique.consent.shapes import CLAUSE, COUNT, COUNTED, DAY, SIZE, WORDS, Inner, Shape
from replique.consent.vocabulary import ANY

TERM = Shape(
    "term",
    records.Term,
    "From when until when. `years` and `months` count from `start`, or else from the day on "
    "which it was given; the last day is the one before the anniversary.",
    (
        Field("start", DAY, "The first day."),
        Field(
            "end",
            Date(also=ENDLESS, open=True),
            "The last day; “none” where the paper says no end.",
        ),
        Field(
            "years",
            Number(1, 1000, whole=True),
            "How many years, instead of `end`.",
            "-",
            unknown_widens=True,
        ),
        Field(
            "months",
            Number(1, 12_000, whole=True),
            "How many months, instead of `end`.",
            "-",
            unknown_widens=True,
        ),
        Field(
            "begun_uses",
            Choice(words.BEGUN_USES),
            "Whether a use that has begun may go on when it ends or is withdrawn.",
        ),
        Field(
            "grace_days",
            COUNT,
            "For how many days more a begun use may go on.",
            unknown_widens=True,
        ),
    ),
)
FORM = Shape(
    "form",
    records.Form,
    "How it was written down.",
    (
        Field("kind", Choice(words.FORMS), "What sort of paper it is."),
        Field("given", Date(), "The day on which consent was given."),
        Field("clear_and_conspicuous", Flag(), "Whether one could not overlook it."),
        Field("reasonably_specific", Flag(), "Whether it describes the uses specifically."),
        Field("language", TONGUE, "The language of the paper."),
        Field("document_sha256", SHA256, "The SHA-256 of the paper's file."),
        Field("explained_by", Text(), "Who explained it to the performer."),
    ),
)
SIGNATURE = Shape(
    "signature",
    records.Signature,
    "Who signed. It needs `on`, or `given` in [form]; “unknown” where nobody knows.",
    (
        Field("by", Choice(words.SIGNERS), "In what quality.", needed=True),
        Field("name", Text(), "Their name."),
        Field("on", Date(), "On which day."),
        Field("authority", Flag(), "Whether they could sign for the performer."),
    ),
)
CIRCUMSTANCE = Shape(
    "circumstance",
    records.Circumstance,
    "How it came to be signed: somebody's dated statement, private. Réplique never infers one.",
    (
        Field("marker", Choice(words.CIRCUMSTANCES), "What it was.", needed=True),
        Field("on", Date(), "When it was."),
        Field("said_by", Text(), "Who says so.", private=True),
        Field("evidence", WORDS, "What shows it: a message, a witness.", private=True),
        Field("text", WORDS, "What happened, in their words.", private=True),
    ),
)
STATE = Shape(
    "state",
    records.State,
    "A change of state. It needs `on`, except not_asked and unknown; “unknown” where nobody "
    "knows the day.",
    (
        Field("status", Choice(words.STATUSES), "What it became.", needed=True),
        Field("on", Date(), "From which day."),
        Field("until", DAY, "Until when, the last day: a suspension that ends."),
        Field(
            "acts",
            names(*words.ACTS),
            "Which acts it concerns; all if left out.",
            unknown_widens=True,
        ),
        Field("by", Text(), "Who changed it."),
        Field("note", WORDS, "Why.", private=True),
    ),
)
APPROVAL = Shape(
    "approval",
    records.Approval,
    "A leave to pass it on.",
    (
        Field("to", Text(), "To whom.", needed=True),
        Field("on", Date(), "When it was given."),
        Field("by", Text(), "Who gave it."),
        Field("refused", Flag(), "true: it was asked for and refused.", unknown_widens=True),
    ),
)
ONWARD = Shape(
    "onward",
    records.Onward,
    "Whether it may be passed on. What is not said is not granted.",
    (
        Field("sublicense", Choice(words.ONWARD), "Whether it may be sublicensed."),
        Field("transfer", Choice(words.ONWARD), "Whether it may be transferred."),
        Field("to", free(), "To whom alone.", unknown_widens=True),
        Field("depth", COUNT, "How many hands further.", unknown_widens=True),
        Field("approver", Text(), "Who must approve it."),
        CLAUSE,
    ),
    many=(Inner("approval", APPROVAL, "approvals"),),
)
POSTHUMOUS = Shape(
    "posthumous",
    records.Posthumous,
    "What holds after death.",
    (
        Field("survives", Flag(), "Whether it goes on; left out: the paper does not say."),
        Field(
            "years",
            Number(0, 1000, whole=True),
            "For how many years after death.",
            unknown_widens=True,
        ),
        Field("right_holder", Text(), "Who speaks for the performer then."),
        Field("registry", Text(), "Where that is registered."),
        CLAUSE,
    ),
)
ADOPTION = Shape(
    "adoption",
    records.Adoption,
    "How a collective agreement was adopted by those it binds.",
    (
        Field("union", Text(), "Which union or guild."),
        Field("published_to_members", Date(), "When members could read the full text."),
        Field("vote", Choice(words.VOTES), "Whether a vote was held."),
        Field("vote_opened", Date(), "When the vote opened."),
        Field("vote_closed", Date(), "When the vote closed."),
        Field("turnout_percent", Number(most=100), "How many voted, in percent."),
        Field("yes_percent", Number(most=100), "How many of them said yes, in percent."),
        Field("quorum", Text(), "The quorum that its rules ask for."),
        Field("text_sha256", SHA256, "The SHA-256 of the text that was voted on."),
    ),
)
AGREEMENT = Shape(
    "agreement",
    records.Agreement,
    "A paper, or a statement.",
    (
        Field("id", SLUG, "A short name, alone of its kind among your agreements.", needed=True),
        Field("kind", Choice(words.KINDS), "What sort of agreement it is.", needed=True),
        Field(
            "performers",
            Many(SLUG, also=(ANY,), some=True),
            "Whose: the short names of the performers; `performer` for one; `any` in a "
            "collective agreement.",
            needed=True,
        ),
        Field("title", Text(), "What the paper calls itself."),
        Field(
            "version",
            Number(1, 100_000, whole=True),
            "1, then 2 when it is written anew.",
            unknown_widens=True,
        ),
        Field(
            "company",
            Text(),
            "With whom it was made; to whom it grants, unless a grant names others.",
        ),
        Field("law", Many(PLACE), "Whose law it names, or under whose it was made."),
        Field("effective", DAY, "From when it holds; when it replaces others, from when."),
        Field(
            "replaces",
            Many(SLUG, ordered=True),
            "The ids of agreements that it supersedes.",
            unknown_widens=True,
        ),
        Field("amends", SLUG, "The id of the agreement that it changes.", unknown_widens=True),
        Field(
            "ends",
            Many(SLUG, ordered=True),
            "The ids of the rules of that one that it ends.",
            unknown_widens=True,
        ),
        Field("representation", Choice(words.REPRESENTATION), "Who represented the performer."),
        Field(
            "replaces_in_person",
            Flag(),
            "Whether the replica does what the performer would have done in person.",
        ),
        Field("bundled", Flag(), "Whether it came as one with other terms, to take or leave."),
        Field("note", WORDS, "Your own remark.", private=True),
    ),
    one=(
        Inner("term", TERM),
        Inner("form", FORM),
        Inner("onward", ONWARD),
        Inner("posthumous", POSTHUMOUS),
        Inner("adoption", ADOPTION),
    ),
    many=(
        Inner("signature", SIGNATURE, "signatures"),
        Inner("circumstance", CIRCUMSTANCE, "circumstances"),
        Inner("state", STATE, "states"),
        Inner("grant", GRANT, "rules"),
        Inner("prohibition", PROHIBITION, "rules"),
        Inner("requirement", REQUIREMENT, "rules"),
        Inner("duty", DUTY, "duties"),
    ),
)

LINK = Shape(
    "chain",
    records.Link,
    "One hand to the next: how the material came from whom was granted to who used it.",
    (
        Field("from", Text(), "Who passed it on.", "giver", needed=True),
        Field("to", Text(), "Who got it.", "taker", needed=True),
        Field("by", Choice(("sublicense", "transfer")), "How.", needed=True),
        Field("on", Date(), "When."),
    ),
)
DONE = Shape(
    "done",
    records.Done,
    "A duty that somebody says was done, and what shows it.",
    (
        Field("duty", DUTY_PATH, "Which duty.", needed=True),
        Field("on", Date(), "When it was done.", needed=True),
        Field("by", Text(), "Who says so.", needed=True),
        Field("evidence", Text(), "The SHA-256 of a file, or where it is kept.", needed=True),
        Field("outcome", Choice(("done", "refused")), "Done; or asked for and refused."),
        Field("amount", SIZE, "How much was paid."),
        Field("currency", CURRENCY, "In which money."),
    ),
)
USE = Shape(
    "use",
    records.Use,
    "What somebody did with a performer's material. What is left out is not known.",
    (
        Field("id", SLUG, "A short name.", needed=True),
        Field("performer", SLUG, "The short name of the performer.", needed=True),
        Field("act", Choice(words.ACTS), "What was done."),
        Field("subjects", Many(Choice(words.SUBJECTS), ("unknown",)), "With what."),
        Field("artefact", Choice(words.ARTEFACTS), "What came out of it."),
        Field("date", Date(), "The day that is asked about."),
        Field("began", Date(), "When this use began, if it was earlier."),
        Field("production", Text(), "For which production."),
        Field("company", Text(), "Who did it."),
        Field("character", Text(), "For which character or role."),
        Field("medium", Text(), "In which medium: film, series, game…"),
        Field("channel", Text(), "On which channel: cinema, television, streaming…"),
        Field("territories", Many(PLACE, (ANY, "unknown")), "In which places."),
        Field("languages", Many(TONGUE, (ANY, "unknown")), "In which languages."),
        Field("model", Text(), "With which model."),
        Field(
            "content",
            Many(Choice(words.CONTENT), ("unknown",)),
            "What sensitive content it has; `[]` where it is known to have none.",
        ),
        Field("practice", Choice(words.PRACTICES), "Which processing practice it was."),
        Field("counts", ByWord(COUNTED, SIZE), "How many so far, this use included."),
        Field("identifiable", Flag(), "Whether the performer can be recognised in it."),
        Field("strike", Flag(), "Whether a strike was called on that day."),
        Field("how_known", Choice(words.HOW_KNOWN), "How the use is known."),
        Field("labelled", Flag(), "Whether it was labelled as made by a machine."),
        Field(
            "events",
            ByWord(words.EVENTS, Date(also=NOT_YET)),
            "When the events happened from which duties count; “not yet” where it is known "
            "that one has not.",
        ),
    ),
    many=(Inner("chain", LINK), Inner("done", DONE)),
)
PERFORMER = Shape(
    "performer",
    records.Life,
    "The dates of a performer on which consent depends.",
    (
        Field("performer", SLUG, "The short name of the performer.", needed=True),
        Field("born", Date(), "The day of birth: whether they were a minor."),
        Field("died", Date(), "The day of death."),
    ),
)

SCHEMAS: Mapping[str, Shape] = {
    "replique-agreement/1": AGREEMENT,
    "replique-use/1": USE,
    "replique-performer/1": PERFORMER,
}
