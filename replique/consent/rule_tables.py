"""The tables of a rule, [[grant]], [[prohibition]] and [[requirement]], and those in them."""

from __future__ import annotations

from replique.consent import records
from replique.consent import vocabulary as words
from replique.consent.fields import Field
from replique.consent.kinds import (
    CURRENCY,
    PLACE,
    SLUG,
    TONGUE,
    ByWord,
    Choice,
    Flag,
    Many,
    Number,
    Text,
    free,
    names,
)
from replique.consent.shapes import CLAUSE, COUNT, COUNTED, DAY, SIZE, WORDS, Inner, Shape

DUTY = Shape(
    "duty",
    records.Duty,
    "What is owed for a permission. It says when in at most one way: before_use, with_use, "
    "hours_before, due, within_days or every.",
    (
        Field("id", SLUG, "A short name, alone of its kind in its rule.", needed=True),
        Field("kind", Choice(words.DUTIES), "What is owed.", needed=True),
        CLAUSE,
        Field("text", WORDS, "What the paper says, in its words."),
        Field("amount", SIZE, "How much money, or how many of `unit`.", unknown_widens=True),
        Field(
            "currency",
            CURRENCY,
            "In which money: the three letters of ISO 4217.",
            unknown_widens=True,
        ),
        Field("unit", Choice(words.UNITS), "For what each: a day, a line, a session…"),
        Field("percent", Number(most=1000), "A share, in percent."),
        Field("to", Text(), "To whom it is owed, where that is not the performer."),
        Field("before_use", Flag(), "It is due before the use.", unknown_widens=True),
        Field("with_use", Flag(), "It is due with each use: a credit, a label."),
        Field(
            "hours_before",
            SIZE,
            "So many hours before the event `after`, or the use.",
            unknown_widens=True,
        ),
        Field("or_at_engagement", Flag(), "A notice may be given at a later engagement instead."),
        Field("due", DAY, "On this day at the latest."),
        Field("within_days", COUNT, "So many days after the event `after`.", unknown_widens=True),
        Field(
            "after",
            Choice(words.EVENTS),
            "The event from which it counts; `use` if left out.",
            unknown_widens=True,
        ),
        Field(
            "every",
            Choice(tuple(words.PERIODS)),
            "Again each period from the event `after`.",
            unknown_widens=True,
        ),
        Field("until", DAY, "Until when `every` goes on."),
    ),
)


def _limit(name: str, many: Many, about: str) -> Field:
    return Field(name, many, about, unknown_widens=True)


SCOPE = Shape(
    "scope",
    records.Scope,
    "How far a rule reaches. What is left out sets no limit, so write down every limit of "
    "the paper; `any` says in words that there is none.",
    (
        _limit("productions", free(), "For these productions alone."),
        _limit("companies", free(), "For these companies; the company of the paper if left out."),
        _limit("characters", free(), "For these characters or roles."),
        _limit("media", free(), "For these media: film, series, game, audiobook…"),
        _limit("channels", free(), "For these channels: cinema, television, streaming…"),
        _limit("territories", free(PLACE), "In these places."),
        _limit("languages", free(TONGUE), "In these languages."),
        _limit("models", free(), "With these models alone."),
        _limit("not_productions", Many(Text()), "Not for these productions."),
        _limit("not_companies", Many(Text()), "Not for these companies."),
        _limit("not_media", Many(Text()), "Not for these media."),
        _limit("not_channels", Many(Text()), "Not for these channels."),
        _limit("not_territories", Many(PLACE), "Not in these places."),
        _limit("not_languages", Many(TONGUE), "Not in these languages."),
        _limit("content_refused", names(*words.CONTENT), "Not with this content."),
        Field(
            "max_counts",
            ByWord(COUNTED, SIZE, unknown_widens=True),
            "The most of each in all: `{ line = 200 }`.",
            unknown_widens=True,
        ),
        Field("start", DAY, "From this day."),
        Field("end", DAY, "To this day, which is the last."),
        Field(
            "identifiable",
            Flag(),
            "false: what comes out must not be recognisable as the performer.",
            unknown_widens=True,
        ),
        Field(
            "not_during_strike", Flag(), "It rests while a strike is called.", unknown_widens=True
        ),
    ),
)
NEEDS = Shape(
    "needs",
    records.Needs,
    "What a requirement asks of the paper that grants.",
    (
        Field(
            "forms",
            Many(Choice(words.FORMS)),
            "It must have one of these forms.",
            unknown_widens=True,
        ),
        Field(
            "signed_by",
            Many(Choice(words.SIGNERS)),
            "One of these must have signed.",
            unknown_widens=True,
        ),
        Field(
            "representation",
            Many(Choice(words.REPRESENTATION)),
            "The performer must have been represented so.",
            unknown_widens=True,
        ),
        Field(
            "clear_and_conspicuous",
            Flag(),
            "It must be clear and conspicuous.",
            unknown_widens=True,
        ),
        Field(
            "reasonably_specific",
            Flag(),
            "It must describe the use in a reasonably specific way.",
            unknown_widens=True,
        ),
    ),
)


def _rule(kind: str, about: str, *, needed: bool, needs: bool = False) -> Shape:
    return Shape(
        kind,
        records.Rule,
        about,
        (
            Field("id", SLUG, "A short name, alone of its kind in the agreement.", needed=True),
            Field(
                "acts",
                names(*words.ACTS, some=True),
                "What may be done.",
                needed=needed,
                unknown_widens=True,
            ),
            Field("subjects", names(*words.SUBJECTS, some=True), "With what.", needed=needed),
            Field(
                "artefacts",
                names(*words.ARTEFACTS, some=True),
                "What comes out of it.",
                unknown_widens=True,
            ),
            Field(
                "practices",
                names(*words.PRACTICES),
                "Which processing practices are meant, where an act is processing_practice.",
            ),
            CLAUSE,
            Field("quote", WORDS, "The words of the paper."),
        ),
        one=(
            Inner("scope", SCOPE),
            *((Inner("needs", NEEDS),) if needs else ()),
        ),
        many=(Inner("duty", DUTY, "duties"),),
        fixed={"kind": kind, "acts": None, "subjects": None},
    )


GRANT = _rule("grant", "One permission. What is not granted is not agreed.", needed=True)
PROHIBITION = _rule("prohibition", "What is forbidden, whatever is granted.", needed=False)
REQUIREMENT = _rule(
    "requirement",
    "What every grant it speaks of must meet: what collective agreements do.",
    needed=False,
    needs=True,
)
RULES = (GRANT, PROHIBITION, REQUIREMENT)
