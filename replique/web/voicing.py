"""What a worker does for voices: enrol one, look at one again, make one anew, fetch the models.

Recordings are read where they lie, under the names that their people gave them, through links
that go afterwards.  What comes of it names recordings, which are kept of a voice encrypted alone:
so it is sealed (`handing`), refusals too.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from django.db import DatabaseError

from replique import store
from replique.errors import NotFound, RepliqueError
from replique.language import current
from replique.language import gettext as _
from replique.models import Package, install
from replique.report.numerals import duration, with_unit
from replique.store import ears, jobs
from replique.store.home import PRIVATE_FOLDER, Home
from replique.store.jobs import JobRecord
from replique.store.stating import Statement
from replique.store.voice_checking import RecordingChecked, VoiceChecked
from replique.store.voice_keys import Keys
from replique.voices.enrolment import Objection
from replique.web import handing, uploads

LONGEST_NAME = 120


def done(home: Home, order: JobRecord) -> dict[str, Any]:
    """Do what an order says; return what came of it, sealed."""
    said = handing.opened(str(order.what["sealed"]))
    act = {"enrol": _enrol, "check": _check, "remake": _remake}[str(order.what["act"])]
    try:
        outcome = act(home, order.what, said)
    except RepliqueError as error:
        if isinstance(error.__cause__, DatabaseError):
            raise  # the records cannot be reached: it is tried again
        outcome = {"refused": [str(error), error.advice], "code": error.code}
    return {"progress": {"sealed": handing.sealed(outcome)}}


def fetched(home: Home, order: JobRecord) -> dict[str, Any]:
    """Fetch the models that are missing or damaged, since somebody said so."""
    so_far: dict[str, int] = {}

    def arrived(package: Package, count: int) -> None:
        so_far[package.name] = count
        jobs.tell(order.id, {"bytes": sum(so_far.values())})

    came = install(ears.library(home), models=ears.needed(home), progress=arrived)
    return {"progress": {"fetched": [each.title for each in came]}}


def _enrol(home: Home, what: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    performer, manner = str(what["performer"]), str(what["manner"])
    keys = opened_keys(home, said)
    try:
        with _linked(home, performer, said) as (folder, recordings, signed):
            given = Statement(said["way"], said["by"], signed, said["language"])
            try:
                made = store.enrol_voice(
                    home, performer, recordings, manner=manner, given=given, keys=keys
                )
            except RepliqueError as error:
                # the links' folder says nothing to anybody
                plain = str(error).replace(f"{folder}/", "")
                raise type(error)(plain, advice=error.advice) from None
    finally:
        if said["statement"]:
            uploads.drop(home, said["statement"])
    for token in said["uploads"]:
        uploads.drop(home, token)
    (checked,) = store.check_voice(home, performer, keys, made.voice.manner)
    return {
        "enrolled": made.voice.manner,
        "way": keys.way,
        **told(checked),
        "remarks": _remarks(made.remarks),
    }


def _check(home: Home, what: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    keys = opened_keys(home, said)
    (checked,) = store.check_voice(home, str(what["performer"]), keys, str(what["manner"]))
    return told(checked)


def _remake(home: Home, what: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    keys = opened_keys(home, said)
    store.remake_voice(home, str(what["performer"]), keys, str(what["manner"]))
    (checked,) = store.check_voice(home, str(what["performer"]), keys, str(what["manner"]))
    return {"remade": True, **told(checked)}


def opened_keys(home: Home, said: Mapping[str, Any]) -> Keys:
    """Open the keys of the voices with what was typed, if anything was. Raises KeysLocked."""
    passphrase = said.get("passphrase")
    return store.open_keys(home, (lambda _asked: str(passphrase)) if passphrase else None)


def told(checked: VoiceChecked) -> dict[str, Any]:
    """Return what was found of a voice, as the page tells it."""
    voice = checked.voice
    return {
        "performer": voice.performer,
        "manner": voice.manner,
        "speech": duration(round(voice.speech_s)),
        "readable": checked.readable,
        "current": checked.current,
        "good": checked.good,
        "recordings": [_recording(each) for each in checked.recordings],
        "remarks": _remarks(checked.add),
        "alike": checked.alike,
        "language": current(),
    }


def _recording(one: RecordingChecked) -> dict[str, Any]:
    found = one.found
    return {
        "name": one.name,
        "length": duration(round(one.length_s, 1)),
        "speech": duration(round(found.speech_s, 1)) if found else "",
        "overlap": with_unit(100 * found.overlap, "%") if found else "",
        "range": with_unit(found.range_db, "dB") if found else "",
        "remarks": _remarks(one.objections),
    }


def _remarks(said: Sequence[Objection]) -> list[list[str]]:
    return [[each.message, each.advice] for each in said]


@contextlib.contextmanager
def _linked(
    home: Home, performer: str, said: Mapping[str, Any]
) -> Iterator[tuple[Path, list[Path], Path | None]]:
    """Give links to the recordings and the signed page, each under the name that people know."""
    folder = uploads.folder_of(home) / f"voice-{secrets.token_hex(8)}"
    folder.mkdir(mode=PRIVATE_FOLDER)
    try:
        links: list[Path] = []
        for number in said["takes"]:
            take = store.find_take(home, str(number))
            if take.performer != performer or take.withdrawn_at is not None:
                raise NotFound(
                    _("There is no take {number}.").format(number=number),
                    advice=_("Load the page again, and choose anew."),
                )
            links.append(_link(folder, take.file_name, take.path))
        links += [_upload(home, folder, token) for token in said["uploads"]]
        signed = _upload(home, folder, said["statement"]) if said["statement"] else None
        yield folder, links, signed
    finally:
        for link in folder.iterdir():
            link.unlink()  # the link, and never what it leads to
        folder.rmdir()


def _upload(home: Home, folder: Path, token: str) -> Path:
    return _link(folder, uploads.upload(home, token).name, uploads.finished(home, token))


def _link(folder: Path, name: str, to: Path) -> Path:
    """Make a link of a name that is not taken; the end stays, it helps to decode."""
    plain = PurePath(name.replace("\\", "/").replace("\0", "")).name or "recording"
    stem, end = PurePath(plain).stem[:LONGEST_NAME], PurePath(plain).suffix[:10]
    number = 1
    while True:
        link = folder / (f"{stem}{end}" if number == 1 else f"{stem} ({number}){end}")
        try:
            link.symlink_to(to)
        except FileExistsError:
            number += 1
        else:
            return link
