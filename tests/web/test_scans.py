"""Scans from a browser: begun, followed, stopped, gone on with; jobs that were killed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from replique import store
from replique.errors import DiskFull
from replique.store import Home, jobs
from replique.web import work, working
from tests.web.conftest import Stage, entered


def test_a_scan_is_begun_and_told_to_its_end(searched: Home, desk_stage: Stage) -> None:
    client = entered()
    answer = client.post("/scans/start/", {"paths": f"\n {desk_stage.media} \n"})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "finished" in page
    assert "known" in page, "what was searched before is not searched again"
    assert "Nothing new was found" in page
    assert "then stands" in page
    assert "Scan" in client.get("/scans/").content.decode()
    assert len(store.runs()) == 2
    assert jobs.jobs("scan")[0].run == store.runs()[0].id
    del searched


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ("", "left empty"),
        ("films", "does not begin at the root"),
        ("/there/is/none", "There is no"),
    ],
)
def test_a_path_that_cannot_be_is_told_beside_the_form(
    inside: Client, paths: str, said: str
) -> None:
    answer = inside.post("/scans/start/", {"paths": paths})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert 'name="paths"' in page, "and may be corrected there"
    assert jobs.jobs("scan") == []


def test_without_takes_there_is_nothing_to_scan_for(newcomer: Client, desk_stage: Stage) -> None:
    answer = newcomer.post("/scans/start/", {"paths": str(desk_stage.media)})
    page = newcomer.get(answer["Location"]).content.decode()
    assert "There is no take to look for" in page


def test_a_job_that_waits_is_stopped_at_once(searched: Home) -> None:
    del searched
    order = jobs.order("scan", {"paths": ["/"]})
    client = entered()
    client.post(f"/scans/{order.id}/stop/")
    assert jobs.job(order.id).state == "stopped"
    assert not jobs.begin(order.id)


def test_a_job_is_taken_up_once(searched: Home) -> None:
    del searched
    order = jobs.order("scan", {"paths": ["/"]})
    assert [jobs.begin(order.id) for _ in range(3)] == [True, False, False]
    jobs.stop(order.id)
    assert jobs.tell(order.id, {}) is True, "who works on it is asked to stop"


def test_a_job_whose_process_is_gone_is_lost_and_can_go_on(
    searched: Home, desk_stage: Stage
) -> None:
    from replique.store.job_models import Job

    del searched
    order = jobs.order("scan", {"paths": [str(desk_stage.media)]})
    jobs.begin(order.id)
    Job.objects.update(beat=timezone.now() - dt.timedelta(minutes=5))
    client = entered()
    page = client.get(f"/scans/{order.id}/").content.decode()
    assert "interrupted" in page
    answer = client.post(f"/scans/{order.id}/again/")
    assert "finished" in client.get(answer["Location"]).content.decode()


def test_an_error_ends_a_job_and_is_told(searched: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    del searched

    def full(*_args: object, **_facts: object) -> None:
        raise DiskFull("The disk is full.", advice="Make room.")

    monkeypatch.setattr(store, "scan", full)
    job = work.give("scan", {"paths": ["/"]}, "me")
    assert (job.state, job.error_code, job.error_advice) == ("failed", "disk-full", "Make room.")


def test_a_defect_ends_a_job_without_its_words(
    searched: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    del searched

    def broken(*_args: object, **_facts: object) -> None:
        raise ValueError("secret of a performer")

    monkeypatch.setattr(store, "scan", broken)
    job = work.give("scan", {"paths": ["/"]}, "me")
    assert job.state == "failed"
    assert "secret" not in job.error_message + job.error_advice


def test_progress_is_polled_until_the_end(searched: Home) -> None:
    del searched
    order = jobs.order("scan", {"paths": ["/films"]})
    jobs.begin(order.id)
    jobs.tell(order.id, {"media": 3, "known": 1, "failed": 0, "found": 2, "total_bytes": 100,
                         "done_bytes": 42, "decoded_s": 60.0, "rate": 30.0, "left_s": 12.0,
                         "elapsed_s": 2.0, "at": ["/films/a.mkv"], "recent": []})  # fmt: skip
    client = entered()
    page = client.get(f"/scans/{order.id}/progress/")
    said = page.content.decode()
    assert 'hx-trigger="every 1s"' in said
    assert 'value="42"' in said
    assert "/films/" in said
    assert "HX-Refresh" not in page
    jobs.end(order.id)
    page = client.get(f"/scans/{order.id}/progress/")
    assert page["HX-Refresh"] == "true"
    assert "every 1s" not in page.content.decode()


def test_a_worker_is_known_by_what_it_holds(searched: Home) -> None:
    import os

    assert not work.worker_at_work(searched)
    held = work.hold(searched)
    assert held is not None
    try:
        assert work.worker_at_work(searched)
        assert work.hold(searched) is None, "there is one"
    finally:
        os.close(held)
    assert not work.worker_at_work(searched)


def test_a_worker_begins_though_a_page_asks_for_it_just_then(
    searched: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl
    import os
    import time
    from types import SimpleNamespace

    asking = os.open(work.lock_of(searched), os.O_CREAT | os.O_RDWR)
    fcntl.flock(asking, fcntl.LOCK_SH)
    waited = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: os.close(asking))
    monkeypatch.setattr(work, "time", waited)
    held = work.hold(searched)
    assert held is not None
    os.close(held)


def test_each_kind_of_job_has_somebody_who_does_it() -> None:
    from replique.store.job_models import Job

    assert set(working.DOING) == set(Job.Kind.values)


def test_a_job_whose_worker_was_killed_is_taken_up_again_and_given_up_at_last(
    inside: Client,
) -> None:
    import datetime as dt

    from django.utils import timezone

    from replique.store import jobs
    from replique.store.job_models import Job
    from replique.web import work

    del inside
    number = jobs.order("scan", {"paths": []}).id
    for _try in range(jobs.MOST_TRIES):
        assert jobs.begin(number)
        assert jobs.take_up() == 0, "it lives"
        Job.objects.update(beat=timezone.now() - dt.timedelta(seconds=jobs.SILENT_S + 1))
        assert jobs.job(number).state == "lost"
        work.again()
        work.again()
    assert jobs.job(number).state == "failed"
    assert jobs.job(number).error_advice
    from django_tasks_db.models import DBTaskResult

    assert DBTaskResult.objects.count() <= 1, "it is not given while it is given"


def test_a_name_that_holds_an_old_end_of_line_is_one_name(tmp_path: Path, inside: Client) -> None:
    from replique.web.views.scans import given

    del inside
    place = tmp_path / "a\x0bb\u2028c"
    place.mkdir()
    assert given(f"{place}\r\n{tmp_path}\n") == [str(place), str(tmp_path)]
