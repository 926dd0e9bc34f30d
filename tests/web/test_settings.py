"""Settings: chosen, refused, backed up; restored by the command line."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from replique.store import Home, choices
from replique.store.backup import back_up, check, restore
from tests.web.conftest import Counting

PASSPHRASE = "four long words here"  # noqa: S105 — of the tests


def test_the_page_is_cheap(inside: Client, counting: Counting) -> None:
    with counting() as seen:
        assert inside.get("/settings/").status_code == 200
    assert len(seen) <= 15


def test_a_backup_is_made_saved_checked_and_deleted(
    inside: Client, engine: str, tmp_path: Path
) -> None:
    sent = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert inside.post("/settings/backups/", sent).status_code == 302
    (made,) = (Home.opened().path / "backups").glob("*.replique-backup")
    assert made.name in inside.get("/settings/").content.decode()
    answer = inside.get(f"/settings/backups/{made.name}/")
    assert answer["Content-Type"] == "application/octet-stream"
    copy = tmp_path / "copy"
    copy.write_bytes(b"".join(answer))
    answer.close()
    assert check(copy, PASSPHRASE).files > 3
    if engine == "postgres":  # restored into an empty database, as a server's records are
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    restore(copy, PASSPHRASE, tmp_path / "restored")
    assert not (tmp_path / "restored" / "backups").exists(), "none is part of another"
    assert inside.post(f"/settings/backups/{made.name}/delete/").status_code == 302
    assert not made.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"passphrase": "x", "again": "y"}, {"passphrase": "short", "again": "short"}]
)
def test_a_backup_needs_a_passphrase_said_twice(inside: Client, sent: dict[str, str]) -> None:
    assert inside.post("/settings/backups/", sent).status_code == 400
    assert not list((Home.opened().path / "backups").glob("*.replique-backup"))


@pytest.mark.parametrize("name", ["replique.sqlite3", "..replique-backup", "desk.secret"])
def test_nothing_but_a_backup_is_given(inside: Client, name: str) -> None:
    assert inside.get(f"/settings/backups/{name}/").status_code == 404


def test_choices_are_kept_and_slips_told(inside: Client) -> None:
    assert inside.post("/settings/change/", {"work_days": "30"}).status_code == 302
    assert choices.choices().work_days == 30
    assert inside.post("/settings/change/", {"work_days": "-1"}).status_code == 400
    assert inside.post("/settings/change/", {"tsa_url": "file:///etc/passwd"}).status_code == 400
    assert inside.post("/settings/change/", {"tsa_url": "https://tsa.example"}).status_code == 302
    assert choices.tsa_url() == "https://tsa.example"
    assert inside.post("/settings/change/", {"work_days": ""}).status_code == 302
    assert choices.choices() == choices.Choices("https://tsa.example")


def test_only_the_record_of_finished_work_goes(inside: Client) -> None:
    import datetime as dt

    from django.utils import timezone

    from replique.store import jobs, retention
    from replique.store.job_models import Job

    old, new = jobs.order("scan", {}), jobs.order("scan", {})
    Job.objects.filter(pk=old.id).update(ended=timezone.now() - dt.timedelta(days=40))
    assert retention.let_go() == 0, "nothing was chosen"
    inside.post("/settings/change/", {"work_days": "30"})
    assert [each.id for each in jobs.jobs()] == [new.id]


def test_a_backup_is_made_while_the_page_goes_on(inside: Client, settings: Any) -> None:
    """In a thread: the request ends at once, the state tells how far it is, one at a time."""
    from replique.web import backups

    settings.DESK_INLINE = False
    going, begun = threading.Event(), threading.Event()
    real = back_up

    def slow(target: Path, passphrase: str, **more: Any) -> Any:
        more["progress"](25, 100)
        begun.set()
        assert going.wait(30)
        return real(target, passphrase, **more)

    sent = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "back_up", slow)
        assert inside.post("/settings/backups/", sent).status_code == 302
        assert begun.wait(30)
        page = inside.get("/settings/backups/state/").content.decode()
        assert 'value="25"' in page
        assert "every 1s" in page
        assert inside.post("/settings/backups/", sent).status_code == 400, "one at a time"
        going.set()
        for each in threading.enumerate():
            if each.name == "backup":
                each.join(60)
    page = inside.get("/settings/backups/state/").content.decode()
    assert "every 1s" not in page
    (made,) = (Home.opened().path / "backups").glob("*.replique-backup")
    assert made.name in page
    kept = "".join(
        each.read_text(errors="replace") for each in made.parent.iterdir() if each != made
    )
    assert PASSPHRASE not in kept


def test_a_backup_that_could_not_begin_is_begun_again(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from replique.web import backups

    def full(*_said: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    sent = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    with monkeypatch.context() as patch:
        patch.setattr(backups, "_tell", full)
        assert inside.post("/settings/backups/", sent).status_code == 400
    assert inside.post("/settings/backups/", sent).status_code == 302
    assert len(backups.backups()) == 1


def test_one_that_was_killed_or_failed_is_told_as_such(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from replique.errors import DiskFull
    from replique.web import backups

    place = backups.folder()
    (place / ".state.json").write_text('{"state": "making", "name": "x"}')
    assert "was interrupted" in inside.get("/settings/").content.decode()

    def full(*_said: object, **_more: object) -> None:
        raise DiskFull("There is no room.", advice="Make room.")

    monkeypatch.setattr(backups, "back_up", full)
    sent = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert inside.post("/settings/backups/", sent).status_code == 302
    page = inside.get("/settings/").content.decode()
    assert "There is no room. Make room." in page
    assert not list(place.glob("*.replique-backup"))
