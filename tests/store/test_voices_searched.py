"""Voices through scan and store: looked for, kept, listed, and searched no second time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from replique import store
from replique.errors import UsageError
from replique.scan import InProcess
from replique.store import Home, Scanned
from tests.store.enrolled import HIGH, LOW, MIDDLE, KeysHere, enrol, film, told, without_models

Wav = Callable[..., Path]


@pytest.fixture(autouse=True)
def _keen(records: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    del records
    without_models(monkeypatch)


@pytest.fixture
def keys() -> KeysHere:
    return KeysHere()


@pytest.fixture
def films(tmp_path: Path) -> Path:
    film(tmp_path / "films" / "one.wav", (None, 2), (LOW, 6), (None, 2), (HIGH, 6), (None, 2))
    return tmp_path / "films"


def scan(home: Home, keys: KeysHere | None, *paths: Path, **settings: object) -> Scanned:
    return store.scan(home, list(paths), keys=keys, executor=InProcess(), **settings)  # type: ignore[arg-type]  # passed on


def test_a_voice_is_found_where_it_is_heard(
    records: Home, awa: str, keys: KeysHere, films: Path
) -> None:
    enrol(records, awa, LOW, keys)
    done = scan(records, keys, films)
    assert (done.takes, done.voices, done.probes, done.notes) == (0, 1, ("voices",), ())
    assert told(records) == [(awa, "speaking", 2, 8)]
    (found,) = store.occurrences(records)
    assert found.take is None
    assert found.explained is not None
    assert found.explained.state == "unexplained_voice"
