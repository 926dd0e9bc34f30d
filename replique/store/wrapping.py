"""Keys of voices locked under a passphrase, and the note of where keys lie.

keys.json : {"format": 1, "way": "keyring"}, or with "passphrase" also how the key that locks
the others is made of it (Argon2id: salt, iterations, lanes, memory in KiB) and a canary that
only the right passphrase opens; "check" is the SHA-256 of the rest, so that damage is not
taken for a wrong passphrase.

A way is kept as long as something is locked in it.  It may end under a program that has opened
it and has locked nothing yet (`end`); what that one locks then brings it back (`kept`), unless
another was chosen meanwhile.  So every key that is there is opened by the note that is there.

<key>.key, bytes: magic "RPK" and a byte of format; nonce (12); AES-256-GCM of the data key,
with the magic and the voice's key as associated data.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from replique.errors import KeysLocked, ReferenceDamaged, StoreLocked
from replique.language import gettext as _
from replique.store import files, shredding, voice_marks
from replique.store.home import PRIVATE_FILE, PRIVATE_FOLDER, Home

FORMAT = 1
MAGIC = b"RPK" + bytes([FORMAT])
NOTE = "keys.json"
ENDING = ".key"
LOCKED = (f"*{ENDING}", "*.rpv", f"{voice_marks.HALF}*", f"{voice_marks.GONE}*")
"""What a way is kept for: keys, voices, and what was begun with either and is not done."""
NONCE_BYTES = 12
MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 4
"""RFC 9106, section 4, second choice: what a laptop can spare. A third of a second."""
MOST_MEMORY_KIB = 4 * 1024 * 1024
MOST_ITERATIONS = 100
"""What a note may ask for: a forged one must not stop the machine."""
_CANARY = b"replique voices"


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How the key that locks the others is made of a passphrase.

    salt : 16 bytes. memory_kib, iterations, lanes : of Argon2id. canary : nonce and AES-GCM.
    """

    salt: bytes
    memory_kib: int
    iterations: int
    lanes: int
    canary: bytes

    @classmethod
    def made(cls, passphrase: bytes) -> tuple[Wrapping, bytes]:
        """Choose a salt; return how, and the key that locks the others."""
        how = cls(os.urandom(16), MEMORY_KIB, ITERATIONS, LANES, b"")
        opened = how._derived(passphrase)
        canary = _sealed(opened, _CANARY, MAGIC)
        return cls(how.salt, how.memory_kib, how.iterations, how.lanes, canary), opened

    def opened(self, passphrase: bytes) -> bytes:
        """Return the key that locks the others. Raises KeysLocked for a wrong passphrase."""
        try:
            opened = self._derived(passphrase)
        except MemoryError:
            raise _too_little_memory(self.memory_kib) from None
        try:
            right = _unsealed(opened, self.canary, MAGIC) == _CANARY
        except InvalidTag:
            right = False
        if not right:
            raise KeysLocked(
                _("This is not the passphrase of these voices."),
                advice=_(
                    "Try again. Nobody can recover it: if it is lost, forget the voices and "
                    "enrol them anew."
                ),
            )
        return opened

    def _derived(self, passphrase: bytes) -> bytes:
        return Argon2id(
            salt=self.salt,
            length=32,
            iterations=self.iterations,
            lanes=self.lanes,
            memory_cost=self.memory_kib,
        ).derive(passphrase)


def noted(home: Home) -> Wrapping | Literal["keyring"] | None:
    """Return what is noted of a home's keys; None when nothing is. Raises ReferenceDamaged.

    A note that is gone while there are keys is not made anew: only it opens them.
    """
    found = _read(home)
    if found is not None or not _keys_there(home):
        return found
    try:
        with alone(home):  # it may have ended, and another begun, between the two looks
            return noted_alone(home)
    except OSError:
        raise _damaged_note() from None


def noted_alone(home: Home) -> Wrapping | Literal["keyring"] | None:
    """As `noted`, for who is `alone`."""
    found = _read(home)
    if found is None and _keys_there(home):
        raise _damaged_note()
    return found


def _keys_there(home: Home) -> bool:
    return any(home.voices.glob(f"*{ENDING}"))


def _read(home: Home) -> Wrapping | Literal["keyring"] | None:
    try:
        text = (home.voices / NOTE).read_bytes()
    except FileNotFoundError:
        return None
    try:
        said = json.loads(text)
        check = said.pop("check")
        if said["format"] != FORMAT or check != _check(said):
            raise _damaged_note()
        return "keyring" if said["way"] == "keyring" else _wrapping(said)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise _damaged_note() from None


