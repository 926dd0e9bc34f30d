"""The statement: what it must say, and that nobody changes a word of it unnoticed."""

from __future__ import annotations

import hashlib

import pytest

from replique import store
from replique.errors import NotFound
from replique.store import Home
from replique.voices import statement

PINNED = {1: "aadbdaae615bec44fdea4cbcabd0ebe977ebbab6b905144e19104f8d208edd0a"}
"""SHA-256 of the English text, by version."""


def test_each_version_has_one_text() -> None:
    found = hashlib.sha256(statement.text("Awa Diop").encode()).hexdigest()
    assert {statement.VERSION: found} == PINNED, "whoever changes a word raises VERSION"


@pytest.mark.parametrize(
    "said",
    [
        "Awa Diop",
        "my own voice",
        "my own decision",
        "biometric reference",
        "encrypted",
        "the sound of these recordings",
        "A likeness proves nothing",
        "replique voice forget",
        "without a passphrase",
        "18 years",
        "parent or guardian",
        "not for training anything",
    ],
)
def test_it_says_what_a_person_must_know(said: str) -> None:
    assert said in statement.text("Awa Diop")


def test_names_are_written_as_they_are() -> None:
    assert "{age} {name} %s" in statement.text("{age} {name} %s")


def test_a_person_is_shown_it_with_their_own_name(records: Home, awa: str) -> None:
    del records
    assert store.statement(awa) == statement.text("Awa Diop")
    with pytest.raises(NotFound):
        store.statement("nobody")
