"""Sounds and files made on the spot. Nothing here was ever recorded by anybody."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

Sound = NDArray[np.float32]

FRAME = 4800


def glissando(
    seconds: float, rate: int = 48_000, low: float = 200.0, high: float = 3000.0
) -> Sound:
    """Return a sweep with clicks: every place in it is like no other. float32 (n,)."""
    t = np.arange(round(seconds * rate)) / rate
    sweep = 0.3 * np.sin(2 * np.pi * (low * t + (high - low) * t**2 / (2 * max(seconds, 1e-9))))
    sweep[:: rate // 7] += 0.4
    return sweep.astype(np.float32)


def encode(
    target: Path | io.BytesIO,
    sounds: list[Sound],
    *,
    form: str,
    codec: str,
    rate: int = 48_000,
    layout: str = "mono",
    starts_s: tuple[float, ...] = (0.0,),
    languages: tuple[str, ...] = ("",),
    titles: tuple[str, ...] = ("",),
    options: dict[str, str] | None = None,
    video: bool = False,
    quality: int | None = None,
    packet_filter: Callable[[Any], Any] = lambda packet: packet,
) -> None:
    """Write tracks, each float32 (channels, n), with PyAV, interleaved by time."""
    out = target if isinstance(target, io.BytesIO) else str(target)
    container = av.open(out, "w", format=form, container_options=options or {})
    packets: list[Any] = []
    if video:
        pictures = container.add_stream("mpeg4", rate=25)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        for index in range(50):
            picture = av.VideoFrame(64, 48, "yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, 25)
            packets += pictures.encode(picture)
        packets += pictures.encode(None)
    for index, sound in enumerate(sounds):
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        if index < len(languages) and languages[index]:
            stream.metadata["language"] = languages[index]
        if index < len(titles) and titles[index]:
            stream.metadata["title"] = titles[index]
        if quality is not None:
            stream.codec_context.options = {
                "flags": "+qscale",
                "global_quality": str(quality * 118),
            }
        start = round(rate * (starts_s[index] if index < len(starts_s) else 0.0))
        for at in range(0, sound.shape[1], FRAME):
            piece = np.ascontiguousarray(sound[:, at : at + FRAME].T.reshape((1, -1)))
            frame = av.AudioFrame.from_ndarray(piece, "flt", layout)
            frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), start + at
            packets += stream.encode(frame)
        packets += stream.encode(None)
    packets.sort(key=lambda packet: float(packet.dts * packet.time_base))
    for packet in packets:
        if (kept := packet_filter(packet)) is not None:
            container.mux(kept)
    container.close()


def wav(samples: NDArray[Any], rate: int = 16_000, code: int | None = None) -> bytes:
    """Return a WAV file of samples (n,) or (n, channels), by hand: nothing is checked."""
    samples = samples if samples.ndim == 2 else samples[:, None]
    code = (3 if samples.dtype.kind == "f" else 1) if code is None else code
    width, channels = samples.dtype.itemsize, samples.shape[1]
    form = struct.pack(
        "<HHIIHH", code, channels, rate, rate * channels * width, channels * width, 8 * width
    )
    data = samples.tobytes()
    body = (
        b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data))
    )
    return b"RIFF" + struct.pack("<I", len(body) + len(data)) + body + data


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of some members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return out.getvalue()


@pytest.fixture(scope="session", name="glissando")
def _glissando() -> Callable[..., Sound]:
    return glissando


@pytest.fixture(scope="session", name="encode")
def _encode() -> Callable[..., None]:
    return encode


@pytest.fixture(scope="session", name="wav")
def _wav() -> Callable[..., bytes]:
    return wav


@pytest.fixture(scope="session", name="zipped")
def _zipped() -> Callable[..., bytes]:
    return zipped


@pytest.fixture(scope="session")
def voice() -> bytes:
    """Two seconds of sound in a WAV file."""
    return wav((glissando(2.0, 16_000) * 32767).astype("<i2"))
