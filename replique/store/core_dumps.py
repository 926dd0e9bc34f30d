"""No copy of this process's memory is to be written to a disk when it crashes.

What opens a voice lies in memory while it is used: in the program, and in the workers, which
read media by compiled code that a hostile file may crash.
"""

from __future__ import annotations

import contextlib

SMALLEST = 1
"""Bytes. With 0, Linux still hands the memory to a program that keeps crashes (systemd, apport);
with 1 it does not, and no file is as small (core(5))."""


def refuse() -> None:
    """Let no core dump of this process and its children be kept; costs microseconds.

    A system that has no such limit (Windows) goes on without.
    """
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        if hard != 0 and soft != SMALLEST:
            resource.setrlimit(resource.RLIMIT_CORE, (SMALLEST, hard))
