from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.store.slugs import LONGEST, slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Awa Diop", "awa-diop"),
        ("  Zoé   Ångström-Œuvre ", "zoe-angstrom-oeuvre"),
        ("Łukasz Żółć", "lukasz-zolc"),
        ("O’Neil, Séan", "o-neil-sean"),
        ("Мария Йовович", "мария-йовович"),
        ("山田 花子", "山田-花子"),
        ("ﬁnn", "finn"),
        ("प्रिया", "प्रिया"),
        ("!!!", "performer"),
        ("../../etc", "etc"),
        ("a_b", "a-b"),
    ],
)
def test_names_as_they_are_typed(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_the_second_of_a_name_gets_a_number() -> None:
    assert slug("Awa Diop", {"awa-diop"}) == "awa-diop-2"
    assert slug("AWA DIOP", {"awa-diop", "awa-diop-2"}) == "awa-diop-3"


@given(st.text(), st.sets(st.text(max_size=5)))
def test_a_slug_is_safe_to_type_and_new(name: str, taken: set[str]) -> None:
    made = slug(name, taken)
    assert made not in taken
    assert not re.search(r"[\s/.\\\x00-\x1f_]|^-|-$|--", made)
    assert any(c.isalnum() for c in made)
    assert len(made) <= LONGEST + len("-99")
