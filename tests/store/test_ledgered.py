from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from replique.evidence.commitments import fits
from replique.evidence.entries import Entry
from replique.evidence.entries import read as read_line
from replique.store import Home

if TYPE_CHECKING:
    from replique.store.ledgered import Ledgered

CANARY = "she was told to sign or go home"


def entries() -> list[Entry]:
    from replique.store.ledger_models import LedgerEntry

    return [read_line(each.line.encode()) for each in LedgerEntry.objects.order_by("sequence")][1:]


@pytest.fixture
def models(records: Home) -> Iterator[tuple[type[Any], type[Any]]]:
    """Return a ledgered model, and another whose rows go with a row of the first."""
    from django.db import connection, models
    from django.test.utils import isolate_apps

    from replique.store.ledgered import Ledgered

    del records
    with isolate_apps("replique.store"):

        class Paper(Ledgered):
            ledger_kind = "paper"
            text = models.TextField()
            days = models.DecimalField(max_digits=6, decimal_places=2, default=0)
            colour = models.TextField(default="")

            class Meta:
                app_label = "replique"

            def ledger_content(self) -> dict[str, Any]:
                return {"text": self.text, "days": str(self.days)}

            def ledger_public(self) -> dict[str, Any]:
                return {"colour": self.colour} if self.colour else {}

        class Page(Ledgered):
            ledger_kind = "page"
            paper = models.ForeignKey(Paper, models.CASCADE)

            class Meta:
                app_label = "replique"

            def ledger_content(self) -> dict[str, Any]:
                return {"paper": self.paper.pk}

        with connection.schema_editor() as editor:
            editor.create_model(Paper)
            editor.create_model(Page)
        yield Paper, Page
        with connection.schema_editor() as editor:
            editor.delete_model(Page)
            editor.delete_model(Paper)


@pytest.fixture
def paper(models: tuple[type[Any], type[Any]]) -> type[Any]:
    return models[0]


def said() -> list[tuple[str, str]]:
    return [(each.subject, str(each.body["verb"])) for each in entries()]


def test_saving_and_deleting_are_entries(paper: type[Any]) -> None:
    row = paper.objects.create(text=CANARY, colour="red")
    row.text += "!"
    row.save()
    row.save(ledger_verb="withdrawn", update_fields=["text"])
    row.ledger_read()
    row.delete()
    assert said() == [
        ("paper/1", "added"),
        ("paper/1", "changed"),
        ("paper/1", "withdrawn"),
        ("paper/1", "read"),
        ("paper/1", "removed"),
    ]
    assert entries()[0].body["colour"] == "red"


def test_who_holds_the_row_can_prove_it_and_the_ledger_tells_nothing(paper: type[Any]) -> None:
    row = paper.objects.create(text=CANARY)
    (entry,) = entries()
    assert CANARY.encode() not in entry.line
    told = entry.body["commitment"]
    assert fits(row.ledger_nonce, {"text": CANARY, "days": "0.00"}, told)
    assert not fits(row.ledger_nonce, {"text": CANARY + ".", "days": "0.00"}, told)
    first = row.ledger_nonce
    row.save()
    assert row.ledger_nonce != first
    assert entries()[1].body["commitment"] != told


def test_what_the_database_makes_of_a_value_is_what_is_committed_to(paper: type[Any]) -> None:
    from replique.store.ledger_rows import check_rows

    paper.objects.create(text="x", days=1)
    assert check_rows([paper]) == []


def test_a_row_that_is_not_written_leaves_no_entry(paper: type[Any]) -> None:
    from django.db import DatabaseError

    row = paper(pk=7, text="x")
    nonce = row.ledger_nonce
    with pytest.raises(DatabaseError):
        row.save(force_update=True)
    assert row.ledger_nonce == nonce
    assert entries() == []


def test_rows_that_go_with_another_are_told_of(models: tuple[type[Any], type[Any]]) -> None:
    paper, page = models
    row = paper.objects.create(text="x")
    page.objects.create(paper=row)
    page.objects.create(paper=row)
    paper.objects.all().delete()
    assert sorted(said()[3:]) == [
        ("page/1", "removed"),
        ("page/2", "removed"),
        ("paper/1", "removed"),
    ]


def test_what_makes_rows_without_calling_save_is_told_of_too(paper: type[Any]) -> None:
    paper.objects.get_or_create(text="x")
    paper.objects.update_or_create(text="x", defaults={"days": 3})
    paper.objects.filter(text="x").delete()
    assert said() == [("paper/1", "added"), ("paper/1", "changed"), ("paper/1", "removed")]


@pytest.mark.parametrize(
    "way",
    [
        lambda rows: rows.update(text="y"),
        lambda rows: rows.filter(pk=1).update(text="y"),
        lambda rows: rows.bulk_create([rows.model(text="y")]),
        lambda rows: rows.bulk_update([rows.get()], ["text"]),
        lambda rows: rows.all()._raw_delete(None),
    ],
    ids=["update", "filtered", "bulk_create", "bulk_update", "raw delete"],
)
def test_what_would_pass_the_ledger_by_is_refused(
    paper: type[Any], way: Callable[[Any], object]
) -> None:
    from replique.store.ledger_rows import check_rows

    paper.objects.create(text="x")
    with pytest.raises(RuntimeError, match="one by one"):
        way(paper.objects)
    assert [row.text for row in paper.objects.all()] == ["x"]
    assert check_rows([paper]) == []


