"""One tree of errors.

    RepliqueError
    ├── UsageError              what was asked cannot be done as it was said
    │   ├── NotFound            no such performer, take, medium, occurrence
    │   ├── AlreadyThere        it exists
    │   └── NotAllowed          not for this person to do
    ├── TakeRefused             a take that could never be found
    │   ├── TakeTooShort
    │   └── TakeSilent
    ├── MediaError              a file that cannot be searched; recorded, never fatal
    │   ├── Unreadable          permission, vanished, input/output
    │   ├── NotMedia            no decoder knows it
    │   ├── NoAudio             nothing to listen to
    │   ├── Damaged             begins well, cannot be decoded to the end
    │   ├── Encrypted
    │   ├── Changed             changed while it was read
    │   ├── Hostile             an archive that lies: bombs, ../ paths, depth
    │   ├── DecoderCrashed      the worker process died on it
    │   └── SearchFailed        the search itself failed on it: memory, a defect
    ├── StoreError
    │   ├── StoreLocked         another program holds it
    │   ├── StoreNewer          written by a newer Réplique
    │   ├── DiskFull
    │   ├── IndexDamaged        an index file failed its checksum
    │   ├── KeysLocked          the keys of voices: no keyring, no passphrase, or a wrong one
    │   ├── StaysSealed         private testimony, for whoever has not its key
    │   ├── SealDamaged         private testimony, or a key to it, that was altered
    │   ├── BackupDamaged       a backup that is not whole, or another passphrase's
    │   └── LedgerBroken        the ledger contradicts itself, or cannot be signed
    ├── AgreementRefused        an agreement or a use that is not written as it must be
    ├── MissingPart             something optional is not installed
    ├── ReferenceRefused        recordings from which no voice can be enrolled
    ├── ReferenceDamaged        a voice reference that cannot be read
    └── ModelError              a model that cannot be used
        ├── ModelMissing        not there yet, or cannot be fetched
        ├── ModelDamaged        not the file that it should be
        └── EncoderUnusable     an encoder of one's own, or its calibration

Each says what happened (`str`), what to do (`advice`), and whether trying again
may help (`retry`).  Nothing else leaves the public surface: a leaked ValueError
is a bug.  Messages are translated when they are made, in the language then in
force (replique.language).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple


class RepliqueError(Exception):
    """Root of all errors of the program.

    message : what happened, one sentence for the user.
    advice : what the user can do about it, one sentence.
    """

    code: ClassVar[str] = "error"
    retry: ClassVar[bool] = False
    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class UsageError(RepliqueError):
    """What was asked cannot be done as it was said."""

    code = "usage"
    exit_status = 2


class NotFound(UsageError):
    """No such performer, take, medium or occurrence."""

    code = "not-found"


class AlreadyThere(UsageError):
    """It exists already."""

    code = "already-there"


class NotAllowed(UsageError):
    """Not for this person to do."""

    code = "not-allowed"


class TakeRefused(RepliqueError):
    """A take that could never be found."""

    code = "take-refused"
    exit_status = 3


class TakeTooShort(TakeRefused):
    """Too little sound in it."""

    code = "take-too-short"


class TakeSilent(TakeRefused):
    """Nothing to hear in it."""

    code = "take-silent"


class MediaError(RepliqueError):
    """A file that cannot be searched; recorded with its reason, never fatal."""

    code = "media"
    exit_status = 4


class Unreadable(MediaError):
    """Permission denied, vanished, or an input/output error."""

    code = "unreadable"
    retry = True


class NotMedia(MediaError):
    """No decoder knows it."""

    code = "not-media"


class NoAudio(MediaError):
    """There is nothing to listen to in it."""

    code = "no-audio"


class Damaged(MediaError):
    """Begins well and cannot be decoded to its end."""

    code = "damaged"


class Encrypted(MediaError):
    """Locked with a password or a rights system."""

    code = "encrypted"


class Changed(MediaError):
    """Changed while it was read."""

    code = "changed"
    retry = True


class Hostile(MediaError):
    """An archive that lies: bombs, paths that climb out, endless depth."""

    code = "hostile"


class DecoderCrashed(MediaError):
    """The process that read it died."""

    code = "decoder-crashed"


class SearchFailed(MediaError):
    """The search itself failed on it: no memory, or a defect of the program."""

    code = "search-failed"
    retry = True


class StoreError(RepliqueError):
    """The records could not be read or written."""

    code = "store"
    exit_status = 5


class StoreLocked(StoreError):
    """Another program holds the store."""

    code = "store-locked"
    retry = True


class StoreNewer(StoreError):
    """The store was written by a newer version."""

    code = "store-newer"


class DiskFull(StoreError):
    """No room left on the disk."""

    code = "disk-full"
    retry = True


class IndexDamaged(StoreError):
    """An index file failed its checksum."""

    code = "index-damaged"


class KeysLocked(StoreError):
    """The keys of voices cannot be had: no keyring, no passphrase, or a wrong one."""

    code = "keys-locked"
    retry = True


class StaysSealed(StoreError):
    """Private testimony that cannot be opened: no key to it, or a wrong passphrase."""

    code = "stays-sealed"


class SealDamaged(StoreError):
    """Private testimony, or a key to it, was altered."""

    code = "seal-damaged"


class BackupDamaged(StoreError):
    """A backup is not whole, or it is locked under another passphrase."""

    code = "backup-damaged"


class LedgerBroken(StoreError):
    """The ledger contradicts itself, or its key is gone."""

    code = "ledger-broken"


class Problem(NamedTuple):
    """One thing that is wrong in a text that was written by hand.

    line : from 1. field : where in it, "grant[2].acts[1]", counted from 1; "" for the
    whole. message : what is wrong, and never what was written there, which may be
    private. allowed : what may stand there, "" when the message says it. file : its name,
    "" when it has none.
    """

    line: int
    field: str
    message: str
    allowed: str = ""
    file: str = ""


class AgreementRefused(RepliqueError):
    """An agreement, a use or a performer's dates that are not written as they must be.

    problems : all that was found, in the order of the lines.
    """

    code = "agreement-refused"
    exit_status = 7

    def __init__(self, message: str, *, advice: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, advice=advice)
        self.problems = tuple(problems)


class MissingPart(RepliqueError):
    """Something optional is not installed."""

    code = "missing-part"
    exit_status = 6


class ReferenceRefused(RepliqueError):
    """Recordings from which no voice can be enrolled."""

    code = "reference-refused"
    exit_status = 3


class ReferenceDamaged(RepliqueError):
    """A voice reference that cannot be read."""

    code = "reference-damaged"


class ModelError(RepliqueError):
    """A model that cannot be used."""

    code = "model"


class ModelMissing(ModelError):
    """It is not there yet, or cannot be fetched."""

    code = "model-missing"
    retry = True


class ModelDamaged(ModelError):
    """The file is not the one it should be."""

    code = "model-damaged"
    retry = True


class EncoderUnusable(ModelError):
    """An encoder that somebody brought, or the calibration that belongs to it, cannot be used."""

    code = "encoder-unusable"