def note(home: Home, chosen: Wrapping | Literal["keyring"]) -> None:
    """Note where keys lie, once. Raises OSError."""
    said: dict[str, Any] = {"format": FORMAT, "way": "keyring"}
    if isinstance(chosen, Wrapping):
        said = {
            "format": FORMAT,
            "way": "passphrase",
            "salt": b64encode(chosen.salt).decode(),
            "memory_kib": chosen.memory_kib,
            "iterations": chosen.iterations,
            "lanes": chosen.lanes,
            "canary": b64encode(chosen.canary).decode(),
        }
    text = json.dumps({**said, "check": _check(said)}, indent=1) + "\n"
    files.write(home.voices / NOTE, text.encode())


@contextlib.contextmanager
def alone(home: Home, *, wait: bool = True) -> Iterator[None]:
    """Let one program at a time choose. Raises OSError; BlockingIOError when not to wait."""
    home.voices.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    handle = os.open(home.voices / ".choosing", os.O_CREAT | os.O_WRONLY, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextlib.contextmanager
def kept(home: Home, chosen: Wrapping | Literal["keyring"]) -> Iterator[None]:
    """Hold the way in which keys were opened while one is locked in it.

    Raises StoreLocked when another was chosen since; ReferenceDamaged, OSError.
    """
    with alone(home):
        now = noted_alone(home)
        if now is None:
            note(home, chosen)
        elif now != chosen:
            raise StoreLocked(
                _("How the voices are locked was changed by another program meanwhile."),
                advice=_("Run the same command again."),
            )
        yield


def end(home: Home) -> bool:
    """End the way when nothing is locked in it, so that the next is chosen anew.

    Returns whether it ended.  It never waits: who is choosing, or locks a key, keeps it.
    Raises OSError.
    """
    try:
        with alone(home, wait=False):
            if any(any(home.voices.glob(each)) for each in LOCKED):
                return False
            there = (home.voices / NOTE).exists()
            (home.voices / NOTE).unlink(missing_ok=True)
            shredding.settle_folder(home.voices)
            return there
    except BlockingIOError:
        return False


def key_file(home: Home, key: str) -> Path:
    """Return where the key of a voice lies, or would."""
    return home.voices / f"{key}{ENDING}"


def write(home: Home, key: str, opened: bytes, data_key: bytes) -> None:
    """Keep the key of a voice, locked. Raises OSError."""
    sealed = _sealed(opened, data_key, MAGIC + key.encode())
    files.write(key_file(home, key), MAGIC + sealed)


def read(home: Home, key: str, opened: bytes) -> bytes:
    """Return the key of a voice. Raises ReferenceDamaged."""
    try:
        data = key_file(home, key).read_bytes()
        if data[: len(MAGIC)] != MAGIC:
            raise _damaged_key()
        return _unsealed(opened, data[len(MAGIC) :], MAGIC + key.encode())
    except (FileNotFoundError, InvalidTag):
        raise _damaged_key() from None


def destroy(home: Home, key: str) -> bool:
    """Destroy the locked key of a voice; return whether there was one. Raises OSError."""
    return shredding.shred(key_file(home, key))


def _sealed(key: bytes, content: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, bound)


def _unsealed(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    if len(sealed) < NONCE_BYTES + 16:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)


def _wrapping(said: dict[str, Any]) -> Wrapping:
    memory_kib, iterations, lanes = (
        int(said[name]) for name in ("memory_kib", "iterations", "lanes")
    )
    salt, canary = (b64decode(said[name], validate=True) for name in ("salt", "canary"))
    fits = 8 * lanes <= memory_kib <= MOST_MEMORY_KIB and 1 <= iterations <= MOST_ITERATIONS
    if said["way"] != "passphrase" or not fits or not 1 <= lanes <= 64 or len(salt) < 8:
        raise _damaged_note()
    return Wrapping(salt, memory_kib, iterations, lanes, canary)


def _check(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _damaged_note() -> ReferenceDamaged:
    return ReferenceDamaged(
        _("The file that says how the voices are locked is damaged or gone: {name}.").format(
            name=NOTE
        ),
        advice=_("Bring it back from a backup; without it, forget the voices and enrol them anew."),
    )


def _too_little_memory(kib: int) -> KeysLocked:
    return KeysLocked(
        _("Opening the keys takes {mib} MiB of memory, which cannot be had now.").format(
            mib=-(-kib // 1024)
        ),
        advice=_("Close other programs, then try again."),
    )


def _damaged_key() -> ReferenceDamaged:
    return ReferenceDamaged(
        _("The key of a voice is damaged or gone."),
        advice=_("Bring it back from a backup, or forget this voice and enrol it again."),
    )
