"""Every case of tests/vectors/consent: papers, a use, and the whole answer expected.

The answers were reasoned from docs/consent.md and the field's own patterns before the
engine was asked; how to add one is in tests/vectors/consent/README.md.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from replique.cli.root import replique
from replique.consent import reading, rendering
from replique.consent.answer import Answer
from replique.consent.asking import Agreements
from replique.consent.following import fold
from replique.consent.records import Agreement, Life, Use
from replique.consent.statutes import statutes
from replique.consent.vocabulary import VERDICTS

CASES = Path(__file__).parents[1] / "vectors" / "consent"
NAMES = sorted(path.parent.name for path in CASES.glob("*/expected.json"))
STABLE = {
    "dimensions": ("code", "answer"),
    "duty_states": ("duty", "status", "due", "certain"),
    "considered": ("agreement", "version", "rule", "kind", "possible"),
    "questions": ("statute", "raised", "agreement"),
    "gaps": ("fact", "of"),
}
"""What of each list in an answer is held: codes, never texts."""
WORDS = (
    "verdict",
    "possible",
    "validity",
    "coverage",
    "in_force",
    "duties",
    "relied_on",
    "relied_version",
)
TAKEN_AWAY = (
    "act",
    "subjects",
    "artefact",
    "date",
    "production",
    "company",
    "character",
    "medium",
    "channel",
    "territories",
    "languages",
    "model",
    "content",
    "practice",
    "identifiable",
    "strike",
)
"""Facts of a use; one that is left out is not known."""


@dataclasses.dataclass(frozen=True)
class Case:
    """One folder, read. expected: the answer, without texts."""

    agreements: tuple[Agreement, ...]
    lives: tuple[Life, ...]
    use: Use
    asked_on: dt.date
    why: str
    source: str
    expected: dict[str, Any]

    def ask(self, use: Use | None = None) -> Answer:
        return Agreements(self.agreements, self.lives).ask(use or self.use, self.asked_on)


@cache
def case(name: str) -> Case:
    folder = CASES / name
    told = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    agreements, lives = [], []
    for path in sorted((folder / "agreements").glob("*.toml")):
        text = path.read_bytes()
        if reading.kind_of(text, path.name) == "agreement":
            agreements.append(reading.agreement(text, path.name))
        else:
            lives.append(reading.life(text, path.name))
    return Case(
        agreements=tuple(agreements),
        lives=tuple(lives),
        use=reading.use((folder / "use.toml").read_bytes(), "use.toml"),
        asked_on=dt.date.fromisoformat(told["asked_on"]),
        why=told["why"],
        source=told["source"],
        expected=told["answer"],
    )


def stable(told: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer as JSON says in codes."""
    words = {key: told[key] for key in WORDS}
    lists = {
        key: [{field: row[field] for field in fields} for row in told[key]]
        for key, fields in STABLE.items()
    }
    return words | lists


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_one_expected(name: str) -> None:
    asked = case(name)
    assert stable(rendering.as_json(asked.ask())) == asked.expected


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_papers_does_not_matter(name: str) -> None:
    asked = case(name)
    turned = dataclasses.replace(asked, agreements=asked.agreements[::-1])
    assert turned.ask() == asked.ask()


@pytest.mark.parametrize("name", NAMES)
def test_the_report_alone_and_the_quick_way_give_the_same(name: str) -> None:
    asked = case(name)
    answer = asked.ask()
    quick = Agreements(asked.agreements, asked.lives).outcome(asked.use, asked.asked_on)
    assert fold(answer) == set(answer.possible)
    assert (quick.verdict, quick.possible) == (answer.verdict, answer.possible)


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_taken_away_keeps_the_answer_possible(name: str) -> None:
    asked = case(name)
    whole = asked.ask()
    lost = []
    for fact in TAKEN_AWAY:
        if getattr(asked.use, fact) is not None:
            not_known: dict[str, Any] = {fact: None}
            reduced = asked.ask(dataclasses.replace(asked.use, **not_known))
            if not _still_possible(whole, reduced):
                lost.append((fact, whole.possible, reduced.possible))
    assert not lost


def _still_possible(whole: Answer, reduced: Answer) -> bool:
    """Whether what was said of the whole use can still become of the one that lacks a fact.

    Where a ground against the use was certain already, the fact may name another, graver
    one: a prohibition, or that no paper has to do with it.
    """
    allowed = set(reduced.possible)
    if not allowed & {"covered", "duty_unmet"}:
        allowed |= {"outside_scope", "no_grant_found"}
    return set(whole.possible) <= allowed


@pytest.mark.parametrize("name", NAMES[::25])
def test_the_command_line_says_the_same(name: str) -> None:
    asked = case(name)
    folder = CASES / name
    words = ["--agreements", folder / "agreements", "--use", folder / "use.toml"]
    words += ["--on", asked.asked_on.isoformat(), "--json"]
    result = CliRunner().invoke(
        replique, ["consent", "check", *(str(word) for word in words)], prog_name="replique"
    )
    assert result.exit_code == 0, result.output
    assert stable(json.loads(result.stdout)) == stable(rendering.as_json(asked.ask()))


def test_a_case_is_written_as_the_guide_says() -> None:
    for name in NAMES:
        asked, folder = case(name), CASES / name
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), name
        assert asked.why.endswith("."), name
        assert asked.source, name
        assert set(asked.expected) == {*WORDS, *STABLE}, name
        assert {each.name for each in folder.iterdir()} == {
            "agreements",
            "use.toml",
            "expected.json",
        }
        assert any((folder / "agreements").iterdir()), name


def test_no_two_cases_are_the_same() -> None:
    seen: dict[tuple[object, ...], str] = {}
    for name in NAMES:
        asked = case(name)
        key = (repr(asked.agreements), repr(asked.lives), repr(asked.use), asked.asked_on)
        assert key not in seen, (name, seen[key])
        seen[key] = name


def test_the_cases_reach_every_verdict_and_every_law() -> None:
    verdicts = Counter(case(name).expected["verdict"] for name in NAMES)
    asked = {each["statute"] for name in NAMES for each in case(name).expected["questions"]}
    assert len(NAMES) >= 80
    assert all(verdicts[verdict] >= 8 for verdict in VERDICTS)
    assert {each.id for each in statutes()} <= asked
