"""An encoder of one's own, for tests: a page of ONNX, and ears that hear with it without models.

It does what tests/voices/keen.py does by hand: a voice is its colour.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from replique.models import Encoder
from replique.models.ears import Ears, SpeechState
from replique.models.wire import Graph
from tests.voices.keen import Array, KeenEars

DIMENSIONS = 48


def encoder_graph(*, bands: int = 80, dimensions: int = DIMENSIONS, seed: int = 4) -> bytes:
    """Return an ONNX file: how much each band moves, in directions of its own."""
    random = np.random.default_rng(seed)
    graph = Graph("stand-in")
    x = graph.input("feats", ("n", "t", bands))
    power = graph.node("ReduceMean", [graph.node("Mul", [x, x])], axes=[1], keepdims=0)
    apart = graph.node("Sub", [power, graph.node("ReduceMean", [power], axes=[1], keepdims=1)])
    directions = random.standard_normal((bands, dimensions)).astype(np.float32)
    graph.node("MatMul", [apart, graph.weight("directions", directions)], "embedding")
    graph.output("embedding", ("n", dimensions))
    return graph.to_bytes()


def write_encoder(folder: Path, name: str = "mine.onnx", **shape: int) -> Encoder:
    """Write one into a folder."""
    path = folder / name
    path.write_bytes(encoder_graph(**shape))
    return Encoder.of(path)


class StandInEars(Ears):
    """The encoder is real, the rest is keen."""

    def load(self) -> None:
        """Load the encoder."""
        self._session("voices")

    def speech(self, samples: Array, state: SpeechState) -> Array:
        """Loud is speech."""
        return KeenEars().speech(samples, state)

    def speakers(self, samples: Array) -> Array:
        """Loud is the first speaker."""
        return KeenEars().speakers(samples)
