"""The part of the interview that asks what may be done, what may not, and what is owed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from replique.cli.asking import ask, ask_text, choose, choose_many, confirm
from replique.cli.terminal import say
from replique.consent import terms
from replique.consent import vocabulary as words
from replique.consent.drafting import (
    FOR_A_REPLICA,
    IN_PERCENT,
    PAID,
    REFUSED_OFTEN,
    USUAL_DUTIES,
    rule_name,
)
from replique.consent.kinds import CURRENCY, LONGEST_TEXT, PLACE, TONGUE, Date, Many, Number, Text
from replique.consent.labels import label, labels
from replique.consent.records import Agreement, Duty, Rule, Scope
from replique.language import gettext as _

AMOUNT = Number()
NAMES = Many(Text())


def permissions(begun: Agreement, kind: str) -> Iterator[Rule]:
    """Ask what may be done, one permission after the other."""
    yield from (each for each in begun.rules if each.kind == "requirement")
    known = [each for each in begun.rules if each.kind == "grant"]
    if kind == "refusal":
        return
    if kind == "collective" and not known:
        say(_("A collective agreement grants nothing by itself: each performer's consent does."))
        return
    for rule in known:
        say()
        say(_("From the form: {acts}").format(acts=_acts(rule)))
        if confirm(_("Does the paper allow this?"), default=True):
            yield _permission(rule)
    question = (
        _("Does it allow something else, or on other terms?")
        if known
        else _("Does it allow anything to be done?")
    )
    while confirm(question, default=not known):
        known = [*known, _permission(None)]
        yield known[-1]
        question = _("Does it allow something else, or on other terms?")


def _acts(rule: Rule) -> str:
    return labels("act", ", ".join(sorted(rule.acts or ())))


def _permission(begun: Rule | None) -> Rule:
    start = begun or Rule("grant", "grant", None, None)
    acts = choose_many(
        _("What may be done?"), words.ACTS, _act, default=sorted(start.acts or ()), needed=True
    )
    subjects = choose_many(
        _("With what of the performer?"),
        words.SUBJECTS,
        lambda code: label("subject", code),
        default=sorted(start.subjects or ()),
        needed=True,
    )
    return dataclasses.replace(
        start,
        id=start.id if begun else rule_name(acts),
        acts=acts,
        subjects=subjects,
        artefacts=_artefacts(acts, start),
        practices=_practices(acts, start),
        scope=_scope(start.scope),
        duties=tuple(_duties(start.duties)),
        clause=ask_text(_("In which clause does that stand?"), default=start.clause),
        quote=ask(_("Its words, if you want to keep them"), Text(LONGEST_TEXT)) or "",
    )


def _act(code: str) -> str:
    return label("act", code)


def _artefacts(acts: frozenset[str], start: Rule) -> frozenset[str] | None:
    if not acts & FOR_A_REPLICA:
        return start.artefacts
    chosen = choose_many(
        _("What may come out of it? A replica is never implied: only what is named."),
        words.ARTEFACTS,
        lambda code: label("artefact", code),
        default=sorted(start.artefacts or ()),
    )
    return chosen or None


def _practices(acts: frozenset[str], start: Rule) -> frozenset[str]:
    if "processing_practice" not in acts:
        return frozenset()
    return choose_many(
        _("Which post-production does the paper list? Only what it lists counts."),
        words.PRACTICES,
        lambda code: label("practice", code),
        default=sorted(start.practices),
    )


def _scope(start: Scope) -> Scope:
    say()
    say(_("How far does that reach? Several are written with commas; Enter: the paper sets no"))
    say(_("limit there."))
    productions = ask(_("Only for which productions?"), NAMES)
    return dataclasses.replace(
        start,
        productions=productions,
        characters=ask(_("Only for which characters or roles?"), NAMES),
        media=ask(_("Only in which media? For instance film, game"), NAMES),
        territories=ask(_("Only in which places? Codes such as FR, BE"), Many(PLACE)),
        languages=ask(
            _("Only in which languages? For instance fr"),
            Many(TONGUE),
            default=", ".join(sorted(start.languages or ())),
        ),
        max_counts=_most(),
        content_refused=choose_many(
            _("With which content may it not be used?"),
            words.CONTENT,
            terms.content,
            default=sorted(start.content_refused),
        ),
    )


def _most() -> dict[str, float]:
    lines = ask(_("At most how many lines in all?"), AMOUNT)
    return {} if lines is None else {"line": lines}


def refusals(begun: Agreement, kind: str) -> Iterator[Rule]:
    """Ask what may not be done."""
    known = [each for each in begun.rules if each.kind == "prohibition"]
    for rule in known:
        say()
        say(_("From the form: {acts}").format(acts=_acts(rule)))
        if confirm(_("Does the paper forbid this?"), default=True):
            yield rule
    question = _("Does it forbid something else?") if known else _("Does it forbid anything?")
    if not confirm(question, default=not known and kind == "refusal"):
        return
    acts = choose_many(
        _("What may not be done?"),
        words.ACTS,
        _act,
        default=REFUSED_OFTEN if kind == "refusal" else (),
        needed=True,
    )
    yield Rule(
        f"no-{rule_name(acts)}",
        "prohibition",
        acts,
        frozenset({words.ANY}),
        clause=ask_text(_("In which clause does that stand?")),
        quote=ask(_("Its words, if you want to keep them"), Text(LONGEST_TEXT)) or "",
    )


def _duties(known: Sequence[Duty]) -> Iterator[Duty]:
    """Ask what is owed for one permission."""
    by_kind = {each.kind: each for each in known}
    yield from _pay(by_kind.pop("pay", None))
    if confirm(_("Must the performer approve each use first?"), default="approval" in by_kind):
        yield by_kind.get("approval", USUAL_DUTIES["approval"])
    by_kind.pop("approval", None)
    if confirm(_("Must the performer be named?"), default="credit" in by_kind):
        yield by_kind.get("credit", USUAL_DUTIES["credit"])
    by_kind.pop("credit", None)
    if confirm(_("Must it be said that a machine made it?"), default="label" in by_kind):
        yield by_kind.get("label", USUAL_DUTIES["label"])
    by_kind.pop("label", None)
    if confirm(_("Must the performer be told beforehand?"), default="notice" in by_kind):
        hours = ask(_("How many hours before?"), AMOUNT, default="48")
        yield by_kind.get("notice", Duty("notice", "notice", hours_before=hours))
    by_kind.pop("notice", None)
    yield from by_kind.values()


def _pay(start: Duty | None) -> Iterator[Duty]:
    if not confirm(_("Is anything paid for it?"), default=start is not None or None):
        return
    usual = start or Duty("pay", "pay")
    unit = choose(_("Paid how?"), PAID, terms.unit, default=usual.unit) or ""
    if unit in IN_PERCENT:
        percent, amount, currency = ask(_("How many percent?"), Number(most=1000)), None, ""
    else:
        percent, amount = None, ask(_("How much?"), AMOUNT)
        currency = ""
        if amount is not None:
            currency = ask(_("In which money?"), CURRENCY, default="EUR") or ""
    yield dataclasses.replace(
        usual,
        unit=unit,
        amount=amount,
        percent=percent,
        currency=currency,
        **_due(),
    )


def _due() -> dict[str, Any]:
    """Ask when something is owed."""
    nothing: dict[str, Any] = {
        "before_use": False, "with_use": False, "due": None, "within_days": None, "after": "use",
        "every": "", "hours_before": None,
    }  # fmt: skip
    ways = {
        "before": _("before the use"),
        "days": _("so many days after something"),
        "day": _("by a certain day"),
    }
    way = choose(_("When is it due?"), tuple(ways), ways.__getitem__)
    if way == "before":
        return {**nothing, "before_use": True}
    if way == "day":
        return {**nothing, "due": ask(_("By which day?"), Date(), needed=True)}
    if way == "days":
        days = ask(_("Within how many days?"), Number(0, 100_000, whole=True), needed=True)
        after = choose(_("After what?"), words.EVENTS, terms.event, default="invoice", needed=True)
        return {**nothing, "within_days": days, "after": after}
    return nothing


def duties_of_all(begun: Agreement, *, granted: bool) -> tuple[Duty, ...]:
    """Ask what is owed whatever the use: that everything be deleted, and kept safe."""
    if not granted:
        return begun.duties
    kept = [each for each in begun.duties if each.kind not in {"delete", "security"}]
    by_kind = {each.kind: each for each in begun.duties}
    if confirm(_("Must it be kept safe?"), default="security" in by_kind):
        kept.append(by_kind.get("security", USUAL_DUTIES["security"]))
    if confirm(_("Must it be deleted at the end?"), default="delete" in by_kind):
        usual = by_kind.get("delete", USUAL_DUTIES["delete"])
        days = ask(
            _("Within how many days?"),
            Number(0, 100_000, whole=True),
            default=str(usual.within_days or 30),
            needed=True,
        )
        after = choose(
            _("After what?"), words.EVENTS, terms.event, default=usual.after, needed=True
        )
        kept.append(dataclasses.replace(usual, within_days=days, after=after or "term_end"))
    return tuple(kept)
