"""Keys of voices: in the keyring and nowhere else, or under a passphrase; and what they lock."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import keyring
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import KeysLocked, ReferenceDamaged, StoreLocked
from replique.store import Home, voice_files, voice_keys, wrapping
from replique.store.voice_files import VoiceContent, as_kept
from replique.store.voice_keys import open_keys
from replique.voices.reference import Reference
from tests.store.enrolling_people import PASSPHRASE, MemoryKeyring, no_ring, ring
from tests.voices.keen import Array

__all__ = ["no_ring", "ring"]  # fixtures
KEY, OTHER = "ab" * 32, "cd" * 32
DATA_KEY = bytes(range(32))


@pytest.fixture
def place(home: Path) -> Home:
    made = Home(home)
    made.make()
    return made


def in_the_home(home: Home) -> bytes:
    return b"".join(each.read_bytes() for each in home.path.rglob("*") if each.is_file())


def test_a_key_lies_in_the_keyring_and_nowhere_in_the_home(
    place: Home, ring: MemoryKeyring
) -> None:
    keys = open_keys(place)
    made = keys.new(KEY)
    assert keys.way == "keyring"
    assert len(made) == 32
    assert keys.get(KEY) == open_keys(place).get(KEY) == made
    assert ring.held == {("replique", KEY): b64encode(made).decode()}
    everything = in_the_home(place)
    for form in (made, b64encode(made), made.hex().encode()):
        assert form not in everything
    assert keys.new(OTHER) != made


def test_a_destroyed_key_is_gone(place: Home, ring: MemoryKeyring) -> None:
    keys = open_keys(place)
    keys.new(KEY)
    assert keys.destroy(KEY)
    assert not keys.destroy(KEY)
    assert ring.held == {}
    with pytest.raises(ReferenceDamaged):
        keys.get(KEY)


@pytest.mark.usefixtures("no_ring")
def test_under_a_passphrase_a_key_lies_locked_in_the_home(place: Home) -> None:
    keys = open_keys(place)
    made = keys.new(KEY)
    assert keys.way == "passphrase"
    assert open_keys(place).get(KEY) == made
    everything = in_the_home(place)
    for form in (made, b64encode(made), made.hex().encode(), PASSPHRASE.encode()):
        assert form not in everything
    assert keys.destroy(KEY)
    assert not wrapping.key_file(place, KEY).exists()
    with pytest.raises(ReferenceDamaged):
        keys.get(KEY)


@pytest.mark.usefixtures("no_ring")
def test_a_wrong_passphrase_is_not_taken_for_damage_nor_damage_for_it(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = open_keys(place)
    keys.new(KEY)
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "another")
    with pytest.raises(KeysLocked, match="not the passphrase") as told:
        open_keys(place)
    assert "another" not in f"{told.value} {told.value.advice}"
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
    file = wrapping.key_file(place, KEY)
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), b"", b"RPK\x01short"):
        file.write_bytes(damaged)
        with pytest.raises(ReferenceDamaged):
            open_keys(place).get(KEY)
    file.rename(wrapping.key_file(place, OTHER))
    wrapping.key_file(place, OTHER).write_bytes(whole)
    with pytest.raises(ReferenceDamaged):  # a key is bound to its voice
        open_keys(place).get(OTHER)


@pytest.mark.usefixtures("no_ring")
@pytest.mark.parametrize(
    "flaw",
    ["cut", "flipped", "no-json", "a-list", "endless-lists", "greedy", "without-end", "newer"],
)
def test_a_damaged_note_is_damage_and_never_costs_the_machine(place: Home, flaw: str) -> None:
    open_keys(place)
    note = place.voices / wrapping.NOTE
    said = json.loads(note.read_bytes())
    canary = said["canary"]
    texts = {
        "cut": note.read_text()[:60],
        "flipped": note.read_text().replace(canary[:3], canary[:3].swapcase()),
        "no-json": "{",
        "a-list": "[]",
        "endless-lists": "[" * 200_000,
        "greedy": _noted({**said, "memory_kib": 1 << 40}),
        "without-end": _noted({**said, "memory_kib": float("inf")}),
        "newer": _noted({**said, "format": 2}),
    }
    note.write_text(texts[flaw])
    with pytest.raises(ReferenceDamaged, match=r"keys\.json"):
        open_keys(place)


@pytest.mark.usefixtures("no_ring")
def test_a_note_that_is_gone_is_not_made_anew_while_there_are_keys(place: Home) -> None:
    key = open_keys(place).new(KEY)
    note = place.voices / wrapping.NOTE
    kept = note.read_bytes()
    note.unlink()
    for _again in range(2):
        with pytest.raises(ReferenceDamaged, match=r"gone: keys\.json"):
            open_keys(place)
    note.write_bytes(kept)
    assert open_keys(place).get(KEY) == key
    note.unlink()
    assert voice_keys.destroy_key(place, KEY)  # it lay here: no keyring need be asked
    open_keys(place).new(KEY)  # nothing was left that the other note would open


@pytest.mark.usefixtures("no_ring")
def test_too_little_memory_is_told_and_not_taken_for_a_wrong_passphrase(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_keys(place)

    def exhausted(**_how: object) -> object:
        raise MemoryError

    monkeypatch.setattr(wrapping, "Argon2id", exhausted)
    with pytest.raises(KeysLocked, match="1 MiB of memory"):
        open_keys(place)


def test_a_copy_of_the_records_says_why_a_forgotten_voice_cannot_be_opened(
    place: Home, ring: MemoryKeyring
) -> None:
    open_keys(place).new(KEY)
    voice_keys.destroy_key(place, KEY)
    with pytest.raises(ReferenceDamaged, match="no key") as told:
        open_keys(place).get(KEY)
    assert "forgotten" in told.value.advice
    assert "Forget this voice" in told.value.advice  # it is in the way of enrolling
    del ring


def _noted(said: dict[str, object]) -> str:
    said.pop("check", None)
    return json.dumps({**said, "check": wrapping._check(said)})


@pytest.mark.usefixtures("no_ring")
def test_a_new_passphrase_is_asked_for_twice_and_an_old_one_once(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE")
    asked: list[str] = []

    def answering(*answers: str) -> voice_keys.Ask:
        left = list(answers)

        def ask(prompt: str) -> str:
            asked.append(prompt)
            return left.pop(0)

        return ask

    with pytest.raises(KeysLocked, match="not the same"):
        open_keys(place, answering("one", "two"))
    for empty in ("", "   "):
        with pytest.raises(KeysLocked, match="empty"):
            open_keys(place, answering(empty, empty))
    with pytest.raises(KeysLocked, match="no passphrase was given"):
        open_keys(place)
    assert not (place.voices / wrapping.NOTE).exists()
    asked.clear()
    made = open_keys(place, answering("café", "café")).new(KEY)
    assert len(asked) == 2
    # the same letters, as another keyboard writes them
    assert open_keys(place, answering("cafe\u0301")).get(KEY) == made
    assert len(asked) == 3


@pytest.mark.usefixtures("no_ring")
def test_a_way_ends_when_nothing_is_locked_in_it_and_no_sooner(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not wrapping.end(place)
    keys = open_keys(place)
    keys.new(KEY)
    assert not wrapping.end(place)
    for left in (f"{OTHER}.rpv", f".half-{OTHER}", f".gone-{OTHER}"):
        keys.destroy(KEY)
        (place.voices / left).touch()
        assert not wrapping.end(place)
        (place.voices / left).unlink()
    assert voice_keys.way_of(place) == "passphrase"
    with wrapping.alone(place):  # somebody is choosing: not waited for
        assert not wrapping.end(place)
    assert wrapping.end(place)
    assert voice_keys.way_of(place) is None
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "another")
    made = open_keys(place).new(KEY)
    assert open_keys(place).get(KEY) == made


@pytest.mark.usefixtures("no_ring")
def test_a_damaged_note_ends_with_the_last_key_too(place: Home) -> None:
    open_keys(place).new(KEY)
    (place.voices / wrapping.NOTE).write_text("{")
    voice_keys.destroy_key(place, KEY)
    with pytest.raises(ReferenceDamaged):
        open_keys(place)
    assert wrapping.end(place)
    open_keys(place).new(KEY)


@pytest.mark.usefixtures("no_ring")
def test_a_wrong_passphrase_that_locks_nothing_is_chosen_anew_at_the_next_try(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_keys(place)  # and what was to be locked was refused
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "another")
    with pytest.raises(KeysLocked, match="not the passphrase"):
        open_keys(place)
    made = open_keys(place).new(KEY)
    assert open_keys(place).get(KEY) == made
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
    for _again in range(2):  # now it locks something
        with pytest.raises(KeysLocked, match="not the passphrase"):
            open_keys(place)


@pytest.mark.parametrize("way", ["keyring", "passphrase"])
def test_a_way_that_ended_under_who_opened_it_is_back_with_their_key(
    place: Home, way: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("ring" if way == "keyring" else "no_ring")
    keys = open_keys(place)
    assert wrapping.end(place)
    made = keys.new(KEY)
    assert voice_keys.way_of(place) == way
    assert open_keys(place).get(KEY) == made


@pytest.mark.usefixtures("no_ring")
def test_a_key_is_never_locked_in_a_way_that_another_program_replaced(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = open_keys(place)
    assert wrapping.end(place)
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", "another")
    theirs = open_keys(place)
    with pytest.raises(StoreLocked, match="meanwhile"):
        keys.new(KEY)
    assert not wrapping.key_file(place, KEY).exists()
    made = theirs.new(OTHER)
    assert open_keys(place).get(OTHER) == made


COMING_AND_GOING = """
import contextlib, random, secrets, sys, time
from pathlib import Path
import keyring
from keyring.backends.fail import Keyring
from replique.errors import KeysLocked, StoreLocked
from replique.store import Home, wrapping
from replique.store.voice_keys import destroy_key, open_keys

