"""Each migration on records that are already there: nothing is lost, every page answers.

The tables are taken back to a migration; rows are laid as the program of that time kept them,
most of them with the models of that time; then the desk is opened as it is today.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from replique import store
from replique.consent import asking, reading, rendering
from replique.store import Home
from replique.web.opening import open_desk
from tests.store.conftest import _address, _on_server
from tests.store.papers import TESTIMONY, altered, rider
from tests.store.test_migrations import filled
from tests.web.conftest import DATABASE, Stage, entered
from tests.web.test_permissions import DOORS, patterns

NOW = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
OURS = ("replique", "desk")
FILES = (".flac", ".png", ".svg", "/<str:sha256>/", "/<int:item>/", "/<int:job>/")
"""Addresses that give a file, which these rows have not."""
NONE_HERE = frozenset({404, 405})
FINE = frozenset({200, 204})


@pytest.fixture
def fresh(home: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Return a home whose database has no table yet."""
    from replique.store.opening import _set_up

    if engine == "postgres":
        _on_server(f"CREATE DATABASE {DATABASE}_old")
        monkeypatch.setenv("DATABASE_URL", _address(f"{DATABASE}_old"))
    place = Home(home)
    place.make()
    _set_up(place)
    place.remember()
    yield place
    store.close()
    if engine == "postgres":
        _on_server(f"DROP DATABASE {DATABASE}_old WITH (FORCE)")


def versions() -> list[tuple[str, str]]:
    """Return every migration of ours, in the order in which they are applied."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    ours = [each for each in graph.leaf_nodes() if each[0] in OURS]
    plans = [each for leaf in sorted(ours, reverse=True) for each in graph.forwards_plan(leaf)]
    return [each for each in dict.fromkeys(plans) if each[0] in OURS]


def brought_to(app: str, name: str) -> Any:
    """Bring the tables to a migration; return the models of that time."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    call_command("migrate", app, name, verbosity=0, interactive=False)
    loader = MigrationExecutor(connection).loader
    applied = [each for each in loader.applied_migrations if each[0] in OURS]
    newest = {each[0]: each for each in sorted(applied)}
    return loader.project_state(list(newest.values())).apps


def laid(apps: Any, before: set[str]) -> None:
    """Lay rows of all that is new since another version, as they were kept then."""
    known = {model._meta.model_name for model in apps.get_models()}
    for model, lay in LAID.items():
        if model in known and model not in before:
            lay(apps)


def make(apps: Any, model: str, app: str = "replique", **values: object) -> Any:
    return apps.get_model(app, model).objects.create(**values)


def first(apps: Any, model: str) -> Any:
    return apps.get_model("replique", model).objects.order_by("pk")[0]


def lay_consent(apps: Any) -> None:
    """An agreement, a use, what was said of it, a judgement, a duty that was done."""
    text = rider(duty=True, more=TESTIMONY)
    performer, occurrence = first(apps, "Performer"), first(apps, "Occurrence")
    make(apps, "Agreement", slug="rider-2026", version=1, edition=1, text=text, sha256="1" * 64,
         title="Rider to the engagement", kind="individual", performers=["awa-diop"],
         company="Studio Lune", given="2026-01-10")  # fmt: skip
    use = make(apps, "UseDescription", performer=performer, occurrence=occurrence, text=SAID,
               sha256="2" * 64, act="dub_language", production="The Lighthouse",
               company="Studio Lune", date="2026-03-01")  # fmt: skip
    answer = asking.Agreements([reading.agreement(text)]).ask(reading.use(SAID), NOW.date())
    make(apps, "Finding", use=use, verdict=answer.verdict, answer=rendering.as_json(answer),
         engine="1", basis="3" * 64, asked_on=NOW.date())  # fmt: skip
    make(apps, "Judgement", occurrence=occurrence, verdict="yes", why="my breath", by="Awa")
    make(apps, "PerformerLife", performer=performer, born="1990")
    make(apps, "DutyDone", use=use, duty="rider-2026/dub/pay", on=NOW.date(), by="Awa",
         evidence="e" * 64, amount=Decimal("250.0000"), currency="EUR")  # fmt: skip


def lay_voice(apps: Any) -> None:
    """A statement, and the voice that was enrolled on it."""
    performer = first(apps, "Performer")
    statement = make(apps, "VoiceStatement", performer=performer, version=1, language="en",
                     text="I agree.", way="typed", by="Awa Diop")  # fmt: skip
    make(apps, "Voice", performer=performer, statement=statement, key="6" * 64, manner="speaking",
         models_digest="7" * 64, speech_s=31.5, recordings=3)  # fmt: skip


def lay_case(apps: Any) -> None:
    """A case with everything in it."""
    member = make(apps, "Member", name="Cleo", roles=["member"])
    case = make(apps, "Case", title="Three series", by=member, lead=member)
    part = {"case": case, "by": member}
    make(apps, "CaseMember", member=member, **part)
    make(apps, "CaseItem", kind="occurrence", key=str(first(apps, "Occurrence").pk), **part)
    make(apps, "CaseItem", kind="agreement", key="rider-2026", **part)
    make(apps, "CaseParty", kind="company", name="Studio Lune", **part)
    make(apps, "CaseNote", text="They answer on Thursdays.", **part)
    make(apps, "CaseTask", text="Call the guild", who=member, due=NOW.date(), **part)
    make(apps, "Invitation", code_sha256="5" * 64, name="Dan", by=member, expires_at=NOW)


