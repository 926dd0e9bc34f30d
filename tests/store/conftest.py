"""A store of its own for each test, on each engine.

PostgreSQL: REPLIQUE_TEST_POSTGRES names a server on which databases may be made,
as postgresql://user@host:port/postgres; without it those tests are skipped.
"""

from __future__ import annotations

import itertools
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
TEMPLATE = f"replique_template_{os.getpid()}"
_numbers = itertools.count()


def _on_server(command: str) -> None:
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(command.encode())


def _database(name: str) -> str:
    return POSTGRES.rpartition("/")[0] + "/" + name


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Make each engine's tables once; tests begin with a copy."""
    home = store.open(tmp_path_factory.mktemp("template"))
    store.close()
    yield {"sqlite": home.database}
    if "postgres" in _made:
        _on_server(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")


_made: set[str] = set()


def _postgres(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if "postgres" not in _made:
        _on_server(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        _on_server(f"CREATE DATABASE {TEMPLATE}")
        monkeypatch.setenv("DATABASE_URL", _database(TEMPLATE))
        store.open(home)
        store.close()
        _made.add("postgres")
    name = f"replique_test_{os.getpid()}_{next(_numbers)}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    monkeypatch.setenv("DATABASE_URL", _database(name))
    return name


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
    engine: str, home: Path, templates: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    """Return an open, empty store."""
    name = ""
    if engine == "sqlite":
        shutil.copy(templates["sqlite"], Home(home).database)
    else:
        name = _postgres(home, monkeypatch)
    yield store.open(home)
    store.close()
    if name:
        _on_server(f"DROP DATABASE {name} WITH (FORCE)")


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
