from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique import store
from replique.errors import (
    AgreementRefused,
    AlreadyThere,
    MediaError,
    NotFound,
    RepliqueError,
    UsageError,
)
from replique.store import Home
from tests.store.papers import CANARY, TESTIMONY, USE, altered, rider, told, verbs, verdict


@pytest.fixture
def paper(records: Home, awa: str) -> str:
    """Return the id of an agreement that is kept."""
    del records, awa
    return store.add_agreement(rider()).id


@pytest.fixture
def testified(records: Home, awa: str) -> str:
    """Return the id of an agreement of which somebody tells how it came to be signed."""
    del records, awa
    return store.add_agreement(rider(more=TESTIMONY)).id


@pytest.fixture
def used(paper: str, awa: str) -> str:
    """Return the name of a use that it allows."""
    del paper
    return store.describe_use(performer=awa, facts=USE).name


def test_a_text_is_kept_to_the_letter_and_read_into_the_list(records: Home, awa: str) -> None:
    del records
    text = rider(more=TESTIMONY)
    made = store.add_agreement(text)
    assert (made.id, made.version, made.edition) == ("rider-2026", 1, 1)
    assert (made.title, made.kind) == ("Rider to the engagement", "individual")
    assert (made.company, made.given, made.performers) == ("Studio Lune", "2026-01-10", (awa,))
    assert made.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert store.agreement("rider-2026", testimony=True).text == text
    assert [each.id for each in store.agreements()] == ["rider-2026"]
    assert verbs("agreement") == ["added", "read"]


def test_the_same_text_is_kept_once(paper: str) -> None:
    with pytest.raises(AlreadyThere, match=paper):
        store.add_agreement(rider(), replace=True)
    assert len(store.agreements()) == 1


def test_another_text_under_the_same_id_must_say_that_it_corrects(paper: str) -> None:
    other = rider(company="Studio Soleil")
    with pytest.raises(AlreadyThere) as caught:
        store.add_agreement(other)
    assert "--replace" in caught.value.advice
    made = store.add_agreement(other, replace=True)
    assert (made.edition, made.company) == (2, "Studio Soleil")
    assert store.agreement(paper).edition == 2
    from replique.store.agreeing import editions

    assert [each.company for each in editions(paper)] == ["Studio Lune", "Studio Soleil"]
    assert verbs("agreement") == ["added", "superseded", "corrected"]
    assert altered() == []


def test_a_new_version_stands_beside_the_old_one_which_speaks_of_earlier_days(
    used: str, awa: str
) -> None:
    store.add_agreement(rider(version=2, acts="advertise", given="2026-07-01"))
    assert [each.version for each in store.agreements(awa)] == [1, 2]
    assert verdict(used) == "covered", "in May the first version held"
    store.change_use(used, {"date": "2026-08-01"})
    assert verdict(used) != "covered"


def test_a_misspelled_performer_is_refused_for_nobody_would_ever_ask_it(
    records: Home, awa: str
) -> None:
    del records, awa
    with pytest.raises(NotFound, match=r"awa-dio, ") as caught:
        store.add_agreement(rider(performer="awa-dio"))
    assert "performer list" in caught.value.advice
    assert store.agreements() == []


def test_a_text_with_a_slip_is_refused_and_nothing_kept(records: Home, awa: str) -> None:
    del records, awa
    with pytest.raises(AgreementRefused):
        store.add_agreement(rider(acts="dub"))
    assert store.agreements() == []
    assert told() == ""


def test_an_agreement_for_all_is_everybodys(records: Home, awa: str) -> None:
    del records
    store.add_performer("Ben Okri", "ben-okri")
    store.add_agreement(rider())
    collective = rider("collective-2026").replace('"individual"', '"collective"')
    store.add_agreement(collective.replace('["awa-diop"]', '["any"]'))
    assert [each.id for each in store.agreements("ben-okri")] == ["collective-2026"]
    assert [each.id for each in store.agreements(awa)] == ["collective-2026", "rider-2026"]
    assert store.agreements("Ben Okri") == store.agreements("ben-okri")
    with pytest.raises(NotFound):
        store.agreements("ben-okry")


