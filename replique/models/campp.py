"""CAM++ as an ONNX graph, built from its weights.

Wang, Zheng, Chen, Cheng, Chen: "CAM++: A fast and efficient network for speaker verification
using context-aware masking", Interspeech 2023; weights of 3D-Speaker (Apache-2.0), "zh-en
16k-common advanced", 192 dimensions.  Batch normalisations are folded into the convolutions
beside them.

The graph ends before the statistics are pooled: it gives a row of 512 numbers for each 20 ms
of sound, so that the caller decides which of them make up one voice (`Pooling`).  Pooling all
of them gives the official embedding (to 1e-5; the official model has no ReLU after it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replique.models.wire import Attribute, Graph

BANDS = 80
CHANNELS = 512
DIMENSIONS = 192
_EPSILON = 1e-5
_BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
_SEGMENT = 100  # frames of 20 ms over which the context of the masks is pooled

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Pooling:
    """The last layer: statistics of frames to an embedding.

    matrix : float32 (1024, 192). offset : float32 (192,).
    """

    matrix: NDArray[np.float32]
    offset: NDArray[np.float32]


def frames_graph(weights: Weights) -> bytes:
    """Return the ONNX file: "features" (n, t, 80) to "frames" (n, 512, about t / 2)."""
    return _Builder(weights).build()


def pooling(weights: Weights) -> Pooling:
    """Return the last layer, its batch normalisation folded in."""
    scale, shift = _normalisation(weights, "xvector.dense.nonlinear.batchnorm")
    matrix = weights["xvector.dense.linear.weight"][:, :, 0] * scale[:, None]
    return Pooling(np.ascontiguousarray(matrix.T, np.float32), shift)


def _normalisation(weights: Weights, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    scale = 1 / np.sqrt(weights[f"{name}.running_var"] + np.float32(_EPSILON))
    scale = scale * weights.get(f"{name}.weight", np.float32(1))
    shift = weights.get(f"{name}.bias", np.float32(0)) - weights[f"{name}.running_mean"] * scale
    return scale.astype(np.float32), shift.astype(np.float32)


class _Builder:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._graph = Graph("campp")

    def build(self) -> bytes:
        graph = self._graph
        x = graph.node("Transpose", [graph.input("features", ("n", "t", BANDS))], perm=[0, 2, 1])
        x = graph.node("Unsqueeze", [x, self._integers("channel", 1)])
        x = self._head(x)
        x = self._convolved(
            x,
            "xvector.tdnn.linear.weight",
            "xvector.tdnn.nonlinear.batchnorm",
            pads=[2, 2],
            strides=[2],
        )
        for number, (layers, dilation) in enumerate(_BLOCKS, 1):
            for layer in range(1, layers + 1):
                new = self._layer(x, f"xvector.block{number}.tdnnd{layer}", dilation)
                x = graph.node("Concat", [x, new], axis=1)
            name = f"xvector.transit{number}"
            x = self._normalised(x, f"{name}.nonlinear.batchnorm")
            x = self._convolved(x, f"{name}.linear.weight")
        scale, shift = self._affine("xvector.out_nonlinear.batchnorm")
        x = graph.node("Add", [graph.node("Mul", [x, scale]), shift])
        graph.node("Relu", [x], "frames")
        graph.output("frames", ("n", CHANNELS, "frames"))
        return graph.to_bytes()

    def _head(self, x: str) -> str:
        """Two-dimensional convolutions that thin the bands from 80 to 10."""
        around = [1, 1, 1, 1]
        x = self._convolved(x, "head.conv1.weight", "head.bn1", pads=around)
        for name, stride in (
            ("head.layer1.0", 2),
            ("head.layer1.1", 1),
            ("head.layer2.0", 2),
            ("head.layer2.1", 1),
        ):
            y = self._convolved(
                x, f"{name}.conv1.weight", f"{name}.bn1", pads=around, strides=[stride, 1]
            )
            y = self._convolved(y, f"{name}.conv2.weight", f"{name}.bn2", relu=False, pads=around)
            if f"{name}.shortcut.0.weight" in self._weights:
                x = self._convolved(
                    x,
                    f"{name}.shortcut.0.weight",
                    f"{name}.shortcut.1",
                    relu=False,
                    strides=[stride, 1],
                )
            x = self._graph.node("Relu", [self._graph.node("Add", [y, x])])
        x = self._convolved(x, "head.conv2.weight", "head.bn2", pads=around, strides=[2, 1])
        return self._graph.node("Reshape", [x, self._integers("rows", 0, 320, -1)])

    def _layer(self, x: str, name: str, dilation: int) -> str:
        """One densely connected layer, masked by its context."""
        graph = self._graph
        y = self._normalised(x, f"{name}.nonlinear1.batchnorm")
        y = self._convolved(y, f"{name}.linear1.weight", f"{name}.nonlinear2.batchnorm")
        local = self._convolved(
            y,
            f"{name}.cam_layer.linear_local.weight",
            pads=[dilation, dilation],
            dilations=[dilation],
        )
        mean = graph.node("ReduceMean", [y], axes=[2], keepdims=1)
        context = graph.node("Add", [mean, self._by_segment(y)])
        for part, relu in (("linear1", True), ("linear2", False)):
            context = self._convolved(
                context,
                f"{name}.cam_layer.{part}.weight",
                bias=f"{name}.cam_layer.{part}.bias",
                relu=relu,
            )
        return graph.node("Mul", [local, graph.node("Sigmoid", [context])])

    def _by_segment(self, y: str) -> str:
        """Return means over segments of 2 s, each repeated over its segment."""
        graph = self._graph
        pooled = graph.node(
            "AveragePool", [y], kernel_shape=[_SEGMENT], strides=[_SEGMENT], ceil_mode=1
        )
        pooled = graph.node("Unsqueeze", [pooled, self._integers("last", 3)])
        pooled = graph.node("Expand", [pooled, self._integers("segment", 1, 1, 1, _SEGMENT)])
        pooled = graph.node("Reshape", [pooled, self._integers("flat", 0, 0, -1)])
        length = graph.node("Shape", [y], start=2, end=3)
        return graph.node(
            "Slice", [pooled, self._integers("zero", 0), length, self._integers("time", 2)]
        )

    def _convolved(
        self,
        x: str,
        weight: str,
        normalisation: str = "",
        *,
        bias: str = "",
        relu: bool | None = None,
        pads: list[int] | None = None,
        strides: list[int] | None = None,
        dilations: list[int] | None = None,
    ) -> str:
        """Convolve; with a normalisation, fold it in and rectify unless told otherwise."""
        kernel = self._weights[weight]
        offset = self._weights[bias] if bias else None
        if normalisation:
            scale, shift = _normalisation(self._weights, normalisation)
            kernel = kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1))
            offset = shift
        inputs = [x, self._graph.weight(weight, kernel.astype(np.float32))]
        if offset is not None:
            inputs.append(self._graph.weight(f"{weight}.offset", offset.astype(np.float32)))
        said = {"pads": pads, "strides": strides, "dilations": dilations}
        given: dict[str, Attribute] = {k: v for k, v in said.items() if v is not None}
        out = self._graph.node("Conv", inputs, **given)
        rectified = bool(normalisation) if relu is None else relu
        return self._graph.node("Relu", [out]) if rectified else out

    def _normalised(self, x: str, name: str) -> str:
        scale, shift = self._affine(name)
        x = self._graph.node("Add", [self._graph.node("Mul", [x, scale]), shift])
        return self._graph.node("Relu", [x])

    def _affine(self, name: str) -> tuple[str, str]:
        scale, shift = _normalisation(self._weights, name)
        return (
            self._graph.weight(f"{name}.scale", scale[None, :, None]),
            self._graph.weight(f"{name}.shift", shift[None, :, None]),
        )

    def _integers(self, name: str, *values: int) -> str:
        return self._graph.weight(name, np.array(values, np.int64))
