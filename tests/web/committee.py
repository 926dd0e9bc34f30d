"""A committee's desk for tests: five people, a case, sealed texts; who is in, as a client."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client

from tests.store.desk_people import CHEAP, People, passphrase, people

SECRET = "he said: sign it or go home"  # noqa: S105 — a story, to be found nowhere


@dataclass(frozen=True)
class Committee:
    """Who is there, a case of Cleo's and Dan's, and an occurrence of Awa's."""

    people: People
    case: int
    other: int
    occurrence: int
    text: int

    def client(self, name: str) -> Client:
        """Return a client of somebody who signed in."""
        from replique.web.models import Account

        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(Account.objects.get(member_id=getattr(self.people, name)))
        return client

    def member(self, name: str) -> int:
        """Return somebody's number."""
        return int(getattr(self.people, name))


def committee(occurrence: int | None = None) -> Committee:
    """Fill the open records. occurrence : of a desk that was searched; else one is made."""
    import datetime as dt

    from replique.store import case_notes, case_tasks, cases, confiding, sealing
    from replique.web.models import Account
    from tests.store.papers import find, register

    who = people()
    for name in ("awa", "ben", "cleo", "dan", "eli", "olga"):
        account = Account(email=f"{name}@example.org", member_id=getattr(who, name))
        account.password = _hashed()
        account.save()
    confiding.choose_confidant(who.awa, who.cleo)
    confiding.choose_confidant(who.awa, who.dan)
    if occurrence is None:
        register("awa", "a" * 64)
        occurrence = find("a" * 64)
    case = cases.open_case(
        "Studio Lune: three series without a contract",
        summary="Since March, several people hear themselves in series that they never recorded.",
        by=who.cleo,
        members=[who.dan],
    ).id
    other = cases.open_case("The Lighthouse, second season", by=who.cleo).id
    for number in (case, other):
        cases.add_items(number, "occurrence", [str(occurrence)], by=who.cleo)
    cases.add_party(case, "person", "", performer="awa", part="whose voice it is", by=who.cleo)
    cases.add_party(case, "company", "Studio Lune", by=who.cleo)
    cases.add_party(case, "production", "The Lighthouse", by=who.cleo)
    case_tasks.add_task(
        case, "Ask the broadcaster for the credits", by=who.cleo, who=who.dan,
        due=dt.date(2026, 11, 20),
    )  # fmt: skip
    case_tasks.add_task(case, "Call the guild", by=who.cleo)
    case_notes.add_note(case, "They answer the telephone on Thursdays.", by=who.dan)
    text = sealing.write(SECRET, by=who.awa, readers=[who.cleo], performer="awa").id
    return Committee(who, case, other, occurrence, text)


@cache
def _hashed() -> str:
    """Return a password as it is kept: hashed once for all, since that is made to take long."""
    from django.contrib.auth.hashers import make_password

    return make_password("a long password")


def opens(name: str) -> dict[str, str]:
    """Return the field by which somebody opens what is sealed for them."""
    return {"passphrase": passphrase(name)}


def cheap(monkeypatch: Any) -> None:
    """Have new passphrases lock quickly."""
    from replique.store import recovering, testimony_keys

    for module in (recovering, testimony_keys):
        for function in vars(module).values():
            kept = getattr(getattr(function, "__wrapped__", None), "__kwdefaults__", None)
            if kept and "cost" in kept:
                monkeypatch.setitem(kept, "cost", CHEAP)


def export_of(content: bytes, folder: Path) -> Path:
    """Unpack an export; return its folder."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(".." not in each and not each.startswith("/") for each in archive.namelist())
        archive.extractall(folder / "unpacked")
    (found,) = (folder / "unpacked").iterdir()
    return found
