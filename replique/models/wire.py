"""ONNX files, written without the onnx package.

A graph is a few protocol-buffer messages; what is needed of them is a page.  Field numbers
are those of onnx.proto3 (ONNX 1.x, IR version 8).  tests/models/test_wire.py has onnxruntime
read what this writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 8
OPSET = 17
FLOAT, INT64 = 1, 7
_ELEMENT = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64}

Attribute = int | float | str | Sequence[int]
Array = NDArray[np.float32] | NDArray[np.int64]


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # negative integers are written as 64-bit two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _bytes(tag: int, value: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(value)) + value


def _text(tag: int, value: str) -> bytes:
    return _bytes(tag, value.encode())


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, float):
        raw = np.float32(value).tobytes()
        return _text(1, name) + _varint(2 << 3 | 5) + raw + _number(20, 1)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, 3)
    return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, 7)


def _tensor(name: str, array: Array) -> bytes:
    dims = b"".join(_number(1, each) for each in array.shape)
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    kind = _number(2, _ELEMENT[array.dtype])
    return dims + kind + _text(8, name) + _bytes(9, little.tobytes())


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    dims = (_number(1, d) if isinstance(d, int) else _text(2, d) for d in shape)
    described = b"".join(_bytes(1, each) for each in dims)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, described)))


@dataclass(slots=True)
class Graph:
    """A graph in the making: nodes in the order in which they are computed."""

    name: str
    _nodes: list[bytes] = field(default_factory=list)
    _weights: dict[str, bytes] = field(default_factory=dict)
    _inputs: list[bytes] = field(default_factory=list)
    _outputs: list[bytes] = field(default_factory=list)

    def weight(self, name: str, array: Array) -> str:
        """Add a constant, float32 or int64; the same name twice is the same constant."""
        self._weights.setdefault(name, _tensor(name, array))
        return name

    def node(
        self, kind: str, inputs: Sequence[str], name: str = "", /, **attributes: Attribute
    ) -> str:
        """Add an operation with one output, and return the output's name."""
        out = name or f"t{len(self._nodes)}"
        body = b"".join(_text(1, each) for each in inputs) + _text(2, out) + _text(4, kind)
        body += b"".join(_bytes(5, _attribute(k, v)) for k, v in attributes.items())
        self._nodes.append(body)
        return out

    def input(self, name: str, shape: Sequence[int | str]) -> str:
        """Declare a float32 input; a word stands for a length that may vary."""
        self._inputs.append(_value(name, shape))
        return name

    def output(self, name: str, shape: Sequence[int | str]) -> None:
        """Declare a float32 output."""
        self._outputs.append(_value(name, shape))

    def to_bytes(self) -> bytes:
        """Return the model file."""
        graph = b"".join(_bytes(1, each) for each in self._nodes) + _text(2, self.name)
        graph += b"".join(_bytes(5, each) for each in self._weights.values())
        graph += b"".join(_bytes(11, each) for each in self._inputs)
        graph += b"".join(_bytes(12, each) for each in self._outputs)
        opset = _bytes(8, _number(2, OPSET))
        return _number(1, IR_VERSION) + _text(2, "replique") + _bytes(7, graph) + opset
