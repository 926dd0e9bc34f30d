"""Occurrences as people and programs read them: text, JSON, CSV, an edit list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath

from replique.cli import voice_words
from replique.cli.edl import RATES, Event, edl
from replique.cli.judge import judgement_name
from replique.cli.spreadsheet import csv_lines
from replique.cli.terminal import say, shown, table
from replique.consent.wording import verdict_name
from replique.language import gettext as _
from replique.probe import Occurrence
from replique.report.numerals import duration, number, time_code, with_unit
from replique.report.wording import SAME_PITCH, SAME_SPEED, strength
from replique.store.records import (
    Explained,
    MediumRecord,
    OccurrenceRecord,
    TakeRecord,
    VoiceRecord,
)
from replique.voices.calibration import Range
from replique.voices.support import band, caution, propositions


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence with what the agreements and people say of it.

    verdicts : what the agreements say of each use of it that is described. judgement : what a
        person says of it, "" when nobody has. valid : in which likelihood ratios were validated,
        None where that cannot be told.
    """

    record: OccurrenceRecord
    verdicts: tuple[str, ...] = ()
    judgement: str = ""
    valid: Range | None = None

    @property
    def found(self) -> Occurrence:
        """The measurement."""
        return self.record.found

    @property
    def medium(self) -> MediumRecord:
        """Where it is."""
        return self.record.medium

    @property
    def language(self) -> str:
        """Of the track, as the file declares it; "" when it does not."""
        tracks = self.medium.tracks
        return next((t.language for t in tracks if t.index == self.record.track), "")

    @property
    def is_take_itself(self) -> bool:
        """True where the medium is a copy of the registered file, byte for byte."""
        take = self.record.take
        return take is not None and self.medium.sha256 == take.sha256


HEADINGS = (
    "occurrence", "medium", "track", "language", "view", "start_s", "end_s", "start", "end",
    "performer", "performer_name", "take", "take_start_s", "take_end_s",
    "speed", "pitch_semitones", "gain_db", "polarity", "strength",
    "probe", "probe_version", "medium_sha256", "take_sha256", "take_path",
    "is_take_itself", "verdict", "judgement",
    "kind", "manner", "log10_lr", "support", "likeness", "resembles", "speech_s",
    "explained", "explained_by", "unexplained_s",
)  # fmt: skip
"""Columns of the CSV and keys of the JSON: part of our word, docs/cli.md lists them."""


def plain(row: Row) -> dict[str, object]:
    """Return a row under the names of `HEADINGS`, numbers as numbers, None for what it has not."""
    record, found = row.record, row.found
    said: dict[str, object] = dict.fromkeys(HEADINGS)
    said |= {
        "occurrence": record.id,
        "medium": row.medium.locator,
        "track": record.track + 1,
        "language": row.language,
        "view": found.view,
        "start_s": round(found.start_s, 4),
        "end_s": round(found.end_s, 4),
        "start": _clock(found.start_s),
        "end": _clock(found.end_s),
        "performer": record.performer,
        "performer_name": record.performer_name,
        "probe": record.probe,
        "probe_version": record.probe_version,
        "medium_sha256": row.medium.sha256 or "",
        "is_take_itself": row.is_take_itself,
        "verdict": " ".join(row.verdicts),
        "judgement": row.judgement,
        "kind": "take" if record.take is not None else "voice",
    }
    if record.take is not None:
        said |= _of_take(record.take, found)
    elif record.voice is not None:
        said |= _of_voice(record.voice, record)
    return said


def _of_take(take: TakeRecord, found: Occurrence) -> dict[str, object]:
    return {
        "take": take.title,
        "take_start_s": round(found.take_start_s, 4),
        "take_end_s": round(found.take_end_s, 4),
        "speed": round(found.speed, 6),
        "pitch_semitones": round(found.pitch_semitones, 3),
        "gain_db": round(found.gain_db, 2),
        "polarity": found.polarity,
        "strength": round(found.strength, 3),
        "take_sha256": take.sha256,
        "take_path": take.origin,
    }