keyring.set_keyring(Keyring())
wrapping.MEMORY_KIB, wrapping.ITERATIONS, wrapping.LANES = 64, 1, 1
home = Home(Path(sys.argv[1]))
print("begun", flush=True)
while True:
    with contextlib.suppress(KeysLocked, StoreLocked):
        key, keys = secrets.token_hex(32), open_keys(home)
        made = keys.new(key)
        if open_keys(home).get(key) != made:
            raise SystemExit("another key")
        print("a key", flush=True)
        time.sleep(random.choice((0, 0.02)))
        destroy_key(home, key)
        wrapping.end(home)
"""
"""Enrols and forgets the last voice again and again, as far as keys go."""


def test_killed_while_the_last_key_goes_and_another_comes_no_key_is_without_its_note(
    place: Home, tmp_path: Path
) -> None:
    script = tmp_path / "coming_and_going.py"
    script.write_text(COMING_AND_GOING)
    rng = random.Random(4)
    made = 0
    for _round in range(4):
        programs = [_begun(script, place, f"passphrase {n}") for n in range(3)]
        time.sleep(rng.uniform(0.2, 0.6))
        for program in programs:
            program.send_signal(signal.SIGKILL)
        said = [program.communicate() for program in programs]
        made += sum(out.count(b"a key") for out, _error in said)
        assert [error for _out, error in said] == [
            b""
        ] * 3  # no key that was just made was without its note, or damaged
        assert [program.returncode for program in programs] == [-signal.SIGKILL] * 3
        noted = wrapping.noted(place)  # raises where there are keys and no note
        for file in place.voices.glob(f"*{wrapping.ENDING}"):
            if file.read_bytes().startswith(wrapping.MAGIC):  # else killed while overwriting it
                assert isinstance(noted, wrapping.Wrapping)
                (opened,) = _opened(noted)
                assert len(wrapping.read(place, file.stem, opened)) == 32
            voice_keys.destroy_key(place, file.stem)
        wrapping.end(place)
        assert wrapping.noted(place) is None
    assert made > 4  # keys came and went all the while


def _begun(script: Path, place: Home, passphrase: str) -> subprocess.Popen[bytes]:
    program = subprocess.Popen(
        [sys.executable, script, place.path],
        env={**os.environ, "REPLIQUE_VOICE_PASSPHRASE": passphrase},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    program.stdout.readline()
    return program


def _opened(noted: wrapping.Wrapping) -> list[bytes]:
    opened = []
    for n in range(3):
        with contextlib.suppress(KeysLocked):
            opened.append(noted.opened(f"passphrase {n}".encode()))
    return opened


def test_the_way_that_was_chosen_is_kept(
    place: Home, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_keys(place).new(KEY)
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
    assert open_keys(place).way == "keyring"
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    with pytest.raises(KeysLocked, match="cannot be reached"):
        open_keys(place)
    assert not voice_keys.destroy_key(place, KEY)
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    assert voice_keys.destroy_key(place, KEY)
    assert ring.held == {}


@pytest.mark.usefixtures("no_ring")
def test_a_keyring_that_is_there_and_locked_is_not_chosen(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = MemoryKeyring()
    locked.locked = True
    monkeypatch.setattr(keyring, "get_keyring", lambda: locked)
    assert open_keys(place).way == "passphrase"


@pytest.mark.parametrize("error", [ModuleNotFoundError, AttributeError, TypeError])
def test_a_keyring_whose_settings_name_what_is_not_there_is_none(
    place: Home, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def unset() -> object:
        raise error("nowhere.Keyring")

    monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE", raising=False)
    monkeypatch.setattr(keyring, "get_keyring", unset)
    wrapping.note(place, "keyring")
    with pytest.raises(KeysLocked, match="cannot be reached"):
        open_keys(place)
    assert not voice_keys.destroy_key(place, KEY)


@pytest.mark.usefixtures("no_ring")
def test_a_keyring_that_keeps_secrets_in_plain_files_is_not_chosen(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plain(MemoryKeyring):
        priority = 0.5

    monkeypatch.setattr(keyring, "get_keyring", Plain)
    assert open_keys(place).way == "passphrase"


def test_nothing_secret_is_shown(place: Home, ring: MemoryKeyring) -> None:
    keys = open_keys(place)
    made = keys.new(KEY)
    ring.locked = True
    with pytest.raises(KeysLocked) as told:
        keys.get(KEY)
    shown = f"{keys!r} {told.value!r} {told.value.advice} {told.value.__cause__!r}"
    assert told.value.__suppress_context__
    for form in (b64encode(made).decode(), made.hex(), repr(made)):
        assert form not in shown


def test_a_key_that_is_kept_for_real_costs_a_guesser_time_and_memory() -> None:
    how, opened = wrapping.Wrapping.made(b"passphrase")
    assert (how.memory_kib, how.iterations, how.lanes) == (64 * 1024, 3, 4)  # RFC 9106
    assert how.opened(b"passphrase") == opened
    with pytest.raises(KeysLocked):
        how.opened(b"Passphrase")


def content(*sounds: Array) -> VoiceContent:
    rows = np.eye(4, 192, dtype=np.float32)
    reference = Reference("ef" * 32, 21.5, rows[0], rows[1], rows[2], rows[3:])
    return VoiceContent(reference, list(sounds), [f"take {i} é.wav" for i in range(len(sounds))])


@given(
    seed=st.integers(0, 2**32 - 1),
    lengths=st.lists(st.integers(0, 4000), max_size=3),
    level=st.sampled_from([1e-6, 0.5, 1.0, 3.7]),
)
def test_a_voice_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, seed: int, lengths: list[int], level: float
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    home.voices.mkdir()
    random = np.random.default_rng(seed)
    sounds = [
        as_kept((level * random.uniform(-1, 1, length)).astype(np.float32)) for length in lengths
    ]
    voice_files.write(home, KEY, DATA_KEY, content(*sounds))
    read = voice_files.read(home, KEY, DATA_KEY)
    assert read.names == content(*sounds).names
    assert read.reference.to_bytes() == content().reference.to_bytes()
    assert all(np.array_equal(a, b) for a, b in zip(read.sounds, sounds, strict=True))


def test_sound_is_kept_to_16_bits() -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, 1000).astype(np.float32)
    assert np.abs(as_kept(sound) - sound).max() <= 0.5 / 32767 + 1e-7
    loud = 4 * sound
    assert np.abs(as_kept(loud) - loud).max() <= 4 * 0.5 / 32767 + 1e-6


def test_a_voice_opens_with_its_own_key_under_its_own_name_alone(place: Home) -> None:
    voice_files.write(place, KEY, DATA_KEY, content(np.zeros(100, np.float32)))
    file = voice_files.voice_file(place, KEY)
    whole = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ReferenceDamaged):
        voice_files.read(place, KEY, os.urandom(32))
    voice_files.voice_file(place, OTHER).write_bytes(whole)
    with pytest.raises(ReferenceDamaged):
        voice_files.read(place, OTHER, DATA_KEY)
    for damaged in (whole[:-1], whole[:10], b"", bytes([whole[0] ^ 1]) + whole[1:]):
        file.write_bytes(damaged)
        with pytest.raises(ReferenceDamaged):
            voice_files.read(place, KEY, DATA_KEY)
    assert voice_files.destroy(place, KEY)
    assert not voice_files.destroy(place, KEY)
    with pytest.raises(ReferenceDamaged):
        voice_files.read(place, KEY, DATA_KEY)


def test_nothing_of_a_voice_is_readable_in_its_file_nor_shown(place: Home) -> None:
    sound = as_kept(np.random.default_rng(3).uniform(-1, 1, 4000).astype(np.float32))
    kept = content(sound)
    voice_files.write(place, KEY, DATA_KEY, kept)
    data = voice_files.voice_file(place, KEY).read_bytes()
    assert b"take 0" not in data
    assert kept.reference.to_bytes()[100:116] not in data
    assert "array" not in repr(kept)
    assert "take 0" not in repr(kept)


def test_a_shredded_file_is_overwritten_before_it_is_unlinked(place: Home) -> None:
    from replique.store.shredding import shred

    file = place.voices / "secret"
    file.write_bytes(b"secret" * 1000)
    another_name = place.voices / "another name of the same bytes"
    os.link(file, another_name)
    assert shred(file)
    assert b"secret" not in another_name.read_bytes()
    assert len(another_name.read_bytes()) == 6000
    assert not file.exists()
