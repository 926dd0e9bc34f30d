"""A large desk to measure: 50,000 occurrences, 20,000 judgements, 5,000 findings in one case.

One film and two takes are real, and searched as a person searches; the rest are rows beside
them, written in bulk with shapes drawn from a fixed seed: strengths fall off as those of a
search do, judgements are of the strongest, uses have companies, productions and days, the
answers of findings are real answers.  Bulk rows are not told to the ledger: no page reads that.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

SEED = 20261123
OCCURRENCES, JUDGEMENTS, FINDINGS = 50_000, 20_000, 5_000
PERFORMERS, TAKES, MEDIA, REAL = 20, 300, 400, 60
"""REAL : occurrences that lie in the film that is there, and can be heard."""
PEOPLE = 50
RATE = 16_000
FILM_S = 120.0
FACTS = "bench.json"

AGREEMENT = """schema = "replique-agreement/1"
id = "rider-2026"
version = 1
kind = "individual"
performers = ["awa-diop"]
title = "Rider to the engagement"
company = "Studio Lune"
law = ["FR"]
representation = "counsel"
bundled = false

[form]
kind = "rider"
given = 2026-01-10
clear_and_conspicuous = true
reasonably_specific = true

[[signature]]
by = "performer"

[[grant]]
id = "dub"
acts = ["dub_language"]
subjects = ["recording"]
artefacts = ["original_recording"]

[[grant.duty]]
id = "pay"
kind = "pay"
amount = 250
currency = "EUR"
within_days = 30
after = "use"
"""


def make(place: Path, *, committee: bool = False) -> dict[str, Any]:
    """Make a desk in a folder; Django must have the desk's settings. Return what is where."""
    from replique import store
    from replique.web.opening import open_desk

    home = open_desk(place)
    sounds = place.with_name(f"{place.name}-sounds")  # a home itself is never searched
    takes, films = _sounds(sounds)
    store.add_performer("Awa Diop", "awa-diop")
    for take in takes:
        store.add_take(home, "awa-diop", take, kind="audition")
    store.scan(home, [films], jobs=1)
    store.add_agreement(AGREEMENT)
    facts: dict[str, object | None] = {"act": "dub_language", "company": "Studio Lune"}
    number = store.occurrences(home)[0].id
    store.describe_use(number, facts={**facts, "date": "2026-03-01", "production": "Le Phare"})
    store.check("u1")
    chance = random.Random(SEED)
    real = _occurrences(chance, number)
    uses = _judged(chance)
    people = _people() if committee else []
    case = _case(people, uses)
    told = {
        "occurrence": number, "real": real, "case": case, "use": "u1", "performer": "awa-diop",
        "agreement": "rider-2026", "take": 1, "films": str(films), "people": people,
        "run": 1, "committee": committee,
    }  # fmt: skip
    (place / FACTS).write_text(json.dumps(told), encoding="utf-8")
    store.close()
    return told


def _sounds(place: Path) -> tuple[list[Path], Path]:
    """Write two takes and a film of two minutes in which the first is heard."""
    from tests.sounds import music, voice, write_wav

    films = place / "films"
    films.mkdir(parents=True)
    first = voice(4.0, 1)
    film = music(FILM_S, 4)
    film[10 * RATE : 14 * RATE] += first
    write_wav(films / "film.wav", film)
    takes = [write_wav(place / f"scene {n}.wav", voice(4.0, n)) for n in (1, 2)]
    return takes, films


def _occurrences(chance: random.Random, number: int) -> list[int]:
    """Write occurrences in bulk, like the one that was found; return those that can be heard."""
    from replique.store.models import Location, Medium, Occurrence, Performer, Recording, Take

    performers = [Performer.objects.get(slug="awa-diop")] + [
        Performer.objects.create(slug=f"performer-{n}", name=f"Performer {n}")
        for n in range(1, PERFORMERS)
    ]
    recordings = Recording.objects.bulk_create(
        Recording(sha256=f"{n:064x}", size=64_000, duration_s=3.0) for n in range(1, TAKES + 1)
    )
    Take.objects.bulk_create(
        Take(performer=performers[n % PERFORMERS], recording=each, title=f"scene {n}",
             kind="session", file_name=f"scene {n}.wav", origin="")
        for n, each in enumerate(recordings)
    )  # fmt: skip
    media = Medium.objects.bulk_create(
        Medium(sha256=f"{n:064x}", size=10**9, duration_s=5400.0, searched_at=_day(n))
        for n in range(1, MEDIA + 1)
    )
    Location.objects.bulk_create(
        Location(medium=each, locator=f"Films/season {n % 20}/episode {n}.mkv", way=f'["/f/{n}"]',
                 path_key=f"{n:032x}", place_key=f"{n:032x}", walked=True)
        for n, each in enumerate(media)
    )  # fmt: skip
    like = Occurrence.objects.get(pk=number)
    names = [each.attname for each in Occurrence._meta.concrete_fields if each.name != "id"]
    shape = {name: getattr(like, name) for name in names}
    rows = []
    for n in range(OCCURRENCES - 1):
        at = chance.uniform(0, 5_000)
        more: dict[str, Any] = {
            "recording_id": chance.choice(recordings).pk, "medium_id": chance.choice(media).pk,
            "start_s": at, "end_s": at + chance.uniform(0.8, 8.0),
            "strength": chance.expovariate(0.5) + 0.5, "found_at": _day(n % 300),
        }  # fmt: skip
        if n < REAL:
            at = 2.0 + n * (FILM_S - 12.0) / REAL
            more = {"start_s": at, "end_s": at + 4.0, "strength": 9.0 + n / REAL}
        rows.append(Occurrence(**{**shape, **more}))
    Occurrence.objects.bulk_create(rows, batch_size=2_000)
    of_film = Occurrence.objects.filter(medium=like.medium_id).order_by("pk")
    return list(of_film.values_list("pk", flat=True))


