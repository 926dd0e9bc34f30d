"""Duties: only a person says that one was done, and shows it."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from replique import store
from replique.errors import MediaError, NotFound, UsageError
from replique.store import Home
from tests.store.papers import TESTIMONY, USE, altered, rider, told, verbs, verdict

PAY = "rider-2026/dub/pay"
TODAY = dt.date.today()  # noqa: DTZ011


@pytest.fixture
def use(records: Home, awa: str) -> str:
    """Return the name of a use for which pay is owed."""
    del records
    store.add_agreement(rider(duty=True))
    return store.describe_use(performer=awa, facts=USE).name


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """Return a file that shows something."""
    path = tmp_path / "statement of the bank.txt"
    path.write_text("250 EUR received", encoding="utf-8")
    return path


def statuses() -> dict[str, str]:
    return {each.name: each.state.status for each in store.duties(all_=True)}


def test_an_open_duty_is_listed_with_its_day(use: str) -> None:
    (owed,) = store.duties()
    assert owed.name == f"{use}:{PAY}"
    assert (owed.state.status, owed.state.due) == ("unmet", "2026-05-31")
    assert owed.state.amount == "250.00 EUR"
    assert store.duties("awa-diop") == store.duties(use=use) == [owed]


def test_a_duty_of_a_disputed_permission_is_listed_as_uncertain(records: Home, awa: str) -> None:
    del records
    store.add_agreement(rider(duty=True, more=TESTIMONY))
    # what came of it is not known: perhaps the permission does not reach so far
    store.describe_use(performer=awa, facts={**USE, "artefact": None})
    (owed,) = store.duties()
    assert owed.state.stands is False


def test_a_person_with_a_file_says_that_it_was_done(records: Home, use: str, proof: Path) -> None:
    made = store.do_duty(
        f"{use}:{PAY}",
        evidence=proof,
        by=" Awa Diop ",
        on=dt.date(2026, 5, 20),
        amount="250.00",
        currency="eur",
    )
    assert (made.name, made.outcome, made.by) == (f"{use}:{PAY}", "done", "Awa Diop")
    assert (made.amount, made.currency) == ("250", "EUR")
    assert made.evidence == hashlib.sha256(proof.read_bytes()).hexdigest()
    assert [f.read_bytes() for f in records.path.rglob(made.evidence)] == [proof.read_bytes()]
    assert store.duties() == []
    assert statuses() == {f"{use}:{PAY}": "met"}
    assert verdict(use) == "covered"
    assert verbs("duty") == ["done"]
    assert "statement" not in told()
    assert altered() == []


def test_the_name_of_the_use_may_be_left_out_where_there_is_one(use: str, proof: Path) -> None:
    assert store.do_duty(PAY, evidence=proof, by="Awa Diop").name == f"{use}:{PAY}"


def test_of_two_uses_one_must_be_said(use: str, awa: str, proof: Path) -> None:
    store.describe_use(performer=awa, facts={**USE, "date": "2026-06-01"})
    with pytest.raises(UsageError, match="several") as caught:
        store.do_duty(PAY, evidence=proof, by="Awa Diop")
    assert f"u1:{PAY}, u2:{PAY}" in caught.value.advice
    store.do_duty(f"u2:{PAY}", evidence=proof, by="Awa Diop")
    assert statuses() == {f"{use}:{PAY}": "unmet", f"u2:{PAY}": "met"}


def test_too_little_is_not_enough(use: str, proof: Path) -> None:
    store.do_duty(PAY, evidence=proof, by="Awa Diop", amount="100", currency="EUR")
    assert verdict(use) != "covered"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"by": "  "}, "person"),
        ({"on": TODAY + dt.timedelta(1)}, "still to come"),
        ({"amount": "much"}, "no amount"),
        ({"amount": "-5"}, "no amount"),
        ({"amount": "1,200"}, "no amount"),  # twelve hundred, or 1.2?
        ({"amount": "NaN"}, "no amount"),
        ({"amount": "1e400"}, "no amount"),
        ({"currency": "EUR"}, "beside an amount"),
        ({"amount": "5", "currency": "euros"}, "three letters"),
    ],
    ids=[
        "nobody",
        "tomorrow",
        "much",
        "negative",
        "thousands",
        "nan",
        "endless",
        "no-amount",
        "euros",
    ],
)
def test_what_cannot_be_said_is_refused(
    use: str, proof: Path, more: dict[str, object], words: str
) -> None:
    said: dict[str, object] = {"by": "Awa Diop", **more}
    with pytest.raises(UsageError, match=words):
        store.do_duty(PAY, evidence=proof, **said)  # type: ignore[arg-type] # wrong on purpose
    assert statuses() == {f"{use}:{PAY}": "unmet"}
    assert verbs("file") == [], "no file was kept for it"


def test_without_a_file_nothing_is_done(use: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        store.do_duty(PAY, evidence=tmp_path / "nothing.pdf", by="Awa Diop")
    assert statuses() == {f"{use}:{PAY}": "unmet"}


@pytest.mark.parametrize(
    "name", ["rider-2026/dub/credit", "u1:rider-2026/dub/credit", f"u9:{PAY}", "", "u1:"]
)
def test_a_duty_that_is_not_there_is_told(use: str, proof: Path, name: str) -> None:
    assert use == "u1"
    with pytest.raises(NotFound):
        store.do_duty(name, evidence=proof, by="Awa Diop")
    with pytest.raises(NotFound):
        store.undo_duty(name)


def test_a_word_is_taken_back_and_stays_on_record(use: str, proof: Path) -> None:
    from replique.store.consent_models import DutyDone

    store.do_duty(PAY, evidence=proof, by="Awa Diop")
    store.do_duty(PAY, evidence=proof, by="Awa Diop", on=dt.date(2026, 5, 20))
    assert store.undo_duty(PAY).on == dt.date(2026, 5, 20), "the last word first"
    assert store.undo_duty(f"{use}:{PAY}").on == TODAY
    assert statuses() == {f"{use}:{PAY}": "unmet"}
    with pytest.raises(NotFound):
        store.undo_duty(PAY)
    assert DutyDone.objects.count() == 2
    assert verbs("duty") == ["done", "done", "taken_back", "taken_back"]
    assert altered() == []


def test_the_database_itself_keeps_no_duty_done_by_nobody(use: str) -> None:
    from django.db import IntegrityError

    from replique.store.consent_models import DutyDone
    from replique.store.describing import use_row

    for by, evidence in (("", "a" * 64), ("Awa", "")):
        row = DutyDone(use=use_row(use), duty=PAY, on=TODAY, by=by, evidence=evidence)
        with pytest.raises(IntegrityError):
            row.save()
    assert statuses() == {f"{use}:{PAY}": "unmet"}
    assert verbs("duty") == []


def test_an_approval_can_be_refused(records: Home, awa: str, proof: Path) -> None:
    del records
    text = rider() + '\n[[grant.duty]]\nid = "ask"\nkind = "approval"\nbefore_use = true\n'
    store.add_agreement(text)
    use = store.describe_use(performer=awa, facts=USE).name
    made = store.do_duty(
        f"{use}:rider-2026/dub/ask",
        evidence=proof,
        by="Awa Diop",
        on=dt.date(2026, 4, 1),
        refused=True,
    )
    assert made.outcome == "refused"
    assert verdict(use) != "covered"
    assert verbs("duty") == ["refused"]
