"""What this computer can and cannot do for voices, and what each lack costs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from replique.cli.fetching import look, needed
from replique.errors import RepliqueError
from replique.language import gettext as _
from replique.report.numerals import number
from replique.store import Home

if TYPE_CHECKING:
    from replique.cli.checks import Check
    from replique.store.records import VoiceRecord


def voice_checks() -> Iterator[Check]:
    """Look at what voices need; nobody has to use them, so that no lack is told as a failure."""
    from replique.cli.checks import Check

    home = Home.default()
    enrolled = _enrolled(home)
    yield _models(home, enrolled)
    yield from _runtime()
    yield _keys(home)
    if enrolled:
        yield _references(home, enrolled)
    yield Check(
        "origin",
        "works" if find_spec("c2pa") else "absent",
        _("Content Credentials (C2PA)"),
        _("can be read") if find_spec("c2pa") else _("cannot be read"),
        _("What a medium says of its own origin stays unread where it is signed."),
        "pip install c2pa-python",
    )


def _enrolled(home: Home) -> list[VoiceRecord]:
    """Return the enrolled voices; none where the records cannot be read, which is told apart."""
    try:
        if not os.environ.get("DATABASE_URL") and not home.database.exists():
            return []
        from replique import store

        store.open()
        return store.voices()
    except (RepliqueError, OSError):
        return []


def _models(home: Home, enrolled: list[VoiceRecord]) -> Check:
    from replique.cli.checks import Check
    from replique.store.ears import library

    what = _("Models that hear voices")
    try:
        looked = look(library(home), needed(home))
    except RepliqueError as error:
        return Check("models", "attention", what, str(error), _no_voices(), error.advice)
    absent = [each for each in looked if each.state == "missing"]
    damaged = [each for each in looked if each.state == "damaged"]
    if not absent and not damaged:
        return Check("models", "works", what, ", ".join(each.model.title for each in looked))
    told = [
        _("not here: {titles}").format(titles=", ".join(e.model.title for e in absent)),
        _("damaged: {titles}").format(
            titles=", ".join(f"{e.model.title} ({e.found[:12]})" for e in damaged)
        ),
    ]
    found = "; ".join(text for text, some in zip(told, (absent, damaged), strict=True) if some)
    asked_for = bool(enrolled or damaged)
    mend = _("Fetch what is missing: replique models install")
    return Check("models", "attention" if asked_for else "absent", what, found, _no_voices(), mend)


def _no_voices() -> str:
    return _("No voice can be enrolled or looked for. Searching for takes works without.")


def _runtime() -> Iterator[Check]:
    """Say when what runs the models cannot be loaded; nothing when it can."""
    from replique.cli.checks import Check

    try:
        import_module("onnxruntime")
    except Exception as error:  # noqa: BLE001 - a broken wheel fails in its own way
        yield Check(
            "onnxruntime",
            "attention",
            _("Library {name}").format(name="onnxruntime"),
            f"{type(error).__name__}: {error}",
            _no_voices(),
            "pip install onnxruntime",
        )


def _keys(home: Home) -> Check:
    """Say where the keys of voices lie, or would."""
    from replique.cli.checks import Check
    from replique.store.voice_keys import PASSPHRASE, way_of

    what = _("Keys of the voices")
    try:
        way, here = way_of(home), _keyring()
    except RepliqueError as error:
        return Check("keys", "attention", what, str(error), _no_voices(), error.advice)
    except OSError:
        return Check(
            "keys",
            "attention",
            what,
            _("cannot be read"),
            _no_voices(),
            _("Give yourself the right to read {folder}, or name another with --home.").format(
                folder=home.path
            ),
        )
    if way == "keyring" and not here:
        return Check(
            "keys",
            "attention",
            what,
            _("in this computer's keyring, which cannot be reached"),
            _("Enrolled voices cannot be looked for."),
            _("Log in at the screen of this computer, and unlock the keyring."),
        )
    if way == "keyring" or (way is None and here):
        return Check(
            "keys", "works", what, _("in this computer's keyring, {name}").format(name=here)
        )
    if os.environ.get(PASSPHRASE):
        found = _("under a passphrase, given in {name}").format(name=PASSPHRASE)
    else:
        found = _("under a passphrase, which will be asked for")
    return Check("keys", "works", what, found)


def _keyring() -> str:
    """Return the name of a keyring that keeps secrets; "" where there is none."""
    from replique.store.voice_keys import LEAST_PRIORITY

    try:
        import keyring

        backend = keyring.get_keyring()
        return str(backend.name) if float(backend.priority) >= LEAST_PRIORITY else ""
    except Exception:  # noqa: BLE001 - each system's keyring fails in its own way
        return ""


def _references(home: Home, enrolled: list[VoiceRecord]) -> Check:
    """Look whether the enrolled voices are there, and of the models that are used."""
    from replique.cli.checks import Check
    from replique.store.ears import ears
    from replique.store.voice_files import voice_file

    what, count = _("Enrolled voices"), number(len(enrolled))
    gone = [each for each in enrolled if not voice_file(home, each.key).exists()]
    try:
        digest = ears(home).digest
    except RepliqueError as error:
        return Check("voices", "attention", what, count, str(error), error.advice)
    other = [each for each in enrolled if each.models != digest and each not in gone]
    if gone:
        return Check(
            "voices",
            "attention",
            what,
            count,
            _("What was kept of these is gone: {voices}.").format(voices=_named(gone)),
            _("Forget them and enrol them again: replique voice forget, then replique voice enrol"),
        )
    if other:
        return Check(
            "voices",
            "attention",
            what,
            count,
            _("Made with other models, and not looked for: {voices}.").format(voices=_named(other)),
            _("Make them anew of what was kept: replique voice remake PERFORMER"),
        )
    return Check("voices", "works", what, count)


def _named(voices: list[VoiceRecord]) -> str:
    from replique.cli.voice_words import of_whom

    return ", ".join(of_whom(each) for each in voices)
