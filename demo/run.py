"""`make demo`: synthesise, register, search, compare with what was planted, report.

It uses the program as a person would, through its command line, and holds it to
the truth: it fails when something planted is missed or something else is reported.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script
    sys.path.insert(0, str(ROOT))

from demo import papers, script, voices_heard  # noqa: E402
from replique.language import current, ngettext  # noqa: E402
from replique.language import gettext as _  # noqa: E402
from replique.report import wording  # noqa: E402
from replique.report.numerals import number, time_code  # noqa: E402

OUT = ROOT / "demo-out"
MODELS = ROOT / ".models"
"""Fetched once, for demos and tests alike."""
REPORT = OUT / "report.html"
NEAR_S = 0.5
"""An occurrence that begins this close to where a take was planted is that one."""


@dataclass(frozen=True, slots=True)
class Told:
    """An occurrence as `replique occurrences --json` tells it, in part."""

    medium: str
    take: str
    start_s: float
    speed: float
    gain_db: float
    strength: float
    number: int = 0
    """By which the command line names it."""

    @classmethod
    def of(cls, row: dict[str, object]) -> Told:
        """Read one row of the JSON."""
        start_s, speed, gain_db, strength = (
            float(str(row[key])) for key in ("start_s", "speed", "gain_db", "strength")
        )
        medium, take = Path(str(row["medium"])).name, Path(str(row["take_path"])).name
        return cls(medium, take, start_s, speed, gain_db, strength, int(str(row["occurrence"])))

    def is_of(self, planted: script.Planted) -> bool:
        """Tell whether this is what was planted."""
        same = (self.medium, self.take) == (planted.medium, planted.take)
        return same and abs(self.start_s - planted.at_s) < NEAR_S


def main() -> int:
    """Run the demo; 0 when all that was planted is found, and nothing else."""
    began = time.monotonic()
    _fresh()
    _say(_("Everything in this demo is synthetic: no recording of anybody is in it."))
    _say(_("Speaking the takes, and playing the programme…"))
    script.make(OUT)
    short = _register()
    voices = voices_heard.models(MODELS, OUT / "home", _say)
    if voices:
        _enrol(short[script.ENROLLED.name])
    _replique("scan", "demo-out/media")
    _replique("occurrences")
    rows = json.loads(_replique("occurrences", "--json", quiet=True))["occurrences"]
    told = [Told.of(row) for row in rows if row["kind"] == "take"]
    heard = [voices_heard.Heard.of(row) for row in rows if row["kind"] == "voice"]
    agreed = _ask(short, told)
    _replique("report", "demo-out/report.html", *(["--with-enrolment"] if voices else []))
    right = compare(told) and agreed
    if voices:
        right = voices_heard.compare(heard, _say) and right
    _say(
        "\n"
        + _("{seconds} s in all. The report, with everything to hear and to see: {path}").format(
            seconds=number(time.monotonic() - began), path=REPORT
        )
    )
    _show()
    return 0 if right else 1


def _fresh() -> None:
    """Empty demo-out of what an earlier run left; nothing else is touched."""
    for part in ("home", "takes", "media", "papers", "voice"):
        shutil.rmtree(OUT / part, ignore_errors=True)
    REPORT.unlink(missing_ok=True)
    OUT.mkdir(exist_ok=True)


def _register() -> dict[str, str]:
    """Register everybody and their takes; return the short names by name."""
    by_performer: dict[script.Performer, list[str]] = {}
    for take in script.TAKES:
        by_performer.setdefault(take.performer, []).append(f"demo-out/takes/{take.file}")
    for performer in by_performer:
        _replique("performer", "add", performer.name)
    listed = json.loads(_replique("performer", "list", "--json", quiet=True))["performers"]
    short = {each["name"]: each["performer"] for each in listed}
    for performer, files in by_performer.items():
        _replique("take", "add", short[performer.name], *files, "--kind", performer.kind)
    return short


def _enrol(performer: str) -> None:
    """Enrol the voice on a signed statement, as is done where nobody sits at a terminal."""
    said = _replique("voice", "statement", performer)
    signed = OUT / "voice" / "signed-statement.txt"
    signed.write_text(f"{said}\n\n{script.ENROLLED.name}\n", encoding="utf-8")
    files = sorted((OUT / "voice").glob("*.wav"))
    places = [str(path.relative_to(ROOT)) for path in (*files, signed)]
    _replique("voice", "enrol", performer, *places[:-1], "--statement", places[-1])


def _ask(short: dict[str, str], told: list[Told]) -> bool:
    """Keep the papers, describe the uses, check them; tell whether the verdicts are right."""
    people = (short[each.name] for each in (script.AWA, script.TOM, script.INES))
    written = papers.write(OUT / "papers", *people)
    _replique("agreement", "add", *(str(path.relative_to(ROOT)) for path in written))
    expected = {}
    for said in papers.SAID:
        found = next((each for each in told if each.is_of(said.planted)), None)
        if found is not None:
            expected[found.number] = said.verdict
            facts = [word for name, value in said.facts for word in (f"--{name}", value)]
            _replique("use", "describe", str(found.number), *facts)
    _replique("check", "--all")
    findings = json.loads(_replique("check", "--all", "--json", quiet=True))["findings"]
    given = {each["occurrence"]: each["verdict"] for each in findings}
    for number_, verdict in expected.items():
        if given.get(number_) != verdict:
            _say(
                "  ✗ "
                + _("Occurrence {number}: the verdict is not the one expected, {verdict}.").format(
                    number=number_, verdict=verdict
                )
            )
    return given == expected


def _replique(*arguments: str, quiet: bool = False) -> str:
    """Run the program as a person would, showing the command; return what it printed."""
    beside = Path(sys.executable).with_name("replique")
    program = [str(beside)] if beside.exists() else [sys.executable, "-m", "replique.cli"]
    environment = {
        **os.environ,
        "REPLIQUE_HOME": str(OUT / "home"),
        "REPLIQUE_LANG": current(),
        "COLUMNS": os.environ.get("COLUMNS", "100"),
        # nothing of the demo goes into anybody's keyring
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "REPLIQUE_VOICE_PASSPHRASE": "demo",
    }
    environment.pop("DATABASE_URL", None)  # the demo writes to nobody's records
    kept = "--json" in arguments or "statement" in arguments
    if not quiet:
        _say("\n$ replique " + shlex.join(arguments))
    done = subprocess.run(
        [*program, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE if kept else None,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        _say(done.stdout or "")
        _say(_("The demo stops: that command ended with status {status}.").format(
            status=done.returncode))  # fmt: skip
        sys.exit(done.returncode)
    return done.stdout or ""


def compare(told: list[Told]) -> bool:
    """Print what was found beside what was planted; tell whether all is right."""
    _say("\n" + _("What was planted, and what was found:"))
    left = list(told)
    missed = 0
    for planted in script.PLANTED:
        found = next((each for each in left if each.is_of(planted)), None)
        if found is None:
            missed += 1
        else:
            left.remove(found)
        _say_planted(planted, found)
    anew = [each for each in left if each.take == script.ANEW.file]
    medium, at_s, _level = script.ANEW_AT
    _say(
        ("  ✗ " if anew else "  ✓ ")
        + _("{take}, spoken anew at {time} of {medium}: ").format(
            take=script.ANEW.file, time=time_code(at_s), medium=medium
        )
        + (
            _("REPORTED, although it is another take.")
            if anew
            else _("another take of the same line, rightly not reported.")
        )
    )
    for each in left:
        if each not in anew:
            _say(
                "  ✗ "
                + _("{take} at {time} of {medium}: REPORTED, although it was not planted.").format(
                    take=each.take, time=time_code(each.start_s), medium=each.medium
                )
            )
    _say(_in_all(len(script.PLANTED) - missed, len(left)))
    return not missed and not left


def _how(planted: script.Planted) -> str:
    """Say what was done to a take."""
    if planted.room:
        return _("through a room, then Opus at 24 kbit/s")
    if planted.speed != 1.0:
        return _("25/24 faster, as film is on PAL video")
    if planted.level_db < 0:
        return _("{amount} dB under the music").format(amount=number(-planted.level_db))
    return _("plain, over quiet music")


def _say_planted(planted: script.Planted, found: Told | None) -> None:
    _say(
        ("  ✓ " if found else "  ✗ ")
        + _("{take}, at {time} of {medium}, {how}").format(
            take=planted.take,
            time=time_code(planted.at_s),
            medium=planted.medium,
            how=_how(planted),
        )
    )
    if found is None:
        _say("      " + _("MISSED."))
        return
    _say(
        "      "
        + _("found at {time}; speed {speed}; {level}; strength {strength}").format(
            time=time_code(found.start_s),
            speed=wording.speed(found.speed),
            level=wording.level(found.gain_db),
            strength=wording.strength(found.strength),
        )
    )


def _in_all(found: int, wrong: int) -> str:
    planted = len(script.PLANTED)
    said = _("{found} of {planted} found.").format(found=found, planted=planted)
    if not wrong:
        return said + " " + _("Nothing else was reported.")
    more = ngettext("{count} report is wrong.", "{count} reports are wrong.", wrong)
    return said + " " + more.format(count=wrong)


def _show() -> None:
    """Open the report where somebody can see it."""
    if os.environ.get("CI"):
        return
    desktop = sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if desktop:
        webbrowser.open(REPORT.as_uri())


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
