"""kill -9 of server, worker, keeper or database in the middle of what somebody does.

A person's browser is played by one that retries as a person does: the same form again, with the
word that it holds.  After each kill the desk is waited for (a killed keeper or database is begun
anew, as its service would), each page is asked for, and what was kept is held against what was
told: nothing that was answered is lost, and nothing is there twice.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.desk_load import multipart
from bench.desk_running import Desk, Postgres, environment, family, kept, postgres, role_of

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ONCE = re.compile(r'name="once" value="([^"]+)"')
TROUBLE = (OSError, http.client.HTTPException)
PATIENCE_S = 90.0
PAGES = (
    "/",
    "/takes/",
    "/scans/",
    "/occurrences/",
    "/agreements/",
    "/cases/",
    "/overview/",
    "/settings/",
)
MAKE = """
import os, sys, json
os.environ["DJANGO_SETTINGS_MODULE"] = "replique.web.settings"
from pathlib import Path
import bench.desk_home as desk_home
desk_home.OCCURRENCES, desk_home.JUDGEMENTS, desk_home.FINDINGS = 40, 2, 4
desk_home.PERFORMERS, desk_home.TAKES, desk_home.MEDIA, desk_home.REAL = 3, 6, 6, 30
desk_home.make(Path(sys.argv[1]))
"""
STATE = """
import os, json
os.environ["DJANGO_SETTINGS_MODULE"] = "replique.web.settings"
from replique.web.opening import open_desk
home = open_desk()
from replique.store.case_models import CaseItem, CaseNote
from replique.store.consent_models import Finding, Judgement, UseDescription
from replique.store.job_models import Job
from replique.store.models import Occurrence, Take
print(json.dumps({
    "judgements": list(Judgement.objects.values_list("why", flat=True)),
    "notes": list(CaseNote.objects.values_list("text", flat=True)),
    "items": list(CaseItem.objects.filter(kind="occurrence").values_list("key", flat=True)),
    "uses": list(UseDescription.objects.values_list("production", flat=True)),
    "findings": Finding.objects.count(),
    "takes": list(Take.objects.values_list("title", flat=True)),
    "occurrences": list(Occurrence.objects.values_list(
        "medium_id", "recording_id", "start_s", "probe_digest")),
    "jobs": list(Job.objects.values_list("kind", "state")),
}))
"""


class Browser:
    """A person who sends a form again when the line breaks, as long as it takes."""

    def __init__(self, facts: dict[str, Any], chance: random.Random) -> None:
        self.desk: Desk | None = None
        self.facts, self.chance, self.said = facts, chance, 0
        self.session: str | None = None
        self.told: dict[str, list[str]] = {
            name: [] for name in ("judgements", "notes", "uses", "takes", "items")
        }

    @property
    def cookie(self) -> str | None:
        """The session of the desk that is open just now."""
        return self.desk.cookie if self.desk is not None else None

    def ask(self, page: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        """Ask once. Raises OSError, HTTPException."""
        if self.desk is None:
            raise ConnectionError("the desk is closed")
        connection = http.client.HTTPConnection(self.desk.origin.partition("//")[2], timeout=20)
        try:
            headers = {"Cookie": self.desk.cookie, "Accept-Language": "en"}
            if body is not None:
                headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
            connection.request("GET" if body is None else "POST", page, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def again(
        self, page: str, form: Callable[[], tuple[bytes, str]] | None = None
    ) -> tuple[int, str]:
        """Ask until there is an answer that is not of a broken server."""
        until = time.monotonic() + PATIENCE_S
        status, text = 0, ""
        while time.monotonic() < until:
            try:
                body, kind = form() if form else (None, "")
                status, text = self.ask(page, body, kind)
            except TROUBLE:
                status = 0
            if status and status < 500 and "could not be read or written" not in text:
                return status, text
            time.sleep(0.2)
        raise RuntimeError(f"{page} did not answer: {status} {text[:300]}")

    def hidden(self, page: str, near: str) -> dict[str, str]:
        """Return what a form holds unseen."""
        _status, text = self.again(page)
        text = text[max(0, text.find(near)) :] if near in text else text
        token, once = TOKEN.search(text), ONCE.search(text)
        return {"csrfmiddlewaretoken": token[1] if token else "", "once": once[1] if once else ""}

    def send(self, page: str, near: str, where: str, kept_as: str, value: str, **more: str) -> None:
        """Send a form, the same one again when it broke; remember what was told to be kept."""
        hidden = self.hidden(page, near)

        def form() -> tuple[bytes, str]:
            # a desk that was begun anew gave another session: another token, the same word
            if self.session != self.cookie:
                self.session = self.cookie
                fresh = TOKEN.search(self.ask(page)[1])
                hidden["csrfmiddlewaretoken"] = fresh[1] if fresh else ""
            return urlencode({**hidden, **more}).encode(), ""

        self.session = self.cookie
        status, text = self.again(where, form)
        if status == 302:
            self.told[kept_as].append(value)
        else:
            raise RuntimeError(f"{where}: {status} {re.sub('<[^>]+>', ' ', text)[-600:]}")

    # --- what a person does

    def judge(self) -> None:
        """Judge an occurrence, with a reason that is told nowhere else."""
        self.said += 1
        page = f"/occurrences/{self.chance.choice(self.facts['real'])}/"
        why = f"reason {self.said}"
        self.send(page, "/judge/", f"{page}judge/", "judgements", why, said="yes", why=why)

    def note(self) -> None:
        """Write a note in the case."""
        self.said += 1
        case, text = f"/cases/{self.facts['case']}/", f"note {self.said}"
        self.send(case, "notes/", f"{case}notes/", "notes", text, text=text)

    def give(self) -> None:
        """Give an occurrence to the case."""
        number = str(self.chance.choice(self.facts["real"]))
        self.send(f"/occurrences/{number}/give/", "<form", f"/occurrences/{number}/give/", "items",
                  number, case=str(self.facts["case"]))  # fmt: skip

    def describe(self) -> None:
        """Describe what was done."""
        self.said += 1
        number, production = (
            self.chance.choice(self.facts["real"]),
            f"Production of kill {self.said}",
        )
        where = f"/occurrences/{number}/use/"
        self.send(where, "<form", where, "uses", production, performer="awa-diop",
                  act="dub_language", production=production, company="Studio Lune")  # fmt: skip

    def scan(self) -> None:
        """Search again for all."""
        self.send("/scans/", "start/", "/scans/start/", "scans", "", paths=self.facts["films"])

    def upload(self) -> None:
        """Add a take."""
        from tests.sounds import voice, write_wav

        self.said += 1
        name = f"upload {self.said}"
        path = Path(self.facts["films"]).parent / f"{name}.wav"
        content = write_wav(path, voice(3.0, 1000 + self.said)).read_bytes()
        hidden = self.hidden("/takes/", "upload/")
        facts = {**hidden, "performer": "awa-diop", "kind": "audition", "name": f"{name}.wav",
                 "size": str(len(content)), "offset": "0"}  # fmt: skip
        token = ""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with contextlib.suppress(*TROUBLE, ValueError):
                fresh = TOKEN.search(self.ask("/takes/")[1])
                facts["csrfmiddlewaretoken"] = fresh[1] if fresh else ""
                fields = {**facts, **({"token": token} if token else {})}
                body, kind = multipart(fields, "chunk", "x", content)
                status, text = self.ask("/takes/upload/", body, kind)
                said = json.loads(text)
                if status == 200:
                    self.told["takes"].append(name)
                    return
                if status == 400 and "already" in said.get("message", ""):
                    return
            time.sleep(0.3)
        raise RuntimeError("an upload never came through")


DEEDS = ("judge", "judge", "judge", "note", "note", "give", "describe", "scan", "upload")
VICTIMS = ("server", "server", "worker", "keeper", "database")


def measure(
    place: Path, *, kills: int, seed: int, engines: tuple[str, ...] = ("sqlite", "postgresql")
) -> dict[str, Any]:
    """Kill so many times, half on each engine; return what came of it."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    for engine in engines:
        share = kills // len(engines)
        with ExitStack() as stack:
            server = stack.enter_context(postgres()) if engine == "postgresql" else None
            made = _one_engine(
                place / engine, server, share, random.Random(f"{seed} {engine}"), counts
            )
            wrong += [f"{engine}: {each}" for each in made[0]]
            slowest = max(slowest, made[1])
    return {
        "kills": kills,
        "seed": seed,
        "killed": dict(counts),
        "wrong": wrong,
        "slowest_return_s": round(slowest, 1),
    }


