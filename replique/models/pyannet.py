"""Who speaks when in ten seconds of sound, as an ONNX graph built from its weights.

pyannote's "segmentation-3.0" (MIT; Plaquet and Bredin: "Powerset multi-class cross entropy loss
for neural speaker diarization", Interspeech 2023): sinc filters, three convolutions, four
bidirectional LSTMs, two linear layers.  For each 16.9 ms it gives the probability of each set
of at most two of three local speakers: nobody, 1, 2, 3, 1+2, 1+3, 2+3.  Which speaker is "1"
changes from one stretch of sound to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replique.models.wire import Graph

SETS = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.float32
)
"""Which of the three speakers are in each set."""
STEP = 270
"""Samples from one row of the answer to the next."""
FIRST = 360
"""Sample at the middle of what the first row is about."""

_HIDDEN = 128
_LAYERS = 4
_RATE = 16_000
_LEAST_HZ = 50.0

Weights = Mapping[str, NDArray[Any]]


def rows(samples: int) -> int:
    """Return how many rows the graph gives for a number of samples."""
    length = (samples - 251) // 10 + 1
    for kernel in (1, 5, 5):
        length = (length - kernel + 1 - 3) // 3 + 1
    return length


def graph(weights: Weights) -> bytes:
    """Return the ONNX file: "sound" (n, 1, samples) to "sets" (n, rows, 7), probabilities."""
    return _Builder(weights).build()


def _sinc_filters(weights: Weights) -> NDArray[np.float32]:
    """Return 40 even and 40 odd band-pass filters, float32 (80, 1, 251).

    Ravanelli and Bengio's SincNet with the quadrature pairs of Pariente et al. (2020).
    """
    name = "sincnet.conv1d.0.filterbank"
    time = weights[f"{name}.n_"].astype(np.float64)  # 2π seconds, the left half
    window = weights[f"{name}.window_"].astype(np.float64)
    low = _LEAST_HZ + np.abs(weights[f"{name}.low_hz_"].astype(np.float64))
    width = np.abs(weights[f"{name}.band_hz_"].astype(np.float64))
    high = np.clip(low + _LEAST_HZ + width, _LEAST_HZ, _RATE / 2)
    band = high - low
    even = (np.sin(high * time) - np.sin(low * time)) / (time / 2) * window
    odd = (np.cos(low * time) - np.cos(high * time)) / (time / 2) * window
    both = [
        np.concatenate([even, 2 * band, even[:, ::-1]], axis=1) / (2 * band),
        np.concatenate([odd, 0 * band, -odd[:, ::-1]], axis=1) / (2 * band),
    ]
    return np.concatenate(both).astype(np.float32)[:, None, :]


class _Builder:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._graph = Graph("pyannet")

    def build(self) -> bytes:
        graph = self._graph
        x = graph.input("sound", ("n", 1, "samples"))
        x = graph.node("InstanceNormalization", [x, *self._affine("sincnet.wav_norm1d")])
        filters = graph.weight("filters", _sinc_filters(self._weights))
        x = graph.node("Abs", [graph.node("Conv", [x, filters], strides=[10])])
        x = self._pooled(x, 0)
        for number in (1, 2):
            x = self._pooled(
                graph.node("Conv", [x, *self._affine(f"sincnet.conv1d.{number}")]), number
            )
        x = graph.node("Transpose", [x], perm=[2, 0, 1])
        for layer in range(_LAYERS):
            x = self._recurrent(x, layer)
        x = graph.node("Transpose", [x], perm=[1, 0, 2])
        for name in ("linear.0", "linear.1"):
            x = graph.node("LeakyRelu", [self._linear(x, name)])
        graph.node("Softmax", [self._linear(x, "classifier")], "sets", axis=-1)
        graph.output("sets", ("n", "rows", len(SETS)))
        return graph.to_bytes()

    def _pooled(self, x: str, number: int) -> str:
        x = self._graph.node("MaxPool", [x], kernel_shape=[3], strides=[3])
        affine = self._affine(f"sincnet.norm1d.{number}")
        return self._graph.node(
            "LeakyRelu", [self._graph.node("InstanceNormalization", [x, *affine])]
        )

    def _recurrent(self, x: str, layer: int) -> str:
        graph = self._graph
        kernels = [
            graph.weight(f"lstm.{kind}.{layer}", self._both_ways(f"weight_{kind}_l{layer}"))
            for kind in ("ih", "hh")
        ]
        offsets = [self._both_ways(f"bias_{kind}_l{layer}") for kind in ("ih", "hh")]
        offset = graph.weight(f"lstm.bias.{layer}", np.concatenate(offsets, axis=1))
        y = graph.node(
            "LSTM", [x, *kernels, offset], hidden_size=_HIDDEN, direction="bidirectional"
        )
        y = graph.node("Transpose", [y], perm=[0, 2, 1, 3])
        shape = graph.weight("both ways", np.array([0, 0, 2 * _HIDDEN], np.int64))
        return graph.node("Reshape", [y, shape])

    def _both_ways(self, name: str) -> NDArray[np.float32]:
        """Return weights forwards and backwards, gates in ONNX's order (i, o, f, c)."""
        out = []
        for direction in ("", "_reverse"):
            i, f, c, o = np.split(self._weights[f"lstm.{name}{direction}"], 4)
            out.append(np.concatenate([i, o, f, c]))
        return np.stack(out).astype(np.float32)

    def _linear(self, x: str, name: str) -> str:
        matrix, offset = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        graph = self._graph
        x = graph.node("MatMul", [x, graph.weight(f"{name}.weight", matrix.T.copy())])
        return graph.node("Add", [x, graph.weight(f"{name}.bias", offset)])

    def _affine(self, name: str) -> tuple[str, str]:
        return (
            self._graph.weight(f"{name}.weight", self._weights[f"{name}.weight"]),
            self._graph.weight(f"{name}.bias", self._weights[f"{name}.bias"]),
        )
