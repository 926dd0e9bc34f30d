"""Ask for known vulnerabilities of what requirements.lock pins; `make audit` does it.

    python tools/audit.py [LOCK]

Ends with 1 when one is known.  Where the service cannot be asked, it says so and ends with 0:
a change does not wait for a network.  A service that is out of reach and one that knows of
nothing look alike, so a release is asked about first that is known to be vulnerable.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
AUDITOR = "pip-audit==2.10.1"
KNOWN = "jinja2==2.4.1"
"""Has had entries for years: who answers nothing of it, answers nothing."""
PATIENCE_S = 240

Report = Mapping[str, Any]


def main(arguments: list[str]) -> int:
    """Ask, and tell; return the exit status."""
    lock = Path(arguments[0]) if arguments else ROOT / "requirements.lock"
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        program = installed(place)
        if program is None:
            return told([], "the auditor cannot be installed here")
        known = place / "known.txt"
        known.write_text(f"{KNOWN}\n", encoding="utf-8")
        answers = answering(report(program, known, place, "--no-deps"))
        if not answers:
            return told([], "the service that knows of vulnerabilities does not answer")
        found = report(program, lock, place, "--require-hashes")
        if found is None:
            return told([], "the service stopped answering")
        return told(vulnerable(found), "", silent(found))


def installed(place: Path) -> Path | None:
    """Install the auditor into a folder of its own; return it, None when it cannot be had."""
    try:
        venv.create(place / "venv", with_pip=True)
        command = [str(place / "venv/bin/python"), "-m", "pip", "install", "--quiet", AUDITOR]
        done = subprocess.run(command, check=False, timeout=PATIENCE_S, capture_output=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return None if done.returncode else place / "venv/bin/pip-audit"


def report(program: Path, lock: Path, place: Path, *options: str) -> Report | None:
    """Return what the auditor says of a lock; None when it could not ask."""
    file = place / "report.json"
    file.unlink(missing_ok=True)
    command = [str(program), "--disable-pip", "--progress-spinner", "off", "--timeout", "15",
               "--format", "json", "--output", str(file), *options,
               "--requirement", str(lock)]  # fmt: skip
    try:
        subprocess.run(command, check=False, timeout=PATIENCE_S, capture_output=True)  # noqa: S603
        told_: Report = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return told_


def answering(said: Report | None) -> bool:
    """Tell whether the vulnerabilities of a release that has some were known."""
    return said is not None and bool(vulnerable(said))


def vulnerable(said: Report) -> list[str]:
    """Return a line for each known vulnerability."""
    return [
        f"{each['name']} {each['version']}: {one['id']}, mended in "
        f"{', '.join(one.get('fix_versions') or ['no release yet'])}"
        for each in said["dependencies"]
        for one in each.get("vulns", ())
    ]


def silent(said: Report) -> list[str]:
    """Return the packages of which nothing could be said."""
    return [each["name"] for each in said["dependencies"] if "skip_reason" in each]


def told(found: list[str], why_not: str, unknown: list[str] | None = None) -> int:
    """Tell what came of it; return the exit status."""
    if why_not:
        sys.stdout.write(f"Known vulnerabilities could not be asked for: {why_not}.\n")
        return 0
    for each in found:
        sys.stdout.write(f"{each}\n")
    if unknown:
        sys.stdout.write(f"Nothing could be said of: {', '.join(unknown)}\n")
    sys.stdout.write(f"Known vulnerabilities in what is pinned: {len(found)}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