def plain(model: Any) -> Any:  # noqa: ANN401 — Django's
    """Return a manager that writes no ledger: this is about reading."""
    from django.db.models import QuerySet

    return QuerySet(model)


def _judged(chance: random.Random) -> list[int]:
    """Judge the strongest, describe uses of some, with findings; return the uses."""
    from replique.store.consent_models import Finding, Judgement, UseDescription
    from replique.store.models import Occurrence

    strongest = list(Occurrence.objects.order_by("-strength").values_list("pk", flat=True))
    plain(Judgement).bulk_create(
        [Judgement(occurrence_id=pk, verdict=chance.choice(("yes", "yes", "no", "unsure")),
                   by="Cleo", at=_day(n % 300))
         for n, pk in enumerate(strongest[REAL : REAL + JUDGEMENTS])],
        batch_size=1_000)  # fmt: skip
    kept, finding = UseDescription.objects.get(pk=1), Finding.objects.get(use=1)
    uses = plain(UseDescription).bulk_create(
        [UseDescription(performer_id=kept.performer_id, occurrence_id=pk, text=kept.text,
                        sha256=kept.sha256, act="dub_language", company=f"Company {n % 40}",
                        production=f"Production {n % 300}", date=f"2026-{n % 12 + 1:02d}-01")
         for n, pk in enumerate(strongest[REAL : REAL + FINDINGS - 1])],
        batch_size=1_000)  # fmt: skip
    verdicts = ("duty_unmet", "no_grant_found", "outside_scope", "covered", "undetermined")
    plain(Finding).bulk_create(
        [Finding(use=each, verdict=chance.choice(verdicts), answer=finding.answer, engine="1",
                 asked_of=finding.asked_of, basis=finding.basis, asked_on=finding.asked_on)
         for each in uses], batch_size=500)  # fmt: skip
    return [1, *(each.pk for each in uses)]


def _people() -> list[dict[str, Any]]:
    """Let fifty members in, each with an account, a key and a session; return their cookies."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from replique.store import members
    from replique.web.models import Account

    sessions = import_module(settings.SESSION_ENGINE)
    people = []
    for n in range(PEOPLE):
        member = members.add_member(f"Member {n}", roles=("member",))
        account = Account(email=f"member{n}@example.org", member_id=member.id, name=member.name)
        account.set_unusable_password()
        account.save()
        session = sessions.SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
        people.append({"member": member.id, "name": member.name, "cookie": session.session_key})
    return people


def _case(people: list[dict[str, Any]], uses: list[int]) -> int:
    """Open a case with all findings and the real occurrences in it, for everybody."""
    from replique.store import case_notes, case_tasks, cases, members
    from replique.store.case_models import CaseItem
    from replique.store.models import Occurrence

    first = people[0]["member"] if people else members.owner("Awa Diop").id
    others = [each["member"] for each in people[1:]]
    case = cases.open_case("Three series without a contract", by=first, members=others).id
    film = Occurrence.objects.get(pk=1).medium_id
    keys = [("use", f"u{pk}") for pk in uses]
    keys += [("occurrence", str(pk)) for pk in
             Occurrence.objects.filter(medium=film).values_list("pk", flat=True)]  # fmt: skip
    plain(CaseItem).bulk_create(
        [CaseItem(case_id=case, kind=kind, key=key, by_id=first) for kind, key in keys],
        batch_size=1_000,
    )
    cases.add_items(case, "agreement", ["rider-2026"], by=first)
    cases.add_party(case, "person", "", performer="awa-diop", by=first)
    cases.add_party(case, "company", "Studio Lune", by=first)
    for n in range(40):
        case_notes.add_note(case, f"They answer on Thursdays, {n}.", by=first)
        case_tasks.add_task(case, f"Ask broadcaster {n}", by=first)
    return case


def _day(n: int) -> dt.datetime:
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=n % 320, minutes=n)
