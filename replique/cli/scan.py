"""`replique scan`: look for takes and voices in media."""

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
from replique.cli.grammar import N_, command, option, speak
from replique.cli.paths import existing, look_into
from replique.cli.terminal import say_json, warn
from replique.language import LANGUAGES
from replique.language import gettext as _

if TYPE_CHECKING:
    from replique.scan import Progress, Summary
    from replique.store import Home, MediumRecord
    from replique.store.records import VoiceRecord
    from replique.store.voice_keys import Keys

RECORDINGS, VOICES = "recordings", "voices"
PROBES = (RECORDINGS, VOICES)
NOTHING_TO_HEAR = frozenset({"not-media", "no-audio"})
"""Files in which there is nothing to listen to; not searching them is no failure."""
MOST_TOLD = 10
"""Unreadable media named in the summary; `replique media --failed` lists them all."""


@command(
    "scan",
    help=N_(
        "Look for all registered takes and enrolled voices in media: files, folders, "
        "archives.\n\n"
        "Every sound track is searched. What was searched before for the same takes and voices "
        "is not searched again. Ctrl-C stops cleanly; the same command goes on.\n\n"
        "Voices are looked for when somebody has enrolled theirs (`replique voice enrol`) and "
        "the models are here; with --probe, only what is named is looked for."
    ),
)
@look_into()
@option(
    "--jobs",
    metavar=N_("NUMBER"),
    type=click.IntRange(min=1),
    help=N_("Worker processes; one for each core unless said otherwise."),
)
@option(
    "--performer", metavar=N_("PERFORMER"), help=N_("Look for the takes and voices of one only.")
)
@option(
    "--probe",
    "probes",
    multiple=True,
    type=click.Choice(PROBES),
    help=N_("What to look for: recordings, voices, or both, named one by one."),
)
@option(
    "--min-strength",
    metavar=N_("NUMBER"),
    type=float,
    help=N_(
        "Keep takes that are found at least this strongly (docs/strength.md). With another "
        "number than before, everything is searched again."
    ),
)
@option(
    "--min-support",
    metavar=N_("NUMBER"),
    type=float,
    help=N_(
        "Keep voices with at least this log10 likelihood ratio, 0.5 unless said otherwise "
        "(docs/voices.md). With another number, voices are searched again."
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
    probes: tuple[str, ...],
    min_strength: float | None,
    min_support: float | None,
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
    wanted = tuple(dict.fromkeys(probes)) or None
    keys = _keys(home, wanted, performer, as_json=as_json)
    if as_json:
        say_json(_begun(home, paths, performer=performer, probes=wanted))
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
            probes=wanted,
            keys=keys,
            settings=None if min_strength is None else Settings(least_strength=min_strength),
            least_voice=min_support,
            progress=told,
            stop=stop,
        )
    if done.summary.known:
        tally.settle(store.media())
    from replique.cli import scan_summary  # the workers were begun without waiting for it

    ended = status(done.summary, tally)
    if as_json:
        ok = ended == failures.DONE
        say_json(scan_summary.event(home, done, tally, ok=ok, performer=performer))
    else:
        scan_summary.sum_up(home, done, tally, performer=performer)
    ctx.exit(ended)


def _begun(
    home: Home, paths: tuple[Path, ...], *, performer: str | None, probes: tuple[str, ...] | None
) -> dict[str, object]:
    """Return what a program is told first."""
    from replique import store

    takes = {each.sha256 for each in store.takes(home, performer=performer)}
    return {
        "event": "begin",
        "takes": len(takes),
        "voices": len(_voices(home, performer)),
        "probes": None if probes is None else list(probes),
        "paths": [str(path) for path in paths],
    }


def _voices(home: Home, performer: str | None) -> list[VoiceRecord]:
    """Return the voices there are, without loading what enrolls them where there is none."""
    from replique import store

    return store.voices(performer) if any(home.voices.glob("*.rpv")) else []


def _keys(
    home: Home, probes: tuple[str, ...] | None, performer: str | None, *, as_json: bool
) -> Keys | None:
    """Open the keys of the voices where voices are looked for and a person may be asked.

    None: the store opens them by itself, or says why voices are left out.
    """
    if probes is not None and VOICES not in probes:
        return None
    if not _voices(home, performer):
        return None  # the store says so where voices were asked for
    from replique.cli import fetching, passphrase

    if probes is not None:
        fetching.ready(home, ask=not as_json)
        return passphrase.opened(home)
    if passphrase.asker() is None or not fetching.here(home):
        return None
    return passphrase.opened_if_said(home)


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
