"""What server and worker hand to one another and no disk is to hold: a passphrase, names.

An order lies in the records, in the clear.  What is sealed in it is encrypted under the key of
this desk, which the keeper makes when it opens and which lies in the memory of its processes
alone: once the desk is closed nobody opens it again.  A committee's desk has no such key; there
it is the secret of the home, so no passphrase is handed over (docs/desk.md).
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from replique.errors import StoreError
from replique.language import gettext as _

_NONCE = 12
_ABOUT = b"replique: between server and worker"


def sealed(said: object) -> str:
    """Return something, as JSON has it, so that only this desk can read it."""
    nonce = os.urandom(_NONCE)
    data = json.dumps(said).encode()
    return b64encode(nonce + AESGCM(_key()).encrypt(nonce, data, _ABOUT)).decode()


def opened(text: str) -> Any:  # noqa: ANN401 - whatever was sealed
    """Return what was sealed. Raises StoreError: by another desk, or before it was opened anew."""
    try:
        data = b64decode(text, validate=True)
        return json.loads(AESGCM(_key()).decrypt(data[:_NONCE], data[_NONCE:], _ABOUT))
    except (InvalidTag, ValueError):
        raise StoreError(
            _("The desk was closed meanwhile, and can no longer read this."),
            advice=_("Begin it anew."),
        ) from None


def in_memory() -> bool:
    """Whether the key is on no disk, so that a passphrase may be handed over."""
    return bool(settings.LOCAL_KEY)


def _key() -> bytes:
    secret = settings.LOCAL_KEY or settings.SECRET_KEY
    return HKDF(SHA256(), 32, salt=None, info=_ABOUT).derive(str(secret).encode())
