"""Fifty people at once on a committee's desk, PostgreSQL, while a scan is at work.

Each person has an account and a session of their own, thinks for 1 to 3 s after each answer, as
somebody does who reads and listens, and then does one of: look at a list, open an occurrence,
hear it, judge it, turn a page of the case, write a note, look at home, give a piece of a file.
A judgement is told by a number of its own in the reason, which nobody seals here; what was
answered with 302 must be there afterwards exactly once.
"""

from __future__ import annotations

import http.client
import random
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.desk_running import Desk, environment, kept

THINK_S = (1.0, 3.0)
FILMS = 80
"""Of ten minutes each."""
WITHIN_MS = 300.0
SEED = 50
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ONCE = re.compile(r'name="once" value="([^"]+)"')
MIX = {
    "list": 20,
    "listen": 20,
    "judge": 20,
    "hear": 8,
    "case": 12,
    "note": 6,
    "home": 8,
    "upload": 6,
}
"""What people do, and how often of 100."""
SCAN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "replique.web.settings"
from replique.web.opening import open_desk
open_desk()
from replique.web.work import give
print(give("scan", {"paths": [sys.argv[1]]}, "bench").id)
"""
AFTERWARDS = """
import os, sys, json
os.environ["DJANGO_SETTINGS_MODULE"] = "replique.web.settings"
from replique.web.opening import open_desk
open_desk()
from replique.store.case_models import CaseNote
from replique.store.consent_models import Judgement
from replique.store.job_models import Job
print(json.dumps({
    "judgements": list(Judgement.objects.values_list("occurrence_id", "by")),
    "notes": list(CaseNote.objects.values_list("text", flat=True)),
    "jobs": list(Job.objects.values_list("kind", "state")),
}))
"""


@dataclass
class Person:
    """Somebody at the desk, in a thread of their own."""

    desk: Desk
    facts: dict[str, Any]
    who: dict[str, Any]
    until: float
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    judged: list[int] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(SEED + self.who["member"])
        self.connection = http.client.HTTPConnection(
            self.desk.origin.partition("//")[2], timeout=60
        )
        self.said = 0

    def run(self) -> None:
        """Work until it is time to go."""
        time.sleep(self.chance.uniform(0, THINK_S[1]))
        while time.monotonic() < self.until:
            what = self.chance.choices(list(MIX), list(MIX.values()))[0]
            try:
                getattr(self, what)()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"{what}: {error!r}")
                self.connection.close()
            time.sleep(self.chance.uniform(*THINK_S))
        self.connection.close()

    def ask(
        self, what: str, page: str, form: dict[str, str] | bytes | None = None, kind: str = ""
    ) -> tuple[int, str]:
        """Ask, and note how long it took; any answer of 400 or more is an error."""
        headers = {"Cookie": f"replique={self.who['cookie']}", "Accept-Language": "en"}
        body: bytes | None = None
        if form is not None:
            body = form if isinstance(form, bytes) else urlencode(form).encode()
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.connection.request("GET" if body is None else "POST", page, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        self.took[what].append(1000 * (time.perf_counter() - begun))
        if answer.status >= 400:
            self.errors.append(f"{what}: {answer.status} {page} {text[:200]!r}")
        return answer.status, text.decode(errors="replace")

    def form(self, page: str, near: str) -> dict[str, str]:
        """Return what a form of a page holds unseen."""
        _status, text = self.ask("form", page)
        text = text[max(0, text.find(near)) :] if near in text else text
        token, once = TOKEN.search(text), ONCE.search(text)
        return {"csrfmiddlewaretoken": token[1] if token else "", "once": once[1] if once else ""}

    def list(self) -> None:
        """Look at a list, and turn a page."""
        _status, text = self.ask("list", "/occurrences/?judged=not")
        found = re.search(r'href="(\?[^"]*after=[^"]+)"', text)
        if found:
            self.ask("list", "/occurrences/" + found[1].replace("&amp;", "&"))

    def listen(self) -> None:
        """Open an occurrence of the case."""
        self.ask("listen", f"/occurrences/{self.chance.choice(self.facts['real'])}/")

    def hear(self) -> None:
        """Hear one."""
        number = self.chance.choice(self.facts["real"])
        for part in ("medium", "take"):
            self.ask("hear", f"/occurrences/{number}/{part}.flac")

    def judge(self) -> None:
        """Judge one."""
        number = self.chance.choice(self.facts["real"])
        form = self.form(f"/occurrences/{number}/", "/judge/")
        status, _text = self.ask("judge", f"/occurrences/{number}/judge/", {**form, "said": "yes"})
        if status == 302:
            self.judged.append(number)

    def case(self) -> None:
        """Read the case."""
        place = self.chance.choice(("", "findings/", "papers/", "timeline/", "people/"))
        self.ask("case", f"/cases/{self.facts['case']}/{place}")

    def note(self) -> None:
        """Write a note."""
        case = f"/cases/{self.facts['case']}/"
        self.said += 1
        text = f"note {self.said} of member {self.who['member']}"
        form = {**self.form(case, "notes/"), "text": text}
        status, _text = self.ask("note", f"{case}notes/", form)
        if status == 302:
            self.noted.append(text)

    def home(self) -> None:
        """Look at home."""
        self.ask("home", "/")

    def upload(self) -> None:
        """Give a paper to the case."""
        where = f"/cases/{self.facts['case']}/papers/"
        form = self.form(where, "multipart")
        self.said += 1
        content = f"{self.who['member']} {self.said} ".encode() * 4_000
        self.ask("upload", f"{where}add/", *multipart(form, "paper", f"p{self.said}.txt", content))


def multipart(fields: dict[str, str], name: str, file: str, content: bytes) -> tuple[bytes, str]:
    """Return a form with a file as a browser sends it, and what kind it says it is."""
    edge = "an-edge-of-the-bench"
    said = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    )
    said += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
    said += "Content-Type: application/octet-stream\r\n\r\n"
    body = said.encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def measure(
    home: Path, database: str, facts: dict[str, Any], *, seconds: float, people: int
) -> dict[str, Any]:
    """Let them work; return what was measured."""
    said = environment(home, database, committee=True)
    films = _films(home.with_name(f"{home.name}-scanned"))
    before = _after(said)
    with kept(home, database, committee=True) as desk:
        subprocess.run(
            [sys.executable, "-c", SCAN, str(films)],
            env=said,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + seconds
        crowd = [Person(desk, facts, who, until) for who in facts["people"][:people]]
        threads = [threading.Thread(target=each.run) for each in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = _after(said)
    took = [ms for each in crowd for kind in each.took.values() for ms in kind]
    by_kind = {
        kind: _quantiles([ms for each in crowd for ms in each.took.get(kind, [])])
        for kind in (*MIX, "form")
    }
    made = _counts((number, each.who["name"]) for each in crowd for number in each.judged)
    there = _counts(map(tuple, after["judgements"]))
    there_before = _counts(map(tuple, before["judgements"]))
    notes = _counts(after["notes"])
    return {
        "people": people,
        "seconds": seconds,
        "think_s": list(THINK_S),
        "requests": len(took),
        "a_second": round(len(took) / seconds, 1),
        **_quantiles(took),
        "kinds": by_kind,
        "errors": [error for each in crowd for error in each.errors][:20],
        "judgements": sum(made.values()),
        "lost_or_doubled": sum(
            there.get(key, 0) - there_before.get(key, 0) != count for key, count in made.items()
        ),
        "notes": sum(len(each.noted) for each in crowd),
        "notes_lost_or_doubled": sum(
            notes.get(text, 0) != 1 for each in crowd for text in each.noted
        ),
        "scan": [state for kind, state in after["jobs"] if kind == "scan"],
    }


def _counts(found: Any) -> dict[Any, int]:  # noqa: ANN401 - of anything that can be counted
    counts: dict[Any, int] = defaultdict(int)
    for each in found:
        counts[each] += 1
    return counts


def _quantiles(took: list[float]) -> dict[str, float]:
    ordered = sorted(took) or [0.0]
    at = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95)]
    return {
        "count": len(took),
        "p50_ms": round(at[0], 1),
        "p95_ms": round(at[1], 1),
        "max_ms": round(ordered[-1], 1),
    }


def _after(said: dict[str, str]) -> dict[str, Any]:
    import json

    ran = subprocess.run(
        [sys.executable, "-c", AFTERWARDS], env=said, check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _films(place: Path) -> Path:
    """Write thirteen hours of film, so that a scan is at work all the time: each another file."""
    import av
    import numpy as np

    from tests.sounds import music

    if place.exists():
        return place
    place.mkdir()
    sound = np.tile(music(60.0, 9), 10)
    with av.open(str(place / "film 0.mp3"), "w") as file:
        stream = file.add_stream("mp3", rate=16_000, layout="mono", bit_rate=32_000)
        for first in range(0, len(sound), 16_000):
            block = np.round(sound[first : first + 16_000] * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block[None], format="s16", layout="mono")
            frame.sample_rate = 16_000
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    content = (place / "film 0.mp3").read_bytes()
    for number in range(1, FILMS):
        (place / f"film {number}.mp3").write_bytes(content + b"TAG" + f"{number:<125}".encode())
    return place


def told(figures: dict[str, Any]) -> str:
    """Return what was measured, for a terminal."""
    lines = [f"{'':10}{'count':>7}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}"]
    lines += [
        f"{kind:10}{each['count']:7}{each['p50_ms']:9.1f}{each['p95_ms']:9.1f}{each['max_ms']:9.1f}"
        for kind, each in {**figures["kinds"], "all": figures}.items()
    ]
    names = ("people", "requests", "a_second", "judgements", "lost_or_doubled", "notes",
             "notes_lost_or_doubled", "scan")  # fmt: skip
    lines += [f"{name}: {figures[name]}" for name in names]
    lines += [f"error: {each}" for each in figures["errors"][:5]]
    return "\n".join(lines)


def missed(figures: dict[str, Any]) -> list[str]:
    """Return the bars that were missed."""
    wrong = (
        [f"{len(figures['errors'])} errors, such as {figures['errors'][0]}"]
        if figures["errors"]
        else []
    )
    if figures["p95_ms"] > WITHIN_MS:
        wrong.append(f"p95 {figures['p95_ms']} ms, and not {WITHIN_MS:g}")
    names = ("lost_or_doubled", "notes_lost_or_doubled")
    wrong += [f"{figures[name]} {name}" for name in names if figures[name]]
    if not figures["judgements"] or not figures["notes"]:
        wrong.append("nobody judged or noted anything: nothing was measured")
    if "failed" in figures["scan"]:
        wrong.append("the scan failed")
    return wrong
