"""Whether there is a consent at all: who signed, how, and what is said against it.

Never a legal conclusion. Only what is plain of itself makes it "no": a court or an
authority found it invalid, nobody signed who can, or a collective agreement's own
condition on the paper is not met. Testimony, statutes and hidden terms make it
*disputed*, which is a question for counsel and never a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from replique.consent.answer import Question, Reason
from replique.consent.facts import Facts
from replique.consent.force import given_anew, given_on, of_act
from replique.consent.records import Agreement, Needs, Signature
from replique.consent.statutes import minor_at_signing
from replique.consent.truth import Truth, every, no, some

DISPUTED = "disputed"
"""Outcome of a reason that makes a consent disputed; its truth is then unknown."""
_IN_WRITING = frozenset(
    {"separate_writing", "rider", "initialled_clause", "contract", "collective_agreement"}
)
_HIDDEN = frozenset({"buried_in_terms", "implied", "opt_out_absent"})


def validity(agreement: Agreement, facts: Facts, asked: Iterable[Question]) -> Iterator[Reason]:
    """Yield each reason for and against the validity of a paper, for this use."""
    for each in agreement.states:
        concerned = of_act(each, facts) if each.status == "invalidated" else False
        if concerned is not False:
            on = each.on.written if each.on else ""
            anew = given_anew(agreement, each, facts)
            truth = False if concerned and anew is False else None
            yield Reason("invalidated", truth, facts={"by": each.by, "on": on})
    yield from _signed(agreement, facts)
    yield _form(agreement)
    for told in sorted(agreement.circumstances, key=lambda one: one.marker):
        on = told.on.written if told.on else ""
        yield Reason("testimony", None, DISPUTED, {"marker": told.marker, "on": on})
    if agreement.kind == "collective":
        yield from _adopted(agreement)
    for question in asked:
        if question.concerns == "validity" and question.state == "law":
            outcome = DISPUTED if question.raised else ""
            missing = ", ".join(question.missing)
            shown = {"statute": question.statute, "title": question.title, "missing": missing}
            yield Reason("statute", None, outcome, shown, question.section)


def _signed(agreement: Agreement, facts: Facts) -> Iterator[Reason]:
    if agreement.kind == "refusal":
        return
    signatures = agreement.signatures
    if not signatures:
        adopted = agreement.kind == "collective" and agreement.adoption is not None
        unwritten = agreement.form.kind in {"oral", "implied", "opt_out_absent"}
        if not unwritten:
            yield Reason("signature", True if adopted else None, "adopted" if adopted else "")
        return
    truths = [_can_sign(each, agreement, facts) for each in signatures]
    signers = ", ".join(sorted({each.by for each in signatures}))
    yield Reason("signature", some(truths), facts={"signers": signers})
    alone = not any(each.by in {"guardian", "estate"} for each in signatures)
    if alone and minor_at_signing(agreement, facts) is not False and _born(facts):
        minor = minor_at_signing(agreement, facts)
        yield Reason("minor", None, DISPUTED if minor else "", {"signers": signers})


def _born(facts: Facts) -> bool:
    return facts.life is not None and facts.life.born is not None


def _can_sign(signature: Signature, agreement: Agreement, facts: Facts) -> Truth:
    """Whether this signature can give the performer's consent."""
    if signature.authority is False or signature.by == "employer":
        return False
    on = signature.on or given_on(agreement)
    died = facts.life.died if facts.life else None
    dead: Truth = False if died is None else None if on is None else died.by(on)
    if signature.by == "performer":
        # on the day of death itself, either may have come first
        return no(dead) if died is None or on is None or died.day != on.day else None
    if signature.by == "estate":
        return dead
    if signature.by == "union" and agreement.kind == "collective":
        return True
    if signature.by == "guardian":
        minor = minor_at_signing(agreement, facts)
        return minor if _born(facts) else signature.authority
    return every((signature.authority, no(dead)))


def _form(agreement: Agreement) -> Reason:
    kind = agreement.form.kind
    if kind is None and agreement.kind != "individual":
        kind = "collective_agreement" if agreement.kind == "collective" else "separate_writing"
    shown = {"form": kind or ""}
    if kind in _HIDDEN:
        return Reason("form", None, DISPUTED, shown)
    return Reason("form", True if kind in _IN_WRITING else None, facts=shown)


def _adopted(agreement: Agreement) -> Iterator[Reason]:
    """How the members took part. Shown as it was; without a vote it is disputed."""
    adoption = agreement.adoption
    if adoption is None:
        yield Reason("adoption", None)
        return
    if adoption.vote == "none":
        yield Reason("adoption", None, DISPUTED, {"vote": "none", "union": adoption.union})
        return
    published, opened = adoption.published_to_members, adoption.vote_opened
    if published is not None and opened is not None and opened.before(published):
        shown = {"vote": "before_text", "union": adoption.union}
        yield Reason("adoption", None, DISPUTED, shown)
        return
    dated = published is None or opened is None or opened.before(published) is False
    held = adoption.vote == "held" and (dated or opened == published)
    yield Reason("adoption", True if held else None, facts={"union": adoption.union})


def met(needs: Needs, agreement: Agreement, clause: str, by: str) -> Iterator[Reason]:
    """Yield whether a paper has what a requirement asks of any paper that grants."""

    def need(what: str, truth: Truth, found: str, wanted: Iterable[str]) -> Reason:
        shown = {"what": what, "by": by, "found": found, "wanted": ", ".join(sorted(wanted))}
        return Reason("requirement", truth, what, shown, clause)

    form = agreement.form
    if needs.forms:
        truth = None if form.kind is None else form.kind in needs.forms
        yield need("form", truth, form.kind or "", needs.forms)
    if needs.signed_by:
        signers = {each.by for each in agreement.signatures}
        truth = bool(signers & needs.signed_by) if signers else None
        yield need("signed_by", truth, ", ".join(sorted(signers)), needs.signed_by)
    if needs.representation:
        who = agreement.representation
        truth = None if who is None else who in needs.representation
        yield need("representation", truth, who or "", needs.representation)
    for name in ("clear_and_conspicuous", "reasonably_specific"):
        if getattr(needs, name):
            said: Truth = getattr(form, name)
            yield need(name, said, {True: "yes", False: "no", None: ""}[said], ["yes"])
