"""What comes from strangers' files, made fit for any database."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from replique.media.source import readable

LARGEST = 1e9
"""Stands for infinity in a measurement: databases disagree on what they make of it."""


def clean(text: str) -> str:
    """Return text without what PostgreSQL or a screen refuses: NUL, lone surrogates, controls."""
    return "\n".join(readable(line) for line in text.split("\n"))


def finite(value: float) -> float:
    """Return a number that every database keeps: NaN is 0, infinity is LARGEST."""
    if math.isnan(value):
        return 0.0
    return max(-LARGEST, min(LARGEST, float(value)))


def measured(values: Mapping[str, float]) -> dict[str, float]:
    """Return the measurements that are numbers; JSON knows no NaN."""
    return {
        clean(name): float(value) for name, value in values.items() if math.isfinite(float(value))
    }


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody's file says, text and text within text, as every database keeps it."""
    return {
        clean(str(name)): plain(value) if isinstance(value, Mapping) else clean(str(value))
        for name, value in told.items()
    }


def way(path: Path, members: Sequence[str]) -> str:
    """Return a place as exact ASCII: JSON of [path, member, …], whatever bytes are in it."""
    return json.dumps([os.fspath(path), *members])


def unway(text: str) -> tuple[Path, tuple[str, ...]]:
    """Undo `way`."""
    path, *members = json.loads(text)
    return Path(path), tuple(members)


def key(text: str) -> str:
    """Return a short key for a place: half of the SHA-256 of its way."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
