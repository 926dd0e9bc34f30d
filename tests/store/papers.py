"""Papers to keep, uses to ask about, and an occurrence to have found."""

from __future__ import annotations

from replique import store

CANARY = "SERINUS-CANARIA"
"""Stands wherever testimony may; it must never be seen where nobody asked for it."""


def rider(
    name: str = "rider-2026",
    *,
    performer: str = "awa-diop",
    acts: str = "dub_language",
    company: str = "Studio Lune",
    version: int = 1,
    given: str = "2026-01-10",
    duty: bool = False,
    more: str = "",
) -> str:
    """Return the text of a rider that grants an act to a company, with testimony in it."""
    owed = """
[[grant.duty]]
id = "pay"
kind = "pay"
amount = 250
currency = "EUR"
within_days = 30
after = "use"
"""
    return f"""schema = "replique-agreement/1"
# a remark of its writer, kept as it is: {CANARY}-comment
id = "{name}"
version = {version}
kind = "individual"
performers = ["{performer}"]
title = "Rider to the engagement"
company = "{company}"
law = ["FR"]
representation = "counsel"
bundled = false
note = "{CANARY}-note"

[form]
kind = "rider"
given = {given}
clear_and_conspicuous = true
reasonably_specific = true

[[signature]]
by = "performer"

[[state]]
status = "given"
on = {given}
note = "{CANARY}-state"
{more}
[[grant]]
id = "dub"
acts = ["{acts}"]
subjects = ["recording"]
artefacts = ["original_recording"]
clause = "§4"
{owed if duty else ""}"""


TESTIMONY = f"""
[[circumstance]]
marker = "presented_on_set"
on = 2026-01-10
said_by = "{CANARY}-witness"
evidence = "{CANARY}-evidence"
text = "{CANARY}-story"
"""

USE: dict[str, object | None] = {
    "act": "dub_language",
    "subjects": ["recording"],
    "artefact": "original_recording",
    "date": "2026-05-01",
    "company": "Studio Lune",
}
"""What the rider allows."""


def register(performer: str, sha256: str = "a" * 64) -> int:
    """Register a take without its sound; return its number."""
    from replique.store.models import Performer, Recording, Take

    owner = Performer.objects.get(slug=performer)
    recording, _made = Recording.objects.get_or_create(
        sha256=sha256, defaults={"size": 1, "duration_s": 2.0}
    )
    return Take.objects.create(
        performer=owner, recording=recording, title=f"scene {sha256[0]}", kind="audition"
    ).pk


def find(sha256: str = "a" * 64, start_s: float = 10.0) -> int:
    """Find a registered recording in a film; return the number of the occurrence."""
    from replique.store.models import Medium, Occurrence, Recording

    medium, _made = Medium.objects.get_or_create(sha256="f" * 64)
    return Occurrence.objects.create(
        medium=medium,
        recording=Recording.objects.get(sha256=sha256),
        probe="fake",
        probe_version="1",
        probe_digest="d" * 64,
        track=0,
        view="mono",
        start_s=start_s,
        end_s=start_s + 2,
        take_start_s=0.0,
        take_end_s=2.0,
        speed=1.0,
        pitch_semitones=0.0,
        gain_db=-3.0,
        polarity=1,
        strength=6.5,
    ).pk


def verdict(use: str = "u1") -> str:
    """Return what the agreements say of a use now."""
    return store.finding(use).verdict


def told() -> str:
    """Return every line of the ledger, as an export has them."""
    from replique.store.ledger_models import LedgerEntry

    lines = LedgerEntry.objects.order_by("sequence").values_list("line", flat=True)
    return "\n".join(lines)


def verbs(kind: str) -> list[str]:
    """Return what was done to rows of a kind, by the ledger."""
    import json

    from replique.store.ledger_models import LedgerEntry

    lines = LedgerEntry.objects.filter(kind=kind).order_by("sequence")
    return [json.loads(line)["body"]["verb"] for line in lines.values_list("line", flat=True)]


def altered() -> list[str]:
    """Return the rows that are not as the ledger says."""
    from replique.store.ledger_rows import check_rows

    return [f"{each.what} {each.subject}" for each in check_rows()]
