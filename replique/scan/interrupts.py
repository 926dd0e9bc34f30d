"""Ctrl-C, heard as a wish: the scan stops in order, and what it finished is kept."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def until_interrupted() -> Iterator[Callable[[], bool]]:
    """Give a `stop` for `run`: true once somebody pressed Ctrl-C or asked the process to end.

    A second Ctrl-C interrupts at once, as ever.  Outside the main thread, where no
    signal is heard, it is never true.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ask(number: int, frame: FrameType | None) -> None:
        del frame
        asked.set()
        signal.signal(number, before[number])

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