def _one_engine(
    home: Path, server: Postgres | None, kills: int, chance: random.Random, counts: Counter[str]
) -> tuple[list[str], float]:
    from bench.desk_home import FACTS

    database = server.create("faults") if server else ""
    said = environment(home, database)
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-c", MAKE, str(home)], env=said, check=True)
    facts = json.loads((home / FACTS).read_text(encoding="utf-8"))
    browser = Browser(facts, chance)
    browser.told["scans"] = []
    before, slowest, wrong = _state(said), 0.0, []
    with ExitStack() as stack:
        browser.desk = stack.enter_context(_kept_anew(home, database))
        for _kill in range(kills):
            deed, victim = chance.choice(DEEDS), chance.choice(VICTIMS)
            if victim == "database" and server is None:
                victim = "server"
            counts[victim] += 1
            counts[f"during {deed}"] += 1
            trouble: list[str] = []
            thread = threading.Thread(target=_do, args=(getattr(browser, deed), trouble))
            thread.start()
            time.sleep(chance.uniform(0.0, 0.4))
            begun = time.monotonic()
            _kill_it(victim, browser, server, stack, home, database)
            thread.join()
            wrong += [f"{deed} while {victim} was killed: {each}" for each in trouble]
            for page in PAGES:
                status, _text = browser.again(page)
                if status != 200:
                    wrong.append(f"{page} answers {status} after {victim} was killed")
            slowest = max(slowest, time.monotonic() - begun)
        wrong += _settled(said)
    return wrong + compared(before, _state(said), browser.told), slowest


