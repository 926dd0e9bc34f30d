"""The desk as it is deployed, and PostgreSQL, started for a measurement and stopped after it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120.0
COUNTED = "bench.desk_settings"
SERVER = """
import os, sys
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = {settings!r}
from replique.web.opening import gather_static, open_desk, static_of
home = open_desk()
gather_static(home)
from replique import store
store.close()
from replique.web.serving import serve
serve(int(sys.argv[1]), log=str(home.log))
"""


@dataclass
class Desk:
    """A desk that runs. origin : where. cookie : of a session inside; "" for a committee's."""

    origin: str
    process: subprocess.Popen[bytes]
    cookie: str = ""


@dataclass
class Postgres:
    """A server of our own. pid : of its postmaster."""

    folder: Path
    port: int
    tools: Path

    def url(self, name: str) -> str:
        """Return the address of a database on it."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    @property
    def pid(self) -> int:
        """The number of its first process."""
        said = (self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8")
        return int(said.splitlines()[0])

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database; return its address."""
        self._ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def start(self) -> None:
        """Start it, also after it was killed."""
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c max_connections=200"
            f" -c unix_socket_directories={self.folder} -c fsync=on"
        )
        log = self.folder / "server.log"
        for attempt in range(30):
            words = ("pg_ctl", "-D", self.folder / "data", "-s", "-w", "-l", log, "-o", options)
            if self._run(*map(str, words), "start", fails=True):
                return
            time.sleep(0.2 + 0.1 * attempt)  # shared memory of the killed one is still held
        raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])

    def stop(self) -> None:
        """Stop it for good."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop", fails=True)

    def _ask(self, command: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(command.encode())

    def _run(self, tool: str, *words: str, fails: bool = False) -> bool:
        before = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        ran = subprocess.run(
            [*before, str(self.tools / tool), *words], cwd=self.folder, check=not fails,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return ran.returncode == 0


def tools_of_postgres() -> Path | None:
    """Return where its programs are; None when it is not installed."""
    named = shutil.which("initdb")
    found = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL server of our own. Raises RuntimeError where there is none."""
    tools = tools_of_postgres()
    if tools is None:
        raise RuntimeError("PostgreSQL is not installed here")
    with tempfile.TemporaryDirectory(prefix="replique-bench-pg-", ignore_cleanup_errors=True) as at:
        folder = Path(at)
        if os.getuid() == 0:  # it refuses to run as root
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        made = Postgres(folder, free_port(), tools)
        made._run("initdb", "-D", str(folder / "data"), "--username=postgres", "--auth=trust",
                  "--encoding=UTF8", "--locale=C", "--no-sync")  # fmt: skip
        made.start()
        try:
            yield made
        finally:
            made.stop()


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def environment(home: Path, database: str = "", *, committee: bool = False) -> dict[str, str]:
    """Return what a process is given to open a desk there."""
    said = {
        **os.environ,
        "REPLIQUE_HOME": str(home),
        "REPLIQUE_LANG": "en",
        "PYTHONPATH": str(ROOT),
    }
    for name in ("DATABASE_URL", "REPLIQUE_DESK", "REPLIQUE_DESK_KEY", "REPLIQUE_DESK_SECRET"):
        said.pop(name, None)
    if database:
        said["DATABASE_URL"] = database
    if committee:
        said["REPLIQUE_DESK"] = "committee"
    return said


@contextmanager
def served(home: Path) -> Iterator[Desk]:
    """Serve a laptop's desk by gunicorn, without keeper and worker, with queries counted."""
    key = "a key of the bench"
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with (home / "bench-server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER.format(settings=COUNTED), str(listener.fileno())],
            pass_fds=(listener.fileno(),), stdout=log, stderr=log,
            env={**environment(home), "REPLIQUE_DESK_KEY": key,
                 "REPLIQUE_DESK_STATIC": str(home / "desk-static")},
        )  # fmt: skip
    try:
        _wait(origin, process)
        yield Desk(origin, process, entered(f"{origin}/?key={key.replace(' ', '+')}"))
    finally:
        _end(process)
        listener.close()


@contextmanager
def kept(home: Path, database: str = "", *, committee: bool = False) -> Iterator[Desk]:
    """Open a desk as it is deployed: keeper, server and worker."""
    log = home / "bench-keeper.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "replique.web", "--port", "0", "--no-browser"],
            stdout=file, stderr=file, env=environment(home, database, committee=committee),
        )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE_S
        found = None
        while found is None:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])
            time.sleep(0.1)
            found = re.search(r"(http://127\S+:\d+)/?\S*", log.read_text(encoding="utf-8"))
        cookie = "" if committee else entered(found[0])
        yield Desk(found[1], process, cookie)
    finally:
        _end(process)


def entered(address: str) -> str:
    """Exchange the opened address for a session; return its cookie."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_said: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(address, timeout=60)
    except urllib.error.HTTPError as answer:
        said = answer.headers.get("Set-Cookie", "")
        if answer.code == 302 and said:
            cookie = said.partition(";")[0]
            # the secret of its forms is made by the first page: two at once would make two
            page = address.partition("?")[0].rstrip("/") + "/scans/"
            asked = urllib.request.Request(page, headers={"Cookie": cookie})  # noqa: S310 — ours
            urllib.request.urlopen(asked, timeout=60).close()  # noqa: S310
            return cookie
        raise
    raise RuntimeError("the door gave no session")


def family(pid: int) -> list[int]:
    """Return the processes that one has begun, and theirs."""
    ran = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    own = [int(each) for each in ran.stdout.split()]
    return [each for child in own for each in (child, *family(child))]


def role_of(pid: int) -> str:
    """Return "server" or "worker" for a child of the keeper, "" for another."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    roles: Sequence[str] = [each for each in words if each in {"server", "worker"}]
    return roles[0] if roles and "replique.web" in words else ""


def _wait(origin: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the desk did not start: see bench-server.log in its home")
        try:
            urllib.request.urlopen(f"{origin}/static/desk/mark.svg", timeout=5)  # noqa: S310 — ours
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the desk did not answer")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
