"""A picture with a palette, as PNG (W3C, Portable Network Graphics, third edition)."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray


def png(indices: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Write a picture.

    indices : uint8 (height, width), top row first, each below len(palette).
    palette : uint8 (at most 256, 3), sRGB.
    """
    height, width = indices.shape
    rows = np.zeros((height, width + 1), np.uint8)  # a leading 0: no filter
    rows[:, 1:] = indices
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
