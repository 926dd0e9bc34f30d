"""The field GF(2^8) with the polynomial of AES (FIPS 197, section 4), for `shares`.

Without tables and without branches on the values: what is shared are keys, and a table
that is looked up by a secret tells it to whoever shares the processor's cache.  In Python
that is a precaution and no proof.
"""

from __future__ import annotations

from collections.abc import Sequence

_LOW = 0x1B
"""x^8 = x^4 + x^3 + x + 1, without its highest bit."""


def times(a: int, b: int) -> int:
    """Return the product of two bytes."""
    product = 0
    for _bit in range(8):
        product ^= -(b & 1) & a
        a = (a << 1) ^ (-(a >> 7) & (0x100 | _LOW))
        b >>= 1
    return product


def inverse(a: int) -> int:
    """Return what a byte is multiplied with to give 1; 0 for 0: a^254."""
    result = 1
    for bit in f"{254:08b}":
        result = times(result, result)
        if bit == "1":
            result = times(result, a)
    return result


def interpolated(points: Sequence[tuple[int, bytes]], at: int) -> bytes:
    """Return the value at a place of the polynomial of least degree through some points.

    points : (place, bytes); places differ, all values are of one length; each byte is a
    polynomial of its own.  Lagrange's form.
    """
    length = len(points[0][1])
    result = bytearray(length)
    for here, (place, value) in enumerate(points):
        weight = 1
        for there, (other, _value) in enumerate(points):
            if here != there:
                weight = times(weight, times(at ^ other, inverse(place ^ other)))
        for index in range(length):
            result[index] ^= times(weight, value[index])
    return bytes(result)
