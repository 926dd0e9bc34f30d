"""Weights out of a PyTorch checkpoint, without PyTorch and without running what is in it.

A checkpoint is a ZIP archive: `data.pkl`, a pickle of containers and of tensors that point
into raw files beside it.  A pickle can run anything; this reader builds tensors and plain
containers, and refuses the rest by name.
"""

from __future__ import annotations

import collections
import io
import pickle
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from replique.errors import ModelDamaged
from replique.language import gettext as _

Tensor = NDArray[np.float32] | NDArray[np.int64]

_KINDS = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "HalfStorage": np.dtype("<f2"),
    "LongStorage": np.dtype("<i8"),
    "IntStorage": np.dtype("<i4"),
}
LARGEST_BYTES = 1 << 29
"""Of one member of the archive: no model here comes near it."""


def read(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the tensors of a checkpoint by name; raises ModelDamaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pickles = [n for n in archive.namelist() if n.endswith("/data.pkl")]
            root = pickles[0].removesuffix("/data.pkl")
            content = _Reader(_member(archive, pickles[0]), archive, root).load()
    except (
        *(zipfile.BadZipFile, pickle.UnpicklingError, EOFError, IndexError, KeyError),
        *(ValueError, TypeError, AttributeError, NotImplementedError),
    ) as error:
        raise ModelDamaged(
            _("A model file is damaged."), advice=_("Run `replique models install` again.")
        ) from error
    if not isinstance(content, Mapping):
        raise ModelDamaged(
            _("A model file is damaged."), advice=_("Run `replique models install` again.")
        )
    inner = content.get("state_dict", content)
    return {k: v for k, v in inner.items() if isinstance(v, np.ndarray)}


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST_BYTES:
        raise ValueError(name)
    return archive.read(name)


def _tensor(
    storage: NDArray[Any],
    offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    *_rest: object,
) -> NDArray[Any]:
    reach = offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True)) + 1
    if offset < 0 or min((*size, *stride, 1)) < 0 or (0 not in size and reach > len(storage)):
        raise ValueError(size)
    steps = tuple(s * storage.itemsize for s in stride)
    return np.lib.stride_tricks.as_strided(storage[offset:], tuple(size), steps).copy()


def _parameter(data: NDArray[Any], *_rest: object) -> NDArray[Any]:
    return data


_ALLOWED: dict[tuple[str, str], Any] = {
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("collections", "OrderedDict"): collections.OrderedDict,
    **{("torch", name): kind for name, kind in _KINDS.items()},
}


class _Reader(pickle.Unpickler):
    def __init__(self, data: bytes, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(io.BytesIO(data))
        self._archive, self._root = archive, root
        self._storages: dict[str, NDArray[Any]] = {}

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401  # the pickle's own
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None

    def persistent_load(self, pid: Any) -> NDArray[Any]:  # noqa: ANN401
        _storage, kind, key, _place, _count = pid
        if key not in self._storages:
            raw = _member(self._archive, f"{self._root}/data/{key}")
            self._storages[key] = np.frombuffer(raw, kind)
        return self._storages[key]
