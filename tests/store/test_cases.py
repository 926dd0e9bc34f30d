from __future__ import annotations

import datetime as dt

import pytest

from replique import store
from replique.errors import NotAllowed, NotFound, UsageError
from replique.store import Home
from tests.store.desk_people import CANARY, People, opened, people
from tests.store.papers import altered, find, register, told

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def known(records: Home) -> People:
    del records
    return people()


@pytest.fixture
def number(known: People) -> int:
    from replique.store import cases

    return cases.open_case("A dub that nobody agreed to", by=known.cleo, members=[known.dan]).id


def test_a_case_is_seen_by_who_works_on_it(known: People, number: int) -> None:
    from replique.store import cases

    found = cases.case(number)
    assert found.name == f"c{number}"
    assert [each.name for each in found.members] == ["Cleo", "Dan"]
    assert found.lead is not None
    assert found.lead.name == "Cleo"
    assert [each.id for each in cases.cases(member=known.dan)] == [number]
    assert cases.cases(member=known.olga) == []
    cases.let_in(number, known.eli, by=known.cleo)
    cases.let_in(number, known.eli, by=known.cleo)
    assert cases.case(number).seen_by(known.eli)
    cases.let_out(number, known.eli, by=known.cleo)
    assert not cases.case(number).seen_by(known.eli)
    assert altered() == []
    assert "nobody agreed" not in told()


def test_a_use_in_a_large_case_is_found_for_a_letter(known: People, number: int) -> None:
    """However much stands before it: of each kind so many are told."""
    from replique.store import cases

    register("awa")
    heard = find()
    use = store.describe_use(heard, facts={"act": "dub_language"}).name
    others = [str(1_000_000 + each) for each in range(5)]
    cases.add_items(number, "occurrence", others, by=known.cleo)
    assert cases.uses_in(number, count=5) == []
    cases.add_items(number, "occurrence", [str(heard)], by=known.cleo)
    assert cases.uses_in(number, count=5) == [use]
    cases.add_items(number, "use", [use, "u77"], by=known.cleo)
    assert cases.uses_in(number, count=5) == [use, "u77"]


def test_somebody_is_always_left_in_a_case(known: People, number: int) -> None:
    from replique.store import cases

    cases.let_out(number, known.cleo, by=known.dan)
    assert cases.case(number).lead is None
    with pytest.raises(UsageError):
        cases.let_out(number, known.dan, by=known.dan)
    cases.let_out(number, known.olga, by=known.dan)


def test_a_case_is_changed_and_closed(known: People, number: int) -> None:
    from replique.store import cases

    changed = cases.change_case(number, by=known.dan, title="Another title", state="closed")
    assert (changed.title, changed.state) == ("Another title", "closed")
    assert changed.closed_at is not None
    assert cases.change_case(number, by=known.dan, state="open").closed_at is None
    assert cases.change_case(number, by=known.dan, lead=known.dan).lead is not None
    for wrong in (
        {"state": "merged"}, {"state": "x"}, {"title": " "}, {"lead": known.olga},
    ):  # fmt: skip
        with pytest.raises(UsageError):
            cases.change_case(number, by=known.dan, **wrong)
    with pytest.raises(NotFound):
        cases.change_case(999, by=known.dan)
    with pytest.raises(UsageError):
        cases.open_case("  ", by=known.dan)


def test_people_productions_and_companies(known: People, number: int) -> None:
    from replique.store import cases

    awa = cases.add_party(number, "person", "", performer="awa", by=known.cleo)
    assert (awa.name, awa.performer) == ("Awa", "awa")
    film = cases.add_party(number, "production", "The Long Night", by=known.cleo)
    assert cases.add_party(number, "production", "The Long Night", by=known.cleo) == film
    cases.add_party(number, "company", "Studio Lune", by=known.cleo, part="made the dub")
    assert [each.name for each in cases.parties(number)] == ["Awa", "Studio Lune", "The Long Night"]
    assert [each.id for each in cases.cases(performer="awa")] == [number]
    cases.remove_party(number, film.id, by=known.cleo)
    for wrong in (("ship", "x"), ("company", "")):
        with pytest.raises(UsageError):
            cases.add_party(number, *wrong, by=known.cleo)
    with pytest.raises(NotFound):
        cases.remove_party(number, film.id, by=known.cleo)
    assert altered() == []


