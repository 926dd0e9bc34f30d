"""Findings in the report: the verdict, the four answers, why, and what is open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from replique.consent import wording
from replique.consent.answer import Answer, Reason
from replique.consent.vocabulary import VERDICTS
from replique.report import Contents, Finding, Judged, render
from tests import answers

MakeContents = Callable[..., Contents]
HOSTILE = "<script>alert(1)</script>\u202e\"' {x}"


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "hr", "img", "input", "link", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"script", "style"}:
            self.words.append(data)

    @property
    def said(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def _finding(answer: Answer | None = None, **changes: Any) -> Finding:
    facts: dict[str, Any] = {
        "name": "u7",
        "performer": "Awa Diop",
        "use": answers.use(),
        "answer": answer or answers.answer(),
        "judged": Judged("yes", "Léa Roy", dt.datetime(2026, 11, 20, tzinfo=dt.UTC)),
        "asked_of": {"rider-2024 1.1": "ab" * 32},
    }
    return Finding(**{**facts, **changes})


@pytest.fixture
def rendered(make_contents: MakeContents, tmp_path: Path) -> Callable[..., _Page]:
    """Return a function that renders findings of one occurrence."""

    def page(*findings: Finding, language: str = "en", **changes: Any) -> _Page:
        contents = make_contents(count=1)
        found = replace(contents.found[0], number=12, findings=findings)
        contents = replace(contents, found=(found,), **changes)
        out = tmp_path / "report.html"
        render(contents, out, language)
        return _Page(out.read_text("utf-8"))

    return page


Rendered = Callable[..., _Page]


@pytest.mark.parametrize("verdict", VERDICTS)
def test_each_verdict_is_told_in_plain_words(verdict: str, rendered: Rendered) -> None:
    page = rendered(_finding(answers.answer(verdict)))
    assert wording.verdict(verdict) in page.said
    assert f"1 use was described and asked about: 1\u202f× {wording.verdict_name(verdict)}." in (
        "".join(page.words)
    )
    assert "No legal conclusion." in page.said


def test_the_four_answers_stand_apart(rendered: Rendered) -> None:
    answer = answers.answer(validity="disputed", coverage="no", in_force="unknown", duties="unmet")
    said = rendered(_finding(answer)).said
    for part, value in (
        ("validity", "disputed"), ("coverage", "no"), ("in_force", "unknown"), ("duties", "unmet"),
    ):  # fmt: skip
        assert wording.question_of(part) + wording.answer_to(part, value) in said


def test_what_an_open_answer_can_become_is_told(rendered: Rendered) -> None:
    said = rendered(_finding(answers.answer("undetermined", possible=("covered", "invalid")))).said
    assert "It can still become: covered, invalid." in said


def test_the_reasons_are_told_with_the_clause_and_its_words(rendered: Rendered) -> None:
    steps = (
        Reason("territory", False, facts={"limit": "FR", "use": "BE"}),
        Reason("language", True, facts={"limit": "fr", "use": "fr"}),
        Reason("company", None, facts={"limit": "Northlight", "use": ""}),
    )
    answer = answers.answer(
        considered=(answers.grant(dimensions=steps, possible=("outside_scope",), version=2),)
    )
    page = rendered(_finding(answer))
    assert "Dubbing rider, version 2, cl. 4(b)" in page.said
    assert answers.GRANTED in page.said
    assert "does not hold. Territory: the paper says FR; the use is BE." in page.said
    assert "holds. Language: the paper says fr; the use is fr." in page.said
    assert "not known. Company: the paper says Northlight; the use is not known." in page.said


def test_each_rule_can_be_followed_by_hand(rendered: Rendered) -> None:
    silent = answers.prohibition(possible=("silent",), quote="Another clause.", rule="other")
    page = rendered(_finding(answers.answer(considered=(answers.grant(), silent))))
    why, _fold, by_hand = page.said.partition("Each rule that was considered, to follow by hand")
    assert "Another clause." not in why
    assert "Another clause." in by_hand
    assert answers.GRANTED in by_hand
    assert "One prohibition that holds outweighs every grant." in by_hand
    assert "ab" * 32 in by_hand
    assert [tag for tag, _ in page.tags].count("details") >= 1


def test_a_rule_that_forbids_comes_before_the_grant(rendered: Rendered) -> None:
    answer = answers.answer(considered=(answers.grant(), answers.prohibition()))
    said = rendered(_finding(answer)).said
    assert said.index(answers.FORBIDDEN) < said.index(answers.GRANTED)


def test_duties_are_told_with_day_amount_and_clause(rendered: Rendered) -> None:
    states = (
        answers.duty(reason=Reason("duty", False, "nothing_recorded", {"due": "2026-06-01"})),
        answers.duty("credit", "unknown", due="", amount="", stands=False,
                     reason=Reason("duty", None, "no_due_date")),
    )  # fmt: skip
    said = rendered(_finding(answers.answer("duty_unmet", duty_states=states))).said
    assert "As they stand on 22 November 2026" in said
    for told in ("payment", "1200 EUR", "1 June 2026", "not done", "cl. 7", "credit",
                 "not known, if it stands at all"):  # fmt: skip
        assert told in said


def test_gaps_say_what_would_settle_it(rendered: Rendered) -> None:
    gap = answers.gap(fact="territory")
    said = rendered(_finding(answers.answer("undetermined", gaps=(gap,)))).said
    assert "What would settle it" + wording.gap(gap) in said


def test_a_question_for_counsel_has_law_day_and_source(rendered: Rendered) -> None:
    perhaps = answers.question(statute="us-no-fakes-2026", title="NO FAKES Act", state="bill",
                               raised=None, missing=("term_years",))  # fmt: skip
    answer = answers.answer(questions=(answers.question(), perhaps))
    said = rendered(_finding(answer)).said
    assert "California Labor Code, § 927" in said
    assert "law, applicable since 1 January 2025" in said
    assert "Source: Cal. Labor Code § 927(a)" in said
    assert "the report does not answer them. They are no legal conclusion." in said
    raised, _fold, not_excluded = said.partition("Questions that cannot be excluded")
    assert "NO FAKES" not in raised
    assert "a bill, not law" in not_excluded
    assert "Not known: for how long it holds." in not_excluded


JUDGED = {
    "yes": "Léa Roy listened and judged: yes, it is this take, used there.",
    "no": "Léa Roy listened and judged: no, it is not.",
    "unsure": "Léa Roy listened and is not sure.",
}


@pytest.mark.parametrize("verdict", JUDGED)
def test_the_judgement_is_told_with_its_day(verdict: str, rendered: Rendered) -> None:
    judged = Judged(verdict, "Léa Roy", dt.datetime(2026, 11, 20, tzinfo=dt.UTC))
    assert f"{JUDGED[verdict]} (20 November 2026)" in rendered(_finding(judged=judged)).said


def test_a_finding_that_nobody_judged_says_so(rendered: Rendered) -> None:
    said = rendered(_finding(judged=None)).said
    assert "Nobody has listened and judged yet." in said


TESTIMONY = Reason(
    "testimony", None, "disputed", {"marker": "threat_of_dismissal", "on": "2024-03-05"}
)


def test_testimony_is_left_out_unless_it_is_asked_for(rendered: Rendered) -> None:
    answer = answers.answer(considered=(answers.grant(validity=(TESTIMONY, TESTIMONY)),))
    said = rendered(_finding(answer)).said
    assert wording.reason(TESTIMONY) not in said
    assert "it is private and left out here" in said
    assert wording.reason(TESTIMONY) in rendered(_finding(answer, private=True)).said


def test_an_occurrence_without_a_use_says_how_to_describe_it(rendered: Rendered) -> None:
    page = rendered()
    assert "Nobody has described this use yet" in page.said
    assert "replique use describe 12" in page.said
    assert "What the agreements say" not in page.said


def test_uses_that_no_search_found_have_their_place(rendered: Rendered) -> None:
    page = rendered(known_otherwise=(_finding(name="u9"),))
    assert "Uses that are known otherwise" in page.said
    assert "Use u9" in page.said
    assert any(attributes.get("href") == "#known-otherwise-u1" for _tag, attributes in page.tags)


def test_what_is_not_known_of_the_use_is_told(rendered: Rendered) -> None:
    use = answers.use(production=None, territories=frozenset({"unknown"}), date=None)
    said = rendered(_finding(use=use)).said
    assert "Not known: production, day, territories." in said


def _many() -> tuple[Finding, ...]:
    full = answers.answer(
        "duty_unmet",
        considered=(answers.grant(validity=(TESTIMONY,)), answers.prohibition()),
        duty_states=(answers.duty(reason=Reason("duty", False, "refused")),),
        questions=(answers.question(), answers.question(raised=None)),
        gaps=(answers.gap(fact="territory"),),
        notes=(Reason("counsel_decides", None),),
    )
    return (_finding(full, name="u1"), _finding(full, name="u2", judged=None))


def test_the_page_stays_whole(rendered: Rendered) -> None:
    page = rendered(*_many(), known_otherwise=_many())
    assert page.open == []
    ids = [str(a["id"]) for _tag, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for _tag, attributes in page.tags:
        for key in ("aria-labelledby", "href"):
            for wanted in (attributes.get(key) or "").split():
                assert wanted.startswith("data:") or wanted.removeprefix("#") in ids
        assert "style" not in attributes
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = [tag for tag, _ in page.tags if tag in {"table", "caption"}]
    assert tables.count("table") == tables.count("caption")


def test_both_languages_have_the_same_bones(rendered: Rendered) -> None:
    english = rendered(*_many(), known_otherwise=_many())
    french = rendered(*_many(), language="fr", known_otherwise=_many())
    assert [tag for tag, _ in english.tags] == [tag for tag, _ in french.tags]


def test_what_strangers_wrote_stays_text(rendered: Rendered) -> None:
    answer = answers.answer(
        considered=(
            answers.grant(
                quote=HOSTILE, clause=HOSTILE, title=HOSTILE, rule=HOSTILE,
                dimensions=(Reason("company", False, facts={"limit": HOSTILE, "use": HOSTILE}),),
            ),
        ),
        duty_states=(answers.duty(clause=HOSTILE, amount=HOSTILE,
                                  reason=Reason("duty", False, "refused")),),
        gaps=(answers.gap(of=HOSTILE),),
    )  # fmt: skip
    judged = Judged("yes", HOSTILE, dt.datetime(2026, 11, 20, tzinfo=dt.UTC), HOSTILE)
    use = answers.use(production=HOSTILE, company=HOSTILE, territories=frozenset({HOSTILE}))
    page = rendered(
        _finding(answer, name=HOSTILE, performer=HOSTILE, judged=judged, use=use,
                 asked_of={HOSTILE: "ab" * 32}),
    )  # fmt: skip
    plain = rendered(_finding(answer))
    assert page.open == []
    assert [tag for tag, _ in page.tags].count("script") == [tag for tag, _ in plain.tags].count(
        "script"
    )
    assert "\u202e" not in page.said
    assert "<script>alert(1)</script>‹U+202E›" in page.said


def test_the_report_and_the_answer_never_disagree(rendered: Rendered) -> None:
    """Every sentence of the answer's own telling is in the page."""
    one = _many()[0]
    said = rendered(replace(one, private=True)).said
    steps = [
        step
        for row in one.answer.considered
        for step in (*row.dimensions, *row.force, *row.validity)
    ]
    wanted = [wording.reason(step) for step in [*steps, *one.answer.notes]]
    wanted += [wording.reason(state.reason) for state in one.answer.duty_states]
    wanted += [wording.gap(gap) for gap in one.answer.gaps]
    wanted += [question.text for question in one.answer.questions]
    assert [sentence for sentence in wanted if sentence not in said] == []
