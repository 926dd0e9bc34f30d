from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from replique import store
from replique.errors import StoreError, StoreLocked, StoreNewer, UsageError
from replique.store import Home
from replique.store.settings import database


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_home_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLIQUE_HOME", str(tmp_path / "deep" / "home"))
    before = os.umask(0)
    try:
        home = store.open()
        store.add_performer("Awa Diop", "awa-diop")
        entries = [home.path, *home.path.rglob("*")]
        modes = {path.name: mode(path) for path in entries}
        store.close()
    finally:
        os.umask(before)
    assert {"home", "takes", "index", "replique.sqlite3"} <= set(modes)
    for path in entries:
        assert modes[path.name] == (0o700 if path.is_dir() else 0o600), path


def test_an_open_store_may_be_opened_again(records: Home) -> None:
    store.add_performer("Awa Diop", "awa-diop")
    assert store.open(records.path) == records
    assert [each.slug for each in store.performers()] == ["awa-diop"]


def test_two_homes_are_two_stores(tmp_path: Path) -> None:
    store.open(tmp_path / "a")
    store.add_performer("Awa Diop", "awa-diop")
    store.open(tmp_path / "b")
    assert store.performers() == []
    store.open(tmp_path / "a")
    assert len(store.performers()) == 1
    store.close()


def test_the_migrations_say_what_the_models_say(records: Home) -> None:
    from django.core.management import call_command

    del records
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_newer_store_is_left_alone(records: Home) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('replique', '9999_later', '2030-01-01 00:00:00+00:00')"
        )
    with pytest.raises(StoreNewer) as raised:
        store.open(records.path)
    assert raised.value.advice


def test_a_locked_store_is_told(records: Home, engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the store")
    from django.db import connection

    connection.ensure_connection()
    connection.connection.execute("PRAGMA busy_timeout = 50")
    with sqlite3.connect(records.database, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked) as raised:
            store.add_performer("Awa Diop", "awa-diop")
        other.execute("ROLLBACK")
    other.close()
    assert raised.value.retry
    store.add_performer("Awa Diop", "awa-diop")


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.database.write_bytes(b"this was never a database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        store.open(tmp_path)
    store.close()
    assert home.database.read_bytes().startswith(b"this was never")


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError):
        store.open(tmp_path / "home")


def test_a_server_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:1/nothing")
    with pytest.raises(StoreError) as raised:
        store.open(tmp_path)
    assert "s3cret" not in str(raised.value) + raised.value.advice
    store.close()


@pytest.mark.parametrize(
    "url", ["mysql://u:s3cret@host/db", "postgresql://host", "postgresql://h:port/s3cret", "s3cret"]
)
def test_a_bad_address_is_told_without_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        database(Home(tmp_path), url)
    assert "s3cret" not in str(raised.value) + raised.value.advice


def test_an_address_is_taken_apart(tmp_path: Path) -> None:
    said = database(Home(tmp_path), "postgres://awa:p%40ss@db.example:5433/takes?sslmode=require")
    assert said == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "takes",
        "USER": "awa",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    assert database(Home(tmp_path), "sqlite:////srv/a.sqlite3")["NAME"] == "/srv/a.sqlite3"
    assert database(Home(tmp_path), "")["NAME"] == str(tmp_path / "replique.sqlite3")


def _open(home: str) -> int:
    store.open(home)
    return len(store.performers())


def test_two_programs_may_make_a_store_at_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_open, [str(tmp_path / "home")] * 4, chunksize=1) == [0] * 4
        pool.close()
        pool.join()


@pytest.mark.parametrize(("zone", "offset"), [("XXX-14", "+1400"), ("XXX+11", "-1100"), (None, "")])
def test_today_is_the_day_where_the_person_is(
    tmp_path: Path, zone: str | None, offset: str
) -> None:
    """Django sets a process to UTC: after midnight in Paris it would still be yesterday."""
    said = {key: value for key, value in os.environ.items() if key != "TZ"}
    said |= {"REPLIQUE_HOME": str(tmp_path / "home")} | ({"TZ": zone} if zone else {})
    code = """
import os, time
from replique import store
before = time.strftime("%z")
store.open()
from django.utils import timezone
print(before, time.strftime("%z"), os.environ.get("TZ"), timezone.now().tzinfo)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=said, capture_output=True, text=True, check=True
    )
    before, after, told, stored = done.stdout.split()
    assert before == after
    assert told == str(zone)
    assert stored == "UTC"
    assert not offset or after == offset


def test_importing_the_store_loads_no_django() -> None:
    code = "import sys; import replique.store; print('django' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "False"


def test_everything_that_is_promised_is_there(records: Home) -> None:
    del records
    assert all(getattr(store, name) is not None for name in store.__all__)
    with pytest.raises(AttributeError):
        _ = store.nothing_of_the_kind
