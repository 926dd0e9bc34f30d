from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replique.consent import writing
from replique.consent.locate import Path, line_of, lines
from replique.consent.records import Agreement
from tests.consent import written

TEXT = '''\
# a remark with [brackets] and = signs
title = "one # two"   # a remark
many = [
  "a",  # the first
  { deep = [1,
    2] },
]
dotted.key.here = """
[not.a.table]
not = "a key"
"""
"quoted key" = 'a "quote"'

[table]
when = 2024-03-05T14:00:00Z
inline = { x = 1, "y z" = "}" }

[[list]]
name = "first"
[list.inner]
deep = true
[[list.more]]
n = 1
[[list]]
name = """ends with quotes"""""
[[list.more]]
n = 2
[[list.more]]
n = 3
'''


def paths(tree: Any, above: Path = ()) -> Iterator[Path]:
    """Yield the way to every value of a tree."""
    pairs: Any = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in pairs:
        yield (*above, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, key))


def test_every_value_has_the_line_on_which_it_stands() -> None:
    noted = lines(TEXT)
    assert {path: noted[path] for path in paths(tomllib.loads(TEXT))} == {
        ("title",): 2,
        ("many",): 3,
        ("many", 0): 4,
        ("many", 1): 5,
        ("many", 1, "deep"): 5,
        ("many", 1, "deep", 0): 5,
        ("many", 1, "deep", 1): 6,
        ("dotted",): 8,
        ("dotted", "key"): 8,
        ("dotted", "key", "here"): 8,
        ("quoted key",): 12,
        ("table",): 14,
        ("table", "when"): 15,
        ("table", "inline"): 16,
        ("table", "inline", "x"): 16,
        ("table", "inline", "y z"): 16,
        ("list",): 18,
        ("list", 0): 18,
        ("list", 0, "name"): 19,
        ("list", 0, "inner"): 20,
        ("list", 0, "inner", "deep"): 21,
        ("list", 0, "more"): 22,
        ("list", 0, "more", 0): 22,
        ("list", 0, "more", 0, "n"): 23,
        ("list", 1): 24,
        ("list", 1, "name"): 25,
        ("list", 1, "more"): 26,
        ("list", 1, "more", 0): 26,
        ("list", 1, "more", 0, "n"): 27,
        ("list", 1, "more", 1): 28,
        ("list", 1, "more", 1, "n"): 29,
    }


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(written.agreements)
def test_every_key_of_an_agreement_is_found_on_its_own_line(record: Agreement) -> None:
    text = writing.agreement(record)
    noted, rows = lines(text), text.split("\n")
    for path in paths(tomllib.loads(text)):
        if isinstance(path[-1], str):
            assert path[-1] in rows[noted[path] - 1]


def test_what_is_not_written_goes_by_what_is_around_it() -> None:
    noted = lines(TEXT)
    assert line_of(noted, ("list", 1, "more", 1, "missing", 3)) == 28
    assert line_of(noted, ("missing",)) == 1


@given(st.text(st.sampled_from("ab=[]{}\"'\n#., 1\\"), max_size=60))
def test_whatever_tomllib_reads_is_walked_to_its_end(text: str) -> None:
    try:
        tree = tomllib.loads(text)
    except ValueError:
        lines(text)  # and what it does not read does no harm
        return
    assert set(paths(tree)) <= set(lines(text))
