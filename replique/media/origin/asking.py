"""Has Content Credentials read by another process, which may crash (see reading.py)."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import IO

from replique.media.origin.bounded import Bounded, Spent

SCRIPT = Path(__file__).with_name("reading.py")
_LARGEST_ANSWER = 8 << 20


class Answer(Enum):
    """What the other process answered."""

    ACCOUNT = b"S"
    NOTHING = b"N"
    ERROR = b"E"
    NO_LIBRARY = b"L"
    CRASHED = b""


def ask(file: Bounded, media_type: str, *, compared: bool) -> tuple[Answer, str]:
    """Return the answer, and the account as JSON or the library's error.

    compared : the credentials are compared with the content, which is read through.

    Raises Spent when more is asked of the file than it may give, or the time that it has
    is over; OSError when the file cannot be read.
    """
    command = [sys.executable, "-P", str(SCRIPT), media_type, str(file.size), str(int(compared))]
    pipe = subprocess.PIPE
    try:
        started = subprocess.Popen(  # noqa: S603  our own file, and words of our own
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_environment()
        )
    except (OSError, ValueError):
        return Answer.CRASHED, ""
    with started as process, _watched(process, file):
        if process.stdin is None or process.stdout is None:  # pragma: no cover  both are pipes
            return Answer.CRASHED, ""
        try:
            return _serve(file, process.stdin, process.stdout)
        finally:
            process.kill()
            with contextlib.suppress(OSError):  # what was not sent any more
                process.stdin.close()


def _environment() -> dict[str, str]:
    """Return what the other process is told: no passphrase, and no way to the store."""
    private = ("REPLIQUE_", "DATABASE_URL", "PG")
    return {name: value for name, value in os.environ.items() if not name.startswith(private)}


def _serve(file: Bounded, to: IO[bytes], answers: IO[bytes]) -> tuple[Answer, str]:
    """Give bytes until there is an answer."""
    while True:
        kind = answers.read(1)
        if kind == b"R":
            offset, count = struct.unpack(">QI", _exactly(answers, 12))
            given = file.exactly(offset, min(count, 1 << 20))
            try:
                to.write(struct.pack(">I", len(given)) + given)
                to.flush()
            except OSError:
                return _ended(file)
            continue
        if kind != b"A":
            return _ended(file)
        code, length = struct.unpack(">cI", _exactly(answers, 5))
        if length > _LARGEST_ANSWER:
            raise Spent
        return Answer(code), _exactly(answers, length).decode(errors="replace")


def _exactly(answers: IO[bytes], count: int) -> bytes:
    return answers.read(count).ljust(count, b"\0")  # cut off: the next read finds the end


def _ended(file: Bounded) -> tuple[Answer, str]:
    if file.is_late:
        raise Spent
    return Answer.CRASHED, ""


@contextlib.contextmanager
def _watched(process: subprocess.Popen[bytes], file: Bounded) -> Iterator[None]:
    """End a process when the time that a file has is over."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(max(file.until - time.monotonic(), 0.01)):
            if file.is_late:
                process.kill()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