def _do(deed: Callable[[], None], trouble: list[str]) -> None:
    try:
        deed()
    except (RuntimeError, *TROUBLE) as error:
        trouble.append(str(error)[:900])


@contextlib.contextmanager
def _kept_anew(home: Path, database: str) -> Iterator[Desk]:
    """Open a desk; it may have been killed by the end."""
    with kept(home, database) as desk:
        yield desk


def _kill_it(  # noqa: PLR0917 — what there is to kill
    victim: str,
    browser: Browser,
    server: Postgres | None,
    stack: ExitStack,
    home: Path,
    database: str,
) -> None:
    """Kill, and begin anew what nothing of ours begins anew."""
    desk = browser.desk
    if desk is None:
        raise RuntimeError("no desk")
    if victim == "database" and server is not None:
        for pid in (server.pid, *family(server.pid)):
            _kill(pid)
        server.start()
    elif victim == "keeper":
        browser.desk = None
        _kill(desk.process.pid)
        desk.process.wait()
        browser.desk = stack.enter_context(_kept_anew(home, database))
    else:
        for pid in family(desk.process.pid):
            if role_of(pid) == victim:
                for each in (pid, *family(pid)):
                    _kill(each)
                break


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _settled(said: dict[str, str]) -> list[str]:
    """Wait until no job waits or is at work."""
    until = time.monotonic() + 4 * PATIENCE_S
    jobs: Counter[str] = Counter()
    while time.monotonic() < until:
        jobs = Counter(state for _kind, state in _state(said)["jobs"])
        if not jobs["waiting"] + jobs["running"]:
            return []
        time.sleep(3)
    return [f"jobs never ended: {dict(jobs)}"]


def _state(said: dict[str, str]) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", STATE], env=said, check=False, capture_output=True, text=True
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr[-1500:])
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def compared(
    before: dict[str, Any], after: dict[str, Any], told: dict[str, list[str]]
) -> list[str]:
    """Return what is lost or doubled, of what was there and what was told to be kept."""
    wrong = []
    for name in ("judgements", "notes", "uses", "takes"):
        there, was = Counter(after[name]), Counter(before[name])
        wrong += [f"lost of {name}: {each}" for each in was if there[each] < was[each]]
        for each in set(told[name]):
            if there[each] < 1:
                wrong.append(f"lost of {name}: {each}")
        wrong += [f"doubled of {name}: {each}" for each, count in there.items()
                  if each and count > max(1, was[each])]  # fmt: skip
    items = Counter(after["items"])
    wrong += [
        f"lost of the case: {each}"
        for each in (*before["items"], *told["items"])
        if not items[each]
    ]
    wrong += [f"doubled in the case: {each}" for each, count in items.items() if count > 1]
    found = Counter(map(tuple, after["occurrences"]))
    wrong += [
        f"lost occurrence: {each}" for each in map(tuple, before["occurrences"]) if not found[each]
    ]
    wrong += [f"doubled occurrence: {each}" for each, count in found.items() if count > 1]
    if after["findings"] < before["findings"]:
        wrong.append("findings are lost")
    return wrong


def told(figures: dict[str, Any]) -> str:
    """Return what came of it, for a terminal."""
    return (
        f"{figures['kills']} kills (seed {figures['seed']}): {figures['killed']}\n"
        f"every page was back after {figures['slowest_return_s']} s at most;"
        f" wrong: {len(figures['wrong'])}"
    )


def missed(figures: dict[str, Any]) -> list[str]:
    """Return what went wrong."""
    return list(figures["wrong"])
