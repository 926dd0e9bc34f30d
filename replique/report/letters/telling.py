"""What every letter tells before it asks: what was found, of which use, under which papers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from replique.consent.answer import Considered, DutyState
from replique.consent.labels import label
from replique.consent.records import Agreement, Rule
from replique.consent.rendering import relied
from replique.language import gettext as _
from replique.language import ngettext
from replique.report import wording
from replique.report.letters import parties, telling_voice
from replique.report.letters.draft import Draft
from replique.report.letters.facts import Heard, LetterFacts
from replique.report.letters.words import Line, Piece, line, name
from replique.report.markup import visible
from replique.report.numerals import day, number, time_code, when

MOST_PLACES = 3
"""Occurrences told in the letter itself."""
MOST_ANNEXED = 24
"""Occurrences told in the annex; the rest is counted."""


def found(draft: Draft, facts: LetterFacts) -> None:
    """Tell where the sound is found again, or a voice heard; who listened; what is open."""
    if facts.voices:
        draft.head(_("What was heard"))
        draft.list(*(telling_voice.place(heard) for heard in facts.voices), numbered=False)
        draft.say("{said}", said=" ".join(telling_voice.said_of_it(facts)))
        return
    draft.head(_("What was found"))
    if not facts.heard:
        draft.say(
            _("The use described below is known to me in another way: {how}."),
            how=draft.open(_("how the use became known")),
        )
        return
    draft.list(*(_place(heard) for heard in facts.heard[:MOST_PLACES]), numbered=False)
    draft.say("{said}", said=" ".join(_said_of_it(facts)))


def _place(heard: Heard) -> Line:
    return line(
        _("The sound of my take “{take}” is found again in “{medium}”, from {start} to {end}."),
        take=name(heard.take),
        medium=name(heard.medium),
        start=time_code(heard.start_s),
        end=time_code(heard.end_s),
    )


def _said_of_it(facts: LetterFacts) -> Iterator[str]:
    left = len(facts.heard) - MOST_PLACES
    if left > 0:
        yield ngettext(
            "{count} further place is listed in the annex.",
            "{count} further places are listed in the annex.",
            left,
        ).format(count=number(left))
    if facts.judgement == "yes":
        yield _("A person listened to both and judged that the take is heard there.")
    elif facts.judgement == "unsure":
        yield _("A person listened to both and is not sure.")
    yield _(
        "This is a measurement, which the annex explains. It says nothing of who chose the use,"
        " nor whether it was agreed."
    )


def measured(annex: Draft, facts: LetterFacts) -> None:
    """Tell in the annex what was measured, in which files, and what the strength means."""
    for count, heard in enumerate(facts.heard[:MOST_ANNEXED], 1):
        annex.rows(
            (_("Place {number}").format(number=number(count)), _place_in_track(heard)),
            (_("Medium"), (name(heard.medium),)),
            (_("its SHA-256"), (Piece("hash", heard.medium_sha256),)),
            (_("Take"), (name(heard.take),)),
            (_("its SHA-256"), (Piece("hash", heard.take_sha256),)),
        )
    left = len(facts.heard) - MOST_ANNEXED
    if left > 0:
        annex.say(
            "{said}",
            said=ngettext("… and {count} more place.", "… and {count} more places.", left).format(
                count=number(left)
            ),
        )
    weakest = min(heard.strength for heard in facts.heard)
    if facts.run is not None:
        annex.say(
            _("The weakest has strength {strength}. {meaning}"),
            strength=wording.strength(weakest),
            meaning=" ".join(wording.strength_meaning(weakest, facts.run)),
        )
        annex.say(
            _(
                "Measured with Réplique {version}, probe {probe} {probe_version}, settings"
                " {digest}."
            ),
            version=name(facts.run.program_version),
            probe=name(facts.run.probe),
            probe_version=name(facts.run.probe_version),
            digest=Piece("hash", facts.run.probe_digest),
        )
    annex.say(
        _(
            "The measurement weighs the proposition that the sound of the take is in the medium"
            " against the proposition that unrelated sound is; no likelihood ratio is available"
            " for it. If both were made from a third recording, such as a sound library, it is"
            " the same. Whoever holds the files can check them by their hashes and listen."
        )
    )


def _place_in_track(heard: Heard) -> Line:
    return line(
        _("{start} to {end}, track {track}, strength {strength}"),
        start=time_code(heard.start_s),
        end=time_code(heard.end_s),
        track=number(heard.track + 1),
        strength=wording.strength(heard.strength),
    )


def use(draft: Draft, facts: LetterFacts, *, ask_unknown: bool = False) -> None:
    """Tell the use as it is understood.

    ask_unknown : what is not known is asked of the addressee, and so no open point.
    """
    draft.head(_("The use, as I understand it"))
    draft.rows(*_of_use(draft, facts, ask_unknown=ask_unknown))


def _of_use(draft: Draft, facts: LetterFacts, *, ask_unknown: bool) -> Iterator[tuple[str, Line]]:
    asked = facts.use
    done = _("what was done") if facts.voices else _("what was done with the recording")
    needed = (
        (_("Production"), _known(asked.production), _("the production")),
        (_("Company"), _known(asked.company) or facts.addressee.name, _("the company")),
        (_("What was done"), _act(asked.act), done),
        (
            _("Day of the use"),
            "" if asked.date is None else when(asked.date),
            _("the date of the use"),
        ),
    )
    for row, value, missing in needed:
        if value:
            yield row, (name(value),)
        elif ask_unknown:
            yield row, (Piece("text", _("not known to me; asked below")),)
        else:
            yield row, (draft.open(missing),)
    for row, value in (
        (_("Character"), _known(asked.character)),
        (_("Channel"), _known(asked.channel)),
        (_("Territories"), _listed(asked.territories)),
        (_("Languages"), _listed(asked.languages)),
    ):
        if value:
            yield row, (name(value),)


def _known(value: str | None) -> str:
    return "" if value is None or value == "unknown" else value


def _listed(values: frozenset[str] | None) -> str:
    """Write places or languages, in an order that never changes."""
    return ", ".join(sorted((values or frozenset()) - {"unknown"}))


def _act(code: str | None) -> str:
    known = _known(code)
    return label("act", known) if known else ""


def papers(draft: Draft, facts: LetterFacts) -> None:
    """Tell what the agreements on record say, with the clauses that bear on it.

    What forbids the use comes first. A paper with another company is neither quoted nor
    named, and a letter reads the same whether there is one or none (see parties).
    """
    draft.head(_("What the agreements say"))
    grant = told_grant(facts)
    if forbidding(facts):
        _forbidden(draft, facts, grant)
        return
    if grant is None:
        _record_asked(draft, facts, _nothing_to_show(facts.answer.verdict))
        return
    draft.say(
        _(
            "The agreements on my record were asked about this use on {day}. {verdict} This is"
            " how I read the papers; it is no legal conclusion."
        ),
        day=day(facts.answer.asked_on),
        verdict=_verdict(facts.answer.verdict),
    )
    _clause(draft, facts, grant)


def _forbidden(draft: Draft, facts: LetterFacts, grant: Considered | None) -> None:
    """Tell that the record forbids the use, by which clauses, then the grant if there is one."""
    _record_asked(draft, facts, _("What is on it forbids this use."))
    for considered in forbidding(facts):
        if parties.may_tell(facts, considered):
            _clause(draft, facts, considered)
    if grant is not None:
        draft.say(_("Of the permissions on my record, this one comes nearest:"))
        _clause(draft, facts, grant)


def _record_asked(draft: Draft, facts: LetterFacts, verdict: str) -> None:
    draft.say(
        _(
            "My record of what I agreed to was asked about this use on {day}. {verdict} This is"
            " how I read it; it is no legal conclusion."
        ),
        day=day(facts.answer.asked_on),
        verdict=verdict,
    )


def _clause(draft: Draft, facts: LetterFacts, considered: Considered) -> None:
    rule = rule_of(facts, considered)
    quote = considered.quote or (rule.quote if rule else "")
    if quote:
        draft.quote(quote, where_ruled(facts, considered))
    else:
        draft.say("{where}.", where=whole(where_ruled(facts, considered)))


def whole(pieces: Line) -> Piece:
    """Return a place in a paper as one piece, to stand inside a sentence."""
    return Piece("name", "".join(piece.text for piece in pieces))


def told_grant(facts: LetterFacts) -> Considered | None:
    """Return the grant that the answer relies on, if its paper may be told; else None."""
    furthest = relied(facts.answer)
    if furthest is None or not parties.may_tell(facts, furthest):
        return None
    return furthest


def forbidding(facts: LetterFacts) -> list[Considered]:
    """Return the prohibitions that forbid the use for certain, whosever paper they stand in."""
    return [
        each
        for each in facts.answer.considered
        if each.kind == "prohibition" and each.possible == ("forbids",)
    ]


def agreement_of(
    facts: LetterFacts, agreement: str, version: int | None = None
) -> Agreement | None:
    """Return an agreement by its id; of several versions the one asked for, else the newest."""
    papers = [each for each in facts.agreements if each.id == agreement]
    wanted = [each for each in papers if each.version == version]
    return max(wanted or papers, key=lambda each: each.version, default=None)


def rule_of(facts: LetterFacts, considered: Considered) -> Rule | None:
    """Return the rule as it stands in its agreement."""
    paper = agreement_of(facts, considered.agreement, considered.version)
    rules = paper.rules if paper else ()
    return next((rule for rule in rules if rule.id == considered.rule), None)


def where(paper: Agreement | None, title: str, clause: str) -> Line:
    """Say which paper, of which day, and where in it."""
    said = name((paper.title if paper else "") or title)
    given = (paper.form.given or paper.effective) if paper else None
    if given is not None and clause:
        return line(
            _("{title}, of {day}, {clause}"),
            title=said, day=name(when(given)), clause=name(clause),
        )  # fmt: skip
    if given is not None:
        return line(_("{title}, of {day}"), title=said, day=name(when(given)))
    if clause:
        return line(_("{title}, {clause}"), title=said, clause=name(clause))
    return (said,)


def where_ruled(facts: LetterFacts, considered: Considered) -> Line:
    """Say where a rule stands."""
    paper = agreement_of(facts, considered.agreement, considered.version)
    return where(paper, considered.title or considered.agreement, considered.clause)


def where_owed(facts: LetterFacts, duty: DutyState) -> Line:
    """Say which paper a duty stands in. duty.duty : "agreement/rule/duty"."""
    agreement = duty.duty.partition("/")[0]
    return where(agreement_of(facts, agreement), agreement, duty.clause)


def own_words(draft: Draft, facts: LetterFacts) -> None:
    """Add what the performer wrote, paragraph by paragraph; `banned` reads it too."""
    for each in re.split(r"\n\s*\n", facts.note.strip()):
        if each.strip():
            draft.say("{words}", words=visible(" ".join(each.split())))


def _nothing_to_show(code: str) -> str:
    """Say a verdict that rests on no paper which this company may read of.

    The same words where there is no paper at all, so that they tell of no other contract.
    """
    if code in {"covered", "duty_unmet"}:  # by another's paper: say nothing that is untrue
        return _("Please tell me on which permission you rely for it.")
    if code == "undetermined":
        return _("What is known does not settle whether it is permitted.")
    return _("No permission on my record reaches this use by this company.")


def _verdict(code: str) -> str:
    """Say a verdict as the performer would, and no more than it says."""
    return {
        "covered": _("They permit it."),
        "duty_unmet": _("They permit it, under duties of which one at least is not done."),
        "not_in_force": _("A permission for such a use is on record; it was not in force then."),
        "invalid": _("The permission on record lacks what the papers themselves require of one."),
        "outside_scope": _("A permission is on record, and does not reach this use."),
        "no_grant_found": _("No permission on my record reaches this use by this company."),
        "undetermined": _("What is known does not settle whether they permit it."),
    }.get(code, _("What is known does not settle whether they permit it."))
