"""Keep the desk alive: its server and its worker, each a process of its own.

    keeper ──► server     answers the browser
           └─► worker     scans, reads what was uploaded

The keeper holds the socket and the key, so that a server that died comes back at the
same address, for the same person.  Each child ends when the keeper does, however that
ends: it holds one end of a pipe.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from types import FrameType

USUAL_PORT = 7878
PATIENCE_S = 30.0
LEAST_LIFE_S = 2.0
"""A child that dies sooner is not begun again at once."""
HERE = "127.0.0.1"
ROLES = ("server", "worker")


def listening(port: int | None) -> socket.socket:
    """Return a socket on this computer alone.

    port : that one; None for the usual one, or any other where that is taken. Raises OSError.
    """
    for each in (USUAL_PORT, 0) if port is None else (port,):
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((HERE, each))
        except OSError:
            made.close()
            if each == 0 or port is not None:
                raise
            continue
        made.listen(128)
        return made
    raise OSError  # pragma: no cover - the loop ends by a return or a raise


class Keeper:
    """The children, and what they are given. roles : both, or one of them."""

    def __init__(self, listener: socket.socket, roles: Sequence[str] = ROLES) -> None:
        self._listener, self._roles = listener, tuple(roles)
        self.key = secrets.token_urlsafe(32)
        self._pipe = os.pipe()
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._begun: dict[str, float] = {}
        self._ending = threading.Event()

    @property
    def address(self) -> str:
        """What a person opens."""
        return f"{self.origin}/?key={self.key}"

    @property
    def origin(self) -> str:
        """Where the desk is."""
        return f"http://{HERE}:{self._listener.getsockname()[1]}"

    def begin(self) -> None:
        """Begin them."""
        for role in self._roles:
            self._spawn(role)

    def ready(self) -> bool:
        """Wait until the server answers; False when it does not."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and not self._ending.is_set():
            if self._children["server"].poll() is not None:
                return False
            try:
                urllib.request.urlopen(f"{self.origin}/static/desk/mark.svg", timeout=5)  # noqa: S310 — ours
            except urllib.error.HTTPError:
                return True
            except OSError:
                time.sleep(0.1)
            else:
                return True
        return False

    def keep(self) -> None:
        """Begin anew whichever dies, until told to end."""
        with _signals(self._ending):
            while not self._ending.wait(0.25):
                for name, child in list(self._children.items()):
                    if child.poll() is not None:
                        lived = time.monotonic() - self._begun[name]
                        if lived < LEAST_LIFE_S and self._ending.wait(LEAST_LIFE_S):
                            break
                        self._spawn(name)
        self.end()

    def end(self) -> None:
        """End them: kindly, then not."""
        self._ending.set()
        for child in self._children.values():
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        until = time.monotonic() + 8.0
        for child in self._children.values():
            try:
                child.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for descriptor in self._pipe:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _spawn(self, name: str) -> None:
        listener, lifeline = self._listener.fileno(), self._pipe[0]
        self._begun[name] = time.monotonic()
        self._children[name] = subprocess.Popen(  # noqa: S603 — ourselves
            [sys.executable, "-P", "-m", "replique.web", name, str(listener), str(lifeline)],
            pass_fds=(listener, lifeline),
            env={**os.environ, "REPLIQUE_DESK_KEY": self.key},
            start_new_session=True,  # Ctrl-C is for the keeper, who ends them kindly
        )


@contextlib.contextmanager
def _signals(ending: threading.Event) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def follow(lifeline: int) -> None:
    """End this process when the keeper is gone."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
