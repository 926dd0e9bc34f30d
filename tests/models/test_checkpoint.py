"""Checkpoints: tensors come out, code does not."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from replique.errors import ModelDamaged
from replique.models import checkpoint


class _Named:
    """Pickles as a reference to a class of that module and name."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class _Tensor:
    def __init__(self, size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0) -> None:
        self.size, self.stride, self.offset = size, stride, offset


_Steerable: Any = pickle.__dict__["_Pickler"]  # the one written in Python


class _Writer(_Steerable):  # type: ignore[misc]  # Any: typeshed does not know it
    def persistent_id(self, obj: object) -> Any:
        if isinstance(obj, _Storage):
            return ("storage", _Named("torch", obj.kind), obj.key, "cpu", obj.count)
        return None

    def save(self, obj: object, save_persistent_id: bool = True) -> None:  # noqa: FBT001, FBT002
        if isinstance(obj, _Named):
            self.write(b"c" + obj.module.encode() + b"\n" + obj.name.encode() + b"\n")
        elif isinstance(obj, _Tensor):
            self.save(_Named("torch._utils", "_rebuild_tensor_v2"))
            self.save((_Storage("FloatStorage", "0", 6), obj.offset, obj.size, obj.stride))
            self.write(b"R")
        else:
            super().save(obj, save_persistent_id)


class _Storage:
    def __init__(self, kind: str, key: str, count: int) -> None:
        self.kind, self.key, self.count = kind, key, count


VALUES = np.arange(6, dtype="<f4")


def _archive(content: object, storage: NDArray[np.float32] = VALUES) -> bytes:
    pickled, out = io.BytesIO(), io.BytesIO()
    _Writer(pickled, 2).dump(content)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("weights/data.pkl", pickled.getvalue())
        archive.writestr("weights/data/0", storage.tobytes())
    return out.getvalue()


def test_tensors_come_out_as_they_are() -> None:
    found = checkpoint.read(_archive({"a": _Tensor((2, 3), (3, 1)), "n": 7}))
    assert list(found) == ["a"]
    assert np.array_equal(found["a"], VALUES.reshape(2, 3))


def test_strides_and_offsets_are_kept_to() -> None:
    found = checkpoint.read(
        _archive(OrderedDict(t=_Tensor((3, 2), (1, 3)), o=_Tensor((2,), (1,), 4)))
    )
    assert np.array_equal(found["t"], VALUES.reshape(2, 3).T)
    assert np.array_equal(found["o"], [4, 5])


def test_a_state_dict_within_is_found() -> None:
    assert list(checkpoint.read(_archive({"state_dict": {"w": _Tensor((6,), (1,))}}))) == ["w"]


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "eval"), ("subprocess", "Popen"), ("torch", "load")],
)
def test_nothing_but_tensors_is_built(module: str, name: str) -> None:
    with pytest.raises(ModelDamaged):
        checkpoint.read(_archive({"w": _Named(module, name)}))


@pytest.mark.parametrize(
    "tensor",
    [_Tensor((7,), (1,)), _Tensor((2, 3), (4, 1)), _Tensor((1,), (1,), 6), _Tensor((2,), (-1,), 3)],
)
def test_a_tensor_may_not_reach_outside_its_storage(tensor: _Tensor) -> None:
    with pytest.raises(ModelDamaged):
        checkpoint.read(_archive({"w": tensor}))


def test_every_truncation_is_refused_or_harmless() -> None:
    whole = _archive({"a": _Tensor((2, 3), (3, 1))})
    for length in range(0, len(whole) - 1, 7):
        with pytest.raises(ModelDamaged):
            checkpoint.read(whole[:length])


@pytest.mark.parametrize("content", [[], 3, "text", None])
def test_what_is_no_mapping_is_refused(content: object) -> None:
    with pytest.raises(ModelDamaged):
        checkpoint.read(_archive(content))
