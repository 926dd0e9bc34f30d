"""The guided interview: what was agreed, asked in plain words.

What is asked depends on what was answered before. Enter leaves a question open, and what
is open never counts as allowed. A form (replique.store.forms) brings what it says already.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from replique.cli.asking import ask, ask_text, choose, choose_many, confirm
from replique.cli.granting import duties_of_all, permissions, refusals
from replique.cli.terminal import say
from replique.consent import terms
from replique.consent import vocabulary as words
from replique.consent.dates import UNKNOWN_DAY
from replique.consent.drafting import UNWRITTEN, end_after, numbered
from replique.consent.kinds import LONGEST_TEXT, PLACE, SLUG, TONGUE, Date, Many, Number, Text
from replique.consent.labels import label
from replique.consent.records import (
    Adoption,
    Agreement,
    Circumstance,
    Form,
    Onward,
    Posthumous,
    Signature,
    Term,
)
from replique.language import gettext as _
from replique.store.slugs import slug

DAY = Date()


def interview(known: Sequence[str], taken: Sequence[str], start: Agreement | None) -> Agreement:
    """Ask, and return the agreement.

    known : short names of the performers. taken : ids of agreements that are there. start:
        of a form, which is gone through and changed; None begins with nothing.
    """
    begun = start or Agreement("", "", frozenset())
    say(_("Enter leaves a question open. What is open never counts as allowed."))
    say(_("Nothing is kept before you have seen the whole."))
    kind = choose(_("What is it?"), words.KINDS, terms.kind, default=begun.kind, needed=True) or ""
    performers = _performers(known, collective=kind == "collective")
    title = ask_text(_("What is written at its head?"), default=begun.title if start else "")
    company = ask_text(_("With which company, or whom?"))
    rules = (*permissions(begun, kind), *refusals(begun, kind))
    duties = duties_of_all(begun, granted=any(each.kind == "grant" for each in rules))
    form = _form(begun.form)
    drafted = dataclasses.replace(
        begun,
        kind=kind,
        performers=performers,
        title=title,
        company=company,
        rules=tuple(numbered(rules)),
        duties=duties,
        form=form,
        signatures=_signatures(kind, form),
    )
    drafted = dataclasses.replace(drafted, term=_term(begun.term, form))
    drafted = dataclasses.replace(drafted, **_standing(kind, begun))
    drafted = dataclasses.replace(drafted, **_private())
    return dataclasses.replace(drafted, id=_id(title, company, taken, begun.id))


def _performers(known: Sequence[str], *, collective: bool) -> frozenset[str]:
    if collective and confirm(_("Does it bind everybody, and not some alone?"), default=True):
        return frozenset({words.ANY})
    if len(known) == 1:
        say(_("For: {who}").format(who=known[0]))
        return frozenset(known)
    return choose_many(_("Whose agreement is it?"), known, lambda name: name, needed=True)


def _law() -> frozenset[str] | None:
    say()
    law: frozenset[str] | None = ask(
        _("Whose law does it name? A code such as FR or US-CA"), Many(PLACE)
    )
    return law


def _term(begun: Term, form: Form) -> Term:
    say()
    start = ask(_("From which day does it hold? For instance 2026-05-01, or 2026-05"), DAY)
    ways = ("years", "months", "day", "endless")
    names = {
        "years": _("for some years"),
        "months": _("for some months"),
        "day": _("to a day that is written"),
        "endless": _("it says that it has no end"),
    }
    usual = "endless" if begun.endless else ""
    way = choose(_("For how long?"), ways, names.__getitem__, default=usual)
    begun_uses = begun.begun_uses
    end = None
    if way in {"years", "months"}:
        number = ask(_("How many?"), Number(1, 1000, whole=True), needed=True)
        months = number * (12 if way == "years" else 1)
        end = end_after(months, start, form)
        if end == UNKNOWN_DAY:
            say(_("It counts from a day that is not known, so that its end is not known either."))
    elif way == "day":
        end = ask(_("Which is the last day?"), DAY, needed=True)
    if way != "endless":
        goes_on = confirm(_("May a use that has begun go on when it ends?"))
        begun_uses = {True: "may_finish", False: "must_stop", None: begun_uses}[goes_on]
    if start and end and end.before(start):
        say(_("That ends before it begins; the end is left open."))
        end = None
    return Term(start=start, end=end, endless=way == "endless", begun_uses=begun_uses)


def _form(begun: Form) -> Form:
    kind = choose(
        _("In what form was it agreed?"),
        words.FORMS,
        lambda code: label("form", code),
        default=begun.kind or "",
    )
    given = ask(_("On which day? For instance 2026-05-01, or 2026-05"), DAY)
    if kind in UNWRITTEN:
        return dataclasses.replace(begun, kind=kind, given=given, language="")
    return dataclasses.replace(
        begun,
        kind=kind,
        given=given,
        clear_and_conspicuous=confirm(_("Was it plain to see, not buried in the small print?")),
        reasonably_specific=confirm(_("Does it describe what will be done, rather than anything?")),
        language=ask(_("In which language is it? For instance fr"), TONGUE, default=begun.language)
        or "",
        explained_by=ask_text(_("Who explained it to the performer?")),
    )


def _signatures(kind: str, form: Form) -> tuple[Signature, ...]:
    usual = {"collective": ["union"], "refusal": ["performer"]}.get(kind, [])
    if form.kind in UNWRITTEN:
        return ()
    signers = choose_many(
        _("Who signed?"), words.SIGNERS, lambda code: label("signer", code), default=usual
    )
    made = []
    for each in words.SIGNERS:
        if each not in signers:
            continue
        who = label("signer", each)
        say(_("Signed by: {who}").format(who=who))
        authority = None
        if each not in {"performer", "employer"} and kind == "individual":
            authority = confirm(_("Could they sign for the performer?"))
        day = form.given.written if form.given else ""
        made.append(
            Signature(
                each,
                name=ask_text(_("Their name")),
                on=ask(_("On which day?"), DAY, default=day),
                authority=authority,
            )
        )
    return tuple(made)


def _standing(kind: str, begun: Agreement) -> dict[str, Any]:
    """Ask what holds besides the permissions."""
    law = _law()
    if kind == "collective":
        return {"law": law, "adoption": _adoption()}
    represented = choose(
        _("Who negotiated for the performer?"),
        words.REPRESENTATION,
        lambda code: label("representation", code),
    )
    if kind == "refusal":
        return {"law": law, "representation": represented}
    bundled = confirm(_("Did it come as one with the rest of the contract, to take or leave?"))
    survives = confirm(_("Does it go on after death?"), default=begun.posthumous.survives)
    return {
        "law": law,
        "representation": represented,
        "bundled": bundled,
        "onward": _onward(begun.onward),
        "posthumous": _posthumous(survives),
    }


def _onward(begun: Onward) -> Onward:
    sublicense = choose(
        _("May the company let others use it too?"),
        words.ONWARD,
        terms.onward,
        default=begun.sublicense,
    )
    transfer = choose(
        _("May it pass the agreement on to another company?"),
        words.ONWARD,
        terms.onward,
        default=begun.transfer,
    )
    approver = ""
    if "with_approval" in {sublicense, transfer}:
        approver = ask_text(_("Who must approve it?"), default=begun.approver)
    return dataclasses.replace(
        begun, sublicense=sublicense or "no", transfer=transfer or "no", approver=approver
    )


def _posthumous(survives: bool | None) -> Posthumous:  # noqa: FBT001 - an answer
    if not survives:
        return Posthumous(survives=survives)
    return Posthumous(
        survives=True,
        years=ask(_("For how many years after it?"), Number(0, 1000, whole=True)),
        right_holder=ask_text(_("Who speaks for the performer then?")),
    )


def _adoption() -> Adoption:
    say()
    union = ask_text(_("Which union or guild made it?"))
    published = ask(_("When could its members read the full text?"), DAY)
    held = confirm(_("Did they vote on it?"))
    vote = {True: "held", False: "none", None: "unknown"}[held]
    if not held:
        return Adoption(union=union, published_to_members=published, vote=vote)
    opened = ask(_("When did the vote open?"), DAY)
    closed = ask(_("When did it close?"), DAY)
    if opened and closed and closed.before(opened):
        say(_("That ends before it begins; the end is left open."))
        closed = None
    return Adoption(
        union=union,
        published_to_members=published,
        vote=vote,
        vote_opened=opened,
        vote_closed=closed,
        turnout_percent=ask(_("How many voted, in percent?"), Number(most=100)),
        yes_percent=ask(_("How many of them said yes, in percent?"), Number(most=100)),
    )


def _private() -> dict[str, Any]:
    """Ask for testimony, which only its witness writes and nobody has to."""
    say()
    say(_("Was there pressure, no time, no copy? You may write down how it was."))
    say(
        _(
            "This is private: it stays on this computer, and no letter or report shows it. It is "
            "asked of no one, and Réplique never guesses it."
        )
    )
    if not confirm(_("Do you want to write it down now?"), default=False):
        return {}
    markers = choose_many(
        _("What was it?"), words.CIRCUMSTANCES, lambda code: label("circumstance", code)
    )
    if not markers:
        return {}
    said_by = ask_text(_("Who says so?"))
    made = []
    for marker in words.CIRCUMSTANCES:
        if marker in markers:
            say(label("circumstance", marker))
            made.append(
                Circumstance(
                    marker,
                    on=ask(_("On which day?"), DAY),
                    said_by=said_by,
                    text=ask(_("What happened, in your words?"), Text(LONGEST_TEXT)) or "",
                    evidence=ask(_("What shows it? A message, a witness"), Text(LONGEST_TEXT))
                    or "",
                )
            )
    return {"circumstances": tuple(made)}


def _id(title: str, company: str, taken: Sequence[str], begun: str) -> str:
    say()
    name = begun or " ".join(part for part in (title, company) if part)
    usual = slug(name or f"{dt.date.today():%Y-%m-%d}", set(taken))  # noqa: DTZ011 - only a name
    answer: str = ask(_("A short name for it, alone of its kind"), SLUG, default=usual, needed=True)
    return answer
