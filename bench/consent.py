"""How quickly uses are asked of agreements: 10,000 uses, 200 agreements, one core.

    python bench/consent.py [--uses 10000] [--agreements 200]

The papers are invented from a fixed seed: one performer's 200 papers, each with three
grants, a prohibition and a duty, over 40 companies, 60 productions, 12 territories. Each
use is asked of all of them. A sample is asked again with every step (`ask`), and must
have the same verdict.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import random
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from bench.results import FOLDER, keep  # noqa: E402
from replique.consent.asking import Agreements  # noqa: E402
from replique.consent.dates import When, when  # noqa: E402
from replique.consent.records import Agreement, Duty, Form, Rule, Scope, Signature, Term, Use  # noqa: E402
from replique.consent.vocabulary import ACTS, SUBJECTS  # noqa: E402

SEED = 20261122
ASKED = dt.date(2026, 11, 22)
COMPANIES = [f"Company {n}" for n in range(40)]
PRODUCTIONS = [f"Production {n}" for n in range(60)]
PLACES = ["FR", "BE", "CH", "CA", "US", "GB", "DE", "IT", "ES", "JP", "EU", "WORLD"]
TONGUES = ["fr", "en", "de", "it", "es", "ja"]


def day(chance: random.Random, first: int, last: int) -> When:
    """Return a day between two years."""
    start = dt.date(first, 1, 1).toordinal()
    found = when(dt.date.fromordinal(chance.randint(start, dt.date(last, 12, 31).toordinal())))
    if found is None:
        raise AssertionError  # every ISO day is one
    return found


def paper(chance: random.Random, number: int) -> Agreement:
    """Invent a paper."""
    given = day(chance, 2018, 2025)
    rules = [rule(chance, f"grant-{n}", "grant") for n in range(3)]
    rules.append(rule(chance, "never", "prohibition"))
    return Agreement(
        id=f"paper-{number}",
        kind="individual",
        performers=frozenset({"awa-diop"}),
        company=chance.choice(COMPANIES),
        law=frozenset({chance.choice(["FR", "US-CA", "GB"])}),
        form=Form("rider", given, True, True),
        signatures=(Signature("performer", on=given),),
        representation=chance.choice(["none", "counsel"]),
        term=Term(start=given, end=given.plus(months=12 * chance.randint(1, 10))),
        rules=tuple(rules),
    )


def rule(chance: random.Random, ident: str, kind: str) -> Rule:
    """Invent a rule."""
    grant = kind == "grant"
    few: Any = chance.sample
    return Rule(
        id=ident,
        kind="grant" if grant else "prohibition",
        acts=frozenset(few(ACTS, 3 if grant else 1)),
        subjects=frozenset(few(SUBJECTS, 4)),
        artefacts=frozenset({"original_recording", "ebdr"}) if grant else None,
        scope=Scope(
            productions=frozenset(few(PRODUCTIONS, 5)) if chance.random() < 0.7 else None,
            companies=None if grant else frozenset(few(COMPANIES, 4)),
            territories=frozenset(few(PLACES, 4)) if grant else None,
            languages=frozenset(few(TONGUES, 3)) if grant else None,
        ),
        duties=(Duty("pay", "pay", amount=500, currency="EUR", within_days=30),) if grant else (),
    )


def use(chance: random.Random, number: int) -> Use:
    """Invent a use; one fact in ten is not known."""

    def known(value: Any) -> Any:  # noqa: ANN401 - whatever the fact is
        return None if chance.random() < 0.1 else value

    return Use(
        id=f"use-{number}",
        performer="awa-diop",
        act=known(chance.choice(ACTS)),
        subjects=known(frozenset(chance.sample(SUBJECTS, 1))),
        artefact=known(chance.choice(["original_recording", "ebdr"])),
        date=known(day(chance, 2019, 2026)),
        production=known(chance.choice(PRODUCTIONS)),
        company=known(chance.choice(COMPANIES)),
        territories=known(frozenset(chance.sample(PLACES, 1))),
        languages=known(frozenset(chance.sample(TONGUES, 1))),
    )


def measure(agreements: int, uses: int) -> dict[str, Any]:
    """Ask every use, then a sample of them with every step."""
    chance = random.Random(SEED)
    papers = [paper(chance, number) for number in range(agreements)]
    asked = [use(chance, number) for number in range(uses)]
    start = time.perf_counter()
    known = Agreements(papers)
    outcomes = [known.outcome(each, ASKED) for each in asked]
    quick_s = time.perf_counter() - start
    sample = range(0, uses, max(1, uses // 200))
    start = time.perf_counter()
    answers = {place: known.ask(asked[place], ASKED) for place in sample}
    full_s = (time.perf_counter() - start) / len(answers)
    return {
        "agreements": agreements,
        "uses": uses,
        "seconds": round(quick_s, 2),
        "full_answer_ms": round(1000 * full_s, 2),
        "verdicts": dict(collections.Counter(each.verdict for each in outcomes)),
        "same": all(answers[place].verdict == outcomes[place].verdict for place in sample),
    }


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uses", type=int, default=10_000)
    parser.add_argument("--agreements", type=int, default=200)
    parser.add_argument("--results", type=Path, default=FOLDER)
    given = parser.parse_args()
    result = measure(given.agreements, given.uses)
    for name, value in result.items():
        print(f"{name}\t{value}")
    keep(
        "consent",
        result,
        script="python bench/consent.py",
        material=f"{given.agreements} invented agreements, {given.uses} invented uses",
        folder=given.results,
    )


if __name__ == "__main__":
    main()
