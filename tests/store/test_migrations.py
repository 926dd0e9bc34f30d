"""Records of an earlier version are brought up to date, and nothing in them is lost."""

from __future__ import annotations

from typing import Any

from replique import store
from replique.store import Home
from tests.store.papers import USE, altered, rider


def as_it_was(name: str) -> Any:
    """Take the tables back to a migration; return the models of that time."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    call_command("migrate", "replique", name, verbosity=0, interactive=False)
    return MigrationExecutor(connection).loader.project_state(("replique", name)).apps


def filled(apps: Any) -> None:
    """Lay records as the first version kept them: two takes of one recording, found once."""

    def make(model: str, **values: object) -> Any:
        return apps.get_model("replique", model).objects.create(**values)

    recording = make("Recording", sha256="a" * 64, size=1, duration_s=2.0)
    for slug, title in (("awa-diop", "scene 1"), ("ben-okri", "scene 1, Ben")):
        make(
            "Take",
            performer=make("Performer", slug=slug, name=slug.title()),
            recording=recording,
            title=title,
            kind="audition",
        )
    medium = make("Medium", sha256="f" * 64, size=1000, duration_s=60.0)
    make("Location", medium=medium, locator="film.wav", way='["/film.wav"]', path_key="p" * 32,
         place_key="q" * 32)  # fmt: skip
    run = make("ScanRun", state="finished", paths=["/"])
    make("Occurrence", medium=medium, recording=recording, run=run, probe="recordings",
         probe_version="1", probe_digest="d" * 64, track=0, view="mono", start_s=10.0, end_s=12.0,
         take_start_s=0.0, take_end_s=2.0, speed=1.0, pitch_semitones=0.0, gain_db=-3.0,
         polarity=1, strength=6.5)  # fmt: skip


def test_the_records_of_the_first_version_are_taken_over_whole(records: Home) -> None:
    filled(as_it_was("0001_initial"))
    home = store.open(records.path)
    assert [each.slug for each in store.performers()] == ["awa-diop", "ben-okri"]
    assert [each.title for each in store.takes(home)] == ["scene 1", "scene 1, Ben"]
    found = store.occurrences(home)
    assert [(each.performer, each.medium.locator) for each in found] == [
        ("awa-diop", "film.wav"),
        ("ben-okri", "film.wav"),
    ]
    assert {each.found.strength for each in found} == {6.5}


def test_on_them_agreements_are_kept_and_uses_asked_about(records: Home) -> None:
    filled(as_it_was("0001_initial"))
    home = store.open(records.path)
    number = store.occurrences(home)[0].id
    store.add_agreement(rider())
    store.describe_use(number, performer="awa-diop", facts=USE)
    store.judge(number, "yes", by="Awa Diop")
    (found,) = store.check(str(number))
    assert found.verdict == "covered"
    assert found.judgement is not None
    assert altered() == []


def test_records_brought_up_to_date_twice_are_the_same(records: Home) -> None:
    filled(as_it_was("0001_initial"))
    first = store.occurrences(store.open(records.path))
    assert first
    assert store.occurrences(store.open(records.path)) == first


# --- before there were voices

PINNED = "e892b8dc81c287505beb8d5cca3f5216dd2fa74c5d1ecb58d2e6c111396cb2ec"
"""What version 0003 told the ledger of the occurrence in `filled`, to the letter."""


def _digest_of_then(apps: Any) -> str:
    """Return what the ledger was told of the rows of a medium before there were voices."""
    from replique.evidence.canonical import digest

    names = ("pk", "recording__sha256", "probe", "probe_digest", "track", "view", "start_s")
    more = ("end_s", "take_start_s", "take_end_s", "speed", "pitch_semitones", "gain_db")
    last = ("polarity", "strength", "how", "superseded")
    rows = apps.get_model("replique", "Occurrence").objects.order_by("pk")
    return digest([list(row) for row in rows.values_list(*names, *more, *last)])


def test_a_ledger_that_began_before_there_were_voices_still_holds(records: Home) -> None:
    from django.db import transaction

    from replique.store import watched
    from replique.store.ledger import append

    apps = as_it_was("0003_consent")
    filled(apps)
    then = _digest_of_then(apps)
    assert then == PINNED
    sha256 = "f" * 64
    with transaction.atomic():
        for take in apps.get_model("replique", "Take").objects.order_by("pk"):
            append("take", f"take/{take.pk}", {"sha256": "a" * 64, "verb": "registered"})
        append("medium", f"medium/{sha256}", {"rows": then, "sha256": sha256, "verb": "searched"})
    home = store.open(records.path)
    from replique.store.models import Medium, Occurrence

    assert watched.rows_digest(Medium.objects.get()) == then
    assert altered() == []
    (first, second) = store.occurrences(home)
    assert (first.voice, first.medium.origin) == (None, ())
    assert first.id == second.id
    Occurrence.objects.update(start_s=11.0)
    assert altered() == [f"changed medium/{sha256}"]
