"""Findings: never an old answer, and what was answered stays on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.consent.answer import Answer
from replique.consent.asking import Agreements
from replique.consent.records import Use
from replique.errors import NotFound, UsageError
from replique.language import choose, current, restore
from replique.store import Home
from tests.store.papers import (
    CANARY,
    TESTIMONY,
    USE,
    altered,
    find,
    register,
    rider,
    told,
    verbs,
    verdict,
)

PAY = "rider-2026/dub/pay"


@pytest.fixture
def use(records: Home, awa: str) -> str:
    """Return the name of a use that an agreement allows, for pay."""
    del records
    store.add_agreement(rider(duty=True))
    return store.describe_use(performer=awa, facts=USE).name


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """Return a file that shows something."""
    path = tmp_path / "statement.txt"
    path.write_text("250 EUR received", encoding="utf-8")
    return path


def test_a_finding_is_the_use_the_verdict_and_what_was_asked(use: str, awa: str) -> None:
    (found,) = store.findings(keep=True)
    assert (found.use.name, found.use.performer, found.verdict) == (use, awa, "duty_unmet")
    assert found.answer.use == use
    assert found.answer.asked_on == dt.date.today()  # noqa: DTZ011
    assert found.asked_of == {"rider-2026 1.1": store.agreement("rider-2026").sha256}
    assert found.asked_at is not None
    assert (found.before, found.judgement) == ("", None)


def test_asking_twice_keeps_one_answer_and_one_entry(use: str) -> None:
    first = store.finding(use)
    second = store.finding(use)
    assert first == second
    assert store.findings() == [second]
    assert verbs("finding") == ["answered"]


def test_a_list_keeps_nothing_and_swallows_no_news(use: str) -> None:
    """Whoever only lists has not been told: the next who checks is."""
    store.findings()
    store.duties(use=use)
    assert verbs("finding") == []
    store.finding(use)
    store.withdraw_agreement("rider-2026", "2026-02-01")
    for found in (*store.findings(), *store.findings()):
        assert (found.verdict, found.before) == ("not_in_force", "duty_unmet")
        assert found.asked_at is None, "this answer is not kept"
    store.duties()
    assert store.findings(verdict="covered", keep=True) == []
    assert store.finding(use).before == "duty_unmet"
    assert store.findings()[0].before == ""
    assert verbs("finding") == ["answered", "answered"]


def test_the_language_of_who_asks_changes_no_answer(use: str) -> None:
    store.finding(use)
    token = choose("fr")
    try:
        store.finding(use)
    finally:
        restore(token)
    assert verbs("finding") == ["answered"]


def test_an_answer_speaks_the_language_of_who_asked(
    use: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.finding(use)
    spoken: list[str] = []
    ask = Agreements.ask

    def heard(agreements: Agreements, said: Use, on: dt.date) -> Answer:
        spoken.append(current())
        return ask(agreements, said, on)

    monkeypatch.setattr(Agreements, "ask", heard)
    token = choose("fr")
    try:
        found = store.finding(use)
    finally:
        restore(token)
    assert spoken == [], "the steps are worked out when they are wanted"
    assert found.answer.verdict == found.verdict
    assert found.answer is found.answer
    assert (spoken, current()) == (["fr"], "en")


Change = Callable[[str, Path], object]


@pytest.mark.parametrize(
    ("change", "then"),
    [
        (lambda _use, _file: store.withdraw_agreement("rider-2026", "2026-02-01"), "not_in_force"),
        (
            lambda _use, _file: store.add_agreement(
                rider(duty=True, acts="advertise"), replace=True
            ),
            "outside_scope",
        ),
        (lambda _use, _file: store.remove_agreement("rider-2026"), "no_grant_found"),
        (lambda use, _file: store.change_use(use, {"act": "advertise"}), "outside_scope"),
        (
            lambda use, file: store.do_duty(
                f"{use}:{PAY}", evidence=file, by="Awa", on=dt.date(2026, 5, 20)
            ),
            "covered",
        ),
        (lambda _use, _file: store.set_life("awa-diop", born="2012", died="2026-02"), ""),
    ],
    ids=["withdrawn", "corrected", "removed", "use", "duty", "life"],
)
def test_an_answer_is_given_anew_when_what_it_depends_on_has_changed(
    use: str, proof: Path, change: Change, then: str
) -> None:
    first = store.finding(use)
    change(use, proof)
    second = store.finding(use)
    assert second.verdict != first.verdict
    assert not then or second.verdict == then
    assert second.before == first.verdict, "nobody is shown a new verdict unawares"
    assert second.asked_at != first.asked_at
    assert store.finding(use).before == "", "it was told once"
    assert verbs("finding") == ["answered", "answered"]
    assert altered() == []


def test_a_change_that_leaves_the_verdict_is_kept_and_not_cried_out(use: str) -> None:
    first = store.finding(use)
    store.add_agreement(rider("other", company="Studio Soleil"))
    second = store.finding(use)
    assert (second.verdict, second.before) == (first.verdict, "")
    assert second.asked_of.keys() == {"rider-2026 1.1", "other 1.1"}
    assert verbs("finding") == ["answered", "answered"]


def test_what_lies_in_the_records_is_never_shown_as_the_answer(use: str) -> None:
    """Whoever edits the kept verdict changes nothing that anybody reads, and is found out."""
    from django.db import connection

    store.finding(use)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE replique_finding SET verdict = 'covered'")
    assert altered() == ["changed finding/1"]
    assert verdict(use) == "duty_unmet"


def test_the_answer_for_another_day_is_given_and_not_kept(use: str) -> None:
    early = store.finding(use, on=dt.date(2026, 5, 2))
    assert early.answer.asked_on == dt.date(2026, 5, 2)
    assert (early.verdict, early.asked_at) == ("covered", None), "pay was not due yet"
    assert verbs("finding") == []
    assert verdict(use) == "duty_unmet"
    assert store.findings(on=dt.date(2026, 5, 2))[0].verdict == "covered"
    assert verbs("finding") == ["answered"]


def test_an_occurrence_stands_for_every_use_of_it(use: str, awa: str) -> None:
    register(awa)
    number = find()
    for company in ("Studio Lune", "Studio Soleil"):
        store.describe_use(number, facts={**USE, "company": company})
    found = store.check(str(number))
    assert [each.use.name for each in found] == ["u2", "u3"]
    assert found[0].verdict != found[1].verdict
    assert [each.use.name for each in store.check(use)] == [use]
    assert [each.use.name for each in store.findings(occurrence=number)] == ["u2", "u3"]


def test_an_occurrence_nobody_described_is_answered_and_not_kept(use: str, awa: str) -> None:
    del use
    store.add_performer("Ben Okri", "ben-okri")
    register(awa)
    register("ben-okri")
    number = find()
    found = store.check(str(number))
    assert [each.use.performer for each in found] == [awa, "ben-okri"]
    assert [each.use.number for each in found] == [None, None]
    assert [each.asked_at for each in found] == [None, None]
    assert [each.verdict for each in found] == ["undetermined", "no_grant_found"]
    assert len(store.uses()) == 1
    assert verbs("finding") == []


@pytest.mark.parametrize("what", ["", "u", "-1", "1.5", "film.wav", "٣", "u1 u2"])
def test_what_is_neither_an_occurrence_nor_a_use_is_told(records: Home, what: str) -> None:
    del records
    with pytest.raises(UsageError) as caught:
        store.check(what)
    assert "u3" in caught.value.advice


@pytest.mark.parametrize("what", ["7", "u7", "9" * 30])
def test_what_is_not_there_is_told(records: Home, what: str) -> None:
    del records
    with pytest.raises(NotFound):
        store.check(what)


def test_findings_are_listed_by_performer_and_verdict(use: str, awa: str) -> None:
    store.add_performer("Ben Okri", "ben-okri")
    other = store.describe_use(performer="ben-okri", facts=USE).name
    assert [each.use.name for each in store.findings(awa)] == [use]
    assert [each.use.name for each in store.findings(verdict="no_grant_found")] == [other]
    assert store.findings(awa, verdict="no_grant_found") == []
    with pytest.raises(UsageError, match="allowed"):
        store.findings(verdict="allowed")
    with pytest.raises(NotFound):
        store.findings("nobody")


def test_nobodys_agreement_is_shown_to_another(use: str) -> None:
    store.add_performer("Ben Okri", "ben-okri")
    other = store.describe_use(performer="ben-okri", facts=USE).name
    found = store.finding(other)
    assert found.asked_of == {}
    assert "rider-2026" not in repr(found.answer)
    assert "rider-2026" in repr(store.finding(use).answer)


def test_a_judgement_stands_beside_the_verdict_and_changes_nothing_of_it(
    use: str, awa: str
) -> None:
    del use
    register(awa)
    number = find()
    name = store.describe_use(number, facts=USE).name
    before = store.finding(name)
    store.judge(number, "no", f"{CANARY}: it is my sister", by="Awa Diop")
    after = store.finding(name)
    assert after.judgement is not None
    assert (after.judgement.verdict, after.judgement.by) == ("no", "Awa Diop")
    assert after.answer == before.answer
    assert CANARY not in repr(after)


def test_testimony_raises_doubt_and_is_not_repeated(records: Home, awa: str) -> None:
    del records
    store.add_agreement(rider(more=TESTIMONY))
    found = store.finding(store.describe_use(performer=awa, facts=USE).name)
    assert (found.verdict, found.answer.validity) == ("undetermined", "disputed")
    assert CANARY not in repr(found)
    from replique.store.consent_models import Finding

    (row,) = Finding.objects.all()
    assert CANARY not in repr(row.answer)
    assert CANARY not in told()


@pytest.mark.parametrize("duty", [True, False])
def test_the_verdict_at_once_is_the_verdict_in_full(records: Home, awa: str, *, duty: bool) -> None:
    del records
    store.add_agreement(rider(duty=duty, more=TESTIMONY if duty else ""))
    store.add_agreement(rider("other", acts="advertise", company="Studio Soleil"))
    for act in ("dub_language", "advertise", "train_generative", None):
        for company in ("Studio Lune", "Studio Soleil", None):
            store.describe_use(performer=awa, facts={**USE, "act": act, "company": company})
    found = store.findings()
    assert len(found) == 12
    assert len({each.verdict for each in found}) > 2
    for each in found:
        assert (each.verdict, each.possible) == (each.answer.verdict, each.answer.possible)


def test_many_uses_are_asked_of_many_agreements_in_a_moment(records: Home, awa: str) -> None:
    """No query for each use, and none for each agreement."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    del records
    for number in range(8):
        store.add_agreement(rider(f"rider-{number}", company=f"Studio {number}"))
        store.describe_use(performer=awa, facts={**USE, "company": f"Studio {number}"})
    assert {each.verdict for each in store.findings()} == {"covered"}
    with CaptureQueriesContext(connection) as again:
        store.findings()
    assert len(again) <= 10
