"""People who enrol: a keyring in memory, recordings of coloured noise, ears without models."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import keyring
import numpy as np
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from replique import store
from replique.store import Home, wrapping
from tests.voices.keen import RATE, Array, KeenEars, coloured, silence

AWA, BO = (300.0, 900.0), (2_500.0, 6_000.0)
"""Bands, Hz: two voices to the ears in tests/voices/keen.py."""
DIGEST = "5e" * 32
"""Of the probe and its settings."""
PASSPHRASE = "sous le pont coule la Seine"  # noqa: S105 — of a test


class MemoryKeyring(KeyringBackend):
    """A keyring that lasts as long as a test. locked : it refuses everything."""

    priority = 5.0
    viable = False  # chosen by these tests alone, never by the library

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if (service, username) not in self.held:
            raise PasswordDeleteError(username)
        del self.held[service, username]

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked: " + "; ".join(self.held.values()))


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """Return the keyring of this test; the tester's own is never asked."""
    monkeypatch.delenv("REPLIQUE_VOICE_PASSPHRASE", raising=False)
    made = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@pytest.fixture
def no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no keyring, a passphrase, and a lock that is quick to open."""
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    monkeypatch.setenv("REPLIQUE_VOICE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr(wrapping, "MEMORY_KIB", 64)
    monkeypatch.setattr(wrapping, "ITERATIONS", 1)
    monkeypatch.setattr(wrapping, "LANES", 1)


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch) -> KeenEars:
    """Return ears that need no models, in the place of those that do."""
    from replique.store import ears as models

    made = NothingToLoad()
    monkeypatch.setattr(models, "ears", lambda _home: made)
    return made


class NothingToLoad(KeenEars):
    """They are there at once."""

    def load(self) -> None:
        """Do nothing."""


def lines(voice: tuple[float, float] = AWA, count: int = 6, seed: int = 0) -> Array:
    """Return lines of 4 s with pauses, float32 (n,) at 16 kHz."""
    return np.concatenate(
        [p for i in range(count) for p in (coloured(4.0, *voice, seed + i), silence(0.8))]
    )


def spoken(path: Path, voice: tuple[float, float] = AWA, *, count: int = 6, seed: int = 0) -> Path:
    """Write lines as a file of sound."""
    return written(path, lines(voice, count, seed))


def written(path: Path, samples: Array) -> Path:
    """Write a sound as a WAV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


def enrol(
    home: Home, slug: str, paths: Sequence[Path], name: str = "Awa Diop", manner: str = "speaking"
) -> store.Enrolled:
    """Enrol on a typed name."""
    given = store.Statement("typed", by=name)
    return store.enrol_voice(
        home, slug, paths, manner=manner, given=given, keys=store.open_keys(home)
    )


def heard(
    voice: int, sha256: str = "f1" * 32, *, start_s: float = 1.0, likeness: float = 0.61803398
) -> int:
    """Note an occurrence of a voice in a medium; return its number."""
    from django.db import transaction
    from django.utils import timezone

    from replique.store import custody
    from replique.store.models import Medium, Occurrence

    medium, _made = Medium.objects.get_or_create(
        sha256=sha256, defaults={"size": 1000, "searched_at": timezone.now()}
    )
    row = Occurrence.objects.create(
        medium=medium,
        voice_id=voice,
        probe="voices",
        probe_version="1",
        probe_digest=DIGEST,
        track=0,
        view="mono",
        start_s=start_s,
        end_s=start_s + 4,
        take_start_s=0.0,
        take_end_s=0.0,
        speed=1.0,
        pitch_semitones=0.0,
        gain_db=0.0,
        polarity=0,
        strength=1.5,
        how={"likeness": likeness, "speech_s": 3.25},
    )
    with transaction.atomic():
        custody.reduced([medium])
    return row.pk


def searched(voices: list[int], sha256: str = "f1" * 32) -> None:
    """Note that voices were searched for in a medium."""
    from replique.store.bits import pack
    from replique.store.coverage import subject_set
    from replique.store.models import Coverage, Medium

    Coverage.objects.create(
        medium=Medium.objects.get(sha256=sha256),
        probe="voices",
        probe_version="1",
        probe_digest=DIGEST,
        subjects=subject_set(pack(voices)),
    )
