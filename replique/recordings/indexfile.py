"""The envelope of an index file: is it whole, and of this version?

Magic "RPQ", one byte of format version, 32 bytes SHA-256 of everything after
them.  What that is: replique/recordings/prepared.py.
"""

from __future__ import annotations

import hashlib

from replique.errors import IndexDamaged
from replique.language import gettext as _

FORMAT = 2
MAGIC = b"RPQ" + bytes([FORMAT])
HEAD = len(MAGIC) + 32


def sealed(body: bytes) -> bytes:
    """Return an index file with this content."""
    return MAGIC + hashlib.sha256(body).digest() + body


def opened(data: bytes | memoryview) -> memoryview:
    """Return the content of an index file, without copying it; raises IndexDamaged."""
    view = memoryview(data)
    whole = len(view) >= HEAD and bytes(view[: len(MAGIC)]) == MAGIC
    if not whole or hashlib.sha256(view[HEAD:]).digest() != view[len(MAGIC) : HEAD]:
        raise damaged()
    return view[HEAD:]


def damaged() -> IndexDamaged:
    """Return the error that an index file cannot be used."""
    return IndexDamaged(
        _("An index file is damaged or of another version."),
        advice=_("It is made anew from the registered take; nothing else is lost."),
    )
