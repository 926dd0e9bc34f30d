"""What the agreements say of a use: the verdict, the four answers, why, and what is open.

The sentences are those of `replique.consent.wording`: the report and the answer cannot
disagree. Nothing here accuses: "outside" is said of papers, never of people.
"""

from __future__ import annotations

from collections.abc import Iterator

from replique.consent import wording
from replique.consent.answer import Considered, DutyState, Question, Reason
from replique.consent.labels import label, labels
from replique.consent.rendering import PARTS, relied
from replique.consent.statutes import statutes
from replique.language import gettext as _
from replique.report.contents import Finding, Judged
from replique.report.markup import Child, Html, digest, element, join, name, visible
from replique.report.numerals import day, iso_day, when
from replique.report.tables import table

_NEEDED = 6
"""Facts of a use that are told as not known, where they are not."""
MARKS = {True: "✓", False: "✗", None: "?"}


def finding(one: Finding, identity: str, *, of_voice: bool = False) -> Html:
    """Write one finding. identity : its id in the page. of_voice : of an occurrence of a voice."""
    answer = one.answer
    return element(
        "section",
        element("h4", _("What the agreements say"), id=f"{identity}-h"),
        _verdict(one),
        element("dl", *_four(one), class_="four"),
        judgement(one.judged, of_voice=of_voice),
        _use(one),
        *_why(one),
        _duties(one),
        _gaps(one),
        _questions(one),
        *(element("p", wording.reason(step), class_="note") for step in answer.notes),
        _considered(one),
        id=identity,
        class_=f"finding {visible(answer.verdict)}",
        aria_labelledby=f"{identity}-h",
    )


def undescribed(number: int | None) -> Html:
    """Say of an occurrence that nobody has described its use, and how to."""
    said: list[Child] = [
        _(
            "Nobody has described this use yet: by whom, in what, when, where. Until then no"
            " agreement can be asked about it."
        )
    ]
    if number is not None:
        command = f"replique use describe {number}"
        said += [" ", _("To describe it:"), " ", element("code", command)]
    return element("p", *said, class_="note")


def judgement(judged: Judged | None, *, of_voice: bool = False) -> Html:
    """Say what a person who listened says; why only where it was asked for."""
    if judged is None:
        return element("p", _("Nobody has listened and judged yet."), class_="judgement")
    yes = (
        _("{name} listened and judged: yes, to their ear it resembles this person’s voice.")
        if of_voice
        else _("{name} listened and judged: yes, it is this take, used there.")
    )
    said = {
        "yes": yes,
        "no": _("{name} listened and judged: no, it is not."),
        "unsure": _("{name} listened and is not sure."),
    }[judged.verdict].format(name=visible(judged.by))
    why = element("q", visible(judged.why)) if judged.why else None
    date = element("span", f" ({day(judged.at)})", class_="quiet")
    return element("p", element("bdi", said), date, " " if why else None, why, class_="judgement")


def _verdict(one: Finding) -> Html:
    answer = one.answer
    still = [wording.verdict_name(each) for each in answer.possible]
    open_ = (
        element("p", _("It can still become: {names}.").format(names=", ".join(still)))
        if len(still) > 1
        else None
    )
    asked = _("Asked on {day}, of the papers on record. No legal conclusion.").format(
        day=day(answer.asked_on)
    )
    return element(
        "div",
        element("p", element("strong", wording.verdict_name(answer.verdict)), class_="name"),
        element("p", wording.verdict(answer.verdict), class_="plain"),
        open_,
        element("p", asked, class_="quiet"),
        class_="verdict",
    )


def _four(one: Finding) -> Iterator[Html]:
    """Write the four answers apart."""
    for part in PARTS:
        value = getattr(one.answer, part)
        yield element(
            "div",
            element("dt", wording.question_of(part)),
            element("dd", wording.answer_to(part, value)),
        )


def _use(one: Finding) -> Html:
    told = list(_facts_of_use(one))
    facts = [(head, value) for head, value in told if value]
    unknown = [head for head, value in told[:_NEEDED] if not value]
    rows: list[Child] = [
        element("div", element("dt", head), element("dd", name(value))) for head, value in facts
    ]
    left = (
        element(
            "p",
            _("Not known: {facts}.").format(facts=", ".join(each.lower() for each in unknown)),
            class_="quiet",
        )
        if unknown
        else None
    )
    title = (
        _("The use {name}, as it was described").format(name=visible(one.name))
        if one.name
        else _("What you describe")
    )
    return join(element("h5", title), element("dl", *rows, class_="facts use"), left)


def _facts_of_use(one: Finding) -> Iterator[tuple[str, str]]:
    use = one.use
    yield _("What was done"), _known(use.act) and label("act", use.act or "")
    yield _("Production"), _known(use.production)
    yield _("Company"), _known(use.company)
    yield _("Day"), "" if use.date is None else when(use.date)
    yield _("Territories"), _several(use.territories)
    yield _("Languages"), _several(use.languages)
    yield _("Performer"), one.performer
    yield _("What of the performer"), labels("subject", _several(use.subjects))
    yield _("What was made"), _known(use.artefact) and label("artefact", use.artefact or "")
    yield _("Character"), _known(use.character)
    yield _("Channel"), _known(use.channel)


def _known(value: str | None) -> str:
    return "" if value is None or value == "unknown" else value


def _several(values: frozenset[str] | None) -> str:
    return ", ".join(sorted((values or frozenset()) - {"unknown"}))


