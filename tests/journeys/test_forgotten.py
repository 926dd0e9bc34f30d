"""A person takes their voice back: then every byte of what is kept is searched for it.

What should be gone is looked for before as well, where it is meant to be, in the form in which
it is meant to be there: a search that cannot find anything would prove nothing.
"""

from __future__ import annotations

import os
import struct
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from replique import store
from replique.models import Library
from replique.store import Home, voice_files, wrapping
from replique.store.voice_files import VoiceContent
from tests.store.enrolling_people import (
    BO,
    MemoryKeyring,
    ears,
    enrol,
    heard,
    lines,
    no_ring,
    ring,
    searched,
    spoken,
    written,
)
from tests.voices.keen import Array

__all__ = ["ears", "no_ring", "ring"]  # fixtures
ROOT = Path(__file__).resolve().parents[2]
MODELS = Path(os.environ.get("REPLIQUE_TEST_MODELS", ROOT / ".models"))
RUN = 16
"""Bytes in a row that are looked for."""


@dataclass(frozen=True)
class Sought:
    """What must be gone.

    words : by what they are. runs : any RUN bytes in a row of these, by what they are.
    """

    words: Mapping[str, list[bytes]]
    runs: Mapping[str, frozenset[bytes]] = field(repr=False)

    def found(self, haystack: Mapping[str, bytes]) -> set[tuple[str, str]]:
        """Return what is in which file."""
        return {
            (what, place)
            for place, data in haystack.items()
            for what in (*self._words(data), *self._runs(data))
        }

    def _words(self, data: bytes) -> Iterator[str]:
        for what, forms in self.words.items():
            if any(form in data for form in forms):
                yield what

    def _runs(self, data: bytes) -> Iterator[str]:
        windows = {data[at : at + RUN] for at in range(len(data) - RUN + 1)}
        for what, runs in self.runs.items():
            if not windows.isdisjoint(runs):
                yield what


