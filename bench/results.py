"""What was measured, kept as JSON: one file a measurement, with the machine it was made on."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.commands import cores_here
from replique import __version__

FOLDER = Path(__file__).resolve().parent / "results"
"""Where run.py looks for them."""
PRESSURE = Path("/proc/pressure/cpu")


def keep(
    name: str,
    figures: dict[str, Any],
    *,
    script: str,
    material: str,
    folder: Path,
    waiting: float | None = None,
) -> None:
    """Write one measurement.

    script : the command that makes it. material : what it was made on, for people.
    waiting : share of the time in which something waited for a core; None when unknown.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "script": script,
        "material": material,
        "measured": dt.datetime.now(dt.UTC).date().isoformat(),
        "version": __version__,
        "machine": machine(),
        "waiting": waiting,
        "figures": figures,
    }
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def all_kept(folder: Path) -> dict[str, dict[str, Any]]:
    """Return all measurements, by name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def machine() -> dict[str, Any]:
    """Return what this machine is."""
    return {
        "processor": _processor(),
        "cores": cores_here(),
        "memory_gb": round(_memory_bytes() / 1e9, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }


class Waiting:
    """Measures how busy the machine is with more than it has cores for (Linux, PSI)."""

    def __init__(self) -> None:
        self._began = (self._waited_s(), time.monotonic())

    def share(self) -> float | None:
        """Return the share of the time since then in which something waited for a core."""
        waited_s, began = self._began
        now_s = self._waited_s()
        if waited_s is None or now_s is None:
            return None
        return round((now_s - waited_s) / max(time.monotonic() - began, 1e-3), 3)

    @staticmethod
    def _waited_s() -> float | None:
        try:
            said = re.search(r"some .*total=(\d+)", PRESSURE.read_text(encoding="utf-8"))
        except OSError:
            return None
        return int(said[1]) / 1e6 if said else None


def _processor() -> str:
    try:
        said = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        if said:
            return said[1].strip()
    except OSError:
        pass
    try:
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return platform.machine()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