def test_what_a_case_holds_is_named_once_and_counted(known: People, number: int) -> None:
    from replique.store import cases

    assert cases.add_items(number, "use", ["u1", "u2", "u1", " "], by=known.cleo) == 2
    assert cases.add_items(number, "use", ["u2", "u3"], by=known.dan) == 1
    cases.add_items(number, "agreement", ["rider-2026"], by=known.cleo)
    assert cases.item_counts(number) == {"agreement": 1, "use": 3}
    first = cases.items(number, "use", count=2)
    assert [each.key for each in first] == ["u1", "u2"]
    assert [each.key for each in cases.items(number, "use", after=first[-1].id)] == ["u3"]
    assert [each.id for each in cases.cases(item=("use", "u3"))] == [number]
    cases.remove_item(number, first[0].id, by=known.cleo)
    assert cases.case(number).items == 3
    with pytest.raises(UsageError):
        cases.add_items(number, "ship", ["x"], by=known.cleo)
    other = cases.open_case("Another", by=known.cleo).id
    with pytest.raises(NotFound):
        cases.remove_item(other, first[1].id, by=known.cleo)
    assert altered() == []


def test_notes_are_struck_out_by_who_wrote_them_and_never_rewritten(
    known: People, number: int
) -> None:
    from replique.store import case_notes

    note = case_notes.add_note(number, f"  {CANARY}\n", by=known.cleo)
    assert note.text == CANARY
    assert CANARY not in told()
    with pytest.raises(NotAllowed):
        case_notes.strike_note(note.id, by=known.dan)
    case_notes.strike_note(note.id, by=known.cleo)
    (struck,) = case_notes.notes(number)
    assert (struck.text, struck.struck) == ("", True)
    with pytest.raises(NotFound):
        case_notes.strike_note(note.id, by=known.cleo)
    with pytest.raises(UsageError):
        case_notes.add_note(number, "  ", by=known.cleo)
    assert altered() == []


def test_tasks_have_a_day_and_somebody(known: People, number: int) -> None:
    from replique.store import case_tasks

    late = case_tasks.add_task(
        number, "Ask the distributor", by=known.cleo, who=known.dan, due=dt.date(2026, 11, 1)
    )
    free = case_tasks.add_task(number, "Find the contract", by=known.cleo)
    soon = case_tasks.add_task(number, "Write", by=known.cleo, due=dt.date(2026, 12, 1))
    assert [each.id for each in case_tasks.tasks(case=number)] == [late.id, soon.id, free.id]
    assert [each.id for each in case_tasks.tasks(who=known.dan)] == [late.id]
    assert late.overdue(TODAY)
    assert not soon.overdue(TODAY)
    with pytest.raises(UsageError):
        case_tasks.give_task(free.id, known.olga, by=known.cleo)
    assert case_tasks.give_task(free.id, known.dan, by=known.cleo).who is not None
    assert not case_tasks.end_task(late.id, "done", by=known.dan).overdue(TODAY)
    assert [each.id for each in case_tasks.tasks(who=known.dan, open_only=True)] == [free.id]
    assert case_tasks.end_task(late.id, "open", by=known.dan).ended_at is None
    with pytest.raises(UsageError):
        case_tasks.end_task(late.id, "lost", by=known.dan)
    with pytest.raises(UsageError):
        case_tasks.add_task(number, " ", by=known.dan)
    with pytest.raises(NotFound):
        case_tasks.end_task(999, "done", by=known.dan)
    assert altered() == []


def test_the_timeline_is_what_the_ledger_tells(known: People, number: int) -> None:
    from replique.store import case_events, case_notes, case_tasks, cases

    case_notes.add_note(number, CANARY, by=known.dan)
    task = case_tasks.add_task(number, "Ask", by=known.cleo)
    case_tasks.end_task(task.id, "done", by=known.dan)
    cases.change_case(number, by=known.cleo, state="waiting")
    events = case_events.timeline(number)
    assert [(each.kind, each.verb, each.by) for each in reversed(events)] == [
        ("case", "added", "Cleo"),
        ("case_member", "added", "Cleo"),
        ("case_member", "added", "Cleo"),
        ("case_note", "added", "Dan"),
        ("case_task", "added", "Cleo"),
        ("case_task", "done", "Dan"),
        ("case", "waiting", "Cleo"),
    ]
    assert cases.case(number).moved_at == dt.datetime.fromisoformat(events[0].at)
    two = case_events.timeline(number, count=2)
    assert two == events[:2]
    assert case_events.timeline(number, before=two[-1].entry) == events[2:]


def test_who_is_reading_something_passes(known: People) -> None:
    from replique.store import case_notes

    assert case_notes.reading("occurrence/12", known.cleo) == []
    assert [each.name for each in case_notes.reading("occurrence/12", known.dan)] == ["Cleo"]
    assert case_notes.reading("occurrence/13", known.dan) == []
    found = case_notes.readers(["occurrence/12", "occurrence/13"])
    assert [each.name for each in found["occurrence/12"]] == ["Cleo", "Dan"]
    case_notes.reading("occurrence/12", known.cleo, seconds=-1)
    assert case_notes.reading("occurrence/12", known.dan) == []
    case_notes.stop_reading("occurrence/12", known.dan)
    assert case_notes.readers(["occurrence/12"]) == {}