def runs_of(*pieces: bytes) -> frozenset[bytes]:
    """Return runs such that any 2 · RUN bytes in a row hold one; monotonous ones say nothing."""
    runs = (piece[at : at + RUN] for piece in pieces for at in range(0, len(piece) - RUN + 1, RUN))
    return frozenset(run for run in runs if len(set(run)) > RUN // 2)


def everything(home: Home, kept: MemoryKeyring | None = None) -> dict[str, bytes]:
    """Return each file under the home with its name, and what the keyring holds."""
    found = {
        str(each.relative_to(home.path)): each.name.encode() + b"\0" + each.read_bytes()
        for each in home.path.rglob("*")
        if each.is_file() and "models" not in each.relative_to(home.path).parts
    }
    if kept is not None:
        held = "\n".join(f"{key} {value}" for (_service, key), value in kept.held.items())
        found["the keyring"] = held.encode()
    return found


def sought(home: Home, key: str) -> tuple[Sought, VoiceContent]:
    """Return all that is to be gone of a voice, and what is kept of it, open."""
    from replique.store.models import Occurrence
    from replique.store.voice_models import Voice

    data_key = store.open_keys(home).get(key)
    content = voice_files.read(home, key, data_key)
    rows = [content.reference.mean, content.reference.middle, content.reference.short]
    numbers = [
        value
        for how in Occurrence.objects.filter(voice__key=key).values_list("how", flat=True)
        for value in how.values()
        if len(repr(value)) > 8  # others could be anybody's
    ]
    locked = wrapping.key_file(home, key)
    words = {
        "the key of the data": [data_key, data_key.hex().encode(), b64encode(data_key)],
        "the name of the voice": [key.encode(), bytes.fromhex(key)],
        "the hashes of recordings": [
            form
            for sha256 in Voice.objects.get(key=key).sources
            for form in (sha256.encode(), bytes.fromhex(sha256))
        ],
        "the names of recordings": [name.encode() for name in content.names],
        "what was measured": [
            form for value in numbers for form in (repr(value).encode(), struct.pack("<d", value))
        ],
    }
    sealed = voice_files.voice_file(home, key).read_bytes()
    runs = {
        "the reference": runs_of(
            *(row.astype("<f4").tobytes() for row in (*rows, *content.reference.windows))
        ),
        "the sound": runs_of(
            *(np.round(sound * 32767).astype("<i2").tobytes() for sound in content.sounds),
            *(sound.astype("<f4").tobytes() for sound in content.sounds),
        ),
        "the sealed file": runs_of(sealed),
        "the locked key": runs_of(locked.read_bytes()) if locked.exists() else frozenset(),
    }
    return Sought(words, runs), content


def opened(content: VoiceContent) -> dict[str, bytes]:
    """Return what a thief with the key would have, as it lies in the file once unlocked."""
    return {"unlocked": voice_files._packed(content)}


def whats(found: set[tuple[str, str]]) -> set[str]:
    return {what for what, _place in found}


SECRET = {"the reference", "the sound", "the names of recordings"}
"""Never readable, not even before."""


def give_back(home: Home, kept: MemoryKeyring | None, *, key_is: str) -> None:
    """Find what is there of Awa's voice where it is meant to be; forget it; find nothing."""
    (voice,) = store.voices("awa-diop")
    wanted, content = sought(home, voice.key)
    assert wanted.words["what was measured"], "nothing was found: there is nothing to forget"
    # of recordings that were never searched themselves: of a medium its own hash stays
    assert wanted.words["the hashes of recordings"]
    before = wanted.found(everything(home, kept))
    assert (key_is, f"voices/{voice.key}.key" if kept is None else "the keyring") in before
    assert ("the sealed file", f"voices/{voice.key}.rpv") in before
    in_the_records = {what for what, place in before if place.startswith("replique.sqlite3")}
    assert in_the_records == {
        "the name of the voice",
        "the hashes of recordings",
        "what was measured",
    }
    assert whats(before).isdisjoint(SECRET)
    assert whats(wanted.found(opened(content))) >= SECRET

    gone = store.forget_voice(home, "awa-diop")
    assert gone.keys == gone.files == 1
    assert gone.occurrences > 0
    assert gone.rewritten
    assert wanted.found(everything(home, kept)) == set()
    store.close()
    assert wanted.found(everything(home, kept)) == set()


@pytest.fixture
def opened_home(home: Path) -> Iterator[Home]:
    yield store.open(home)
    store.close()


def two_people_with_a_past(home: Home, folder: Path) -> None:
    """Enrol two people, find both in media; delete, add and search again, as it goes."""
    store.add_performer("Awa Diop", "awa-diop")
    store.add_performer("Bo Nilsson", "bo")
    bo = enrol(home, "bo", [spoken(folder / "bo.wav", BO)], "Bo Nilsson").voice
    awa = enrol(home, "awa-diop", [spoken(folder / "monologue-of-1998.wav")]).voice
    for number in range(40):
        heard(awa.id, f"{number:064x}", likeness=0.7071067811 + number / 1e6)
        heard(bo.id, f"{number:064x}", start_s=90.0, likeness=0.3333333333)
        searched([awa.id, bo.id], f"{number:064x}")
    first = heard(awa.id, f"{0:064x}", start_s=200.0, likeness=0.7272727272)
    store.judge(first, "yes", by="Awa Diop", why="It is my line.")


@pytest.mark.usefixtures("ears")
def test_nothing_is_left_of_a_forgotten_voice_whose_key_the_keyring_had(
    opened_home: Home, ring: MemoryKeyring, tmp_path: Path
) -> None:
    two_people_with_a_past(opened_home, tmp_path / "voices")
    give_back(opened_home, ring, key_is="the key of the data")
    store.open(opened_home.path)
    (his,) = store.voices()
    assert his.performer == "bo"
    (checked,) = store.check_voice(opened_home, "bo", store.open_keys(opened_home))
    assert checked.readable


@pytest.mark.usefixtures("ears", "no_ring")
def test_nothing_is_left_of_a_forgotten_voice_under_a_passphrase(
    opened_home: Home, tmp_path: Path
) -> None:
    two_people_with_a_past(opened_home, tmp_path / "voices")
    give_back(opened_home, None, key_is="the locked key")


@pytest.mark.usefixtures("ears")
def test_nothing_is_left_of_what_a_voice_was_before_recordings_were_added(
    opened_home: Home, ring: MemoryKeyring, tmp_path: Path
) -> None:
    two_people_with_a_past(opened_home, tmp_path / "voices")
    (earlier,) = store.voices("awa-diop")
    wanted, _content = sought(opened_home, earlier.key)
    enrol(opened_home, "awa-diop", [spoken(tmp_path / "voices" / "day2.wav", seed=70)])
    left = whats(wanted.found(everything(opened_home, ring)))
    # what somebody judged stays until it is searched for again; the recordings are still hers
    assert left <= {"what was measured", "the hashes of recordings"}
    assert store.judgements()


@pytest.mark.usefixtures("ears")
def test_an_old_copy_of_the_home_cannot_be_read_once_the_keyring_has_forgotten(
    opened_home: Home, ring: MemoryKeyring, tmp_path: Path
) -> None:
    from replique.errors import ReferenceDamaged

    two_people_with_a_past(opened_home, tmp_path / "voices")
    (voice,) = store.voices("awa-diop")
    wanted, _content = sought(opened_home, voice.key)
    copy = everything(opened_home)
    sealed = voice_files.voice_file(opened_home, voice.key).read_bytes()
    store.forget_voice(opened_home, "awa-diop")
    assert "the key of the data" not in whats(wanted.found(copy))
    voice_files.voice_file(opened_home, voice.key).write_bytes(sealed)  # brought back
    with pytest.raises(ReferenceDamaged):
        store.open_keys(opened_home).get(voice.key)
    assert ring.held


@pytest.mark.skipif(bool(Library(MODELS).missing()), reason="needs the models: make models")
def test_nothing_is_left_after_a_search_with_the_real_models(
    opened_home: Home, ring: MemoryKeyring, tmp_path: Path
) -> None:
    pytest.importorskip("espeakng_loader", reason="needs the demo extra")
    hers, film = _synthetic()
    opened_home.models.symlink_to(MODELS)
    store.add_performer("Awa Diop", "awa-diop")
    enrol(opened_home, "awa-diop", [written(tmp_path / "voice" / "monologue-of-1998.wav", hers)])
    written(tmp_path / "films" / "film.wav", film)
    keys = store.open_keys(opened_home)
    done = store.scan(opened_home, [tmp_path / "films"], jobs=1, probes=["voices"], keys=keys)
    assert done.summary.found
    give_back(opened_home, ring, key_is="the key of the data")


def _synthetic() -> tuple[Array, Array]:
    """Return what a synthetic voice says to be enrolled, and a film in which it says more."""
    import soxr

    from demo.voices import RATE, Voice, speak
    from replique.probe import HOUSE_RATE

    texts = (
        "The harbour was empty when they came back, and nobody had lit the lamps on the quay.",
        "She counted the boats twice, wrote the number down, and shook her head at the wind.",
        "Bring the long ladder round to the west door before the rain begins, will you?",
        "There are four roads out of this valley, and every one of them is watched at night.",
        "I told him what I had seen; he laughed, and then he asked me to tell it again.",
    )
    voice = Voice("en-us+f2", words_a_minute=150, pitch=50)
    pause = np.zeros(HOUSE_RATE // 2, np.float32)
    said = [
        np.asarray(soxr.resample(speak(text, voice), RATE, HOUSE_RATE), np.float32)
        for text in texts
    ]
    with_pauses = [piece for line in said for piece in (line, pause)]
    return np.concatenate(with_pauses[:8]), np.concatenate([pause, said[4], pause, pause])


def test_the_search_itself_finds_what_is_hidden_anywhere() -> None:
    reference = np.random.default_rng(0).standard_normal(192).astype("<f4").tobytes()
    wanted = Sought({"word": [b"monologue"]}, {"run": runs_of(reference)})
    assert wanted.found({"a": b"..." + reference[5:40] + b"..."}) == {("run", "a")}
    assert wanted.found({"a": b"x monologue.wav", "b": reference[:15]}) == {("word", "a")}
    assert not runs_of(bytes(1000))
    assert runs_of(np.round(lines(count=1) * 32767).astype("<i2").tobytes())
