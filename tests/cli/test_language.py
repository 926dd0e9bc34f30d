from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.cli.grammar import language_asked
from replique.language import LANGUAGES


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (["--lang", "fr"], "fr"),
        (["--lang=fr", "scan", "x"], "fr"),
        (["--home", "fr", "--lang", "fr", "scan"], "fr"),
        (["--debug", "--lang", "fr"], "fr"),
        (["scan", "--lang", "fr"], "en"),  # after the verb it is the verb's own
        (["--home", "--lang", "fr"], "en"),  # a folder called --lang
        (["--lang", "de"], "en"),
        (["--lang"], "en"),
        ([], "en"),
    ],
)
def test_the_language_is_read_before_the_verb(words: list[str], language: str) -> None:
    assert language_asked(words) == language


@given(st.lists(st.text(max_size=8) | st.sampled_from(["--lang", "fr", "--home", "--", "-h"])))
def test_whatever_is_typed_there_is_a_language(words: list[str]) -> None:
    assert language_asked(words) in LANGUAGES
