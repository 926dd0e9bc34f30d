"""Occurrences as people and programs read them: text, JSON, CSV, an edit list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from replique.cli.edl import RATES, Event, edl
from replique.cli.judge import judgement_name
from replique.cli.spreadsheet import csv_lines
from replique.cli.terminal import say, shown, table
from replique.consent.wording import verdict_name
from replique.language import gettext as _
from replique.probe import Occurrence
from replique.report.numerals import number, time_code, with_unit
from replique.report.wording import SAME_PITCH, SAME_SPEED, strength


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence with the names that a person knows it by.

    number : what a person names it by. medium : where it is, as a person reads it.
    track : index, from 0. language : of the track, as the file declares it; "" when it
        does not. verdicts : what the agreements say of each use of it that is described.
    judgement : what a person says of it, "" when nobody has.
    """

    number: int
    occurrence: Occurrence
    medium: str
    medium_sha256: str
    track: int
    language: str
    take: str
    take_path: str
    performer: str
    performer_name: str
    probe: str
    probe_version: str
    verdicts: tuple[str, ...] = ()
    judgement: str = ""

    @property
    def is_take_itself(self) -> bool:
        """True where the medium is a copy of the registered file, byte for byte."""
        return self.medium_sha256 == self.occurrence.subject


HEADINGS = (
    "occurrence", "medium", "track", "language", "view", "start_s", "end_s", "start", "end",
    "performer", "performer_name", "take", "take_start_s", "take_end_s",
    "speed", "pitch_semitones", "gain_db", "polarity", "strength",
    "probe", "probe_version", "medium_sha256", "take_sha256", "take_path",
    "is_take_itself", "verdict", "judgement",
)  # fmt: skip
"""Columns of the CSV and keys of the JSON: part of our word, docs/cli.md lists them."""


def plain(row: Row) -> dict[str, object]:
    """Return a row under the names of `HEADINGS`, numbers as numbers."""
    found = row.occurrence
    return {
        "occurrence": row.number,
        "medium": row.medium,
        "track": row.track + 1,
        "language": row.language,
        "view": found.view,
        "start_s": round(found.start_s, 4),
        "end_s": round(found.end_s, 4),
        "start": _clock(found.start_s),
        "end": _clock(found.end_s),
        "performer": row.performer,
        "performer_name": row.performer_name,
        "take": row.take,
        "take_start_s": round(found.take_start_s, 4),
        "take_end_s": round(found.take_end_s, 4),
        "speed": round(found.speed, 6),
        "pitch_semitones": round(found.pitch_semitones, 3),
        "gain_db": round(found.gain_db, 2),
        "polarity": found.polarity,
        "strength": round(found.strength, 3),
        "probe": row.probe,
        "probe_version": row.probe_version,
        "medium_sha256": row.medium_sha256,
        "take_sha256": found.subject,
        "take_path": row.take_path,
        "is_take_itself": row.is_take_itself,
        "verdict": " ".join(row.verdicts),
        "judgement": row.judgement,
    }


def as_csv(rows: Iterable[Row]) -> str:
    """Return a table for a spreadsheet."""
    return csv_lines(HEADINGS, ([plain(row)[name] for name in HEADINGS] for row in rows))


def as_edl(rows: Iterable[Row], fps: str) -> list[str]:
    """Return a CMX 3600 edit list, one event an occurrence; `fps` is a key of RATES."""
    events = [
        Event(
            start_s=row.occurrence.start_s,
            end_s=row.occurrence.end_s,
            clip=shown(_file_name(row.medium)),
            notes=_notes(row),
        )
        for row in rows
    ]
    return list(edl(events, title="REPLIQUE OCCURRENCES", rate=RATES[fps]))


def _notes(row: Row) -> tuple[str, ...]:
    found = row.occurrence
    facts = (
        f"TAKE {shown(row.take)}",
        shown(row.performer_name),
        f"FROM {found.take_start_s:.3f} S",
        f"SPEED {found.speed:.4f}",
        f"STRENGTH {found.strength:.1f}",
        f"AUDIO TRACK {row.track + 1}",
    )
    return (f"SOURCE FILE: {shown(row.medium)}", f"COMMENT: {', '.join(facts)}")


def say_rows(rows: Sequence[Row]) -> None:
    """Write the occurrences for a person, medium by medium."""
    if not rows:
        say(_("No occurrence."))
        say(_("This says that nothing was found in what was searched, not that nothing was used."))
        return
    for medium, together in groupby(rows, key=lambda row: (row.medium_sha256, row.medium)):
        rows_here = list(together)
        say(medium[1])
        _say_table(rows_here)
        for take in dict.fromkeys(row.take for row in rows_here if row.is_take_itself):
            say(_("{take}: this file is the registered take itself.").format(take=shown(take)))
        say()
    say(_("Strength says how seldom chance alone gives such a find (docs/strength.md)."))
    say(_("It measures; it does not say that anybody did wrong."))


def _say_table(rows: Sequence[Row]) -> None:
    """Write the occurrences in one medium; what people say of them only where they do."""
    headings = [_("Number"), _("From"), _("To"), _("Take"), _("Performer"), _("Speed"),
                _("Semitones"), _("Level"), _("Strength")]  # fmt: skip
    cells = [_cells(row) for row in rows]
    if any(row.verdicts for row in rows):
        headings.append(_("Verdict"))
        for row, line in zip(rows, cells, strict=True):
            line.append(", ".join(verdict_name(each) for each in row.verdicts))
    if any(row.judgement for row in rows):
        headings.append(_("Judgement"))
        for row, line in zip(rows, cells, strict=True):
            line.append(judgement_name(row.judgement) if row.judgement else "")
    table(headings, cells, right=(0, 5, 6, 7, 8))


def _cells(row: Row) -> list[str]:
    found = row.occurrence
    return [
        str(row.number),
        time_code(found.start_s),
        time_code(found.end_s),
        row.take,
        row.performer,
        _percent(found.speed),
        number(found.pitch_semitones, 2, signed=True)
        if abs(found.pitch_semitones) >= SAME_PITCH
        else number(0),
        with_unit(found.gain_db, "dB", signed=True),
        strength(found.strength),
    ]


def _percent(speed: float) -> str:
    """Return how much faster: +4.17%, or 0% when it is not told from no change."""
    if abs(speed - 1.0) <= SAME_SPEED:
        return with_unit(0, "%")
    return with_unit((speed - 1.0) * 100.0, "%", 2, signed=True)


def _clock(seconds: float) -> str:
    """Return h:mm:ss.mmm, the same in all languages: this is for programs."""
    whole = max(0, round(seconds * 1000))
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _file_name(locator: str) -> str:
    """Return the last part of a locator, members of archives included."""
    return PurePath(locator.rpartition("!/")[2] or locator).name or locator
