"""A case as one file to take along: the exported folder, packed, made in the background."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

from replique.errors import UsageError
from replique.language import gettext as _
from replique.store import jobs
from replique.store.case_export import export_case
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home
from replique.store.jobs import JobRecord

FORGOTTEN_AFTER_S = 24 * 3600
TOLD_EVERY_S = 1.0
_TOKEN = re.compile(r"[0-9a-f]{32}\Z")


def token() -> str:
    """Return the name of an export to be."""
    return secrets.token_hex(16)


def packed(home: Home, order: JobRecord) -> dict[str, Any]:
    """Export a case and pack it; what is left after a kill goes with the next one."""
    what = order.what
    sweep(home)
    place = _folder(home)
    target = file_of(home, str(what["token"]))
    case = int(what["case"])
    with tempfile.TemporaryDirectory(dir=place, prefix=".making-") as making:
        folder = Path(making) / f"c{case}"
        telling = _Telling(order.id)
        done = export_case(
            case, folder, by=int(what["member"]), notes=bool(what["notes"]),
            progress=partial(telling, "files"),
        )  # fmt: skip
        half = Path(making) / "half.zip"
        half.touch(mode=PRIVATE_FILE)
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            found = [each for each in sorted(folder.rglob("*")) if each.is_file()]
            for at, each in enumerate(found):
                telling("packed", at, len(found))
                archive.write(each, each.relative_to(making))
        half.replace(target)
    return {
        "progress": {
            "files": done.files,
            "missing": list(done.missing),
            "bytes": target.stat().st_size,
        }
    }


class _Telling:
    """Tells the records, once a second, how far an export is: a silent job counts as lost."""

    def __init__(self, job: int) -> None:
        self._job, self._told_at = job, 0.0

    def __call__(self, step: str, done: int, count: int) -> None:
        """Tell that so many of so many are copied ("files"), or packed."""
        now = time.monotonic()
        if now - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            jobs.tell(self._job, {"step": step, "done": done, "all": count})


def file_of(home: Home, name: str) -> Path:
    """Return where an export lies. Raises UsageError."""
    if not _TOKEN.match(name):
        raise UsageError(_("This export is not known any more."), advice=_("Make another."))
    return _folder(home) / f"{name}.zip"


def sweep(home: Home) -> None:
    """Forget what was made a day ago, and what a killed worker left half made."""
    long_ago = time.time() - FORGOTTEN_AFTER_S
    for each in _folder(home).iterdir():
        with contextlib.suppress(FileNotFoundError):  # one that was just packed
            if each.stat().st_mtime >= long_ago:
                continue
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink()


def _folder(home: Home) -> Path:
    folder = home.path / "exports"
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    return folder
