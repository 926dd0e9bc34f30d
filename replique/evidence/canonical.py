"""One way to write a value as JSON (RFC 8785), so that its bytes can be hashed and signed.

What the ledger itself writes is kept to the part of JSON on which no two programs
differ: keys of small ASCII letters, whole numbers, no fractions.  There, RFC 8785
is no more than sorted keys and no spaces, and the check of a million lines needs
nothing but Python's own json.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NoReturn

import rfc8785

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
LARGEST = 2**53 - 1
"""Whole numbers beyond it are not exact in JSON (RFC 7493)."""

Object = dict[str, Any]


class NotCanonical(Exception):
    """Bytes that are not the one way to write a value. Never leaves this package's callers."""


def canonical(value: object) -> bytes:
    """Return the one way to write any JSON value, UTF-8.

    Raises TypeError for what is no JSON value: a defect of the caller.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type] # it checks for itself
    except (rfc8785.CanonicalizationError, RecursionError):
        # from None: the library's words quote the value, which may be private
        raise TypeError("this is not a value that RFC 8785 can write") from None


def digest(value: object) -> str:
    """Return the SHA-256 of a value, in hexadecimal, however it was written. Raises TypeError."""
    return hashlib.sha256(canonical(value)).hexdigest()


def plain(value: object) -> bytes:
    """Return the one way to write what the ledger may say: no fractions, keys of ASCII.

    Raises TypeError, which never repeats the value.
    """
    _check(value)
    return canonical(value)


def parse(data: bytes) -> Object:
    """Read an object that was written by `plain`.

    Raises NotCanonical when these bytes are any other way to write it, or no object.
    """
    try:
        value = _DECODER.decode(data.decode("utf-8"))
        again = _ENCODER.encode(value).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise NotCanonical from error
    if not isinstance(value, dict) or again != data:
        raise NotCanonical
    return value


def _check(value: object) -> None:
    match value:
        case None | bool():
            return
        case int() if abs(value) <= LARGEST:
            return
        case str():
            return
        case dict():
            for key, each in value.items():
                if not isinstance(key, str) or not KEY.fullmatch(key):
                    raise TypeError("a key of the ledger is of small ASCII letters")
                _check(each)
        case list() | tuple():
            for each in value:
                _check(each)
        case _:
            raise TypeError("the ledger holds texts, whole numbers, lists and objects alone")


def _refuse(_text: str) -> NoReturn:
    raise ValueError("a number that the ledger does not hold")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError("a number that the ledger does not hold")
    return int(text)


_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole)
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
