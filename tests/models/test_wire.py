"""ONNX files written by hand: onnxruntime reads them, and computes what was meant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replique.errors import ModelDamaged
from replique.models.sessions import Session
from replique.models.wire import Graph


def _scaled(by: float) -> bytes:
    graph = Graph("scaled")
    x = graph.input("x", ("n", 3))
    weight = graph.weight("by", np.array([by], np.float32))
    graph.node("Mul", [x, weight], "y")
    graph.output("y", ("n", 3))
    return graph.to_bytes()


@given(st.floats(-1e6, 1e6, width=32), st.integers(1, 300))
def test_what_is_written_is_what_is_computed(by: float, rows: int) -> None:
    x = np.arange(3 * rows, dtype=np.float32).reshape(rows, 3)
    assert np.array_equal(Session(_scaled(by)).run({"x": x})[0], x * np.float32(by))


def test_attributes_of_each_kind_are_understood() -> None:
    graph = Graph("kinds")
    x = graph.input("x", (1, 2, 4))
    x = graph.node("LeakyRelu", [x], alpha=0.5)
    x = graph.node("Transpose", [x], perm=[0, 2, 1])
    graph.node("ReduceMean", [x], "y", axes=[1], keepdims=0)
    graph.output("y", (1, 2))
    x_in = np.array([[[-2, -2, 2, 2], [1, 1, 1, -4]]], np.float32)
    assert np.allclose(Session(graph.to_bytes()).run({"x": x_in})[0], [[0.5, 0.25]])


def test_negative_integers_survive() -> None:
    graph = Graph("negative")
    shape = graph.weight("shape", np.array([2, -1], np.int64))
    graph.node("Reshape", [graph.input("x", ("n",)), shape], "y")
    graph.output("y", (2, "m"))
    assert Session(graph.to_bytes()).run({"x": np.zeros(8, np.float32)})[0].shape == (2, 4)


def test_the_same_graph_gives_the_same_bytes() -> None:
    assert _scaled(2.0) == _scaled(2.0)


@pytest.mark.parametrize("bad", [b"", b"not a graph", _scaled(1.0)[:-20]])
def test_a_file_that_is_no_graph_is_refused(bad: bytes) -> None:
    with pytest.raises(ModelDamaged):
        Session(bad)
