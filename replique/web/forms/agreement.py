"""The agreement interview as a form: the questions of `replique agreement new`, on one page."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict

from replique.consent import reading, terms, writing
from replique.consent import vocabulary as words
from replique.consent.drafting import FOR_A_REPLICA, PAID, REFUSED_OFTEN, rule_name
from replique.consent.labels import label
from replique.consent.records import Agreement
from replique.language import current
from replique.language import gettext as _
from replique.store.forms import NAMES, form
from replique.store.slugs import slug
from replique.store.tomltext import document
from replique.web.forms.fields import Asked, Section, Tree, count, fill, get, pruned, show

TEMPLATES = NAMES
Problems = Mapping[str, str]
ONE_DUTY = ("approval", "credit", "label", "notice")


def begin(template: str, performer: str) -> Tree:
    """Return the tree that a form begins with. template : of TEMPLATES, else an empty paper."""
    if template in TEMPLATES:
        tree = tomllib.loads(form(template, current(), performer=performer))
        for key in ("schema", "id", "performer", "performers"):
            tree.pop(key, None)
        return plain(pruned(tree))  # type: ignore[no-any-return] # a tree stays one
    return {"kind": "individual", "signature": [{"by": "performer"}], "grant": [{}]}


def plain(value: Any) -> Any:  # noqa: ANN401 — a tree
    """Return a tree whose days are as they are written."""
    match value:
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else value


def of_form(sent: QueryDict, template: str, performer: str) -> Tree:
    """Return the tree of what was sent; what the form does not ask stays as the template has it."""
    tree = copy.deepcopy(begin(template, performer))
    for key in ("grant", "prohibition", "signature", "circumstance"):
        rows = tree.setdefault(key, [])
        wanted = count(sent, key)
        del rows[wanted:]
        rows.extend({} for _each in range(wanted - len(rows)))
    fill(tree, _all_asked(tree), sent)
    kept = set(sent.getlist("duty"))
    for number, grant in enumerate(tree.get("grant", []), 1):
        _duties(grant, f"grant[{number}]", kept)
    return tree


def _duties(grant: Tree, at: str, kept: set[str]) -> None:
    """Write what is owed: the boxes that were ticked, and what is paid."""
    known = {each.get("kind"): each for each in grant.get("duty", []) if isinstance(each, dict)}
    pay = grant.pop("pay", {})
    usual: dict[str, Tree] = {
        "approval": {"before_use": True}, "credit": {"with_use": True},
        "label": {"with_use": True}, "notice": {"hours_before": 48},
    }  # fmt: skip
    made = [each for kind, each in known.items() if kind not in {*ONE_DUTY, "pay"}]
    if pay:
        before = {
            key: each
            for key, each in known.get("pay", {}).items()
            if key not in {"unit", "amount", "percent", "currency", "within_days", "after"}
        }
        made.append({"id": "pay", "kind": "pay", **before, **pay})
    made += [
        known.get(kind) or {"id": kind, "kind": kind, **usual[kind]}
        for kind in ONE_DUTY
        if f"{at}.{kind}" in kept
    ]
    grant["duty"] = made


def drafted(tree: Tree, performers: list[str], taken: set[str]) -> Agreement:
    """Return the agreement that a tree says. Raises AgreementRefused, told by field."""
    tree = pruned(copy.deepcopy(tree))
    title = " ".join(str(tree.get(key, "")) for key in ("title", "company")).strip()
    named = str(tree.get("id") or slug(title or "agreement", taken))
    for which, before in (("grant", ""), ("prohibition", "no-")):
        _name_rules(tree.get(which, []), before)
    given = get(tree, "form.given")
    for each in tree.get("signature", []):
        each.setdefault("on", given or words.UNKNOWN)
    text = document({"schema": "replique-agreement/1", **tree, "id": named,
                     "performers": performers})  # fmt: skip
    return reading.agreement(writing.agreement(reading.agreement(text)))


def _name_rules(rules: list[Tree], before: str) -> None:
    taken: set[str] = set()
    for each in rules:
        acts = frozenset(each.get("acts", ())) & set(words.ACTS)
        name = str(each.get("id") or before + (rule_name(acts) if acts else "rule"))
        number, once = 2, name
        while name in taken:
            name, number = f"{once}-{number}", number + 1
        taken.add(name)
        each["id"] = name
        if before:
            each.setdefault("subjects", [words.ANY])


def sections(tree: Tree, problems: Problems) -> Iterator[Section]:
    """Yield the form, in the order in which the interview asks."""
    yield Section(_("The paper"), show(_paper(), tree, problems))
    for number in range(1, len(tree.get("grant", [])) + 1):
        at = f"grant[{number}]"
        heading = _("What may be done") if number == 1 else _("What else may be done")
        lead = _("What is not granted is not agreed. Several are written with commas; what is left"
                 " open sets no limit.") if number == 1 else ""  # fmt: skip
        rule = get(tree, at)
        assert isinstance(rule, dict)  # noqa: S101 — a row of the tree
        paid = next((each for each in rule.get("duty", []) if each.get("kind") == "pay"), None)
        seen = {**rule, **({"pay": paid} if paid and "pay" not in rule else {})}
        seen_tree = {**tree, "grant": [*tree["grant"][: number - 1], seen]}
        yield Section(heading, show(_grant(at), seen_tree, problems), lead, key=at)
    yield Section("", (), add="grant", add_text=_("Add another permission"))
    for number in range(1, len(tree.get("prohibition", [])) + 1):
        at = f"prohibition[{number}]"
        yield Section(_("What may not be done"), show(_prohibition(at), tree, problems))
    yield Section("", (), add="prohibition", add_text=_("Add something that it forbids"))
    yield Section(_("For how long"), show(_term(), tree, problems))
    yield Section(_("How it was agreed"), show(_form(), tree, problems))
    for number in range(1, len(tree.get("signature", [])) + 1):
        yield Section(_("Who signed?"), show(_signature(f"signature[{number}]"), tree, problems))
    yield Section("", (), add="signature", add_text=_("Add a signature"))
    collective = tree.get("kind") == "collective"
    if collective:
        yield Section(_("How its members adopted it"), show(_adoption(), tree, problems))
    yield Section(_("What holds besides"), show(_besides(), tree, problems), folded=True)
    private = len(tree.get("circumstance", []))
    lead = _who_reads()
    for number in range(1, private + 1):
        fields = show(_circumstance(f"circumstance[{number}]"), tree, problems)
        yield Section(_("How it came to be signed"), fields, lead)
    yield Section("", (), add="circumstance",
                  add_text=_("Write down pressure, no time, no copy (private)"))  # fmt: skip


def _who_reads() -> str:
    """Say who can read what is private."""
    if settings.COMMITTEE:
        return _("This is private: its words are sealed for you, the performer and whom they chose,"
                 " and no letter or report shows them. What it was, and on which day, lies open."
                 " Réplique never guesses it.")  # fmt: skip
    return _("This is private: it stays on this computer, and no letter or report shows it. It is"
             " asked of no one, and Réplique never guesses it.")  # fmt: skip


def owed(tree: Tree, number: int) -> set[str]:
    """Return the kinds of duty, besides pay, that a permission has."""
    rule = get(tree, f"grant[{number}]")
    return {str(each.get("kind")) for each in (rule or {}).get("duty", [])}  # type: ignore[attr-defined] # a row


def duty_boxes(tree: Tree, at: str) -> list[tuple[str, str, bool]]:
    """Return a box for each duty besides pay: its value, its words, whether it is ticked."""
    number = int(re.sub(r"\D", "", at))
    there = owed(tree, number)
    texts = {
        "approval": _("The performer must approve each use first"),
        "credit": _("The performer must be named"),
        "label": _("It must be said that a machine made it"),
        "notice": _("The performer must be told beforehand"),
    }
    return [(f"{at}.{kind}", said, kind in there) for kind, said in texts.items()]


def _all_asked(tree: Tree) -> Iterator[Asked]:
    yield from (*_paper(), *_term(), *_form(), *_besides())
    if tree.get("kind") == "collective":
        yield from _adoption()
    for key, asked in (("grant", _grant), ("prohibition", _prohibition),
                       ("signature", _signature), ("circumstance", _circumstance)):  # fmt: skip
        for number in range(1, len(tree.get(key, [])) + 1):
            yield from asked(f"{key}[{number}]")


def _labels(family: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, label(family, code)) for code in codes]


def _paper() -> list[Asked]:
    return [
        Asked("kind", _("What is it?"), "choice",
              [(each, terms.kind(each)) for each in words.KINDS], needed=True),
        Asked("title", _("What is written at its head?")),
        Asked("company", _("With which company, or whom?")),
    ]  # fmt: skip


def _grant(at: str) -> list[Asked]:
    return [
        Asked(f"{at}.acts", _("What may be done?"), "many", _labels("act", words.ACTS)),
        Asked(f"{at}.subjects", _("With what of the performer?"), "many",
              _labels("subject", words.SUBJECTS)),
        Asked(f"{at}.artefacts",
              _("What may come out of it? A replica is never implied: only what is named."), "many",
              _labels("artefact", words.ARTEFACTS)),
        Asked(f"{at}.scope.productions", _("Only for which productions?"), "list"),
        Asked(f"{at}.scope.characters", _("Only for which characters or roles?"), "list"),
        Asked(f"{at}.scope.media", _("Only in which media? For instance film, game"), "list"),
        Asked(f"{at}.scope.territories", _("Only in which places? Codes such as FR, BE"), "list"),
        Asked(f"{at}.scope.languages", _("Only in which languages? For instance fr"), "list"),
        Asked(f"{at}.scope.max_counts.line", _("At most how many lines in all?"), "number"),
        Asked(f"{at}.scope.content_refused", _("With which content may it not be used?"), "many",
              [(each, terms.content(each)) for each in words.CONTENT]),
        Asked(f"{at}.pay.unit", _("Paid how?"), "choice",
              [(each, terms.unit(each)) for each in PAID]),
        Asked(f"{at}.pay.amount", _("How much?"), "number"),
        Asked(f"{at}.pay.percent", _("How many percent?"), "number"),
        Asked(f"{at}.pay.currency", _("In which money?"), hint="EUR"),
        Asked(f"{at}.pay.within_days", _("Within how many days?"), "whole"),
        Asked(f"{at}.pay.after", _("After what?"), "choice",
              [(each, terms.event(each)) for each in words.EVENTS]),
        Asked(f"{at}.clause", _("In which clause does that stand?")),
        Asked(f"{at}.quote", _("Its words, if you want to keep them"), "long"),
    ]  # fmt: skip


def _prohibition(at: str) -> list[Asked]:
    return [
        Asked(f"{at}.acts", _("What may not be done?"), "many", _labels("act", words.ACTS)),
        Asked(f"{at}.clause", _("In which clause does that stand?")),
        Asked(f"{at}.quote", _("Its words, if you want to keep them"), "long"),
    ]


def _term() -> list[Asked]:
    return [
        Asked("term.start", _("From which day does it hold?"), "day"),
        Asked("term.end", _("Which is the last day?"), "day",
              hint=_("“none” where the paper says that it has no end")),
        Asked("term.years", _("Or for how many years?"), "whole"),
        Asked("term.months", _("Or for how many months?"), "whole"),
        Asked("term.begun_uses", _("May a use that has begun go on when it ends?"), "choice",
              [("may_finish", _("yes")), ("must_stop", _("no"))]),
    ]  # fmt: skip


def _form() -> list[Asked]:
    return [
        Asked("form.kind", _("In what form was it agreed?"), "choice",
              _labels("form", words.FORMS)),
        Asked("form.given", _("On which day?"), "day"),
        Asked("form.clear_and_conspicuous",
              _("Was it plain to see, not buried in the small print?"), "yes"),
        Asked("form.reasonably_specific",
              _("Does it describe what will be done, rather than anything?"), "yes"),
        Asked("form.language", _("In which language is it? For instance fr")),
        Asked("form.explained_by", _("Who explained it to the performer?")),
    ]  # fmt: skip


def _signature(at: str) -> list[Asked]:
    return [
        Asked(f"{at}.by", _("In what quality?"), "choice", _labels("signer", words.SIGNERS)),
        Asked(f"{at}.name", _("Their name")),
        Asked(f"{at}.on", _("On which day?"), "day"),
        Asked(f"{at}.authority", _("Could they sign for the performer?"), "yes"),
    ]


def _adoption() -> list[Asked]:
    votes = {"held": _("yes"), "none": _("no"), "unknown": _("not known")}
    return [
        Asked("adoption.union", _("Which union or guild made it?")),
        Asked("adoption.published_to_members", _("When could its members read the full text?"),
              "day"),
        Asked("adoption.vote", _("Did they vote on it?"), "choice", list(votes.items())),
        Asked("adoption.vote_opened", _("When did the vote open?"), "day"),
        Asked("adoption.vote_closed", _("When did it close?"), "day"),
        Asked("adoption.turnout_percent", _("How many voted, in percent?"), "number"),
        Asked("adoption.yes_percent", _("How many of them said yes, in percent?"), "number"),
    ]  # fmt: skip


def _besides() -> list[Asked]:
    onward = [(each, terms.onward(each)) for each in words.ONWARD]
    return [
        Asked("law", _("Whose law does it name? A code such as FR or US-CA"), "list"),
        Asked("representation", _("Who negotiated for the performer?"), "choice",
              _labels("representation", words.REPRESENTATION)),
        Asked("bundled",
              _("Did it come as one with the rest of the contract, to take or leave?"), "yes"),
        Asked("onward.sublicense", _("May the company let others use it too?"), "choice", onward),
        Asked("onward.transfer", _("May it pass the agreement on to another company?"), "choice",
              onward),
        Asked("onward.approver", _("Who must approve it?")),
        Asked("posthumous.survives", _("Does it go on after death?"), "yes"),
        Asked("posthumous.years", _("For how many years after it?"), "whole"),
        Asked("posthumous.right_holder", _("Who speaks for the performer then?")),
    ]  # fmt: skip


def _circumstance(at: str) -> list[Asked]:
    return [
        Asked(f"{at}.marker", _("What was it?"), "choice",
              _labels("circumstance", words.CIRCUMSTANCES)),
        Asked(f"{at}.on", _("On which day?"), "day"),
        Asked(f"{at}.said_by", _("Who says so?")),
        Asked(f"{at}.text", _("What happened, in your words?"), "long"),
        Asked(f"{at}.evidence", _("What shows it? A message, a witness"), "long"),
    ]  # fmt: skip


def more(tree: Tree, key: str) -> None:
    """Add an empty one of what may be said several times."""
    if key == "prohibition" and tree.get("kind") == "refusal":
        tree.setdefault(key, []).append({"acts": list(REFUSED_OFTEN)})
    elif key in {"grant", "prohibition", "signature", "circumstance"}:
        tree.setdefault(key, []).append({})


def replica(acts: list[str]) -> bool:
    """Return whether what comes out is asked: of acts that may make a replica."""
    return bool(set(acts) & FOR_A_REPLICA)
