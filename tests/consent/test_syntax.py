"""What is no TOML, in plain words."""

from __future__ import annotations

import pytest

from replique.consent import syntax


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("given = 2025-02-30", "date"),
        ("given = 5/3/2024", "date"),
        ("given = 05.03.2024  # signed", "date"),
        ("amount = 6,50", "point"),
        ('given = "2025', "quote"),
    ],
)
def test_a_slip_of_a_date_or_a_number_is_told_as_one(line: str, told: str) -> None:
    with pytest.raises(syntax.Slip, match=told) as slip:
        syntax.parsed(f"[form]\n{line}\n")
    assert slip.value.problem.line == 2