DAYS = st.dates(dt.date(2026, 2, 1), dt.date(2026, 10, 31))


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(withdrawn=DAYS, used_on=DAYS)
def test_withdrawing_ends_it_from_that_day_and_never_widens(
    records: Home, awa: str, withdrawn: dt.date, used_on: dt.date
) -> None:
    del records
    for each in store.uses():
        store.remove_use(each.name)
    for paper in store.agreements():
        store.remove_agreement(paper.id)
    store.add_agreement(rider())
    use = store.describe_use(performer=awa, facts={**USE, "date": used_on.isoformat()}).name
    assert verdict(use) == "covered"
    store.withdraw_agreement("rider-2026", withdrawn)
    assert (verdict(use) == "covered") is (used_on < withdrawn)


def test_withdrawing_adds_a_dated_line_and_keeps_the_text_before_it(paper: str, used: str) -> None:
    before = store.agreement(paper, testimony=True).text
    made = store.withdraw_agreement(paper, dt.date(2026, 4, 1), f"{CANARY} because")
    assert (made.status, made.edition, made.text) == ("withdrawn", 2, "")
    text = store.agreement(paper, testimony=True).text
    assert text.startswith(before)
    assert '[[state]]\nstatus = "withdrawn"\non = "2026-04-01"\n' in text[len(before) :]
    assert verdict(used) == "not_in_force"
    assert verbs("agreement") == ["added", "read", "superseded", "withdrawn", "read"]
    assert CANARY not in told()


def test_withdrawing_concerns_every_version(used: str, paper: str) -> None:
    store.add_agreement(rider(version=2, given="2026-07-01"))
    store.withdraw_agreement(paper, "2026-04-01")
    assert verdict(used) == "not_in_force"
    assert [each.status for each in store.agreements()] == ["withdrawn", "withdrawn"]


def test_a_suspension_rests_on_some_acts_for_some_days(paper: str, used: str) -> None:
    store.suspend_agreement(paper, ["advertise"], "2026-04-01", "2026-06-01", "strike")
    assert verdict(used) == "covered", "of another act"
    store.suspend_agreement(paper, ["dub_language"], "2026-04-01", "2026-06-01", "strike")
    assert verdict(used) == "not_in_force"
    store.change_use(used, {"date": "2026-06-02"})
    assert verdict(used) == "covered", "it is over"


def test_a_suspension_without_an_end_is_resumed(paper: str, used: str) -> None:
    store.suspend_agreement(paper, start="2026-04-01")
    assert verdict(used) == "not_in_force"
    made = store.resume_agreement(paper, "2026-04-20")
    assert made.status == "resumed"
    assert verdict(used) == "covered"
    with pytest.raises(UsageError, match="not suspended"):
        store.resume_agreement(paper, "2026-04-21")


def test_what_was_never_suspended_is_not_resumed(paper: str, used: str) -> None:
    with pytest.raises(UsageError, match="not suspended"):
        store.resume_agreement(paper, "2026-04-20")
    assert verdict(used) == "covered", "and nothing was put in doubt"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda: store.withdraw_agreement("rider-2026", "soon"), "soon"),
        (lambda: store.suspend_agreement("rider-2026", ["dubbing"]), "dubbing"),
        (
            lambda: store.suspend_agreement("rider-2026", [], "2026-05-01", "2026-04-01"),
            "before it begins",
        ),
        (lambda: store.withdraw_agreement("rider-2027", "2026-04-01"), "rider-2027"),
        (lambda: store.agreement("rider-2027"), "rider-2027"),
        (lambda: store.remove_agreement("rider-2027"), "rider-2027"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    paper: str, what: object, words: str
) -> None:
    assert callable(what)
    with pytest.raises(UsageError, match=words) as caught:
        what()
    assert caught.value.advice
    assert store.agreement(paper).edition == 1


def test_states_written_in_one_line_are_left_to_their_writer(records: Home, awa: str) -> None:
    del records, awa
    text = rider(more=f"# {CANARY}").replace(
        f'[[state]]\nstatus = "given"\non = 2026-01-10\nnote = "{CANARY}-state"\n', ""
    )
    text = text.replace("bundled", 'state = [{status = "given", on = 2026-01-10}]\nbundled')
    store.add_agreement(text)
    with pytest.raises(UsageError, match="rider-2026") as caught:
        store.withdraw_agreement("rider-2026", "2026-04-01", f"{CANARY}-why")
    assert "--replace" in caught.value.advice
    assert CANARY not in f"{caught.value} {caught.value.advice}"


