"""A store of its own for each test, on each engine.

PostgreSQL: REPLIQUE_TEST_POSTGRES names a server on which databases may be made,
as postgresql://user@host:port/postgres; without it those tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from replique import store
from replique.store import Home

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from tests.scan.fakes import write_wav  # noqa: E402 — only now can it be found

POSTGRES = os.environ.get("REPLIQUE_TEST_POSTGRES", "")
DATABASE = f"replique_test_{os.getpid()}"


def _on_server(command: str, database: str = "postgres") -> None:
    import psycopg

    with psycopg.connect(_address(database), autocommit=True) as connection:
        connection.execute(command.encode())


def _address(database: str) -> str:
    return POSTGRES.rpartition("/")[0] + "/" + database


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables, to begin with a copy of it."""
    home = store.open(tmp_path_factory.mktemp("template"))
    store.close()
    return home.database


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a PostgreSQL database with all tables."""
    _on_server(f"CREATE DATABASE {DATABASE}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", _address(DATABASE))
        store.open(tmp_path_factory.mktemp("server"))
        store.close()
    yield _address(DATABASE)
    _on_server(f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param(
            "postgres",
            marks=pytest.mark.skipif(
                not POSTGRES, reason="REPLIQUE_TEST_POSTGRES names no PostgreSQL server"
            ),
        ),
    ]
)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def records(
    engine: str, home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    """Return an open, empty store."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("template"), Home(home).database)
    else:
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("server"))
    opened = store.open(home)
    yield opened
    if engine == "postgres":
        _empty()
    store.close()


def _empty() -> None:
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        # those of the desk are there only where a desk was opened
        there = set(connection.introspection.table_names(cursor))
        tables = there & {model._meta.db_table for model in apps.get_models()}
        cursor.execute(f"TRUNCATE {', '.join(sorted(tables))} RESTART IDENTITY CASCADE")
        cursor.execute("DELETE FROM django_migrations WHERE name LIKE '9999%%'")


@pytest.fixture
def awa(records: Home) -> str:
    """Return the slug of a performer."""
    del records
    return store.add_performer("Awa Diop", "awa-diop").slug


@pytest.fixture
def wav(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of recordings; each seed is a sound of its own, 2 s long."""

    def make(seed: int = 0, seconds: float = 2.0, folder: str = "sounds") -> Path:
        return noise_wav(tmp_path / folder / f"take{seed}.wav", seed, seconds)

    return make


def noise_wav(path: Path, seed: int, seconds: float = 2.0) -> Path:
    """Write noise in bursts that a probe can hold on to."""
    import wave

    rng = np.random.default_rng(seed)
    samples = rng.standard_normal(round(seconds * 16_000)) * 0.2
    samples *= np.repeat(rng.random(len(samples) // 800 + 1), 800)[: len(samples)]
    write_wav(path)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.round(samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path