LAID: dict[str, Callable[[Any], Any]] = {
    "take": filled,
    "evidencefile": lambda apps: make(apps, "EvidenceFile", sha256="e" * 64, size=4),
    "agreement": lay_consent,
    "voice": lay_voice,
    "case": lay_case,
    "job": lambda apps: make(apps, "Job", kind="scan", state="finished", what={"paths": ["/"]}),
    "account": lambda apps: make(apps, "Account", "desk", email="cleo@example.org", name="Cleo"),
    "apitoken": lambda apps: make(
        apps, "ApiToken", "desk", name="a program", scopes=["read"], digest="4" * 64, start="rq_"
    ),
    "once": lambda apps: make(apps, "Once", "desk", key="8" * 64, location="/"),
}
"""What is laid when a model is first there, by the model's name."""
SAID = """schema = "replique-use/1"
id = "u1"
performer = "awa-diop"
act = "dub_language"
subjects = ["recording"]
date = 2026-03-01
company = "Studio Lune"
production = "The Lighthouse"
"""
Kept = dict[str, dict[Any, dict[str, Any]]]


def rows(apps: Any) -> Kept:
    """Return all that is kept in tables of ours: model, key, values by column."""
    return {
        model._meta.label: {row.pk: values_of(row) for row in model.objects.all()}
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model._meta.auto_created
    }


def values_of(row: Any) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def lost(before: Kept, after: Kept) -> list[str]:
    """Return what is not as it was, of what there was."""
    return [
        f"{label} {key} {name}"
        for label, kept in before.items()
        for key, row in kept.items()
        for name, value in row.items()
        if after.get(label, {}).get(key, {}).get(name, ...) != value
    ]


def test_every_version_is_tried() -> None:
    found = {path.stem for app in ("store", "web") for path in
             (Path(store.__file__).parents[1] / app / "migrations").glob("0*.py")}  # fmt: skip
    assert {name for _app, name in versions()} == found
    assert len(found) >= 9


def test_each_migration_takes_over_all_that_is_there_already(fresh: Home) -> None:
    """From the first version on: rows of each time go through every migration after it."""
    from django.apps import apps as today

    kept: Kept = {}
    known: set[str] = set()
    for app, name in versions():
        then = brought_to(app, name)
        assert lost(kept, rows(then)) == [], f"lost by {app} {name}"
        laid(then, known)
        known = {str(model._meta.model_name) for model in then.get_models()}
        kept = rows(then)
    assert len([label for label, found in kept.items() if found]) >= 20
    open_desk(fresh.path)
    assert lost(kept, rows(today)) == []
    assert [each for each in answered(entered()) if each[1] not in FINE] == []


def test_a_home_of_the_release_before_the_desk_is_opened_by_it(
    fresh: Home, desk_stage: Stage
) -> None:
    """What a person did with 0004, by the functions of the command line."""
    from django.apps import apps as today

    then = brought_to("replique", "0004_voices")
    searched_by_hand(fresh, desk_stage)
    kept = rows(then)
    assert kept["replique.Occurrence"]
    assert kept["replique.Judgement"]
    open_desk(fresh.path)
    assert lost(kept, rows(today)) == []
    assert altered() == []
    assert [each for each in answered(entered()) if each[1] not in FINE] == []


def searched_by_hand(home: Home, stage: Stage) -> None:
    """Register, search, agree, describe, ask, judge."""
    store.add_performer("Awa Diop", "awa-diop")
    store.add_take(home, "awa-diop", stage.takes / "scene 1.wav", kind="audition")
    store.scan(home, [stage.media], jobs=1)
    store.add_agreement(rider(duty=True, more=TESTIMONY))
    facts = {"act": "dub_language", "company": "Studio Lune", "date": "2026-03-01"}
    store.describe_use(1, facts={**facts, "production": "The Lighthouse"})
    store.check("u1")
    store.judge(1, "yes", "my own breath", "Awa Diop")


def answered(client: Client) -> Iterator[tuple[str, int]]:
    """Yield every page of the desk that is there to be seen, with its answer."""
    for where, pattern in patterns():
        if where.startswith((*DOORS, "invitation/", "api/")) or where.endswith(FILES):
            continue
        thing = things(str(getattr(pattern.callback, "of", "")))
        if thing is None and "<" in where:
            continue
        address = "/" + where
        for kind, value in (thing or {}).items():
            address = re.sub(rf"<(?:\w+:)?{kind}>", str(value), address)
        if "<" in address:
            continue
        status = client.get(address).status_code
        if status not in NONE_HERE | {302}:
            yield where, status


def things(kind: str) -> dict[str, object] | None:
    """Return what stands in the address of a thing of a kind, None where there is none."""
    from replique.store.case_models import Case
    from replique.store.consent_models import Agreement, UseDescription
    from replique.store.models import Occurrence, Performer, Take

    of: dict[str, tuple[Any, str, str]] = {
        "occurrence": (Occurrence, "number", "pk"),
        "take": (Take, "number", "pk"),
        "use": (UseDescription, "use", ""),
        "agreement": (Agreement, "agreement", "slug"),
        "performer": (Performer, "performer", "slug"),
        "case": (Case, "case", "pk"),
    }
    if kind not in of:
        return None
    model, name, field = of[kind]
    row = model.objects.order_by("pk").first()
    return None if row is None else {name: getattr(row, field) if field else str(row)}
