"""The sentences of an answer, in the language in force.

Nothing here decides: each sentence says what a code and its facts say. None accuses:
"not covered" is said of papers, never of people (docs/consent.md, "How it speaks").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from replique.consent.answer import Gap, Question, Reason
from replique.consent.labels import label, labels
from replique.consent.vocabulary import UNKNOWN
from replique.language import current
from replique.language import gettext as _

Facts = Mapping[str, str]


def verdict(name: str) -> str:
    """Return a verdict in a sentence."""
    return {
        "covered": _("The agreements on record cover this use."),
        "duty_unmet": _("The use is granted, but a duty that goes with it is not met."),
        "not_in_force": _("There is a grant, but it was not in force on that day."),
        "invalid": _(
            "There is a paper, but on the record it does not give the performer's consent."
        ),
        "outside_scope": _("This use lies outside what the agreements on record allow."),
        "no_grant_found": _("No agreement on record grants this use."),
        "undetermined": _("What is known does not settle it."),
        "not_shown": _("It is not shown that this use took place."),
    }[name]


def verdict_name(name: str) -> str:
    """Return a verdict in two or three words."""
    return {
        "covered": _("covered"),
        "duty_unmet": _("duty unmet"),
        "not_in_force": _("not in force"),
        "invalid": _("invalid"),
        "outside_scope": _("outside the scope"),
        "no_grant_found": _("no grant found"),
        "undetermined": _("undetermined"),
        "not_shown": _("not shown"),
    }[name]


def effect(name: str) -> str:
    """Return what one rule alone does to the answer, in a few words."""
    return {
        "forbids": _("forbids it"),
        "may_forbid": _("may forbid it"),
        "requires": _("applies to it"),
        "may_require": _("may apply to it"),
        "silent": _("does not speak of it"),
    }.get(name) or verdict_name(name)


def amount(written: str) -> str:
    """Return an amount, "1200.00 EUR", with the decimal sign of the language in force."""
    figure, space, unit = written.partition(" ")
    if current() == "fr":
        figure = figure.replace(".", ",")
    return figure + space + unit


def question_of(part: str) -> str:
    """Return one of the four questions, as a heading."""
    return {
        "validity": _("Is there a valid consent?"),
        "coverage": _("Does it cover this use?"),
        "in_force": _("Was it in force on that day?"),
        "duties": _("Which duties stand?"),
    }[part]


def answer_to(part: str, value: str) -> str:
    """Return the answer to one of the four questions, in a few words."""
    if part == "duties":
        return {
            "met": _("all met"),
            "unmet": _("not met"),
            "pending": _("not due yet"),
            "not_triggered": _("nothing due yet"),
            "unknown": _("not known"),
            "none": _("none"),
        }[value]
    return {
        "yes": _("yes"),
        "no": _("no"),
        "unknown": _("not known"),
        "disputed": _("disputed: a question for counsel"),
        "none": _("there is none"),
    }[value]


def reason(step: Reason) -> str:
    """Return what one step showed."""
    if step.code in _STEPS:
        return _STEPS[step.code](step)
    return _dimension(step)


def _dimension(step: Reason) -> str:
    name = label("dimension", step.code.removeprefix("not_"))
    limit = labels(step.code, step.facts.get("limit", ""))
    value = labels(step.code, step.facts.get("use", ""))
    if step.code == "artefact" and not limit:
        limit = _("none named: a replica is never implied")
    if not value:
        value = _("not known")
    sentence = (
        _("{dimension}: the paper excludes {limit}; the use is {value}.")
        if step.code.startswith("not_")
        else _("{dimension}: the paper says {limit}; the use is {value}.")
    )
    return sentence.format(dimension=name, limit=limit or _("nothing"), value=value)


def _date(step: Reason) -> str:
    del step
    return _("The day of the use is not known.")


def _given(step: Reason) -> str:
    if "given" not in step.facts:
        return _("When it was given is not known.")
    return _("Given on {given}; the use is of {date}.").format(**step.facts)


def _never_given(step: Reason) -> str:
    if step.outcome == "refused":
        return _("Asked and refused: {agreement}.").format(**step.facts)
    if step.outcome == "not_asked":
        return _("Nobody asked: {agreement}.").format(**step.facts)
    return _("It is not on record that this was ever given.")


def _state(step: Reason) -> str:
    shown = {
        **step.facts,
        "status": label("status", step.facts["status"]),
        "on": step.facts["on"] or _("a day not known"),
    }
    if step.outcome == "begun_before" and step.truth:
        return _(
            "{status} since {on}, but the use began before, and the paper lets it finish."
        ).format(**shown)
    if step.outcome == "begun_before":
        return _(
            "{status} since {on}; the use began before, and whether it may go on is not known."
        ).format(**shown)
    if step.outcome == "lifted":
        return _("{status} since {on}, and over on {date}.").format(**shown)
    if step.facts.get("until"):
        return _("{status} from {on} to {until}; the use is of {date}.").format(**shown)
    return _("{status} since {on}; the use is of {date}.").format(**shown)


def _term_start(step: Reason) -> str:
    return _("It begins on {start}.").format(start=step.facts["start"])


def _term_end(step: Reason) -> str:
    if step.facts["end"] == UNKNOWN:
        return _("It ends on a day that is not known.")
    sentence = {
        ("begun_before", True): _("It ended on {end}; what had begun may finish."),
        ("begun_before", None): _(
            "It ended on {end}; what had begun may finish, and when this began is not known."
        ),
        ("renewed", True): _("It ended on {end} and was renewed."),
        ("renewed", None): _("It ended on {end} and was renewed; until when is not known."),
        ("", False): _("It ended on {end}."),
    }.get((step.outcome, step.truth), _("It ends on {end}."))
    return sentence.format(end=step.facts["end"])


def _strike(step: Reason) -> str:
    return {
        True: _("No strike was called on that day."),
        False: _("A strike was called, during which it does not hold."),
        None: _("It does not hold during a strike; whether there was one is not known."),
    }[step.truth]


def _posthumous(step: Reason) -> str:
    if step.outcome == "by_estate" and step.truth is None:
        return _("Given after the performer's death; that the estate gave it is not shown.")
    if step.outcome == "by_estate":
        return _("Given after the performer's death, by those who hold the right.")
    if "years" in step.facts:
        return _("It outlives the performer, who died on {died}, by {years} years.").format(
            **step.facts
        )
    return {
        True: _("It outlives the performer, who died on {died}."),
        False: _("It ended with the death of the performer on {died}."),
        None: _("The performer died on {died}; whether it outlives them is not said."),
    }[step.truth].format(died=step.facts["died"])


def _replaced(step: Reason) -> str:
    shown = {"by": step.facts["by"], "since": step.facts["since"] or _("a day not known")}
    if step.truth:
        return _("{by} changes it only later, from {since} on.").format(**shown)
    if step.truth is None:
        return _("{by} may have replaced it, from {since} on.").format(**shown)
    if step.outcome == "amended":
        return _("{by} ended this clause from {since} on.").format(**shown)
    return _("{by} replaces it from {since} on.").format(**shown)


def _lifted(step: Reason) -> str:
    return {
        True: _("{by}, a later paper, does not end it."),
        False: _("{by}, a later paper, ended it."),
        None: _("{by}, a later paper, may have ended it."),
    }[step.truth].format(by=step.facts["by"])


def _since(step: Reason) -> str:
    if step.truth is False:
        return _("It holds only since {since}.").format(since=step.facts["since"])
    return _("It holds since {since}.").format(since=step.facts["since"])


def _invalidated(step: Reason) -> str:
    return _("Found invalid by {by} on {on}.").format(
        by=step.facts["by"] or _("a court or an authority"),
        on=step.facts["on"] or _("a day not known"),
    )


def _signature(step: Reason) -> str:
    if step.outcome == "adopted":
        return _("Adopted as a collective agreement.")
    if "signers" not in step.facts:
        return _("Who signed is not known.")
    signers = labels("signer", step.facts["signers"])
    return {
        True: _("Signed by {signers}."),
        False: _("Signed by {signers}: nobody who can give the performer's consent."),
        None: _("Signed by {signers}; whether they could for the performer is not known."),
    }[step.truth].format(signers=signers)


def _minor(step: Reason) -> str:
    if step.outcome:
        return _("The performer was under 18 and no guardian signed.")
    return _("Whether the performer was under 18 at the signature is not known.")


def _form(step: Reason) -> str:
    form = step.facts["form"]
    if not form:
        return _("In what form it was given is not known.")
    shown = {"form": label("form", form)}
    if step.outcome:
        return _("Form: {form}. Whether this is a consent is for counsel.").format(**shown)
    if step.truth is None:
        return _("Form: {form}. Nothing in writing shows what was agreed.").format(**shown)
    return _("Form: {form}.").format(**shown)


def _testimony(step: Reason) -> str:
    marker = label("circumstance", step.facts["marker"])
    if step.facts["on"]:
        return _("There is testimony, dated {on}: {marker}.").format(
            on=step.facts["on"], marker=marker
        )
    return _("There is testimony: {marker}.").format(marker=marker)


def _adoption(step: Reason) -> str:
    vote = step.facts.get("vote")
    if vote == "none":
        return _("Adopted without a vote of the members.")
    if vote == "before_text":
        return _("The vote opened before the members could read the text.")
    if step.truth:
        return _("Adopted by a vote of the members.")
    return _("How it was adopted is not known.")


def _statute(step: Reason) -> str:
    if step.outcome:
        return _("{title}, {clause}: raises a question for counsel.").format(
            title=step.facts["title"], clause=step.clause
        )
    return _("{title}, {clause}: cannot be excluded; not known: {missing}.").format(
        title=step.facts["title"],
        clause=step.clause,
        missing=labels("fact", step.facts["missing"]) or _("the facts it depends on"),
    )


def _requirement(step: Reason) -> str:
    family = {"form": "form", "signed_by": "signer", "representation": "representation"}
    kind = family.get(step.outcome, "answer")
    return _("{by} asks for this: {wanted} ({what}). The paper has: {found}.").format(
        by=step.facts["by"],
        what=label("fact", step.outcome),
        wanted=labels(kind, step.facts["wanted"]),
        found=labels(kind, step.facts["found"]) or _("not known"),
    )


def _duty(step: Reason) -> str:
    due = step.facts.get("due", "")
    sentence = {
        "refused": _("It was refused."),
        "not_yet": _("What makes it due has not happened."),
        "no_reference": _("When what it depends on happened is not known."),
        "before": _("To be done before {due}."),
        "nothing_recorded": _("Nothing is recorded; it was due on {due}."),
        "in_time_unknown": _("Recorded; whether in time is not known."),
        "in_time": _("Done in time."),
        "late": _("Recorded, but too late: it was due before {due}."),
        "no_due_date": _("When it is due is not known, and nothing is recorded."),
        "due_later": _("Due on {due}."),
        "done": _("Recorded as done on {on}."),
        "done_late": _("Recorded as done on {on}; it was due on {due}."),
        "other_currency": _("Paid in another currency than agreed."),
        "in_part": _("Paid in part: {paid} so far."),
        "labelled": _("The use is said to carry the label."),
        "part_unknown": _("Paid: {paid} so far; whether that is all of it is not known."),
        "series_done": _("All that has fallen due is recorded."),
        "series_behind": _("One was due on {due}; {recorded} are recorded."),
    }[step.outcome]
    return sentence.format(
        due=due or _("a day not known"),
        paid=step.facts.get("paid", ""),
        on=step.facts.get("on", ""),
        recorded=step.facts.get("recorded", ""),
    )


def _part(step: Reason) -> str:
    return _("Asked part by part; this is the answer of the part least covered: {part}.").format(
        part=step.facts["part"]
    )


def _no_paper(step: Reason) -> str:
    del step
    return _("No agreement of this performer is on record.")


def _without_vote(step: Reason) -> str:
    return _("{agreement} was adopted without a vote of the members.").format(**step.facts)


def _likeness(step: Reason) -> str:
    del step
    return _("Likeness of an output is no evidence of training.")


def _counsel(step: Reason) -> str:
    del step
    return _("Réplique raises questions for counsel; it draws no legal conclusion.")


_STEPS: dict[str, Callable[[Reason], str]] = {
    "date": _date,
    "given": _given,
    "never_given": _never_given,
    "state": _state,
    "term_start": _term_start,
    "term_end": _term_end,
    "rule_term_start": _term_start,
    "rule_term_end": _term_end,
    "strike": _strike,
    "posthumous": _posthumous,
    "replaced": _replaced,
    "lifted": _lifted,
    "since": _since,
    "invalidated": _invalidated,
    "signature": _signature,
    "minor": _minor,
    "form": _form,
    "testimony": _testimony,
    "adoption": _adoption,
    "statute": _statute,
    "requirement": _requirement,
    "duty": _duty,
    "part": _part,
    "no_paper": _no_paper,
    "adopted_without_vote": _without_vote,
    "likeness_is_no_evidence": _likeness,
    "counsel_decides": _counsel,
}


def gap(one: Gap) -> str:
    """Return what is not known, and what would settle it."""
    if one.fact.startswith("counsel:"):
        about = label("fact", one.fact.removeprefix("counsel:"))
        return _("Ask counsel about {paper}: {about}.").format(paper=one.of, about=about)
    if one.fact in {"part_unknown", "other_currency"}:
        return _("Say of the duty {duty} how much was owed, and how much was paid.").format(
            duty=one.of
        )
    if one.fact in {"no_reference", "no_due_date", "in_time_unknown"}:
        return _("Say of the duty {duty} when it was due, or when it was done.").format(duty=one.of)
    about = label("fact", one.fact)
    if one.of == "use":
        return _("Not known of the use: {about}.").format(about=about)
    return _("Not known of {paper}: {about}.").format(paper=one.of, about=about)


def question(one: Question) -> str:
    """Return a question for counsel, with where it comes from."""
    state = _("a bill, not law") if one.state == "bill" else _("law")
    return f"{one.title}, {one.section} ({state}): {one.text}"