def test_two_cases_become_one_and_nothing_is_lost(known: People, number: int) -> None:
    from replique.store import case_events, case_merging, case_notes, case_tasks, cases, sealing

    other = cases.open_case("The same dub", by=known.cleo, members=[known.eli]).id
    for each in (number, other):
        cases.add_items(each, "use", ["u1", f"u{10 + each}"], by=known.cleo)
        cases.add_party(each, "company", "Studio Lune", by=known.cleo)
        case_notes.add_note(each, f"note {each}", by=known.cleo)
        case_tasks.add_task(each, f"task {each}", by=known.cleo)
    text = sealing.write(CANARY, by=known.eli, case=other).id
    assert [each.id for each in case_merging.duplicates(number, known.cleo)] == [other]
    assert case_merging.duplicates(number, known.dan) == []
    for wrong in (known.dan, known.olga):
        with pytest.raises(UsageError):
            case_merging.merge(other, number, by=wrong)
    with pytest.raises(UsageError):
        case_merging.merge(number, number, by=known.cleo)
    one = case_merging.merge(other, number, by=known.cleo)
    assert [each.name for each in one.members] == ["Cleo", "Dan", "Eli"]
    assert one.items == 3
    assert [each.text for each in case_notes.notes(number)] == [f"note {number}", f"note {other}"]
    assert len(case_tasks.tasks(case=number)) == 2
    assert len(cases.parties(number)) == 1
    assert sealing.sealed_text(text).case == number
    assert sealing.read(text, known.eli, opened(known, "eli")) == CANARY
    assert cases.case(other).state == "merged"
    assert cases.case(other).merged_into == number
    assert [each.id for each in cases.cases(member=known.cleo)] == [number]
    moved = [each for each in case_events.timeline(number) if each.moved_from == other]
    assert ("case", "added") in {(each.kind, each.verb) for each in moved}
    with pytest.raises(UsageError, match=f"c{number}|merged"):
        case_notes.add_note(other, "too late", by=known.cleo)
    assert altered() == []


def test_who_leaves_hands_over_first(known: People, number: int) -> None:
    from replique.store import case_merging, case_tasks, cases, members, sealing

    alone = cases.open_case("Hers alone", by=known.cleo).id
    task = case_tasks.add_task(number, "Ask", by=known.cleo, who=known.cleo)
    text = sealing.write(CANARY, by=known.cleo).id
    left = case_merging.stranded(known.cleo)
    assert (left.leads, left.alone_in, left.tasks, left.texts) == (
        (number, alone), (alone,), (task.id,), 1,
    )  # fmt: skip
    with pytest.raises(UsageError):
        case_merging.leave(known.cleo, by=known.olga)
    with pytest.raises(UsageError):
        case_merging.hand_over(known.cleo, known.cleo, by=known.olga)
    assert case_merging.hand_over(known.cleo, known.eli, by=known.olga) == 2
    assert not cases.case(alone).seen_by(known.olga), "who organises this sees nothing of it"
    assert cases.case(alone).seen_by(known.eli)
    with pytest.raises(UsageError, match="testimony"):
        case_merging.leave(known.cleo, by=known.olga)
    sealing.let_read(text, known.eli, known.cleo, opened(known, "cleo"))
    assert not case_merging.stranded(known.cleo)
    case_merging.leave(known.cleo, by=known.olga)
    assert [each.name for each in members.members()] == ["Awa", "Ben", "Dan", "Eli", "Olga"]
    assert members.member(known.cleo).left_at is not None
    assert cases.cases(member=known.cleo) == []
    assert case_tasks.tasks(case=number)[0].who is not None
    assert sealing.read(text, known.eli, opened(known, "eli")) == CANARY
    with pytest.raises(NotFound):
        cases.let_in(number, known.cleo, by=known.dan)
    assert altered() == []


def test_the_last_organiser_does_not_leave(known: People) -> None:
    from replique.store import case_merging

    with pytest.raises(UsageError):
        case_merging.leave(known.olga, by=known.olga)


def test_a_confidant_who_leaves_is_none_any_more(known: People) -> None:
    from replique.store import case_merging, confiding

    confiding.choose_confidant(known.awa, known.dan)
    case_merging.leave(known.dan, by=known.dan)
    assert confiding.confidants("awa") == []


def test_records_of_the_first_version_get_their_desk(records: Home) -> None:
    from replique.store import cases, members
    from tests.store.test_migrations import as_it_was, filled

    filled(as_it_was("0001_initial"))
    store.open(records.path)
    awa = members.add_member("Awa", performer="awa-diop").id
    number = cases.open_case("From before", by=awa).id
    cases.add_party(number, "person", "", performer="awa-diop", by=awa)
    assert altered() == []
