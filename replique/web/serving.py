"""The desk's server: gunicorn, in this process, on a socket that is open already."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.app.base import BaseApplication

THREADS = 8
MOST_PROCESSES = 4
"""Of a committee's desk, one on each core: fifty people are more than one interpreter serves."""


def application(environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 — WSGI
    """Answer one request."""
    return _wsgi()(environ, start)


_made: list[Any] = []


def _wsgi() -> Any:  # noqa: ANN401 — WSGI
    if not _made:
        from django.core.handlers.wsgi import WSGIHandler

        _made.append(WSGIHandler())
    return _made[0]


class Desk(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """The desk in gunicorn."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take the settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 — WSGI
        """Return what answers."""
        _wsgi()
        return application


def processes(*, committee: bool) -> int:
    """Return how many processes answer: a laptop's one person needs one."""
    return max(1, min(MOST_PROCESSES, os.cpu_count() or 1)) if committee else 1


def serve(descriptor: int, *, log: str, workers: int = 1) -> None:
    """Serve until told to end.

    descriptor : of a socket that listens. log : file of what goes wrong. workers : processes.
    """
    Desk(
        {
            "bind": f"fd://{descriptor}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 120,
            "graceful_timeout": 5,
            "keepalive": 15,
            "loglevel": "warning",
            "errorlog": log,
            "proc_name": "replique desk",
            "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: PTH112, S108
            "preload_app": False,
            # whom to believe about who asks is decided in one place: replique.web.proxies
            "forwarded_allow_ips": "",
        }
    ).run()
