"""A real browser at a real desk, for tests: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

CHROMIUM = os.environ.get("REPLIQUE_CHROMIUM", "/usr/bin/chromium")
PATIENCE_S = 60.0
WITHOUT = (
    "no chromium here: install Debian's, or name one by REPLIQUE_CHROMIUM"
    if shutil.which(CHROMIUM) is None
    else ""
)


class Desk(NamedTuple):
    """A desk that runs. key : the address with the key. origin : without."""

    key: str
    origin: str
    process: subprocess.Popen[str]


@contextmanager
def running(home: Path, log: Path) -> Iterator[Desk]:
    """Start a desk as a person would, at any free port; close it at the end."""
    environment = {**os.environ, "REPLIQUE_HOME": str(home), "REPLIQUE_LANG": "en"}
    for name in ("DATABASE_URL", "REPLIQUE_DESK_SECRET", "REPLIQUE_DESK_KEY"):
        environment.pop(name, None)
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "replique.web", "--port", "0", "--no-browser"],
            stdout=file, stderr=subprocess.STDOUT, text=True, env=environment,
        )  # fmt: skip
    try:
        address = _address(log, process)
        yield Desk(address, address.partition("/?")[0], process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(log: Path, process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"http://\S+key=\S+", log.read_text(encoding="utf-8"))
        if found is not None:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))
