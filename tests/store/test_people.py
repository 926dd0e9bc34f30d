from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.errors import AlreadyThere, NotFound, UsageError
from replique.store import Home


def test_performers_are_listed_by_slug(records: Home) -> None:
    del records
    store.add_performer("  Мария  ", "мария")
    store.add_performer("Awa Diop", "awa-diop")
    assert [(each.slug, each.name) for each in store.performers()] == [
        ("awa-diop", "Awa Diop"),
        ("мария", "Мария"),
    ]


def test_a_slug_is_taken_once(records: Home, awa: str) -> None:
    del records
    with pytest.raises(AlreadyThere, match=awa):
        store.add_performer("Another Awa", awa)


@pytest.mark.parametrize(("name", "slug"), [(" ", "awa"), ("Awa", "")])
def test_a_name_is_needed(records: Home, name: str, slug: str) -> None:
    del records
    with pytest.raises(UsageError):
        store.add_performer(name, slug)


def test_a_performer_is_renamed(records: Home, awa: str) -> None:
    del records
    assert store.rename_performer(awa, "Awa Diop-Fall").name == "Awa Diop-Fall"
    assert store.performers()[0].name == "Awa Diop-Fall"
    with pytest.raises(NotFound):
        store.rename_performer("nobody", "Somebody")
    with pytest.raises(UsageError):
        store.rename_performer(awa, " ")


def test_a_performer_with_takes_is_not_removed(
    records: Home, awa: str, wav: Callable[..., Path]
) -> None:
    take = store.add_take(records, awa, wav(1), kind="session")
    with pytest.raises(UsageError, match="takes"):
        store.remove_performer(awa)
    store.remove_take(records, str(take.id))
    store.remove_performer(awa)
    assert store.performers() == []


def test_a_performer_is_found_by_a_name_that_only_one_has(records: Home, awa: str) -> None:
    store.add_performer("Élodie Awa", "elodie")
    assert store.rename_performer("ÉLODIE awa", "Élodie").slug == "elodie"
    store.add_performer("Élodie", "elodie-2")
    with pytest.raises(UsageError, match="several") as caught:
        store.takes(records, performer="Élodie")
    assert "elodie, elodie-2" in caught.value.advice
    assert store.takes(records, performer=awa) == []
