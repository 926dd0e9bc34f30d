"""What is chosen for all who work with these records: kept beside them, in one small file.

The environment comes first: a server's administrator may decide over the file.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from replique.errors import UsageError
from replique.language import LANGUAGES
from replique.language import gettext as _
from replique.store import files
from replique.store.home import Home

NAME = "choices.json"
ROOTS = "tsa-roots.pem"
LONGEST = 500
LEAST_DAYS, MOST_DAYS = 1, 3650
LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen.

    tsa_url : of the authority for time stamps, "" for none. work_days : for how many days the
    record of finished work in the background is kept; None for ever. language : that a report
    or a letter begins with, "" for that of who asks.
    """

    tsa_url: str = ""
    work_days: int | None = None
    language: str = ""


def choices(home: Home | None = None) -> Choices:
    """Return what was chosen; what cannot be read is as if nothing was."""
    try:
        told = json.loads((_place(home) / NAME).read_text(encoding="utf-8"))
        days = told.get("work_days")
        return Choices(
            str(told.get("tsa_url", "")),
            days if isinstance(days, int) else None,
            str(told.get("language", "")),
        )
    except (OSError, ValueError, AttributeError):
        return Choices()


def choose(
    *, tsa_url: str | None = None, work_days: int | str | None = None, language: str | None = None
) -> Choices:
    """Keep a choice; None leaves a thing as it is, "" takes it back. Raises UsageError."""
    made = choices()
    if tsa_url is not None:
        made = replace(made, tsa_url=_address(tsa_url.strip()))
    if work_days is not None:
        made = replace(made, work_days=_days(work_days))
    if language is not None:
        made = replace(made, language=language if language in LANGUAGES else "")
    _write(NAME, json.dumps(asdict(made), sort_keys=True).encode())
    return made


def keep_roots(data: bytes) -> None:
    """Keep the certificates that an authority is trusted by, PEM. Raises UsageError."""
    from cryptography import x509

    if len(data) > LARGEST:
        raise UsageError(_("This file is too large for certificates."))
    try:
        x509.load_pem_x509_certificates(data)
    except ValueError:
        raise UsageError(
            _("These are no certificates."), advice=_("The authority gives them as a PEM file.")
        ) from None
    _write(ROOTS, data)


def tsa_url() -> str:
    """Return the address of the authority, "" for none."""
    return os.environ.get("REPLIQUE_TSA_URL") or choices().tsa_url


def tsa_roots() -> str:
    """Return where its certificates lie, "" for none."""
    said = os.environ.get("REPLIQUE_TSA_ROOTS")
    ours = _place(None) / ROOTS
    return said or (str(ours) if ours.exists() else "")


def _place(home: Home | None) -> Path:
    return (home or Home.opened()).path


def _write(name: str, data: bytes) -> None:
    files.write(Home.opened().path / name, data)


def _address(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise UsageError(
            _("This is no address of an authority."), advice=_("It begins with https://")
        )
    return text[:LONGEST]


def _days(said: int | str) -> int | None:
    if said == "":
        return None
    try:
        days = int(said)
    except ValueError:
        days = 0
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise UsageError(
            _("This is no number of days."),
            advice=_("From {least} to {most}; leave it empty to keep it for ever.").format(
                least=LEAST_DAYS, most=MOST_DAYS
            ),
        )
    return days
