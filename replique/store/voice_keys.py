"""Keys of voices: one for each, kept apart from what it locks.

Which way is chosen with the first voice, noted in REPLIQUE_HOME/voices/keys.json, and kept as
long as there is one:

keyring     each key lies in the operating system's keyring and nowhere else: who has an old
            backup of the home, and a voice was forgotten since, cannot read it
passphrase  each key lies beside its voice, locked under a key made of a passphrase
            (Argon2id, RFC 9106); a backup that holds both can be read with the passphrase

A key is 32 random bytes, for AES-256-GCM.  Nothing of it, and nothing of a passphrase, goes
into an error, a log or a repr.
"""

from __future__ import annotations

import contextlib
import os
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from replique.errors import KeysLocked, ReferenceDamaged
from replique.language import gettext as _
from replique.store import core_dumps, wrapping
from replique.store.guard import guarded
from replique.store.home import Home
from replique.store.wrapping import Wrapping

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Way = Literal["keyring", "passphrase"]
SERVICE = "replique"
PASSPHRASE = "REPLIQUE_VOICE_PASSPHRASE"  # noqa: S105 — the name of a variable
KEY_BYTES = 32
LEAST_PRIORITY = 1.0
"""Of a keyring, as the library rates them: below lie those that keep secrets in plain files."""
_TRIED = "replique-tries-whether-it-can-keep-a-key"

Ask = Callable[[str], str]


class Keys(Protocol):
    """The keys of all voices of a home, open."""

    @property
    def way(self) -> Way:
        """Where they lie."""

    def new(self, key: str) -> bytes:
        """Make and keep the key of a voice, 32 bytes.

        Its mark is there (`voice_marks`). Raises KeysLocked, StoreLocked, StoreError.
        """

    def get(self, key: str) -> bytes:
        """Return the key of a voice. Raises KeysLocked, ReferenceDamaged when there is none."""

    def destroy(self, key: str) -> bool:
        """Destroy the key of a voice; return whether there was one. Raises KeysLocked."""


@guarded()
def open_keys(home: Home, ask: Ask | None = None) -> Keys:
    """Open the keys of a home's voices; choose where they lie when there are none yet.

    ask : asks the user for a passphrase, given a sentence, and shows nothing of it. It is
        asked twice when the passphrase is a new one. None: REPLIQUE_VOICE_PASSPHRASE alone.

    Raises KeysLocked; ReferenceDamaged when what is noted of them is damaged.
    """
    core_dumps.refuse()
    noted = wrapping.noted(home)
    if noted is None:
        with wrapping.alone(home):  # two programs that begin at once choose one way
            noted = wrapping.noted_alone(home)
            if noted is None:
                return _chosen(home, ask)
    if noted == "keyring":
        return InKeyring(home, _keyring() or _no_keyring())
    said = _passphrase(ask)
    try:
        return UnderPassphrase(home, noted, noted.opened(said))
    except KeysLocked:
        with contextlib.suppress(OSError):
            wrapping.end(home)  # nothing may be locked under it: the next try chooses anew
        raise


def way_of(home: Home) -> Way | None:
    """Return where the keys of a home lie; None before the first. Raises ReferenceDamaged."""
    noted = wrapping.noted(home)
    if noted is None:
        return None
    return "keyring" if noted == "keyring" else "passphrase"


@guarded()
def asks(home: Home) -> Literal["", "passphrase", "new"]:
    """Return what a person has to type before the keys open: nothing, the passphrase, a new one.

    Raises ReferenceDamaged.
    """
    if os.environ.get(PASSPHRASE) is not None:
        return ""
    way = way_of(home)
    if way is not None:
        return "passphrase" if way == "passphrase" else ""
    backend = _keyring()
    return "" if backend is not None and _keeps(backend) else "new"


@guarded()
def destroy_key(home: Home, key: str) -> bool:
    """Destroy the key of a voice wherever it lies, without a passphrase.

    Returns whether none is left. False: a keyring may hold it that cannot be reached now.
    """
    locked_up = wrapping.destroy(home, key)  # it lay there, and nowhere else
    try:
        locked_up = locked_up or way_of(home) == "passphrase"
    except ReferenceDamaged:
        locked_up = False  # it cannot be told: ask the keyring too
    if locked_up:
        return True
    backend = _keyring()
    if backend is None:
        return False
    with contextlib.suppress(KeysLocked):
        InKeyring(home, backend).destroy(key)
        return True
    return False


