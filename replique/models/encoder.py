"""Another encoder of voices than the built-in one: an ONNX file that somebody brings.

It takes what CAM++ takes, float32 (n, t, 80), log mel features with their mean taken off (`mel`),
and gives an embedding for each of the n, float32 (n, d), of any d.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from replique.errors import EncoderUnusable, ModelDamaged
from replique.language import gettext as _
from replique.models.mel import BANDS, Features
from replique.models.sessions import Session

_TRIED = ((2, 150), (1, 500))
"""Numbers and frames of what it is tried with."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """Which file: what is computed with another file is not comparable.

    sha256 : lower-case hexadecimal, of the file's content.
    """

    path: Path
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Encoder:
        """Return an encoder as the file is now; raises EncoderUnusable."""
        return cls(path, hashlib.sha256(_read(path)).hexdigest())

    def load(self) -> Session:
        """Return it ready, checked and tried; raises EncoderUnusable, MissingPart."""
        data = _read(self.path)
        found = hashlib.sha256(data).hexdigest()
        if found != self.sha256:
            raise EncoderUnusable(
                _(
                    "The encoder “{name}” is not the file it should be: {found} instead of {right}."
                ).format(name=self.path.name, found=found[:16], right=self.sha256[:16]),
                advice=_("Bring back the file, or name the new one's SHA-256 in settings.toml."),
            )
        try:
            session = Session(data)
        except ModelDamaged as error:
            raise EncoderUnusable(
                _("The encoder “{name}” is not an ONNX model that can be run here.").format(
                    name=self.path.name
                ),
                advice=_("Export it again, or remove the encoder from settings.toml."),
            ) from error
        self._try(session)
        return session

    def _try(self, session: Session) -> None:
        random = np.random.default_rng(0)
        for count, length in _TRIED:
            features = random.standard_normal((count, length, BANDS)).astype(np.float32)
            try:
                out = embeddings(session, features)
                good = out.ndim == 2 and len(out) == count and bool(np.isfinite(out).all())
                good = good and out.shape[1] > 1 and bool(np.linalg.norm(out, axis=1).all())
            except Exception as error:  # onnxruntime's own kinds, which it does not export
                raise self._foreign() from error
            if not good:
                raise self._foreign()

    def _foreign(self) -> EncoderUnusable:
        return EncoderUnusable(
            _("The encoder “{name}” does not take or give what an encoder here must.").format(
                name=self.path.name
            ),
            advice=_(
                "It must take log mel features, float32 (n, t, 80), as its only input, and give "
                "embeddings, float32 (n, d), as its first output."
            ),
        )


def embeddings(session: Session, features: Features) -> NDArray[np.float32]:
    """Return what a loaded encoder gives, not normalised; features as it takes them."""
    (name,) = session.inputs
    return np.asarray(session.run({name: features})[0], np.float32)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderUnusable(
            _("The encoder “{name}” cannot be read: {reason}.").format(
                name=path.name, reason=error.strerror or str(error)
            ),
            advice=_("Bring the file, or remove the encoder from settings.toml."),
        ) from error
