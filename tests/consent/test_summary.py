from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from replique.consent import reading
from replique.consent import vocabulary as words
from replique.consent.records import Agreement
from replique.consent.summary import left_open, summary
from replique.consent.terms import content, event, kind, onward, period, unit
from tests.consent import written

CANARY = "canary-03be"
HEAD = 'schema = "replique-agreement/1"\nid = "rider"\nkind = "individual"\nperformer = "awa"\n'
GRANT = '[[grant]]\nid = "dub"\nacts = "dub_language"\nsubjects = "voice"\n'


def told(text: str) -> str:
    sections = summary(reading.agreement(text))
    return "\n".join(f"{each.heading}: {line}" for each in sections for line in each.lines)


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(written.agreements)
def test_every_rule_duty_and_change_of_state_is_told(record: Agreement) -> None:
    sections = {each.heading: each.lines for each in summary(record)}
    rules = [rule.kind for rule in record.rules]
    assert len(sections.get("What may be done", ())) == rules.count("grant")
    assert len(sections.get("What may not be done", ())) == rules.count("prohibition")
    assert len(sections.get("What any permission must meet", ())) == rules.count("requirement")
    duties = len(record.duties) + sum(len(rule.duties) for rule in record.rules)
    assert len(sections.get("What is owed", ())) == duties
    assert len(sections.get("What happened since", ())) == len(record.states)
    assert all(line for lines in sections.values() for line in lines)


def test_every_limit_is_told() -> None:
    text = told(
        HEAD + GRANT + '[grant.scope]\nproductions = "The Night"\nterritories = ["FR", "BE"]\n'
        'not_languages = "en"\nmax_counts = { line = 200 }\ncontent_refused = "political"\n'
        "start = 2024-01-01\nend = 2025-01-01\nidentifiable = false\nnot_during_strike = true\n"
    )
    for limit in ("The Night", "BE, FR", "en", "200", "politics", "2024-01-01", "2025-01-01",
                  "recognised", "strike"):  # fmt: skip
        assert limit in text


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("before_use = true", "before the use"),
        ("with_use = true", "with each use"),
        ("due = 2026-01-31", "by 2026-01-31"),
        ('hours_before = 48\nafter = "capture"', "48 hours before"),
        ('within_days = 30\nafter = "invoice"', "within 30 days of: the invoice"),
        ('every = "quarter"\nafter = "first_use"', "every quarter"),
        ("", "when is not said"),
    ],
)
def test_when_a_duty_is_due_is_told(due: str, words: str) -> None:
    assert words in told(HEAD + f'[[duty]]\nid = "d"\nkind = "pay"\n{due}\n')


def test_what_is_open_is_told_and_what_is_said_is_not() -> None:
    everything_open = list(left_open(reading.agreement(HEAD + GRANT)))
    assert len(everything_open) == 10
    said = (
        HEAD + 'company = "X"\n[term]\nend = "none"\n[posthumous]\nsurvives = false\n'
        '[form]\nkind = "rider"\ngiven = 2024-01-01\n[[signature]]\nby = "performer"\n'
        + GRANT + '[grant.scope]\nterritories = "any"\n[[grant.duty]]\nid = "p"\nkind = "pay"\n'
        '[[prohibition]]\nid = "no"\nacts = ["train_generative", "create_replica"]\n'
    )  # fmt: skip
    assert list(left_open(reading.agreement(said))) == []


def test_testimony_is_told_only_where_the_record_has_it() -> None:
    private = f'text = "{CANARY}"\nsaid_by = "{CANARY}"\nevidence = "{CANARY}"\n'
    text = HEAD + '[[circumstance]]\nmarker = "threat_of_dismissal"\n'
    assert told(text + private).count(CANARY) == 3
    assert "dismissal was threatened" in told(text)


@pytest.mark.parametrize(
    ("codes", "named"),
    [
        (words.KINDS, kind),
        (words.UNITS, unit),
        (words.EVENTS, event),
        (tuple(words.PERIODS), period),
        ((*words.CONTENT, "any"), content),
        (words.ONWARD, onward),
    ],
)
def test_every_word_of_the_vocabulary_has_words_for_people(codes: object, named: object) -> None:
    assert isinstance(codes, tuple)
    assert callable(named)
    for code in codes:
        assert named(code)
        assert "_" not in named(code)
    assert named("something-new") == "something-new"
