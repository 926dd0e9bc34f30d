"""The desk as a browser has it: a home, a key, and a client that is inside.

Django can be set up once in a process.  It is done here, with the desk's settings, when
the tests are collected: they are those of the store and more, so that the tests of other
rooms run under them too.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)


def _set_up() -> None:
    import django
    from django.conf import settings

    if not settings.configured:
        before = os.environ.get("DJANGO_SETTINGS_MODULE")
        os.environ["DJANGO_SETTINGS_MODULE"] = "replique.web.settings"
        django.setup()
        # what a test starts in another process is not to inherit it
        if before is None:
            del os.environ["DJANGO_SETTINGS_MODULE"]
        else:
            os.environ["DJANGO_SETTINGS_MODULE"] = before


_set_up()

from django.test import Client  # noqa: E402 — only now is there a Django

from replique import store  # noqa: E402
from replique.store import Home  # noqa: E402
from replique.web.opening import open_desk  # noqa: E402
from tests.cli.conftest import lay_media, lay_takes  # noqa: E402
from tests.store.conftest import POSTGRES, _address, _on_server  # noqa: E402
from tests.store.papers import TESTIMONY, rider  # noqa: E402

KEY = "a key of the tests"
ENGINES = [
    "sqlite",
    pytest.param(
        "postgres",
        marks=pytest.mark.skipif(
            not POSTGRES, reason="REPLIQUE_TEST_POSTGRES names no PostgreSQL server"
        ),
    ),
]
ON_BOTH_ENGINES = frozenset(
    f"test_{name}"
    for name in (
        "accounts",
        "agreements",
        "api",
        "canaries",
        "cases",
        "faults",
        "hostile",
        "judging",
        "members",
        "migrations",
        "once",
        "overview",
        "pages",
        "permissions",
        "scans",
        "settings",
        "takes",
    )
)
"""Modules that are tried on SQLite and on PostgreSQL; all others on SQLite alone."""
DATABASE = f"replique_desk_{os.getpid()}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try what asks for records on both engines, where the engine matters."""
    name = metafunc.module.__name__.rpartition(".")[2]
    if name in ON_BOTH_ENGINES and "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", ENGINES, indirect=True)


@dataclass(frozen=True)
class Stage:
    """What was prepared once for all tests: to be copied, and never changed."""

    takes: Path
    media: Path
    empty: Path
    searched: Path


@pytest.fixture(scope="session")
def desk_stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Prepare a desk of nobody, and one where Awa's scene 1 was found in a film."""
    place = tmp_path_factory.mktemp("desk")
    takes, media = lay_takes(place / "auditions"), lay_media(place / "films")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPLIQUE_HOME", str(place / "home"))
        open_desk(place / "home")
        store.close()
        shutil.copytree(place / "home", place / "empty")
        _searched(place / "home", takes, media)
    return Stage(takes, media, place / "empty", place / "home")


def _searched(place: Path, takes: Path, media: Path) -> None:
    """Register takes at an empty desk, scan, keep an agreement and describe a use."""
    home = store.open(place)
    store.add_performer("Awa Diop", "awa-diop")
    for name in ("scene 1.wav", "scene 2.wav"):
        store.add_take(home, "awa-diop", takes / name, kind="audition")
    store.scan(home, [media], jobs=1)
    store.add_agreement(rider(duty=True, more=TESTIMONY))
    facts = {"act": "dub_language", "company": "Studio Lune", "date": "2026-03-01"}
    store.describe_use(1, facts={**facts, "production": "The Lighthouse"})
    store.check("u1")
    store.close()


@pytest.fixture(scope="session")
def server_stage(desk_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Prepare the same two desks on PostgreSQL: a home and a database for each."""
    place = tmp_path_factory.mktemp("desk-server")
    made = Stage(desk_stage.takes, desk_stage.media, place / "empty", place / "searched")
    try:
        for home in (made.empty, made.searched):
            _on_server(f"CREATE DATABASE {DATABASE}_{home.name}")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("REPLIQUE_HOME", str(home))
                patch.setenv("DATABASE_URL", _address(f"{DATABASE}_{home.name}"))
                open_desk(home)
                if home is made.searched:
                    _searched(home, made.takes, made.media)
                store.close()
        yield made
    finally:
        for name in ("empty", "searched"):
            _on_server(f"DROP DATABASE IF EXISTS {DATABASE}_{name} WITH (FORCE)")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Return on what the records lie: SQLite, and PostgreSQL for `ON_BOTH_ENGINES`."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def settings() -> Iterator[Any]:
    """Return settings that a test may change."""
    from django.conf import settings as ours
    from django.test import override_settings

    with override_settings(LOCAL_KEY=KEY, DESK_INLINE=True, COMMITTEE=False):
        yield ours


@pytest.fixture(autouse=True)
def _door(settings: Any) -> None:
    del settings


@pytest.fixture
def empty(home: Path, engine: str, request: pytest.FixtureRequest) -> Iterator[Home]:
    """Open a desk on which nobody has been."""
    yield from _opened(home, "empty", engine, request)


@pytest.fixture
def searched(home: Path, engine: str, request: pytest.FixtureRequest) -> Iterator[Home]:
    """Open a desk after the first scan: occurrence 1 is Awa's scene 1 in film.wav."""
    yield from _opened(home, "searched", engine, request)


def _opened(home: Path, what: str, engine: str, request: pytest.FixtureRequest) -> Iterator[Home]:
    from django.core.cache import cache

    from replique.web.views import hearing

    of_engine = "desk_stage" if engine == "sqlite" else "server_stage"
    stage: Stage = request.getfixturevalue(of_engine)
    shutil.copytree(getattr(stage, what), home, dirs_exist_ok=True)
    hearing.forget()
    cache.clear()  # how often the test before this one asked
    if engine == "sqlite":
        yield store.open(home)
        store.close()
        return
    _on_server(f"CREATE DATABASE {DATABASE} TEMPLATE {DATABASE}_{what}")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABASE_URL", _address(DATABASE))
            yield store.open(home)
            store.close()
    finally:
        _on_server(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def entered() -> Client:
    """Return a client that came in by the key."""
    client = Client(HTTP_HOST="127.0.0.1")
    assert client.get("/", {"key": KEY}).status_code == 302
    client.get("/scans/")  # the token of its forms is kept once
    return client


@pytest.fixture
def inside(searched: Home) -> Client:
    """Return a client at a desk after the first scan."""
    del searched
    return entered()


@pytest.fixture
def newcomer(empty: Home) -> Client:
    """Return a client at an empty desk."""
    del empty
    return entered()


Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def counting() -> Counting:
    """Return a context that counts the queries made in it."""
    from django.db import connection

    @contextmanager
    def count() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(
            execute: Callable[..., Any], sql: str, params: object, many: object, context: object
        ) -> Any:
            seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield seen

    return count
