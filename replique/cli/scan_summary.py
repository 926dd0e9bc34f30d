"""What came of a scan, in plain words and as the last of its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from replique import store
from replique.cli import voice_words
from replique.cli.terminal import say, shown, table
from replique.language import gettext as _
from replique.language import ngettext
from replique.report.numerals import duration, number
from replique.voices.support import caution

if TYPE_CHECKING:
    from replique.cli.scan import Tally
    from replique.store import Home, OccurrenceRecord, Scanned
    from replique.store.records import Explained, VoiceRecord


def sum_up(home: Home, done: Scanned, tally: Tally, *, performer: str | None = None) -> None:
    """Say in plain words what came of a scan."""
    summary = done.summary
    for note in done.notes:
        say(note)
    if summary.interrupted:
        say(_("Stopped before the end; what was finished is kept. The same command goes on."))
    searched = summary.media - summary.known - summary.failed
    if searched:
        say(
            ngettext(
                "{count} medium was searched: {length} of sound, in {time}.",
                "{count} media were searched: {length} of sound, in {time}.",
                searched,
            ).format(
                count=number(searched),
                length=duration(round(summary.decoded_s)),
                time=duration(round(summary.elapsed_s, 1)),
            )
        )
    elif tally.known:
        say(_("There was nothing new to search."))
    else:
        say(_("There was nothing that could be searched."))
    if tally.known:
        say(
            ngettext(
                "{count} medium was known from before and skipped.",
                "{count} media were known from before and skipped.",
                tally.known,
            ).format(count=number(tally.known))
        )
    left_out = tally.nothing_to_hear + summary.passed_over
    if left_out:
        say(
            ngettext(
                "{count} file holds nothing to listen to.",
                "{count} files hold nothing to listen to.",
                left_out,
            ).format(count=number(left_out))
        )
    _say_failed(tally)
    say()
    Found.of(home, done, performer).say()


def _say_failed(tally: Tally) -> None:
    if not tally.failed:
        return
    say(
        ngettext(
            "{count} medium could not be searched, or not to its end:",
            "{count} media could not be searched, or not to their end:",
            tally.failed,
        ).format(count=number(tally.failed))
    )
    for message in tally.first:
        say(f"- {message}")
    left = tally.failed - len(tally.first)
    if left > 0:
        say(_("- and {count} more").format(count=number(left)))
    say(_("All of them, and what can be done: replique media --failed"))


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, in this search and in all.

    new, known : occurrences, those of this search among the latter too. people : whose voices
        were looked for. behind : voices of this search that are not told, because another
        manner of the same person, or another person, is better supported in the same place.
    """

    new: list[OccurrenceRecord]
    known: list[OccurrenceRecord]
    people: int
    searched: frozenset[str]
    behind: int

    @classmethod
    def of(cls, home: Home, done: Scanned, performer: str | None) -> Found:
        """Look it up."""
        voices = store.voices(performer) if done.voices else []
        new = store.occurrences(home, run=done.run)
        every = store.occurrences(home, run=done.run, contested=True) if voices else new
        return cls(
            new,
            store.occurrences(home),
            len({each.performer for each in voices}),
            frozenset(done.probes),
            len(every) - len(new),
        )

    def say(self) -> None:
        """Tell it, takes and voices apart."""
        takes = [each for each in self.known if each.take is not None]
        voices = [each for each in self.known if each.voice is not None]
        if "recordings" in self.searched:
            self._say_takes(takes)
        if "voices" in self.searched:
            if "recordings" in self.searched:
                say()
            self._say_voices(voices)
        if takes or voices:
            say()
            say(_("To list them: replique occurrences"))
            say(_("To see and hear them: replique report report.html"))

    def _say_takes(self, known: Sequence[OccurrenceRecord]) -> None:
        new = Counter(each.take.id for each in self.new if each.take is not None)
        count = new.total()
        said = (
            ngettext(
                "{count} occurrence of a take was found in this search.",
                "{count} occurrences of takes were found in this search.",
                count,
            )
            if "voices" in self.searched
            else ngettext(
                "{count} occurrence was found in this search.",
                "{count} occurrences were found in this search.",
                count,
            )
        )
        say(said.format(count=number(count)))
        takes = {each.take.id: each.take for each in known if each.take is not None}
        if not takes:
            say(_("That does not mean that no take was used: docs/strength.md says why."))
            return
        total = Counter(each.take.id for each in known if each.take is not None)
        table(
            [_("Take"), _("Performer"), _("New"), _("In all")],
            [
                [takes[key].title, takes[key].performer, number(new[key]), number(total[key])]
                for key in sorted(takes, key=lambda key: (takes[key].performer, takes[key].title))
            ],
            right=(2, 3),
        )

    def _say_voices(self, known: Sequence[OccurrenceRecord]) -> None:
        new = [each for each in self.new if each.voice is not None]
        say(
            ngettext(
                "{count} place was found in which a voice resembles an enrolled one.",
                "{count} places were found in which a voice resembles an enrolled one.",
                len(new),
            ).format(count=number(len(new)))
        )
        left, partly = (_count(new, state) for state in ("unexplained_voice", "partly"))
        if left:
            say(_unexplained(left, len(new)))
        if partly:
            say(_explained_in_part(partly, len(new)))
        enrolled = _count(new, "enrolled")
        if enrolled:
            say(_in_the_enrolment(enrolled, len(new)))
        if self.behind:
            say(
                ngettext(
                    "{count} more is not listed: in the same place another manner of the same "
                    "voice, or another person, is better supported.",
                    "{count} more are not listed: in the same places another manner of the same "
                    "voice, or another person, is better supported.",
                    self.behind,
                ).format(count=number(self.behind))
            )
        say(_("People whose voices were looked for: {count}").format(count=number(self.people)))
        if not known:
            say(_("That does not mean that no voice was used: docs/voices.md says why."))
            return
        table(
            [_("Voice of"), _("New"), _("In all"), _("By no take"), _("In part")],
            self._by_voice(known),
            right=(1, 2, 3, 4),
        )
        say(caution())

    def _by_voice(self, known: Sequence[OccurrenceRecord]) -> list[list[str]]:
        voices = {each.voice.id: each.voice for each in known if each.voice is not None}
        rows = []
        for voice in sorted(voices.values(), key=lambda each: (each.performer, each.manner)):
            new, found = _of(self.new, voice), _of(known, voice)
            counts = [len(new), len(found)]
            counts += [_count(found, "unexplained_voice"), _count(found, "partly")]
            rows.append([voice_words.of_whom(voice), *map(number, counts)])
        return rows