class InKeyring:
    """Keys in the operating system's keyring."""

    way: Way = "keyring"

    def __init__(self, home: Home, backend: KeyringBackend) -> None:
        self._home = home
        self._backend = backend

    def __repr__(self) -> str:
        return "InKeyring()"

    def new(self, key: str) -> bytes:
        """Make and keep a key."""
        made = os.urandom(KEY_BYTES)
        with wrapping.kept(self._home, "keyring"), _refused():
            self._backend.set_password(SERVICE, key, b64encode(made).decode())
        return made

    def get(self, key: str) -> bytes:
        """Return a key."""
        with _refused():
            kept = self._backend.get_password(SERVICE, key)
        data = _decoded(kept)
        if data is None:
            raise ReferenceDamaged(
                _("The keyring of this computer has no key for this voice."),
                advice=_(
                    "Was it enrolled by another user, or on another computer? Or was it forgotten, "
                    "or changed, after these records were copied? Then no copy can be opened. "
                    "Forget this voice and enrol it again from its recordings."
                ),
            )
        return data

    def destroy(self, key: str) -> bool:
        """Destroy a key; return whether there was one."""
        with _refused():
            if self._backend.get_password(SERVICE, key) is None:
                return False
            self._backend.delete_password(SERVICE, key)
            if self._backend.get_password(SERVICE, key) is not None:
                raise _keyring_refuses()
            return True


class UnderPassphrase:
    """Keys in the home, each locked under one that is made of a passphrase."""

    way: Way = "passphrase"

    def __init__(self, home: Home, noted: Wrapping, opened: bytes) -> None:
        self._home = home
        self._noted = noted
        self._opened = opened

    def __repr__(self) -> str:
        return "UnderPassphrase()"

    def new(self, key: str) -> bytes:
        """Make and keep a key."""
        made = os.urandom(KEY_BYTES)
        with wrapping.kept(self._home, self._noted):
            wrapping.write(self._home, key, self._opened, made)
        return made

    def get(self, key: str) -> bytes:
        """Return a key."""
        return wrapping.read(self._home, key, self._opened)

    def destroy(self, key: str) -> bool:
        """Destroy a key; return whether there was one."""
        return wrapping.destroy(self._home, key)


def _chosen(home: Home, ask: Ask | None) -> Keys:
    """Choose where keys are to lie, and note it."""
    backend = _keyring()
    if backend is not None and _keeps(backend):
        wrapping.note(home, "keyring")
        return InKeyring(home, backend)
    passphrase = _passphrase(ask, new=True)
    noted, opened = Wrapping.made(passphrase)
    wrapping.note(home, noted)
    return UnderPassphrase(home, noted, opened)


def _keyring() -> KeyringBackend | None:
    """Return the keyring of this system and user; None where there is none that is safe."""
    try:
        import keyring

        backend = keyring.get_keyring()
        rating = float(backend.priority)
    except Exception:  # noqa: BLE001 — its settings may name any code, and it fails in its own ways
        return None
    return backend if rating >= LEAST_PRIORITY else None


def _keeps(backend: KeyringBackend) -> bool:
    """Whether a keyring keeps what it is given: some are there and locked, or cannot be asked."""
    tried = b64encode(os.urandom(KEY_BYTES)).decode()
    try:
        with _refused():
            backend.set_password(SERVICE, _TRIED, tried)
            kept = backend.get_password(SERVICE, _TRIED)
            backend.delete_password(SERVICE, _TRIED)
    except KeysLocked:
        return False
    return kept == tried


class _refused(contextlib.ContextDecorator):  # noqa: N801 — used as a word
    """Say what a keyring says when it fails; from None: it may repeat what it was given."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_said: object) -> Literal[False]:
        if kind is not None and issubclass(kind, Exception) and not issubclass(kind, KeysLocked):
            raise _keyring_refuses() from None
        return False


def _decoded(kept: str | None) -> bytes | None:
    if kept is None:
        return None
    try:
        data = b64decode(kept, validate=True)
    except ValueError:
        return None
    return data if len(data) == KEY_BYTES else None


def _passphrase(ask: Ask | None, *, new: bool = False) -> bytes:
    """Return the passphrase, as every keyboard writes it the same."""
    said = os.environ.get(PASSPHRASE)
    if said is None and ask is not None:
        said = ask(_("New passphrase for the voices") if new else _("Passphrase of the voices"))
        if new and said and ask(_("The same again")) != said:
            raise KeysLocked(
                _("The two passphrases are not the same."), advice=_("Type it again, twice.")
            )
    if said is None:
        raise KeysLocked(
            _("This computer has no keyring that can be used, and no passphrase was given."),
            advice=_("Give one when you are asked, or in {name}.").format(name=PASSPHRASE),
        )
    if not said.strip():
        raise KeysLocked(
            _("The passphrase is empty."),
            advice=_("Choose several words that nobody would guess, and keep them safe.")
            if new
            else _("Type the one that was chosen when the first voice was enrolled."),
        )
    return unicodedata.normalize("NFC", said).encode("utf-8", "surrogateescape")


def _no_keyring() -> KeyringBackend:
    raise KeysLocked(
        _("The keys of the voices lie in this computer's keyring, which cannot be reached."),
        advice=_("Log in at its screen and unlock the keyring, then try again."),
    )


def _keyring_refuses() -> KeysLocked:
    return KeysLocked(
        _("The keyring of this computer refuses."),
        advice=_("Unlock it, or allow Réplique to use it, then try again."),
    )
