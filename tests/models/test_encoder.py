"""Another encoder: taken when it is what it must be, and told why when it is not."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from replique.errors import EncoderUnusable
from replique.models import Ears, Encoder, Library, wire
from replique.models.wire import Graph
from tests.voices.stand_in import DIMENSIONS, write_encoder


def _ears(encoder: Encoder | None) -> Ears:
    return Ears(Library(Path("nowhere")), encoder)


def _graph(folder: Path, name: str, rank: int, scale: float) -> Encoder:
    """Return one that takes and gives what an encoder does not."""
    graph = Graph(name)
    x = graph.input("x", ("n", "t", 80))
    out = graph.node("ReduceMean", [x], axes=[1], keepdims=3 - rank)
    graph.node("Mul", [out, graph.weight("scale", np.array([scale], np.float32))], "y")
    graph.output("y", ("n", "d"))
    path = folder / f"{name}.onnx"
    path.write_bytes(graph.to_bytes())
    return Encoder.of(path)


def test_embeddings_have_its_length_and_unit_length(tmp_path: Path) -> None:
    features = np.random.default_rng(0).standard_normal((3, 150, 80)).astype(np.float32)
    rows = _ears(write_encoder(tmp_path)).embed(features)
    assert rows.shape == (3, DIMENSIONS)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_the_mean_is_taken_off_before_it_hears(tmp_path: Path) -> None:
    features = np.random.default_rng(0).standard_normal((2, 150, 80)).astype(np.float32)
    channel = np.linspace(-3, 3, 80, dtype=np.float32)
    ears = _ears(write_encoder(tmp_path))
    assert np.allclose(ears.embed(features), ears.embed(features + channel), atol=1e-4)


def test_weights_in_another_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash would say nothing of them: they lie in whichever folder one is in."""
    weights = np.random.default_rng(4).standard_normal((80, DIMENSIONS)).astype("<f4")
    encoders = {where: _with_weights(tmp_path, where, weights) for where in ("inside", "elsewhere")}
    (tmp_path / "weights.bin").write_bytes(weights.tobytes())
    monkeypatch.chdir(tmp_path)
    encoders["inside"].load()
    with pytest.raises(EncoderUnusable, match="not an ONNX model"):
        encoders["elsewhere"].load()


def _with_weights(folder: Path, where: str, weights: NDArray[np.float32]) -> Encoder:
    graph = Graph(where)
    x = graph.node("ReduceMean", [graph.input("x", ("n", "t", 80))], axes=[1], keepdims=0)
    name = graph.weight("weights", weights)
    if where == "elsewhere":
        place = wire._bytes(13, wire._text(1, "location") + wire._text(2, "weights.bin"))
        dims = b"".join(wire._number(1, each) for each in weights.shape)
        kind = wire._number(2, wire.FLOAT) + wire._text(8, name)
        graph._weights[name] = dims + kind + place + wire._number(14, 1)
    graph.node("MatMul", [x, name], "y")
    graph.output("y", ("n", "d"))
    path = folder / f"{where}.onnx"
    path.write_bytes(graph.to_bytes())
    return Encoder.of(path)


def test_silence_gives_numbers(tmp_path: Path) -> None:
    rows = _ears(write_encoder(tmp_path)).embed(np.zeros((1, 100, 80), np.float32))
    assert np.isfinite(rows).all()


def test_another_file_is_another_digest(tmp_path: Path) -> None:
    one, other = write_encoder(tmp_path, "1.onnx"), write_encoder(tmp_path, "2.onnx", seed=5)
    digests = {_ears(each).digest for each in (None, one, other)}
    assert len(digests) == 3
    assert _ears(Encoder(tmp_path / "elsewhere.onnx", one.sha256)).digest == _ears(one).digest


def test_it_travels_to_workers_unloaded(tmp_path: Path) -> None:
    ears = _ears(write_encoder(tmp_path))
    ears.embed(np.ones((1, 100, 80), np.float32))
    sent = pickle.dumps(ears)
    assert len(sent) < 1_000
    assert pickle.loads(sent).digest == ears.digest  # noqa: S301 - our own, of a line before


def test_a_file_that_was_changed_is_refused_by_its_hash(tmp_path: Path) -> None:
    encoder = write_encoder(tmp_path)
    encoder.path.write_bytes(encoder.path.read_bytes() + b"\0")
    with pytest.raises(EncoderUnusable, match=encoder.sha256[:16]):
        encoder.load()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnusable, match=r"gone\.onnx"):
        Encoder(tmp_path / "gone.onnx", "0" * 64).load()


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "noise.onnx"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(EncoderUnusable, match=r"noise\.onnx"):
        Encoder.of(path).load()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda folder: write_encoder(folder, bands=40),
        lambda folder: write_encoder(folder, dimensions=1),
        lambda folder: _graph(folder, "of-three-axes", 2, 1.0),
        lambda folder: _graph(folder, "always-nothing", 3, 0.0),
        lambda folder: _graph(folder, "infinite", 3, float("inf")),
    ],
)
def test_what_takes_or_gives_something_else_is_refused(
    tmp_path: Path, wrong: Callable[[Path], Encoder]
) -> None:
    with pytest.raises(EncoderUnusable) as caught:
        wrong(tmp_path).load()
    assert "(n, t, 80)" in caught.value.advice