def _unexplained(left: int, among: int) -> str:
    if among == 1:
        return _("No take explains it.")
    return ngettext(
        "No take explains {count} of them.", "No take explains {count} of them.", left
    ).format(count=number(left))


def _explained_in_part(partly: int, among: int) -> str:
    if among == 1:
        return _("Takes explain it in part.")
    return ngettext(
        "Takes explain {count} of them in part.", "Takes explain {count} of them in part.", partly
    ).format(count=number(partly))


def _in_the_enrolment(count: int, among: int) -> str:
    if among == 1:
        return _("The file is a recording that the voice was enrolled with.")
    return ngettext(
        "{count} of them is in a recording that the voice was enrolled with.",
        "{count} of them are in recordings that the voice was enrolled with.",
        count,
    ).format(count=number(count))


def _of(found: Sequence[OccurrenceRecord], voice: VoiceRecord) -> list[OccurrenceRecord]:
    return [each for each in found if each.voice is not None and each.voice.id == voice.id]


def _count(found: Sequence[OccurrenceRecord], state: Explained) -> int:
    """Return of how many voices as much as that is explained."""
    return sum(1 for e in found if e.explained is not None and e.explained.state == state)


def event(
    home: Home, done: Scanned, tally: Tally, *, ok: bool, performer: str | None = None
) -> dict[str, object]:
    """Return what a program is told last."""
    summary = done.summary
    new = store.occurrences(home, run=done.run)
    takes = Counter(each.take.id for each in new if each.take is not None)
    return {
        "event": "summary",
        "ok": ok,
        "media": summary.media,
        "known": tally.known,
        "failed": tally.failed,
        "partial": summary.partial,
        "nothing_to_hear": tally.nothing_to_hear,
        "passed_over": summary.passed_over,
        "found": summary.found,
        "decoded_s": round(summary.decoded_s, 1),
        "elapsed_s": round(summary.elapsed_s, 1),
        "interrupted": summary.interrupted,
        "takes": [
            {
                "take": each.id,
                "title": each.title,
                "performer": each.performer,
                "found": takes[each.id],
            }
            for each in store.takes(home)
        ],
        "probes": list(done.probes),
        "voices": [
            _voice_event(each, new) for each in (store.voices(performer) if done.voices else ())
        ],
        "notes": [shown(note) for note in done.notes],
    }


def _voice_event(voice: VoiceRecord, new: Sequence[OccurrenceRecord]) -> dict[str, object]:
    found = _of(new, voice)
    return {
        "performer": voice.performer,
        "manner": voice.manner,
        "found": len(found),
        "unexplained": _count(found, "unexplained_voice"),
        "partly_explained": _count(found, "partly"),
        "in_enrolment": _count(found, "enrolled"),
    }
