"""The options that leave out weak occurrences, wherever occurrences are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from replique.cli.grammar import N_, option


def thresholds(command: Callable[..., Any]) -> Callable[..., Any]:
    """Declare `min_strength` and `min_support`: takes and voices are measured on two scales."""
    support = option(
        "--min-support",
        metavar=N_("NUMBER"),
        type=float,
        help=N_(
            "Only voices with at least this log10 likelihood ratio: 1 is 10 times, 2 is 100 times "
            "(docs/voices.md)."
        ),
    )
    strength = option(
        "--min-strength",
        metavar=N_("NUMBER"),
        type=float,
        help=N_(
            "Only takes at least this strong (docs/strength.md); of voices, see --min-support."
        ),
    )
    return strength(support(command))
