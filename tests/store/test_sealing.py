"""Private testimony: who reads it, who does not, and that the host sees none of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from replique.errors import (
    AlreadyThere,
    NotAllowed,
    NotFound,
    SealDamaged,
    StaysSealed,
    UsageError,
)
from replique.store import Home
from tests.store.desk_people import CANARY, CHEAP, People, opened, passphrase, people
from tests.store.papers import altered, told, verbs


@pytest.fixture
def known(records: Home) -> People:
    del records
    return people()


def test_readers_read_and_others_do_not(known: People) -> None:
    from replique.store import sealing

    made = sealing.write(
        CANARY, by=known.awa, readers=[known.cleo], performer="awa", about="judgement/12"
    )
    assert [each.name for each in made.readers] == ["Awa", "Cleo"]
    assert made.read_by(known.cleo)
    assert not made.read_by(known.olga)
    for name in ("awa", "cleo"):
        assert sealing.read(made.id, getattr(known, name), opened(known, name)) == CANARY
    for name in ("ben", "dan", "olga"):
        with pytest.raises(StaysSealed):
            sealing.read(made.id, getattr(known, name), opened(known, name))
    assert verbs("testimony") == ["added", "read", "read"]
    assert CANARY not in told()
    assert CANARY not in repr(sealing.sealed_texts(performer="awa"))
    assert [each.id for each in sealing.sealed_texts(reader=known.cleo)] == [made.id]
    assert sealing.sealed_texts(reader=known.olga) == []
    assert sealing.sealed_texts(about="judgement/13") == []
    assert altered() == []


def test_a_reader_is_added_by_a_reader_and_taken_away_by_the_writer(known: People) -> None:
    from replique.store import sealing
    from replique.store.testimony_models import Testimony, TestimonyReader

    text = sealing.write(CANARY, by=known.awa, readers=[known.cleo]).id
    with pytest.raises(StaysSealed):
        sealing.let_read(text, known.dan, known.olga, opened(known, "olga"))
    sealing.let_read(text, known.dan, known.cleo, opened(known, "cleo"))
    sealing.let_read(text, known.dan, known.cleo, opened(known, "cleo"))
    assert sealing.read(text, known.dan, opened(known, "dan")) == CANARY
    kept = bytes(TestimonyReader.objects.get(key__member=known.dan).sealed)
    before = bytes(Testimony.objects.get().sealed)
    with pytest.raises(NotAllowed):
        sealing.stop_reading(text, known.dan, known.cleo, opened(known, "cleo"))
    sealing.stop_reading(text, known.dan, known.awa, opened(known, "awa"))
    with pytest.raises(StaysSealed):
        sealing.read(text, known.dan, opened(known, "dan"))
    # the key that Dan may have kept opens the old bytes, which are gone, and not the new
    row = Testimony.objects.get()
    assert bytes(row.sealed) != before
    from replique.testimony import texts

    old_key = texts.key_of(kept, row.name, opened(known, "dan"))
    with pytest.raises(SealDamaged):
        texts.decrypted(bytes(row.sealed), row.name, old_key)
    for name in ("awa", "cleo"):
        assert sealing.read(text, getattr(known, name), opened(known, name)) == CANARY
    assert altered() == []


def test_a_reader_may_go_by_themselves_but_not_the_last(known: People) -> None:
    from replique.store import sealing

    text = sealing.write(CANARY, by=known.awa, readers=[known.cleo]).id
    sealing.stop_reading(text, known.cleo, known.cleo, opened(known, "cleo"))
    with pytest.raises(UsageError):
        sealing.stop_reading(text, known.awa, known.awa, opened(known, "awa"))


def test_a_text_is_changed_by_who_wrote_it(known: People) -> None:
    from replique.store import sealing

    text = sealing.write(CANARY, by=known.awa, readers=[known.cleo]).id
    with pytest.raises(NotAllowed):
        sealing.amend(text, "mine now", known.cleo, opened(known, "cleo"))
    sealing.amend(text, CANARY + " twice", known.awa, opened(known, "awa"))
    assert sealing.read(text, known.cleo, opened(known, "cleo")) == CANARY + " twice"
    assert sealing.sealed_text(text).changed_at is not None


def test_it_is_removed_by_who_wrote_it_or_whom_it_is_about(known: People) -> None:
    from replique.store import sealing

    text = sealing.write(CANARY, by=known.cleo, readers=[known.awa], performer="awa").id
    for other in (known.olga, known.ben, known.dan):
        with pytest.raises(NotAllowed):
            sealing.remove(text, other)
    sealing.remove(text, known.awa)
    with pytest.raises(NotFound):
        sealing.sealed_text(text)
    assert verbs("testimony_reader") == ["added", "added", "removed", "removed"]
    assert altered() == []


def test_nothing_is_sealed_for_who_has_no_key_or_is_not_here(known: People) -> None:
    from replique.store import members, sealing

    fay = members.add_member("Fay").id
    for reader in (fay, 999):
        with pytest.raises(StaysSealed) as caught:
            sealing.write(CANARY, by=known.awa, readers=[reader])
        assert "CANARIA" not in f"{caught.value} {caught.value.advice}"
    with pytest.raises(UsageError):
        sealing.write("  ", by=known.awa)
    with pytest.raises(NotFound):
        sealing.write(CANARY, by=known.awa, case=99)
    assert sealing.sealed_texts() == []


def test_a_passphrase_is_changed_by_who_knows_it(known: People) -> None:
    from replique.store import sealing, testimony_keys

    text = sealing.write(CANARY, by=known.awa).id
    with pytest.raises(AlreadyThere):
        testimony_keys.make_key(known.awa, "some other long words", cost=CHEAP)
    with pytest.raises(StaysSealed):
        testimony_keys.change_passphrase(known.awa, "not this one", "some other words", cost=CHEAP)
    with pytest.raises(UsageError):
        testimony_keys.change_passphrase(known.awa, passphrase("awa"), "short", cost=CHEAP)
    testimony_keys.change_passphrase(known.awa, passphrase("awa"), "some other words", cost=CHEAP)
    private = testimony_keys.unlock(known.awa, "some other words")
    assert sealing.read(text, known.awa, private) == CANARY
    with pytest.raises(StaysSealed):
        testimony_keys.unlock(known.awa, passphrase("awa"))
    assert altered() == []


def test_a_new_key_reads_what_the_old_one_did(known: People) -> None:
    from replique.store import sealing, testimony_keys
    from replique.store.testimony_models import MemberKey

    text = sealing.write(CANARY, by=known.awa, readers=[known.cleo]).id
    before = opened(known, "awa")
    testimony_keys.renew(known.awa, passphrase("awa"), cost=CHEAP)
    assert sealing.read(text, known.awa, opened(known, "awa")) == CANARY
    with pytest.raises(StaysSealed):
        sealing.read(text, known.awa, before)
    old = MemberKey.objects.get(member=known.awa, state="retired")
    assert bytes(old.locked) == b""
    assert altered() == []


def test_a_text_moved_in_the_database_does_not_open(known: People) -> None:
    from django.db import connection

    from replique.store import sealing

    first = sealing.write(CANARY, by=known.awa).id
    second = sealing.write("Nothing happened.", by=known.awa).id
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE replique_testimony SET sealed = (SELECT sealed FROM replique_testimony"
            " WHERE id = %s) WHERE id = %s",
            [second, first],
        )
    with pytest.raises(SealDamaged):
        sealing.read(first, known.awa, opened(known, "awa"))
    assert altered() == [f"changed testimony/{first}"]


def dump(home: Home, engine: str, tmp_path: Path) -> bytes:
    """Return every byte that the host has: the home, the database, what goes to the log."""
    from replique import store

    found = b""
    if engine == "postgres":
        from django.db import connection

        said = connection.settings_dict
        address = f"postgres://{said['USER']}@{said['HOST']}:{said['PORT']}/{said['NAME']}"
        done = subprocess.run(["pg_dump", "--inserts", address], capture_output=True, check=True)
        found += done.stdout
    store.close()
    for file in sorted(home.path.rglob("*")):
        if file.is_file():
            found += file.read_bytes()
    del tmp_path
    return found


def test_a_dump_of_everything_shows_none_of_it(records: Home, engine: str, tmp_path: Path) -> None:
    """Canaries planted wherever testimony goes, searched for in every byte that lasts."""
    import base64

    from replique.store import confiding, recovering, sealing, testimony_keys

    known = people()
    for each in (known.cleo, known.dan):
        confiding.choose_confidant(known.awa, each)
    recovering.share_key(known.awa, passphrase("awa"), 2, cost=CHEAP)
    text = sealing.write(CANARY, by=known.awa, readers=[known.cleo], performer="awa").id
    sealing.let_read(text, known.dan, known.awa, opened(known, "awa"))
    sealing.amend(text, CANARY + "-amended", known.awa, opened(known, "awa"))
    sealing.stop_reading(text, known.dan, known.awa, opened(known, "awa"))
    gone = sealing.write(CANARY + "-removed", by=known.awa).id
    sealing.remove(gone, known.awa)
    testimony_keys.renew(known.cleo, passphrase("cleo"), cost=CHEAP)
    asked = recovering.ask(known.awa, "four words not kept", cost=CHEAP)
    for name in ("cleo", "dan"):
        recovering.answer(asked.id, getattr(known, name), opened(known, name))
    recovering.finish(asked.id, known.awa, "four words not kept")
    private = testimony_keys.unlock(known.awa, "four words not kept")
    assert sealing.read(text, known.awa, private) == CANARY + "-amended"

    found = dump(records, engine, tmp_path)
    assert b"Awa" in found, "what is not secret is there, and is found"
    secrets = [CANARY, "CANARIA", "four words not kept", *map(passphrase, ("awa", "cleo", "dan"))]
    for plain in (each.encode() for each in secrets):
        forms = [plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"=")[:-1]]
        forms += [plain.decode().encode("utf-16-le")]
        for form in forms:
            assert form not in found
    for key in (private, opened(known, "cleo"), opened(known, "dan")):
        for form in (key.to_bytes(), key.to_bytes().hex().encode()):
            assert form not in found
