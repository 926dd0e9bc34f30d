"""The sentences of an answer: complete, in both languages, and without accusing."""

from __future__ import annotations

import pytest

from replique.consent import wording
from replique.consent.answer import Reason
from replique.consent.labels import label, labels
from replique.consent.vocabulary import VERDICTS
from replique.language import choose, restore


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "1200.00 EUR", "1200.00 EUR"),
        ("fr", "1200.00 EUR", "1200,00 EUR"),
        ("fr", "2.5 %", "2,5 %"),
        ("fr", "", ""),
    ],
)
def test_an_amount_has_the_decimal_sign_of_the_language(
    language: str, written: str, said: str
) -> None:
    token = choose(language)
    try:
        assert wording.amount(written) == said
    finally:
        restore(token)


@pytest.mark.parametrize("verdict", [*VERDICTS, "not_shown"])
def test_every_verdict_has_its_words(verdict: str) -> None:
    assert wording.verdict(verdict).endswith(".")
    assert wording.verdict_name(verdict)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_verdict_speaks_of_people(verdict: str) -> None:
    said = wording.verdict(verdict).casefold()
    for accusing in ("illegal", "breach", "stole", "violat", "guilty", "infring", "unlawful"):
        assert accusing not in said


def test_a_replica_is_said_never_to_be_implied() -> None:
    step = Reason("artefact", False, facts={"limit": "", "use": "ebdr"})
    assert "a replica is never implied" in wording.reason(step)


def test_what_is_not_known_is_said_so() -> None:
    step = Reason("territory", None, facts={"limit": "FR, BE", "use": ""})
    assert wording.reason(step) == "territory: the paper says FR, BE; the use is not known."


def test_counts_and_names_are_said_as_they_are() -> None:
    assert labels("count", "200 line") == "200 lines"
    assert label("company", "Nord Films") == "Nord Films"
    assert labels("act", "generate, alter") == (
        "generation with a replica or a model, digital alteration"
    )
