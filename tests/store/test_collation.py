"""Names in the order in which a person looks for them, on either database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.store import Home
from replique.store.collation import in_order, name_key
from tests.store.desk_people import people


@pytest.mark.parametrize(
    "ordered",
    [
        ["Cote", "cote", "coté", "côte", "côté"],
        ["Eli", "Élise", "Emma", "Étienne", "Zoé"],
        ["Odile", "Œdipe", "Ofélie"],
        ["d’Arc Jeanne", "Da Silva Ana", "Dubois Luc"],
        ["Saint-Clair", "Saint Denis", "Sainte Anne"],
        ["", "a", "é", "z"],
    ],
)
def test_marks_stand_beside_their_letters(ordered: list[str]) -> None:
    assert in_order(reversed(ordered)) == ordered


@given(st.lists(st.text(max_size=12)))
def test_the_order_is_one_whatever_order_they_came_in(names: list[str]) -> None:
    once = in_order(names)
    assert in_order(reversed(names)) == once
    assert sorted(names) == sorted(once), "nothing is lost"


@given(st.text(alphabet="abcdeéèêœçz -’'", max_size=8), st.text(alphabet="abcdeéèz", min_size=1))
def test_whoever_begins_alike_stands_together(start: str, more: str) -> None:
    assert name_key(start) <= name_key(start + more)


def test_lists_of_people_are_in_that_order(records: Home) -> None:
    from replique.store import cases, members

    del records
    who = people()
    wanted = ["Élodie", "emma", "Étienne", "Zoé"]
    case = cases.open_case("x", by=who.cleo).id
    for name in ("Zoé", "Étienne", "emma", "Élodie"):
        cases.add_party(case, "person", name, by=who.cleo)
        added = members.add_member(name, roles=["member"]).id
        cases.let_in(case, added, by=who.cleo)
    assert [each.name for each in cases.parties(case)] == wanted
    assert [each.name for each in members.members() if each.name in wanted] == wanted
    assert [each.name for each in cases.case(case).members if each.name in wanted] == wanted
