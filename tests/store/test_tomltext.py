from __future__ import annotations

import datetime as dt
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.store.tomltext import document, table

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
PLAIN = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False),
    st.dates(),
    st.lists(TEXTS, max_size=4),
)
TABLES = st.dictionaries(TEXTS, PLAIN, max_size=4)


@given(
    plain=st.dictionaries(TEXTS, PLAIN, max_size=4),
    one=TABLES,
    many=st.lists(TABLES.filter(bool), min_size=1, max_size=3),
)
def test_whatever_is_written_reads_back_the_same(
    plain: dict[str, object], one: dict[str, object], many: list[dict[str, object]]
) -> None:
    said: dict[str, object] = {f"p {key}": value for key, value in plain.items()}
    said |= {"one": one, "many": many}
    assert tomllib.loads(document(said)) == said


@given(TABLES)
def test_a_table_may_follow_any_text(values: dict[str, object]) -> None:
    before = '[[state]]\nstatus = "given"\n[[grant]]\nid = "x"\n[grant.scope]\nmodels = ["m"]\n'
    read = tomllib.loads(before + "\n" + table("state", values, repeated=True))
    assert read["state"] == [{"status": "given"}, values]
    assert read["grant"] == [{"id": "x", "scope": {"models": ["m"]}}]


def test_what_is_not_known_is_left_out() -> None:
    said = document({"act": None, "note": "", "content": [], "on": dt.date(2026, 5, 1)})
    assert said == "content = []\non = 2026-05-01\n"


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "a\x7fb", "a\0b", "é\u2028", "\U0001f600"])
def test_characters_that_could_end_a_text_do_not(text: str) -> None:
    assert tomllib.loads(document({"x": text, "y": 1})) == {"x": text, "y": 1}
