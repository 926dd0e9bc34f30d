"""What is let go of by itself, without anybody coming back."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from replique.store import Home, choices, jobs
from replique.store.job_models import Job
from replique.web import exporting, lapsing, searchable, uploads, work


def aged(path: Path) -> Path:
    """Make a file or a folder older than anything is kept for."""
    os.utime(path, (0, 0))
    return path


def sent(home: Home) -> Path:
    """Send a recording of a voice that nobody comes back to."""
    token = uploads.begin(home, "a.wav", 3, purpose="voices")
    uploads.add(home, token, 0, [b"abc"])
    uploads.finish(home, token)
    aged(home.path / "uploads" / f"{token}.json")
    return aged(uploads.finished(home, token))


def test_what_nobody_came_back_to_goes_by_itself(searched: Home) -> None:
    voice = sent(searched)
    export = exporting.file_of(searched, exporting.token())
    export.write_bytes(b"a case")
    aged(export)
    media = searchable.folder_of(searched, searchable.new_group(searched))
    aged(media)
    fresh = exporting.file_of(searched, exporting.token())
    fresh.write_bytes(b"another")
    lapsing.lapse(searched)
    assert [each.exists() for each in (voice, export, media, fresh)] == [False] * 3 + [True]


@pytest.mark.parametrize("kind", ["takes", "voice"])
def test_what_waits_to_be_read_stays(searched: Home, kind: str) -> None:
    file = sent(searched)
    order = jobs.order(kind, {})
    lapsing.lapse(searched)
    assert file.exists()
    jobs.stop(order.id)
    lapsing.lapse(searched)
    assert not file.exists()


def test_what_was_sent_to_be_searched_stays_with_its_record(searched: Home) -> None:
    """Who sent it finds it, and deletes it, by the record of the search."""
    group = searchable.new_group(searched)
    (searchable.folder_of(searched, group) / "film.wav").write_bytes(b"a film")
    aged(searchable.folder_of(searched, group))
    there, gone = jobs.order("scan", {"group": group}), jobs.order("scan", {"group": "0" * 32})
    plain = jobs.order("scan", {})
    Job.objects.update(state=Job.State.FINISHED, ended=timezone.now() - dt.timedelta(days=40))
    choices.choose(work_days="30")
    lapsing.lapse(searched)
    assert [each.id for each in jobs.jobs("scan")] == [there.id]
    assert gone.id != plain.id
    assert searchable.names(searched, group) == ["film.wav"]
    searchable.forget(searched, group)
    lapsing.lapse(searched)
    assert jobs.jobs("scan") == []


def test_a_worker_lets_go_as_soon_as_it_is_there_and_then_once_an_hour(searched: Home) -> None:
    file = sent(searched)
    due_s = work.look(0.0)
    assert not file.exists()
    file = sent(searched)
    assert work.look(due_s) == due_s
    assert file.exists()
