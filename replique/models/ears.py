"""The models behind one door: is it speech, who speaks when, what voice is it.

Each answer is computed from an input of a size that depends on nothing but the sound, so that
the same sound gives the same numbers, to the last bit, however it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replique.models import campp, checkpoint, pyannet
from replique.models.catalogue import SPEAKERS, SPEECH, VOICES, digest
from replique.models.encoder import Encoder, embeddings
from replique.models.library import Library
from replique.models.mel import Features
from replique.models.sessions import Session
from replique.probe import Samples

SPEECH_FRAME = 512
"""Samples to one probability of speech."""
SPEECH_CONTEXT = 64

Array = NDArray[np.float32]


@dataclass(slots=True)
class SpeechState:
    """What the speech model remembers between two runs of one track."""

    hidden: Array = field(default_factory=lambda: np.zeros((1, 1, 128), np.float32))
    cell: Array = field(default_factory=lambda: np.zeros((1, 1, 128), np.float32))
    context: Array = field(default_factory=lambda: np.zeros(SPEECH_CONTEXT, np.float32))


class Ears:
    """The models of a library, loaded when first needed, once in each process."""

    def __init__(self, library: Library, encoder: Encoder | None = None) -> None:
        self.library = library
        self.encoder = encoder
        self._sessions: dict[str, Session] = {}
        self._pooling: campp.Pooling | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Travel without what is loaded."""
        return {"library": self.library, "encoder": self.encoder}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Arrive unloaded."""
        self.__init__(**state)  # type: ignore[misc]  # the same object, made anew

    @property
    def digest(self) -> str:
        """SHA-256 over the models' hashes; reads none of them."""
        return digest(self.encoder.sha256 if self.encoder else None)

    def load(self) -> None:
        """Load all now; raises ModelMissing, ModelDamaged, EncoderUnusable, MissingPart."""
        self._session("speech")
        self._session("speakers")
        self._session("voices")

    def speech(self, samples: Samples, state: SpeechState) -> Array:
        """Return the probability of speech, float32 (len(samples) // 512,).

        samples : float32 (n,), n a multiple of 512, following those of the last call.
        """
        if not len(samples):
            return np.zeros(0, np.float32)
        held = np.concatenate([state.context, samples])
        frames = np.lib.stride_tricks.sliding_window_view(held, SPEECH_CONTEXT + SPEECH_FRAME)
        inputs = {
            "input": np.ascontiguousarray(frames[::SPEECH_FRAME]),
            "h": state.hidden,
            "c": state.cell,
        }
        answer, state.hidden, state.cell = self._session("speech").run(inputs)
        state.context = held[-SPEECH_CONTEXT:].copy()
        return np.asarray(answer.reshape(-1), np.float32)

    def speakers(self, samples: Samples) -> Array:
        """Return who speaks: probabilities of pyannet.SETS, float32 (rows, 7)."""
        sets = self._session("speakers").run({"sound": samples[None, None]})[0]
        return np.asarray(sets[0], np.float32)

    def embed(self, features: Features) -> Array:
        """Return embeddings of unit length, float32 (n, d), of features (n, t, 80).

        The mean of each of the n is taken off here. d is 192, or the other encoder's.
        """
        centred = features - features.mean(axis=1, keepdims=True, dtype=np.float32)
        session = self._session("voices")
        if self.encoder is not None:
            out = embeddings(session, centred)
        else:
            frames = session.run({"features": centred})[0]
            pooling = self._pooled()
            both = np.concatenate([frames.mean(axis=2), frames.std(axis=2, ddof=1)], axis=1)
            out = both @ pooling.matrix + pooling.offset
        length = np.maximum(np.linalg.norm(out, axis=1, keepdims=True), np.float32(1e-9))
        return np.asarray(out / length, np.float32)

    def _pooled(self) -> campp.Pooling:
        if self._pooling is None:
            self._session("voices")
        assert self._pooling is not None  # noqa: S101  # loaded together
        return self._pooling

    def _session(self, purpose: str) -> Session:
        session = self._sessions.get(purpose)
        if session is None or not session.here:
            session = self._sessions[purpose] = self._loaded(purpose)
        return session

    def _loaded(self, purpose: str) -> Session:
        if purpose == "speech":
            return Session(self.library.read(SPEECH))
        if purpose == "speakers":
            return Session(pyannet.graph(checkpoint.read(self.library.read(SPEAKERS))))
        if self.encoder is not None:
            return self.encoder.load()
        weights = checkpoint.read(self.library.read(VOICES))
        self._pooling = campp.pooling(weights)
        return Session(campp.frames_graph(weights))
