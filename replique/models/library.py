"""The models folder: what is there, whole, and what is not.

Only the files that the registry's packages hold are kept, each checked by its hash whenever it
is read; graphs are built from them in memory, so that nothing derived can grow stale.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from replique.errors import DiskFull, ModelDamaged, ModelMissing
from replique.language import gettext as _
from replique.models.catalogue import MODELS, Model


class Library:
    """A folder of models; made when something is first put into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, model: Model) -> Path:
        """Where a model lies, or would."""
        return self.folder / model.key

    def missing(self, models: Iterable[Model] = MODELS) -> list[Model]:
        """Return those that are not there, or are not the right size; reads none of them."""
        return [m for m in models if _size(self.path(m)) != m.size_bytes]

    def damaged(self, models: Iterable[Model] = MODELS) -> list[Model]:
        """Return those that are there but are not the file they should be; reads all."""
        out = []
        for model in models:
            try:
                self.read(model)
            except ModelDamaged:
                out.append(model)
            except ModelMissing:
                continue
        return out

    def read(self, model: Model) -> bytes:
        """Return a model's content, checked; raises ModelMissing, ModelDamaged."""
        try:
            data = self.path(model).read_bytes()
        except OSError as error:
            raise ModelMissing(
                _("The model “{title}” is not installed.").format(title=model.title),
                advice=_("Run `replique models install`."),
            ) from error
        check(model, data)
        return data

    def put(self, model: Model, data: bytes) -> None:
        """Keep a model's content, whole or not at all; raises ModelDamaged, DiskFull."""
        check(model, data)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".incoming-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self.path(model))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise DiskFull(
                _("The model “{title}” could not be kept: {reason}.").format(
                    title=model.title, reason=error.strerror or str(error)
                ),
                advice=_("Make room, or check who may write there, and try again."),
            ) from error


def check(model: Model, data: bytes) -> None:
    """Raise ModelDamaged unless this is the model's content."""
    found = hashlib.sha256(data).hexdigest()
    if found != model.sha256:
        raise ModelDamaged(
            _(
                "The model “{title}” is not the file it should be: {found} instead of {right}."
            ).format(title=model.title, found=found[:16], right=model.sha256[:16]),
            advice=_("Run `replique models install` to fetch it again."),
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
