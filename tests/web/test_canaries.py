"""What is private on a committee's desk: no copy of what the host has shows any of it.

Words that occur nowhere else are planted wherever something private may be written, then
looked for in every byte of the home, every table of the server, and what processes show.
"""

from __future__ import annotations

import base64
import binascii
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from replique import store
from replique.store import Home
from tests.store.desk_people import passphrase
from tests.web.committee import Committee, cheap, committee, opens
from tests.web.test_agreements import RIDER

PLANTED = (
    "SERINUS-TESTIMONY", "SERINUS-AMENDED", "SERINUS-WHY", "SERINUS-PROGRAM", "SERINUS-STORY",
    "SERINUS-WITNESS", "SERINUS-EVIDENCE", "SERINUS-WITHDRAWN", "SERINUS-SUSPENDED",
    "SERINUS-SLIP", "SERINUS-REMOVED",
)  # fmt: skip
PRESSED = {
    **RIDER,
    "count-circumstance": "1",
    "circumstance[1].marker": "presented_on_set",
    "circumstance[1].on": "2026-05-02",
    "circumstance[1].said_by": "SERINUS-WITNESS",
    "circumstance[1].evidence": "SERINUS-EVIDENCE",
    "circumstance[1].text": "SERINUS-STORY",
}


@pytest.fixture
def there(empty: Home, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Committee:
    del empty
    from django.core.cache import cache

    cache.clear()
    settings.COMMITTEE = True
    cheap(monkeypatch)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(settings, "FILE_UPLOAD_TEMP_DIR", str(tmp_path / "temporary"))
    return committee()


def plant(there: Committee) -> str:
    """Write something private in every way that there is; return the agreement's name."""
    from replique.store import sealing

    awa = there.client("awa")
    form = {"text": "SERINUS-TESTIMONY", "readers": [str(there.people.cleo)]}
    assert awa.post("/testimony/write/", form).status_code == 302
    text = sealing.sealed_texts(reader=there.people.awa)[-1].id
    amend = {"do": "amend", "text": "SERINUS-AMENDED", **opens("awa")}
    assert awa.post(f"/testimony/{text}/change/", amend).status_code == 302
    assert awa.post("/testimony/write/", {"text": "SERINUS-REMOVED"}).status_code == 302
    gone = sealing.sealed_texts(reader=there.people.awa)[-1].id
    awa.post(f"/testimony/{gone}/change/", {"do": "remove", "sure": "yes"})
    judged = f"/occurrences/{there.occurrence}/judge/"
    assert awa.post(judged, {"said": "no", "why": "SERINUS-WHY"}).status_code == 302
    program(there, {"verdict": "unsure", "why": "SERINUS-PROGRAM"})
    new = "/agreements/new/awa/"
    slip = {
        **PRESSED,
        "form.given": "not a day",
        "circumstance[1].text": "SERINUS-SLIP",
        "keep": "yes",
    }
    assert awa.post(new, slip).status_code == 200
    assert awa.post(new, PRESSED).status_code == 200, "seen whole, and not kept yet"
    assert awa.post(new, {**PRESSED, "keep": "yes"}).status_code == 302
    (kept,) = store.agreements("awa")
    for what, why in (("suspend", "SERINUS-SUSPENDED"), ("withdraw", "SERINUS-WITHDRAWN")):
        sent = {"what": what, "on": "2026-06-01", "why": why}
        assert awa.post(f"/agreements/of/{kept.id}/state/", sent).status_code == 302
    return kept.id


def program(there: Committee, said: dict[str, str]) -> None:
    """Judge as a program does, with a token of Awa's."""
    from django.test import Client

    from replique.store import members
    from replique.web.api import tokens
    from replique.web.person import Person

    found = members.member(there.people.awa)
    person = Person(found.name, frozenset(map(str, found.roles)), found.id, found.performer)
    token, _kept = tokens.make(person, "a program", ["occurrences:write"])
    answer = Client(HTTP_HOST="127.0.0.1").post(
        f"/api/v1/occurrences/{there.occurrence}/judgement", said,
        content_type="application/json", headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 201


def read_all(there: Committee) -> str:
    """Return all that is sealed for Awa, opened on its pages with her passphrase."""
    from django.core.cache import cache

    from replique.store import sealing

    awa, said = there.client("awa"), ""
    for each in sealing.sealed_texts(reader=there.people.awa):
        where = f"/testimony/{each.id}/"
        assert awa.post(where, {"passphrase": "not the passphrase"}).status_code == 400
        said += awa.post(where, opens("awa")).content.decode()
        cache.clear()
    return said


def dumped(home: Home) -> Iterator[tuple[str, bytes]]:
    """Yield all that a host can copy: files, the server's tables, what a process shows."""
    from django.db import connection

    for file in sorted(home.path.rglob("*")):
        if file.is_file():
            yield str(file), file.read_bytes()
    for file in sorted(Path(tempfile.gettempdir()).rglob("*")):
        if file.is_file():
            yield str(file), file.read_bytes()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 — a name of ours
            for row in cursor.fetchall():
                yield table, b"\0".join(_bytes(each) for each in row)
    for shown in ("environ", "cmdline"):
        if (process := Path("/proc/self") / shown).exists():
            yield shown, process.read_bytes()


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    return str(value).encode(errors="surrogateescape")


def forms(word: str) -> set[bytes]:
    """Return how a word may stand in bytes: plain, in UTF-16, hexadecimal, base64 at any place."""
    plain = word.encode()
    found = {plain, plain.lower(), word.encode("utf-16-le"), binascii.hexlify(plain)}
    for before in range(3):
        coded = base64.b64encode(b"x" * before + plain).rstrip(b"=")
        found.add(coded[4 if before else 0 : len(coded) - 2])
    return found


def shown(home: Home, words: tuple[str, ...]) -> set[tuple[str, str]]:
    """Return which words can be seen, and where."""
    wanted = {word: forms(word) for word in words}
    return {
        (word, where)
        for where, data in dumped(home)
        for word, ways in wanted.items()
        if any(each in data for each in ways)
    }


def test_no_copy_of_what_the_host_has_shows_what_is_private(
    there: Committee, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        plant(there)
        said = read_all(there)
    for word in PLANTED:
        assert (word in said) == (
            word not in {"SERINUS-TESTIMONY", "SERINUS-REMOVED", "SERINUS-SLIP"}
        ), word  # fmt: skip
    home = Home.opened()
    secrets = (*PLANTED, passphrase("awa"), passphrase("cleo"))
    assert shown(home, secrets) == set()
    assert not [word for word in secrets if word in caplog.text]
    store.close()
    store.open(home.path)
    assert shown(home, secrets) == set(), "nor after all was written to its end"


def test_what_is_planted_in_the_clear_is_found(there: Committee) -> None:
    """The search itself is tried: what is not sealed must be seen by it."""
    from replique.store import case_notes

    case_notes.add_note(there.case, "SERINUS-CLEAR", by=there.people.dan)
    (Home.opened().path / "left.behind").write_bytes(base64.b64encode(b"ab SERINUS-CODED c"))
    words = {word for word, _where in shown(Home.opened(), ("SERINUS-CLEAR", "SERINUS-CODED"))}
    assert words == {"SERINUS-CLEAR", "SERINUS-CODED"}


def test_the_rules_still_know_that_somebody_was_pressed(there: Committee) -> None:
    kept = store.agreement(plant(there), testimony=True)
    (circumstance,) = kept.agreement.circumstances
    assert circumstance.marker == "presented_on_set"
    assert circumstance.on is not None
    assert not circumstance.text + circumstance.said_by + circumstance.evidence
    assert "SERINUS" not in kept.text


def test_who_may_read_it_is_led_to_it_and_nobody_else(there: Committee) -> None:
    from replique.store import cases

    where = f"/agreements/of/{plant(there)}/"
    name = where.split("/")[-2]
    cases.add_items(there.case, "agreement", [name], by=there.people.cleo)
    for who, led in (("awa", True), ("cleo", True), ("dan", True)):
        said = there.client(who).get(where).content.decode()
        assert ("sealed for you" in said) is led, who
        assert "SERINUS" not in said
        assert "Show what is private" not in said, "nothing lies open"
    assert there.client("ben").get(where).status_code == 403


def test_without_a_key_nothing_private_is_kept_and_the_form_stays(there: Committee) -> None:
    from replique.store.testimony_models import MemberKey

    row = MemberKey.objects.get(member=there.people.awa)
    row.state = MemberKey.State.RETIRED
    row.save()
    awa = there.client("awa")
    answer = awa.post("/agreements/new/awa/", {**PRESSED, "keep": "yes"})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Nothing can be sealed yet" in said
    assert "SERINUS-STORY" in said, "it stands in the form, and nowhere else"
    assert store.agreements("awa") == []
    assert shown(Home.opened(), PLANTED) == set()
    plain = {**RIDER, "keep": "yes"}
    assert awa.post("/agreements/new/awa/", plain).status_code == 302, "nothing private in it"