def test_testimony_is_told_only_when_it_is_asked_for_and_the_reading_is_on_record(
    testified: str, awa: str
) -> None:
    used = store.describe_use(performer=awa, facts=USE).name
    store.withdraw_agreement(testified, "2026-09-01", f"{CANARY}-why")
    finding = store.finding(used)
    seen = [*store.agreements(), store.agreement(testified), finding, finding.answer]
    assert CANARY not in repr(seen)
    (circumstance,) = store.agreement(testified).agreement.circumstances
    assert circumstance.marker == "presented_on_set", "that there is testimony is no secret"
    assert "read" not in verbs("agreement")
    read = store.agreement(testified, testimony=True)
    assert read.agreement.circumstances[0].text == f"{CANARY}-story"
    assert f"{CANARY}-why" in read.text
    assert verbs("agreement")[-1] == "read"
    assert CANARY not in told()


def test_what_is_kept_back_is_every_field_that_the_schema_calls_private() -> None:
    from replique.consent import reading, writing
    from replique.store.untold import untold

    whole = reading.agreement(rider(more=TESTIMONY))
    assert writing.agreement(untold(whole)) == writing.agreement(whole, testimony=False)
    assert writing.agreement(untold(whole)) != writing.agreement(whole)


def test_no_record_on_the_disk_but_the_database_holds_testimony(
    records: Home, testified: str, awa: str
) -> None:
    used = store.describe_use(performer=awa, facts=USE).name
    store.withdraw_agreement(testified, "2026-09-01", f"{CANARY}-why")
    store.findings()
    with pytest.raises(RepliqueError):
        store.add_agreement(rider(acts=f"{CANARY}-act"))
    del used
    database = records.database.name
    files = [each for each in records.path.rglob("*") if each.is_file()]
    assert len(files) > 2
    for file in files:
        if not file.name.startswith(database):
            assert CANARY.encode() not in file.read_bytes(), file


@pytest.mark.parametrize("field", ["note", "text", "said_by", "evidence"])
def test_an_error_about_a_private_field_does_not_repeat_it(
    records: Home, awa: str, field: str
) -> None:
    del records, awa
    private = "note" if field == "note" else field
    text = rider(more=TESTIMONY)
    wrong = "\n".join(
        f"{private} = [1, '{CANARY}']" if line.startswith(f"{private} = ") else line
        for line in text.splitlines()
    )
    assert wrong != text
    with pytest.raises(AgreementRefused) as caught:
        store.add_agreement(wrong)
    assert CANARY not in f"{caught.value} {caught.value.advice} {caught.value.problems}"
    assert field in str(caught.value)


def test_a_row_that_was_changed_behind_the_back_of_the_store_is_found(paper: str) -> None:
    from django.db import connection

    store.add_agreement(rider("other"))
    assert altered() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE replique_agreement SET performers = '[]' WHERE slug = %s", [paper])
    (problem,) = altered()
    assert problem.startswith("changed agreement/")


def test_a_file_is_kept_as_evidence_and_stays_with_the_agreement(
    records: Home, paper: str, tmp_path: Path
) -> None:
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"%PDF the paper itself")
    made = store.attach(paper, signed)
    assert (made.name, made.size) == ("signed.pdf", 21)
    assert made.sha256 == hashlib.sha256(signed.read_bytes()).hexdigest()
    copies = list(records.path.rglob(made.sha256))
    assert [copy.read_bytes() for copy in copies] == [signed.read_bytes()]
    with pytest.raises(AlreadyThere):
        store.attach(paper, signed)
    store.withdraw_agreement(paper, "2026-04-01")
    assert store.agreement(paper).files == (made,)
    assert verbs("agreement_file") == ["added"]
    assert "signed.pdf" not in told()


def test_a_file_that_is_not_there_is_told(paper: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        store.attach(paper, tmp_path / "nothing.pdf")
    with pytest.raises(NotFound):
        store.attach("rider-2027", tmp_path / "nothing.pdf")
    assert store.agreement(paper).files == ()


def test_a_forgotten_agreement_leaves_an_entry_and_speaks_no_more(
    paper: str, used: str, tmp_path: Path
) -> None:
    assert verdict(used) == "covered"
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(b"%PDF")
    store.attach(paper, signed)
    store.withdraw_agreement(paper, "2026-09-01")
    store.remove_agreement(paper)
    assert store.agreements() == []
    assert verbs("agreement")[-2:] == ["removed", "removed"]
    assert verbs("agreement_file") == ["added", "removed"]
    found = store.finding(used)
    assert (found.verdict, found.before) == ("no_grant_found", "covered")
    assert altered() == []
