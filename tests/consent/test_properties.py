"""What holds of every answer, whatever the papers say."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from replique.consent.answer import Answer
from replique.consent.asking import Agreements
from replique.consent.dates import When
from replique.consent.following import fold
from replique.consent.records import Agreement, Life, Rule, State, Use
from replique.consent.vocabulary import VERDICTS
from tests.consent import invented
from tests.consent.invented import ASKED

_FACTS = [
    "act",
    "subjects",
    "artefact",
    "date",
    "began",
    "production",
    "company",
    "territories",
    "languages",
    "content",
    "practice",
    "identifiable",
    "strike",
    "how_known",
    "labelled",
    "counts",
    "chain",
    "done",
    "events",
]
"""Every fact of a use that the invented papers ask about."""

few = settings(max_examples=30)
"""Each of them with a dozen papers: two seconds a property, every time others."""

both = st.one_of(invented.granted(), st.tuples(invented.sets(), invented.uses()))


def ask(papers: list[Agreement], use: Use, lives: list[Life] | None = None) -> Answer:
    return Agreements(papers, lives or ()).ask(use, ASKED)


@few
@given(both, invented.lives())
def test_the_report_alone_gives_the_verdict(
    asked: tuple[list[Agreement], Use], lives: list[Life]
) -> None:
    answer = ask(*asked, lives)
    assert fold(answer) == set(answer.possible)
    assert answer.verdict in VERDICTS
    assert (answer.verdict == "undetermined") == (len(answer.possible) > 1)


@few
@given(both, invented.lives())
def test_the_quick_verdict_is_the_same(
    asked: tuple[list[Agreement], Use], lives: list[Life]
) -> None:
    papers, use = asked
    answer, outcome = ask(papers, use, lives), Agreements(papers, lives).outcome(use, ASKED)
    assert (outcome.verdict, outcome.possible) == (answer.verdict, answer.possible)


@few
@given(both, invented.lives(), st.randoms(use_true_random=False))
def test_the_order_of_papers_does_not_matter(
    asked: tuple[list[Agreement], Use], lives: list[Life], chance: random.Random
) -> None:
    papers, use = asked
    shuffled = papers[:]
    chance.shuffle(shuffled)
    assert ask(papers, use, lives) == ask(shuffled, use, lives)


@few
@given(both, invented.rules("prohibition"), st.sampled_from(["p1", "p9"]))
def test_adding_a_prohibition_never_makes_it_covered(
    asked: tuple[list[Agreement], Use], rule: Rule, where: str
) -> None:
    papers, use = asked
    rule = dataclasses.replace(rule, id="new")
    refusal = Agreement(id=where, kind="refusal", performers=frozenset({"awa"}), rules=(rule,))
    if where == "p1":
        first = dataclasses.replace(papers[0], rules=(*papers[0].rules, rule))
        more = [first, *papers[1:]]
    else:
        more = [*papers, refusal]
    if ask(more, use).verdict == "covered":
        assert ask(papers, use).verdict == "covered"


@few
@given(both, invented.lives(), st.sets(st.sampled_from(_FACTS), min_size=1, max_size=4))
def test_taking_facts_away_never_makes_it_covered(
    asked: tuple[list[Agreement], Use], lives: list[Life], facts: set[str]
) -> None:
    papers, use = asked
    if ask(papers, use, lives).verdict == "covered":
        return
    unknown = {field.name: field.default for field in dataclasses.fields(Use)}
    less: dict[str, Any] = {
        name: {} if name in {"counts", "events"} else unknown[name] for name in facts
    }
    fewer = dataclasses.replace(use, **less)
    refused = any(each.outcome == "refused" for each in use.done)
    assert refused or ask(papers, fewer, lives).verdict != "covered"


_PAPER_FACTS = ["law", "representation", "replaces_in_person", "bundled", "signatures"]
_FORM_FACTS = ["kind", "given", "clear_and_conspicuous", "reasonably_specific"]


@few
@given(
    both,
    st.sets(st.sampled_from(_PAPER_FACTS), max_size=2),
    st.sets(st.sampled_from(_FORM_FACTS), max_size=2),
)
def test_a_paper_that_says_less_is_never_covered_for_it(
    asked: tuple[list[Agreement], Use], facts: set[str], form: set[str]
) -> None:
    papers, use = asked
    if ask(papers, use).verdict == "covered":
        return
    unsaid: dict[str, Any] = {name: () if name == "signatures" else None for name in facts}
    blank: dict[str, Any] = dict.fromkeys(form)
    fewer = [
        dataclasses.replace(each, form=dataclasses.replace(each.form, **blank), **unsaid)
        for each in papers
        if each.id == "p1"
    ]
    assert fewer
    assert ask([*fewer, *papers[1:]], use).verdict != "covered"


@few
@given(both, invented.days(), st.sampled_from(["withdrawn", "revoked", "suspended", "expired"]))
def test_withdrawing_never_widens(
    asked: tuple[list[Agreement], Use], on: When, status: str
) -> None:
    papers, use = asked
    for place, paper in enumerate(papers):
        state = State(status, on)
        ended = dataclasses.replace(paper, states=(*paper.states, state))
        after = ask([*papers[:place], ended, *papers[place + 1 :]], use)
        if after.verdict == "covered":
            assert ask(papers, use).verdict == "covered"


@few
@given(both, invented.lives())
def test_what_is_covered_is_covered_in_every_respect(
    asked: tuple[list[Agreement], Use], lives: list[Life]
) -> None:
    answer = ask(*asked, lives)
    if answer.verdict != "covered":
        return
    assert (answer.validity, answer.coverage, answer.in_force) == ("yes", "yes", "yes")
    assert answer.duties in {"met", "pending", "not_triggered", "none"}
    assert not [each for each in answer.questions if each.raised and each.concerns == "validity"]
    assert not answer.gaps


@few
@given(both, invented.lives())
def test_what_is_undetermined_says_what_would_settle_it(
    asked: tuple[list[Agreement], Use], lives: list[Life]
) -> None:
    answer = ask(*asked, lives)
    if answer.verdict == "undetermined":
        assert answer.gaps


@few
@given(both)
def test_the_use_of_somebody_else_is_no_concern_of_these_papers(
    asked: tuple[list[Agreement], Use],
) -> None:
    papers, use = asked
    others = dataclasses.replace(use, performer="bo")
    own = [each for each in papers if "any" not in each.performers]
    answer = ask(own, others)
    assert answer.verdict in {"no_grant_found", "undetermined"}
    assert answer.considered == ()


def test_the_invented_papers_reach_every_verdict() -> None:
    """The properties above would hold of papers that never meet a use; these do."""
    seen: set[str] = set()

    @settings(
        max_examples=150,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(both)
    def sample(asked: tuple[list[Agreement], Use]) -> None:
        seen.add(ask(*asked).verdict)

    sample()
    assert seen == set(VERDICTS)


@few
@given(both, st.data())
def test_a_use_is_covered_when_each_of_its_parts_is(
    asked: tuple[list[Agreement], Use], data: st.DataObject
) -> None:
    papers, use = asked
    more = data.draw(st.frozensets(st.sampled_from(invented.PLACES), min_size=2, max_size=3))
    wide = dataclasses.replace(use, territories=more)
    each_one = [
        ask(papers, dataclasses.replace(wide, territories=frozenset({place}))).verdict
        for place in more
    ]
    assert (ask(papers, wide).verdict == "covered") == (set(each_one) == {"covered"})
