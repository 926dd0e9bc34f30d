"""`replique scan`: look for the takes in media."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from replique.cli import failures
from replique.cli.grammar import N_, argument, command, option, speak
from replique.cli.paths import Given, existing
from replique.cli.terminal import say, say_json, shown, table, warn
from replique.language import LANGUAGES, ngettext
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.scan import Progress, Summary
    from replique.store import Home, MediumRecord, Scanned

NOTHING_TO_HEAR = frozenset({"not-media", "no-audio"})
"""Files in which there is nothing to listen to; not searching them is no failure."""
MOST_TOLD = 10
"""Unreadable media named in the summary; `replique media --failed` lists them all."""


@command(
    "scan",
    help=N_(
        "Look for all registered takes in media: files, folders, archives.\n\n"
        "Every sound track is searched. What was searched before for the same takes is not "
        "searched again. Ctrl-C stops cleanly; the same command goes on."
    ),
)
@argument(
    "paths",
    metavar=N_("PATHS..."),
    nargs=-1,
    required=True,
    type=Given(),
    help=N_("Files, folders or archives."),
)
@option(
    "--jobs",
    metavar=N_("NUMBER"),
    type=click.IntRange(min=1),
    help=N_("Worker processes; one for each core unless said otherwise."),
)
@option("--performer", metavar=N_("PERFORMER"), help=N_("Look for the takes of one only."))
@option(
    "--min-strength",
    metavar=N_("NUMBER"),
    type=float,
    help=N_(
        "Keep occurrences at least this strong (docs/strength.md). With another number than "
        "before, everything is searched again."
    ),
)
@option("--quiet", is_flag=True, help=N_("Show no progress, only the summary."))
@option("--json", "as_json", is_flag=True, help=N_("Write events, one JSON object a line."))
@option("--lang", type=click.Choice(LANGUAGES), help=N_("Speak French or English."))
@click.pass_context
def scan(
    ctx: click.Context,
    *,
    paths: tuple[Path, ...],
    jobs: int | None,
    performer: str | None,
    min_strength: float | None,
    lang: str | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Search, show how far it is, and say what came of it."""
    if lang is not None:
        speak(lang)
    existing(paths)
    from replique import store
    from replique.cli.progress import display
    from replique.recordings import Settings

    home = store.open()
    if as_json:
        takes = {each.sha256 for each in store.takes(home, performer=performer)}
        say_json({"event": "begin", "takes": len(takes), "paths": [str(path) for path in paths]})
    tally = Tally()
    with _stopping() as stop, display(quiet=quiet, as_json=as_json) as show:

        def told(progress: Progress) -> None:
            tally(progress)
            show(progress)

        done = store.scan(
            home,
            paths,
            jobs=jobs,
            performer=performer,
            settings=None if min_strength is None else Settings(least_strength=min_strength),
            progress=told,
            stop=stop,
        )
    if done.summary.known:
        tally.settle(store.media())
    if as_json:
        say_json(_event(home, done, tally))
    else:
        sum_up(home, done, tally)
    ctx.exit(status(done.summary, tally))


class Tally:
    """Counts why media were not searched, now or in an earlier scan, and keeps the first few.

    known : how many were skipped because an earlier scan had searched them.
    """

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.first: list[str] = []
        self.known = 0
        self._skipped: dict[str, bool] = {}

    def __call__(self, progress: Progress) -> None:
        """Take a report."""
        ended = progress.ended
        if ended is not None and ended.error is not None:
            self._note(ended.error.code, ended.error.message)
        elif ended is not None and ended.known:
            self._skipped[ended.locator] = ended.sha256 is not None

    def settle(self, media: Iterable[MediumRecord]) -> None:
        """Look up what earlier scans said of the places that this one skipped."""
        for medium in media:
            if medium.state != "ok":
                for place in medium.locations:
                    if self._skipped.pop(place.locator, None) is not None:
                        self._note(medium.error_code, medium.error_message)
        self.known = sum(self._skipped.values())
        # what has no content of its own and was no failure: texts, and the like
        self.reasons["not-media"] += len(self._skipped) - self.known

    def _note(self, code: str, message: str) -> None:
        self.reasons[code] += 1
        if code not in NOTHING_TO_HEAR and len(self.first) < MOST_TOLD:
            self.first.append(message)

    @property
    def nothing_to_hear(self) -> int:
        """How many files hold nothing to listen to."""
        return sum(self.reasons[code] for code in NOTHING_TO_HEAR)

    @property
    def failed(self) -> int:
        """How many media could not be searched, or not to their end."""
        return self.reasons.total() - self.nothing_to_hear


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C (or a polite kill) into a clean stop; the second is at once."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        if number == signal.SIGINT:
            warn(_("Stopping; Ctrl-C again to stop at once."))

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set  # signals are the business of the main thread
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def status(summary: Summary, tally: Tally) -> int:
    """Return the exit status of a scan (docs/exit-codes.md)."""
    if summary.interrupted:
        return failures.INTERRUPTED
    nothing = summary.media == tally.nothing_to_hear
    return failures.SOME_MEDIA_FAILED if tally.failed or nothing else failures.DONE


def sum_up(home: Home, done: Scanned, tally: Tally) -> None:
    """Say in plain words what came of a scan."""
    from replique.report.numerals import duration, number

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
    _say_found(home, done)


def _say_failed(tally: Tally) -> None:
    from replique.report.numerals import number

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


def _say_found(home: Home, done: Scanned) -> None:
    from replique import store
    from replique.report.numerals import number

    say()
    found = store.occurrences(home)
    new = Counter(each.take.id for each in store.occurrences(home, run=done.run))
    say(
        ngettext(
            "{count} occurrence was found in this search.",
            "{count} occurrences were found in this search.",
            new.total(),
        ).format(count=number(new.total()))
    )
    if not found:
        say(_("That does not mean that no take was used: docs/strength.md says why."))
        return
    takes = {each.take.id: each.take for each in found}
    total = Counter(each.take.id for each in found)
    table(
        [_("Take"), _("Performer"), _("New"), _("In all")],
        [
            [takes[key].title, takes[key].performer, number(new[key]), number(total[key])]
            for key in sorted(takes, key=lambda key: (takes[key].performer, takes[key].title))
        ],
        right=(2, 3),
    )
    say()
    say(_("To list them: replique occurrences"))
    say(_("To see and hear them: replique report report.html"))


def _event(home: Home, done: Scanned, tally: Tally) -> dict[str, object]:
    from replique import store

    summary = done.summary
    new = Counter(each.take.id for each in store.occurrences(home, run=done.run))
    return {
        "event": "summary",
        "ok": status(summary, tally) == failures.DONE,
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
                "found": new[each.id],
            }
            for each in store.takes(home)
        ],
        "notes": [shown(note) for note in done.notes],
    }
