"""What this computer can and cannot do for Réplique, and what each lack costs."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Literal

from replique.cli.voice_checks import voice_checks
from replique.errors import RepliqueError
from replique.language import current
from replique.language import gettext as _
from replique.report.numerals import number, with_unit
from replique.store import Home

State = Literal["works", "attention", "missing", "absent"]
"""absent: optional and not there; missing: needed and not there."""

LEAST_FREE_BYTES = 1 << 30
_GIB = 1 << 30
LEAST_MEMORY_BYTES = 2 * _GIB

# Decoders of FFmpeg → where their sound is met. A build without one cannot read those.
DECODERS = {
    "pcm_s16le": "WAV, AIFF",
    "flac": "FLAC",
    "alac": "Apple Lossless",
    "mp3": "MP3",
    "aac": "MP4, M4A, MOV",
    "ac3": "DVD, Blu-ray, MKV",
    "eac3": "streaming, MKV",
    "dca": "DTS: DVD, Blu-ray",
    "truehd": "Blu-ray",
    "opus": "WebM, Ogg",
    "vorbis": "Ogg, WebM",
    "wmav2": "WMA",
    "wmapro": "WMA, xWMA",
    "adpcm_ima_wav": "WAV",
    "adpcm_ms": "WAV",
    "amrnb": "3GP",
    "ape": "Monkey’s Audio",
    "wavpack": "WavPack",
    "atrac3plus": "PlayStation",
    "binkaudio_dct": "Bink",
}

# What is imported at run time, and what it is for.
NEEDED = ("numpy", "scipy", "numba", "av", "soxr", "django", "pyarrow", "zstandard", "rich")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    what : its name. found : what is there.
    costs : what cannot be done as long as it stays so. mend : how to mend it.
    """

    code: str
    state: State
    what: str
    found: str
    costs: str = ""
    mend: str = ""


def checks() -> Iterator[Check]:
    """Look at everything, the most necessary first."""
    yield _python()
    yield from _parts()
    yield _decoders()
    yield _folder(Home.default().path)
    yield _room(Home.default().path)
    yield _records()
    yield from _evidence()
    yield _language()
    yield _cores()
    yield _memory()
    yield from voice_checks()
    yield _optional_postgres()
    yield _optional_demo()


def _python() -> Check:
    found = f"{platform.python_implementation()} {platform.python_version()}"
    fine = sys.version_info >= (3, 11)
    return Check(
        "python",
        "works" if fine else "missing",
        _("Python"),
        found,
        "" if fine else _("Réplique needs Python 3.11 or newer."),
        "" if fine else _("Install a newer Python, then run make setup again."),
    )


def _parts() -> Iterator[Check]:
    broken = {}
    for name in NEEDED:
        try:
            import_module(name)
        except Exception as error:  # noqa: BLE001 - a broken wheel fails in its own way
            broken[name] = f"{type(error).__name__}: {error}"
    if not broken:
        found = ", ".join(f"{name} {_version(name)}" for name in NEEDED)
        yield Check("parts", "works", _("Libraries"), found)
    for name, reason in broken.items():
        yield Check(
            "parts",
            "missing",
            _("Library {name}").format(name=name),
            reason,
            _("Réplique cannot work without it."),
            _("Run make setup again, or: pip install {name}").format(name=name),
        )


def _version(name: str) -> str:
    try:
        return installed_version(name)
    except PackageNotFoundError:
        return "?"


def _decoders() -> Check:
    try:
        import av
    except Exception:  # noqa: BLE001 - told by _parts
        return Check("ffmpeg", "missing", _("FFmpeg"), _("none"), _("No media can be read."))
    known = {name for name in DECODERS if name in av.codecs_available}
    lacking = [f"{name} ({where})" for name, where in DECODERS.items() if name not in known]
    major = ".".join(str(part) for part in av.library_versions["libavcodec"])
    found = _("libavcodec {version}, with {count} of {all} sound formats looked for").format(
        version=major, count=number(len(known)), all=number(len(DECODERS))
    )
    if not lacking:
        return Check("ffmpeg", "works", _("FFmpeg"), found)
    return Check(
        "ffmpeg",
        "attention",
        _("FFmpeg"),
        found,
        _("These cannot be heard: {formats}.").format(formats=", ".join(lacking)),
        _("Install PyAV from its wheel, which carries them: pip install --force-reinstall av"),
    )


