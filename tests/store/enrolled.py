"""Voices enrolled without models: a voice is the colour of a noise (tests/voices/keen.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from replique import store
from replique.store import Home
from replique.voices.reference import prepare
from tests.sounds import write_wav
from tests.voices.keen import KeenEars, coloured, silence

LOW, MIDDLE, HIGH = (150.0, 900.0), (900.0, 2200.0), (2500.0, 6000.0)
"""Voices that nobody takes for one another."""


@dataclass
class KeysHere:
    """Keys of voices, in memory."""

    held: dict[str, bytes] = field(default_factory=dict)
    way: Literal["keyring", "passphrase"] = "keyring"

    def new(self, key: str) -> bytes:
        """Make one."""
        self.held[key] = hashlib.sha256(key.encode()).digest()
        return self.held[key]

    def get(self, key: str) -> bytes:
        """Return one."""
        return self.held[key]

    def destroy(self, key: str) -> bool:
        """Destroy one."""
        return self.held.pop(key, None) is not None


def without_models(patch: pytest.MonkeyPatch) -> None:
    """Let voices be heard by keen ears, which need no models."""
    for place in ("replique.store.ears.ears", "replique.store.voice_index.ears"):
        patch.setattr(place, lambda _home: KeenEars())
    patch.setattr("replique.store.sought.check_models", lambda _ears: None)


def enrol(
    home: Home,
    slug: str,
    band: tuple[float, float],
    keys: KeysHere,
    manner: str = "speaking",
    *,
    sources: Sequence[str] = (),
) -> int:
    """Enrol a voice as the store does, from a sound of 20 s; return its primary key.

    sources : hashes of the files that it is said to be of.
    """
    from replique.store import voice_files
    from replique.store.models import Performer
    from replique.store.voice_models import Voice, VoiceStatement

    sound = coloured(20.0, *band, seed=99)
    ears = KeenEars()
    key = hashlib.sha256(f"{slug} {manner} {Voice.objects.count()} {band}".encode()).hexdigest()
    content = voice_files.VoiceContent(prepare(ears, [sound], speech_s=20.0), [sound], ["a.wav"])
    voice_files.write(home, key, keys.new(key), content)
    owner = Performer.objects.get(slug=slug)
    statement = VoiceStatement(
        performer=owner, version=1, language="en", text="I agree.", way="typed", by=owner.name
    )
    statement.save()
    voice = Voice(
        performer=owner,
        statement=statement,
        key=key,
        manner=manner,
        models_digest=ears.digest,
        speech_s=20.0,
        recordings=1,
        sources=list(sources),
    )
    voice.save()
    return voice.pk


def film(path: Path, *said: tuple[tuple[float, float] | None, float], seed: int = 5) -> Path:
    """Write a medium: who speaks (None: nobody) for so many seconds, one after the other."""
    pieces: list[NDArray[np.float32]] = []
    for number, (band, seconds) in enumerate(said):
        pieces.append(
            silence(seconds) if band is None else coloured(seconds, *band, seed=seed + number)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_wav(path, np.concatenate(pieces))


def told(home: Home, **narrowed: object) -> list[tuple[str, str, float, float]]:
    """Return what is listed: whose, what it is, from and to which second, rounded."""
    listed: Mapping[str, object] = narrowed
    return [
        (
            each.performer,
            each.voice.manner if each.voice else "take",
            round(each.found.start_s),
            round(each.found.end_s),
        )
        for each in store.occurrences(home, **listed)  # type: ignore[arg-type]  # passed on
    ]
