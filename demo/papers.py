"""What was agreed with nobody, and what was done: invented, like the voices.

Each planted take has a use, and the verdict that the papers must give of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from demo import script

COMPANY = "Phare Films (invented)"
GAME = "Iron Tide (invented)"


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of the use of a planted take, and what the papers must say of it."""

    planted: script.Planted
    facts: tuple[tuple[str, str], ...]
    verdict: str


SAID = (
    Said(
        script.PLANTED[0],
        (("production", "Le phare"), ("company", COMPANY), ("act", "edit_reuse"),
         ("date", "2026-03-01"), ("territory", "FR")),
        "duty_unmet",
    ),
    Said(
        script.PLANTED[1],
        (("production", "Le phare"), ("company", COMPANY), ("act", "edit_reuse"),
         ("date", "2026-03-01"), ("territory", "FR")),
        "not_in_force",
    ),
    Said(
        script.PLANTED[2],
        (("production", "Le phare"), ("company", COMPANY), ("act", "advertise"),
         ("date", "2026-02-01"), ("territory", "WORLD")),
        "covered",
    ),
    Said(
        script.PLANTED[3],
        (("production", "Iron Tide"), ("company", GAME), ("act", "edit_reuse"),
         ("date", "2026-05-01")),
        "no_grant_found",
    ),
)  # fmt: skip


def write(folder: Path, awa: str, tom: str, ines: str) -> list[Path]:
    """Write a paper for each of the three, by their short names; return the files."""
    texts = {
        "awa": _paper("awa-le-phare", awa, "Audition, used in the series", '["edit_reuse"]')
        + _UNPAID,
        "tom": _paper("tom-le-phare", tom, "Self-tape, until 2025", '["edit_reuse"]', "2025-12-31"),
        "ines": _paper("ines-trailer", ines, "Trailer", '["advertise"]'),
    }
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def _paper(ident: str, performer: str, title: str, acts: str, end: str = "2030-12-31") -> str:
    return f"""schema = "replique-agreement/1"
id = "{ident}"
kind = "individual"
title = "{title}"
performer = "{performer}"
company = "{COMPANY}"
law = "FR"

[form]
kind = "separate_writing"
given = 2025-01-10

[[signature]]
by = "performer"
on = 2025-01-10

[term]
start = 2025-01-10
end = {end}

[[grant]]
id = "use"
clause = "2"
acts = {acts}
subjects = ["recording", "voice"]
scope.productions = ["Le phare"]
"""


_UNPAID = """
[[grant.duty]]
id = "fee"
kind = "pay"
clause = "4"
amount = 300
currency = "EUR"
unit = "flat"
within_days = 30
"""