def _folder(folder: Path) -> Check:
    what = _("Home of the records")
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return Check(
            "home",
            "missing",
            what,
            str(folder),
            _("Nothing can be kept there."),
            _("Give yourself the right to write to {folder}, or name another with --home.").format(
                folder=nearest
            ),
        )
    if not folder.exists():
        return Check("home", "works", what, _("{folder} (made at need)").format(folder=folder))
    if stat.S_IMODE(folder.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        return Check(
            "home",
            "attention",
            what,
            str(folder),
            _("Others who use this computer can look into it."),
            _("Keep it to yourself: chmod -R go= '{folder}'").format(folder=folder),
        )
    return Check("home", "works", what, str(folder))


def _room(folder: Path) -> Check:
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    free = shutil.disk_usage(nearest).free
    found = _("{size} free").format(size=with_unit(free / _GIB, "GiB", 1))
    if free >= LEAST_FREE_BYTES:
        return Check("room", "works", _("Room on the disk"), found)
    return Check(
        "room",
        "attention",
        _("Room on the disk"),
        found,
        _("A long scan may run out of room; what it finished is kept even then."),
        _("Free some room, or keep the records elsewhere with --home."),
    )


def _records() -> Check:
    what = _("Records")
    place = Home.default()
    try:
        if not os.environ.get("DATABASE_URL") and not place.database.exists():
            return Check("records", "works", what, _("none yet"))
        return _opened_records(what)
    except RepliqueError as error:
        return Check("records", "missing", what, str(error), "", error.advice)
    except OSError:
        advice = _("Give yourself the right to read {folder}, or name another with --home.")
        return Check(
            "records",
            "missing",
            what,
            _("cannot be read"),
            "",
            advice.format(folder=place.path),
        )


def _opened_records(what: str) -> Check:
    from replique import store

    place = store.open()
    known = store.takes(place, withdrawn=True)
    lost = [each.title for each in known if not each.path.exists()]
    found = _(
        "performers: {performers}, takes: {takes}, media: {media}, occurrences: {occurrences}"
    )
    found = found.format(
        performers=number(len(store.performers())),
        takes=number(len(known)),
        media=number(len(store.media())),
        occurrences=number(len(store.occurrences(place))),
    )
    if not lost:
        return Check("records", "works", what, found)
    return Check(
        "records",
        "attention",
        what,
        found,
        _("The kept copies of these takes are gone: {takes}.").format(takes=", ".join(lost)),
        _("Add them again from your own copies: replique take remove, then replique take add"),
    )


def _evidence() -> Iterator[Check]:
    """Look at when the files kept as evidence were last read; nothing where there are none."""
    what = _("Files kept as evidence")
    try:
        if not os.environ.get("DATABASE_URL") and not Home.default().database.exists():
            return
        from replique import store

        store.open()
        from replique.store.evidence_files import due, kept

        files = kept()
        late = sum(each.damaged for each in files) + len(due())
    except (RepliqueError, OSError):
        return  # told by _records
    if not files:
        return
    found = number(len(files))
    if not late:
        yield Check("evidence", "works", what, found)
        return
    yield Check(
        "evidence",
        "attention",
        what,
        found,
        _("Some were not read for 30 days, or were found damaged: {count}.").format(
            count=number(late)
        ),
        _("Read them again: replique ledger verify --files"),
    )


def _language() -> Check:
    encoding = getattr(sys.stdout, "encoding", None) or "?"
    found = {"en": _("English"), "fr": _("French")}[current()] + f", {encoding}"
    if encoding.lower().replace("-", "") in {"utf8", "?"}:
        return Check("language", "works", _("Language"), found)
    return Check(
        "language",
        "attention",
        _("Language"),
        found,
        _("Accents and names in other scripts are spelled out in this terminal."),
        _("Set the terminal to UTF-8, or: export PYTHONIOENCODING=utf-8"),
    )


def _cores() -> Check:
    from replique.scan.processes import cores

    return Check("cores", "works", _("Processor cores"), number(cores()))


def _memory() -> Check:
    what = _("Memory")
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return Check("memory", "works", what, _("not known"))
    found = with_unit(size / _GIB, "GiB", 1)
    if size >= LEAST_MEMORY_BYTES:
        return Check("memory", "works", what, found)
    return Check(
        "memory",
        "attention",
        what,
        found,
        _("A scan for thousands of takes may not fit."),
        _("Scan with --jobs 1, and for fewer takes at a time."),
    )


def _optional_postgres() -> Check:
    what = _("PostgreSQL (optional)")
    asked = bool(os.environ.get("DATABASE_URL"))
    try:
        import psycopg
    except ImportError:
        return Check(
            "postgres",
            "missing" if asked else "absent",
            what,
            _("not installed"),
            _("The records stay in one file on this computer, which is right for one person."),
            "pip install 'replique[postgres]'",
        )
    return Check("postgres", "works", what, f"psycopg {psycopg.__version__}")


def _optional_demo() -> Check:
    what = _("Synthetic voices (optional)")
    try:
        import espeakng_loader  # noqa: F401 - only whether it is there
    except ImportError:
        return Check(
            "demo",
            "absent",
            what,
            _("not installed"),
            _("make demo has no voices to speak with."),
            "pip install 'replique[demo]'",
        )
    return Check("demo", "works", what, f"espeakng-loader {_version('espeakng-loader')}")