def _why(one: Finding) -> Iterator[Html]:
    """Write the rules that decided: what forbids it, then the grant that reaches furthest."""
    decided = [
        row
        for row in one.answer.considered
        if row.possible and row.possible[0] in {"forbids", "may_forbid"}
    ]
    furthest = relied(one.answer)
    if furthest is not None:
        decided.append(furthest)
    if decided:
        yield element("h5", _("Why"))
    for row in decided:
        yield element("div", *_rule(row, one), class_="rule")


def _rule(row: Considered, one: Finding) -> Iterator[Html]:
    """Write one rule: where it stands, its words, what it does, and each step."""
    effect = " / ".join(wording.effect(each) for each in row.possible)
    yield element(
        "p",
        element("strong", label("rule", row.kind)),
        " ",
        element("code", visible(row.rule)),
        " · ",
        _paper(row),
        " · ",
        element("em", effect),
    )
    if row.quote:
        yield element("blockquote", element("p", element("bdi", visible(row.quote))))
    steps = [_step(step) for step in _told((*row.dimensions, *row.force, *row.validity), one)]
    if steps:
        yield element("ul", *steps, class_="steps")


def _paper(row: Considered) -> Html:
    title = name(row.title or row.agreement)
    version = _("version {number}").format(number=row.version) if row.version != 1 else None
    parts = [title, *([version] if version else []), *([name(row.clause)] if row.clause else [])]
    return join(*parts, between=", ")


def _told(steps: tuple[Reason, ...], one: Finding) -> Iterator[Reason]:
    """Yield the steps that may be told; of testimony only that there is some."""
    kept_back = False
    for step in steps:
        if step.code == "testimony" and not one.private:
            kept_back = True
            continue
        yield step
    if kept_back:
        yield Reason("kept_back", None)


def _step(step: Reason) -> Html:
    said = (
        _("There is testimony of how it came to be signed; it is private and left out here.")
        if step.code == "kept_back"
        else wording.reason(step)
    )
    said = said[:1].upper() + said[1:]
    in_words = {True: _("holds"), False: _("does not hold"), None: _("not known")}[step.truth]
    return element(
        "li",
        element("span", MARKS[step.truth], class_="mark-of", aria_hidden="true"),
        element("span", f"{in_words}. ", class_="unseen"),
        element("span", visible(said)),
        class_={True: "holds", False: "fails", None: "open"}[step.truth],
    )


def _duties(one: Finding) -> Html:
    states = one.answer.duty_states
    if not states:
        return Html("")
    heads = [_("Duty"), _("Amount"), _("Due"), _("Status"), _("Clause"), _("Why")]
    caption = _("As they stand on {day}").format(day=day(one.answer.asked_on))
    return join(element("h5", _("Duties")), table(caption, heads, [_duty(each) for each in states]))


def _duty(state: DutyState) -> list[Child]:
    status = label("duty_status", state.status)
    if not state.stands:
        status = _("{status}, if it stands at all").format(status=status)
    return [
        label("duty", state.kind),
        name(wording.amount(state.amount)) if state.amount else "–",
        element("span", iso_day(state.due) if state.due else _("not known"), class_="nowrap"),
        status,
        name(state.clause) if state.clause else "–",
        visible(wording.reason(state.reason)),
    ]


def _gaps(one: Finding) -> Html:
    if not one.answer.gaps:
        return Html("")
    said = [element("li", visible(wording.gap(each))) for each in one.answer.gaps]
    return join(element("h5", _("What would settle it")), element("ul", *said))


def _questions(one: Finding) -> Html:
    """Write the questions that laws raise, apart from those that cannot be excluded."""
    raised = [each for each in one.answer.questions if each.raised]
    perhaps = [each for each in one.answer.questions if not each.raised]
    if not raised and not perhaps:
        return Html("")
    parts: list[Child] = [element("h5", _("Questions for counsel"))]
    parts += [_question(each) for each in raised]
    if perhaps:
        parts.append(
            element(
                "details",
                element("summary", _("Questions that cannot be excluded")),
                *(_question(each) for each in perhaps),
            )
        )
    parts.append(
        element(
            "p",
            _("A law raises these questions; the report does not answer them. They are no legal"
              " conclusion."),
            class_="quiet",
        )
    )  # fmt: skip
    return element("div", *parts, class_="questions")


def _question(question: Question) -> Html:
    since = next((each.since for each in statutes() if each.id == question.statute), None)
    if question.state == "bill":
        state = _("a bill, not law")
    elif since is not None:
        state = _("law, applicable since {day}").format(day=day(since))
    else:
        state = _("law")
    missing = labels("fact", ", ".join(question.missing))
    source = _("Source: {source}").format(source=visible(question.source))
    return element(
        "div",
        element("p", element("strong", visible(question.title)), f", {visible(question.section)}"),
        element("p", visible(question.text)),
        element("p", _("Not known: {facts}.").format(facts=missing)) if missing else None,
        element("p", f"{state}. {source}", class_="quiet"),
        class_="question",
    )


def _considered(one: Finding) -> Html:
    rows = one.answer.considered
    if not rows:
        return Html("")
    texts = [
        element("div", element("dt", name(text)), element("dd", digest(sha256)))
        for text, sha256 in sorted(one.asked_of.items())
    ]
    return element(
        "details",
        element("summary", _("Each rule that was considered, to follow by hand")),
        element(
            "p",
            _("A grant covers the use when each of its lines holds; what is not known never counts"
              " as allowed. One prohibition that holds outweighs every grant. Among grants, the"
              " one that reaches furthest is relied on; then its duties are looked at."),
            class_="quiet",
        ),
        *(element("div", *_rule(row, one), class_="rule") for row in rows),
        element("dl", *texts, class_="files") if texts else None,
        class_="considered",
    )  # fmt: skip
