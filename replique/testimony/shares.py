"""A secret in n parts of which any t give it back, and fewer say nothing (Shamir 1979).

A share, bytes: magic "RPS" and a byte of format; threshold; place (1 … 255); the first four
bytes of SHA-256 over an identity of the splitting, the same in all its shares; the value at
that place, as long as the secret and its check.

What is split is the secret followed by the first 8 bytes of its SHA-256: parts of another
splitting, or damaged ones, give something whose check does not fit.  Whoever has t parts can
compute the secret, and so the check; with fewer, every secret fits one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass

from replique.errors import SealDamaged, StaysSealed, UsageError
from replique.language import gettext as _
from replique.language import ngettext
from replique.testimony.field import interpolated

FORMAT = 1
MAGIC = b"RPS" + bytes([FORMAT])
MOST = 255
LEAST_THRESHOLD = 2
CHECK_BYTES = 8
MARK_BYTES = 4
_HEAD = len(MAGIC) + 2 + MARK_BYTES


@dataclass(frozen=True, slots=True)
class Share:
    """One part. mark : the same in all parts of one splitting. value : not for any log."""

    threshold: int
    place: int
    mark: bytes
    value: bytes

    def __repr__(self) -> str:
        return f"Share({self.place})"

    def to_bytes(self) -> bytes:
        """Return it as it is kept."""
        return MAGIC + bytes([self.threshold, self.place]) + self.mark + self.value

    @classmethod
    def from_bytes(cls, data: bytes) -> Share:
        """Read one. Raises SealDamaged."""
        if data[: len(MAGIC)] != MAGIC or len(data) <= _HEAD + CHECK_BYTES:
            raise damaged()
        threshold, place = data[len(MAGIC)], data[len(MAGIC) + 1]
        if threshold < LEAST_THRESHOLD or place == 0:
            raise damaged()
        return cls(threshold, place, data[len(MAGIC) + 2 : _HEAD], data[_HEAD:])


def split(secret: bytes, *, threshold: int, parts: int) -> list[Share]:
    """Split a secret. Raises UsageError unless 2 ≤ threshold ≤ parts ≤ 255."""
    if not LEAST_THRESHOLD <= threshold <= parts <= MOST:
        raise UsageError(
            _("A key is shared among at least two people, and at least two of them must agree."),
            advice=_("For instance: three confidants, of whom any two are enough."),
        )
    if not secret:
        raise TypeError("there is nothing to split")
    checked = secret + hashlib.sha256(secret).digest()[:CHECK_BYTES]
    # the polynomial is fixed by the secret at 0 and by random values at threshold - 1 places
    points = [(0, checked)]
    points += [(place, os.urandom(len(checked))) for place in range(1, threshold)]
    mark = os.urandom(MARK_BYTES)
    return [
        Share(threshold, place, mark, interpolated(points, place)) for place in range(1, parts + 1)
    ]


def joined(shares: Iterable[Share]) -> bytes:
    """Return the secret.

    Raises StaysSealed when there are too few, SealDamaged when they do not fit.
    """
    by_place = {each.place: each for each in shares}
    given = list(by_place.values())
    if not given:
        raise too_few(0, LEAST_THRESHOLD)
    first = given[0]
    if any(
        (each.threshold, each.mark, len(each.value))
        != (first.threshold, first.mark, len(first.value))
        for each in given
    ):
        raise damaged()
    if len(given) < first.threshold:
        raise too_few(len(given), first.threshold)
    points = [(each.place, each.value) for each in given[: first.threshold]]
    checked = interpolated(points, 0)
    secret, check = checked[:-CHECK_BYTES], checked[-CHECK_BYTES:]
    if hashlib.sha256(secret).digest()[:CHECK_BYTES] != check:
        raise damaged()
    return secret


def too_few(given: int, wanted: int) -> StaysSealed:
    """Return the error of a quorum that is not reached."""
    return StaysSealed(
        ngettext(
            "{given} confidant has answered; {wanted} are needed.",
            "{given} confidants have answered; {wanted} are needed.",
            given,
        ).format(given=given, wanted=wanted),
        advice=_("Ask another of the people who were chosen."),
    )


def damaged() -> SealDamaged:
    """Return the error of parts that do not belong together, or were altered."""
    return SealDamaged(
        _("The parts of this key do not fit together."),
        advice=_("Ask another confidant, or bring the records back from a backup."),
    )