def _of_voice(voice: VoiceRecord, record: OccurrenceRecord) -> dict[str, object]:
    how, explained = record.found.how, record.explained
    likeness = how.get("likeness")
    said: dict[str, object] = {
        "manner": voice.manner,
        "log10_lr": round(record.found.strength, 3),
        "support": str(band(record.found.strength)),
        "likeness": None if likeness is None else round(likeness, 4),
        "resembles": "closely" if voice_words.closely(record.found) else "resembles",
        "speech_s": round(how.get("speech_s", 0.0), 2),
    }
    if explained is not None:
        left_s = sum(end - start for start, end in explained.left)
        whole_s = record.found.end_s - record.found.start_s
        said |= {
            "explained": explained.state,
            "explained_by": " ".join(str(each) for each in explained.by),
            "unexplained_s": round(whole_s if explained.state in _BY_NOTHING else left_s, 3),
        }
    return said


def as_csv(rows: Iterable[Row]) -> str:
    """Return a table for a spreadsheet."""
    cells = ([plain(row)[name] for name in HEADINGS] for row in rows)
    return csv_lines(HEADINGS, (["" if c is None else c for c in line] for line in cells))


def as_edl(rows: Iterable[Row], fps: str) -> list[str]:
    """Return a CMX 3600 edit list, one event an occurrence; `fps` is a key of RATES."""
    events = [
        Event(
            start_s=row.found.start_s,
            end_s=row.found.end_s,
            clip=shown(_file_name(row.medium.locator)),
            notes=_notes(row),
        )
        for row in rows
    ]
    return list(edl(events, title="REPLIQUE OCCURRENCES", rate=RATES[fps]))


_BY_NOTHING: frozenset[Explained] = frozenset({"unexplained_voice", "not_searched"})
_WHOLLY: frozenset[Explained] = frozenset({"enrolled", "by_take"})
_EXPLAINED: dict[Explained, str] = {
    "enrolled": "THIS FILE IS A RECORDING OF THE ENROLMENT",
    "by_take": "A TAKE EXPLAINS IT",
    "partly": "A TAKE EXPLAINS IT IN PART",
    "unexplained_voice": "NO TAKE EXPLAINS IT",
    "not_searched": "TAKES WERE NOT SEARCHED THERE",
}
_NO_PROOF = "A LIKENESS OF VOICES IS NO PROOF OF IDENTITY"


def _notes(row: Row) -> tuple[str, ...]:
    found, record = row.found, row.record
    if record.take is not None:
        facts = [
            f"TAKE {shown(record.take.title)}",
            shown(record.performer_name),
            f"FROM {found.take_start_s:.3f} S",
            f"SPEED {found.speed:.4f}",
            f"STRENGTH {found.strength:.1f}",
        ]
    else:
        closely = voice_words.closely(found)
        facts = [
            f"A VOICE THAT RESEMBLES {'CLOSELY ' * closely}{shown(record.performer_name)}",
            f"LOG10 LR {found.strength:.1f}",
            f"SUPPORT {band(found.strength).upper()}",
        ]
        if record.explained is not None:
            facts.append(_EXPLAINED[record.explained.state])
    facts.append(f"AUDIO TRACK {record.track + 1}")
    notes = (f"SOURCE FILE: {shown(row.medium.locator)}", f"COMMENT: {', '.join(facts)}")
    return notes if record.take is not None else (*notes, f"COMMENT: {_NO_PROOF}")


