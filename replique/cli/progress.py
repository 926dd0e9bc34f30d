"""How a running scan is shown: a live bar, plain lines, JSON lines, or nothing."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from replique.cli.terminal import is_terminal, say_json, shown, warn
from replique.language import gettext as _
from replique.language import ngettext
from replique.report.numerals import duration, number, with_unit
from replique.scan.progress import Progress
from replique.scan.results import MediumResult

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

PLAIN_PAUSE_S = 10.0
"""Seconds between two plain lines: a log should not drown what it says."""
JSON_PAUSE_S = 1.0


class Display(Protocol):
    """Something that is told how far a scan is."""

    def __call__(self, progress: Progress) -> None:
        """Take a report."""


def display(*, quiet: bool, as_json: bool) -> AbstractContextManager[Display]:
    """Return the display that suits: who reads, and what they asked for."""
    if as_json:
        return JsonLines()
    if quiet:
        return Silence()
    return LiveBar() if is_terminal(sys.stderr) else PlainLines()


class _Shown(AbstractContextManager["Display"]):
    """A display that needs no tidying up."""

    def __call__(self, progress: Progress) -> None:
        raise NotImplementedError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""


class Silence(_Shown):
    """Shows nothing."""

    def __call__(self, progress: Progress) -> None:
        """Take a report."""


class PlainLines(_Shown):
    """A line now and then, and one for each medium in which something was found."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        """Take a report."""
        line = news(progress.ended)
        if line:
            warn(line)
        if progress.elapsed_s - self._last < PLAIN_PAUSE_S:
            return
        self._last = progress.elapsed_s
        warn(", ".join(figures(progress)))


class JsonLines(_Shown):
    """Events for a program, one JSON object a line (docs/cli.md)."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        """Take a report."""
        if progress.ended is not None:
            say_json(medium_event(progress.ended))
        if progress.elapsed_s - self._last < JSON_PAUSE_S:
            return
        self._last = progress.elapsed_s
        say_json(
            {
                "event": "progress",
                "done_bytes": progress.done_bytes,
                "total_bytes": progress.total_bytes,
                "media": progress.media,
                "known": progress.known,
                "failed": progress.failed,
                "found": progress.found,
                "decoded_s": round(progress.decoded_s, 1),
                "elapsed_s": round(progress.elapsed_s, 1),
                "rate": round(progress.rate, 1),
                "left_s": None if progress.left_s is None else round(progress.left_s),
                "at": list(progress.at),
            }
        )


class LiveBar(_Shown):
    """A bar that moves, for a person who watches."""

    _bar: Bar

    def __enter__(self) -> Self:
        """Draw the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            BarColumn(bar_width=24),
            TextColumn("{task.fields[figures]}", markup=False),
            TextColumn("{task.fields[at]}", markup=False, style="dim"),
            console=Console(stderr=True, highlight=False),
            transient=True,
        )
        self._bar.start()
        self._task = self._bar.add_task(
            "", total=None, figures=_("Looking at what there is"), at=""
        )
        return self

    def __call__(self, progress: Progress) -> None:
        """Take a report."""
        line = news(progress.ended)
        if line:
            self._bar.console.print(shown(line), markup=False, soft_wrap=True)
        self._bar.update(
            self._task,
            total=max(1, progress.total_bytes),
            completed=progress.done_bytes,
            figures=", ".join(figures(progress)),
            at=_tail(shown(progress.at[0])) if progress.at else "",
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()


def figures(progress: Progress) -> list[str]:
    """Return how far it is, how fast it goes, how long it takes, what it found."""
    done = progress.done_bytes / progress.total_bytes if progress.total_bytes else 1.0
    said = [with_unit(100 * min(1.0, done), "%")]
    if progress.rate > 0:
        rate = number(progress.rate, 0 if progress.rate >= 10 else 1)
        said.append(_("{rate}× real time").format(rate=rate))
    if progress.left_s is not None and progress.left_s >= 1:
        said.append(_("{duration} left").format(duration=duration(round(progress.left_s))))
    said.append(
        ngettext("{count} occurrence so far", "{count} occurrences so far", progress.found).format(
            count=number(progress.found)
        )
    )
    return said


def news(ended: MediumResult | None) -> str:
    """Return a line on a medium in which something was found; "" otherwise."""
    if ended is None or not ended.found:
        return ""
    count = len(ended.found)
    return ngettext(
        "{count} occurrence in {medium}", "{count} occurrences in {medium}", count
    ).format(count=number(count), medium=shown(ended.locator))


def medium_event(ended: MediumResult) -> dict[str, object]:
    """Return what a program is told when a medium ends."""
    event: dict[str, object] = {
        "event": "medium",
        "medium": ended.locator,
        "sha256": ended.sha256,
        "state": "known" if ended.known else ended.state,
        "duration_s": ended.duration_s,
        "found": len(ended.found),
    }
    if ended.error is not None:
        event["error"] = {
            "code": ended.error.code,
            "message": ended.error.message,
            "advice": ended.error.advice,
            "retry": ended.error.retry,
        }
    return event


def _tail(text: str, longest: int = 36) -> str:
    """Keep the end of a path, which tells more than its beginning."""
    return text if len(text) <= longest else "…" + text[1 - longest :]