def test_rows_given_to_another_owner_at_once_are_refused(
    models: tuple[type[Any], type[Any]],
) -> None:
    """Django writes them through a manager of its own."""
    from replique.store.ledger_rows import check_rows

    paper, page = models
    first, second = paper.objects.create(text="x"), paper.objects.create(text="y")
    row = page.objects.create(paper=first)
    for way in (second.page_set.add, lambda one: second.page_set.set([one])):
        with pytest.raises(RuntimeError, match="one by one"):
            way(row)
    second.page_set.add(page.objects.get(), bulk=False)
    assert page.objects.get().paper == second
    assert check_rows([paper, page]) == []


def test_every_model_of_the_store_keeps_its_guard(records: Home) -> None:
    from replique.store.ledgered import LedgeredQuerySet, ledgered_models

    del records
    for model in ledgered_models():
        assert isinstance(model._base_manager.all(), LedgeredQuerySet), model


def test_an_edit_through_sql_is_found(paper: type[Any]) -> None:
    from django.db import connection

    from replique.store.ledger_rows import RowProblem, check_rows

    for text in ("one", "two", "three", "four"):
        paper.objects.create(text=text)
    paper.objects.get(text="four").delete()
    assert check_rows([paper]) == []
    row = "INSERT INTO replique_paper (id, text, days, colour, ledger_nonce) VALUES "
    with connection.cursor() as cursor:
        cursor.execute("UPDATE replique_paper SET text = 'TWO' WHERE text = 'two'")
        cursor.execute("DELETE FROM replique_paper WHERE text = 'three'")
        cursor.execute(row + "(9, 'x', 0, '', '')")
        # one that was removed, brought back
        cursor.execute(row + "(4, 'four', 0, '', %s)", ["0" * 64])
    assert check_rows([paper]) == [
        RowProblem("paper/2", "changed"),
        RowProblem("paper/4", "unlogged"),
        RowProblem("paper/9", "unlogged"),
        RowProblem("paper/3", "missing"),
    ]


def test_an_older_state_brought_back_through_sql_is_found(paper: type[Any]) -> None:
    from django.db import connection

    from replique.store.ledger_rows import check_rows

    row = paper.objects.create(text="signed")
    old = (row.text, row.ledger_nonce)
    row.text = "withdrawn"
    row.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE replique_paper SET text = %s, ledger_nonce = %s", old)
    assert [each.what for each in check_rows([paper])] == ["changed"]


def test_every_ledgered_model_of_the_store_has_a_kind_of_its_own(records: Home) -> None:
    from replique.store.ledgered import ledgered_models

    del records
    kinds = [model.ledger_kind for model in ledgered_models()]
    assert len(kinds) >= 1
    assert len(set(kinds)) == len(kinds)


def test_every_table_that_a_person_wrote_in_tells_the_ledger(records: Home) -> None:
    """A manager that let rows be changed together would open a way around it."""
    from replique.store.ledgered import LedgeredQuerySet, ledgered_models

    del records
    managers = [
        (model.__name__, manager.name)
        for model in ledgered_models()
        for manager in _managers(model)
        if not isinstance(manager.get_queryset(), LedgeredQuerySet)
    ]
    assert managers == []


def _managers(model: type[Ledgered]) -> list[Any]:
    return list(model._meta.managers)


def test_many_rows_at_once_are_told_as_one_by_one(models: tuple[type[Any], type[Any]]) -> None:
    """Added, changed and removed together: each has its own entry, under one head."""
    from replique.store.ledger_checking import check
    from replique.store.ledgered import add_all, change_all, remove_all

    paper, _page = models
    paper(text="alone").save()
    rows = [paper(text=f"paper {number}", days=number) for number in range(700)]
    numbers = add_all(rows)
    assert len(set(numbers)) == 700
    told = {each.sequence: each for each in entries()}
    for row, number in zip(rows, numbers, strict=True):
        each = told[number]
        kept = paper.objects.get(pk=row.pk) if number % 100 == 0 else None
        assert (each.subject, each.body["verb"]) == (f"paper/{row.pk}", "added")
        if kept is not None:
            assert fits(kept.ledger_nonce, kept.ledger_content(), str(each.body["commitment"]))
    for row in rows:
        row.text = "changed"
    nonces = {row.ledger_nonce for row in rows}
    assert len(change_all(rows, ["text"], "stamped")) == 700
    assert not nonces & set(paper.objects.values_list("ledger_nonce", flat=True)), "new salt each"
    assert paper.objects.filter(text="changed").count() == 700
    assert len(remove_all(rows)) == 700
    assert [each.text for each in paper.objects.all()] == ["alone"]
    assert [each.body["verb"] for each in entries()[-3:]] == ["removed"] * 3
    assert add_all([]) == change_all([], []) == remove_all([]) == []
    assert check().verified.problems == ()


def test_of_many_rows_all_are_kept_or_none(models: tuple[type[Any], type[Any]]) -> None:
    from django.db import IntegrityError

    from replique.store.ledgered import add_all

    paper, _page = models
    paper(pk=3, text="there").save()
    before = len(entries())
    rows = [paper(pk=number, text="x", ledger_nonce="old") for number in (1, 2, 3)]
    with pytest.raises(IntegrityError):
        add_all(rows)
    assert paper.objects.count() == 1
    assert len(entries()) == before
    assert {row.ledger_nonce for row in rows} == {"old"}