def say_rows(rows: Sequence[Row], *, people: int = 0) -> None:
    """Write the occurrences for a person, medium by medium: the takes, then the voices.

    people : how many are enrolled, whose voices are looked for.
    """
    if not rows:
        say(_("No occurrence."))
        say(_("This says that nothing was found in what was searched, not that nothing was used."))
        return
    for medium, together in groupby(rows, key=lambda row: (row.medium.sha256, row.medium.locator)):
        rows_here = list(together)
        say(medium[1])
        takes = [row for row in rows_here if row.record.take is not None]
        voices = [row for row in rows_here if row.record.voice is not None]
        if takes:
            _say_takes(takes)
        if takes and voices:
            say()
        if voices:
            _say_voices(voices)
        say()
    if any(row.record.take is not None for row in rows):
        say(_("Strength says how seldom chance alone gives such a find (docs/strength.md)."))
        say(_("It measures; it does not say that anybody did wrong."))
    if any(row.record.voice is not None for row in rows):
        if any(row.record.take is not None for row in rows):
            say()
        _say_of_voices(rows, people)


def _say_of_voices(rows: Sequence[Row], people: int) -> None:
    """Say what the support compares, and how far it goes."""
    ours, others = propositions()
    say(_("Support says how many times better the first explains what is heard than the second:"))
    say(f"1. {ours}")
    say(f"2. {others}")
    if any(e.record.explained and e.record.explained.state not in _WHOLLY for e in rows):
        say(
            _(
                "What no take explains may be a session that is not registered, a synthesis made "
                "to resemble the voice, or another person. What is heard does not tell which."
            )
        )
    if people:
        say(
            _(
                "People enrolled here: {count}. The more people are looked for, in the more "
                "hours, the more often chance alone gives such a place."
            ).format(count=number(people))
        )
    say(caution())


def _say_takes(rows: Sequence[Row]) -> None:
    headings = [_("Number"), _("From"), _("To"), _("Take"), _("Performer"), _("Speed"),
                _("Semitones"), _("Level"), _("Strength")]  # fmt: skip
    _say_table(rows, headings, [_take_cells(row) for row in rows], right=(0, 5, 6, 7, 8))
    itself = (row.record.take for row in rows if row.is_take_itself)
    for title in dict.fromkeys(take.title for take in itself if take is not None):
        say(_("{take}: this file is the registered take itself.").format(take=shown(title)))


def _say_voices(rows: Sequence[Row]) -> None:
    headings = [_("Number"), _("From"), _("To"), _("Voice of"), _("Likeness"), _("Support"),
                _("Times"), _("Speech"), _("Explained")]  # fmt: skip
    _say_table(rows, headings, [_voice_cells(row) for row in rows], right=(0, 6, 7))


def _say_table(
    rows: Sequence[Row], headings: list[str], cells: list[list[str]], right: Sequence[int]
) -> None:
    """Write occurrences in one medium; what people say of them only where they do."""
    if any(row.verdicts for row in rows):
        headings.append(_("Verdict"))
        for row, line in zip(rows, cells, strict=True):
            line.append(", ".join(verdict_name(each) for each in row.verdicts))
    if any(row.judgement for row in rows):
        headings.append(_("Judgement"))
        for row, line in zip(rows, cells, strict=True):
            line.append(judgement_name(row.judgement) if row.judgement else "")
    table(headings, cells, right=right)


def _take_cells(row: Row) -> list[str]:
    found, take = row.found, row.record.take
    return [
        str(row.record.id),
        time_code(found.start_s),
        time_code(found.end_s),
        take.title if take is not None else "",
        row.record.performer,
        _percent(found.speed),
        number(found.pitch_semitones, 2, signed=True)
        if abs(found.pitch_semitones) >= SAME_PITCH
        else number(0),
        with_unit(found.gain_db, "dB", signed=True),
        strength(found.strength),
    ]


def _voice_cells(row: Row) -> list[str]:
    found, voice, explained = row.found, row.record.voice, row.record.explained
    # what is compared with itself weighs nothing
    itself = explained is not None and explained.state == "enrolled"
    return [
        str(row.record.id),
        time_code(found.start_s),
        time_code(found.end_s),
        voice_words.of_whom(voice) if voice is not None else "",
        voice_words.resembles(found),
        "–" if itself else voice_words.support(found, row.valid),
        "" if itself else voice_words.times(found, row.valid),
        duration(round(found.how.get("speech_s", 0.0), 1)),
        voice_words.explained(explained),
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
