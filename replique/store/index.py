"""The takes made ready for the recordings probe: one file each, replaced atomically.

Nothing here needs Django: worker processes load their probes from these files.
Nor does the probe itself load before it is needed: the process that leads a scan
only compares hashes and settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from replique.errors import IndexDamaged, RepliqueError
from replique.language import gettext as _
from replique.media import Source, fingerprint, read_audio
from replique.media.source import open_regular
from replique.probe import HOUSE_RATE, Samples
from replique.recordings import indexfile
from replique.recordings.settings import NAME, VERSION, Settings
from replique.store import files
from replique.store.home import Home

if TYPE_CHECKING:
    from replique.recordings import RecordingsProbe


def take_file(home: Home, sha256: str) -> Path:
    """Return where a registered file is kept."""
    return home.takes / sha256


def index_file(home: Home, sha256: str) -> Path:
    """Return where a take made ready is kept."""
    return home.index / f"{sha256}.rpq"


def sound_of(path: Path, name: str) -> Samples:
    """Return the sound of a kept file, whose own name has lost the extension that `name` has."""
    return read_audio(Source(name, path, (name,), fingerprint(path), partial(open_regular, path)))


def make_index(samples: Samples) -> tuple[bytes, float]:
    """Return an index file's content and the length of the take, seconds. Raises TakeRefused."""
    from replique.recordings import prepare

    return prepare(samples).to_bytes(), len(samples) / HOUSE_RATE


def read(home: Home, sha256: str) -> bytes:
    """Return one index file, whole. Raises IndexDamaged."""
    try:
        data = index_file(home, sha256).read_bytes()
    except FileNotFoundError:
        raise IndexDamaged(_("An index file is missing.")) from None
    indexfile.opened(data)
    return data


def mend(home: Home, names: dict[str, str]) -> Iterator[str]:
    """Make damaged index files anew from the registered takes; yield what was done.

    names : file names of the takes, by SHA-256.

    Raises IndexDamaged when the registered take is gone or damaged too.
    """
    for sha256, name in names.items():
        try:
            read(home, sha256)
        except IndexDamaged:
            kept = take_file(home, sha256)
            try:
                with open_regular(kept) as file:
                    if files.hash_of(file)[0] != sha256:
                        raise _lost(name)
                data, _duration = make_index(sound_of(kept, name))
            except RepliqueError as error:
                raise _lost(name) from error
            files.write(index_file(home, sha256), data)
            yield _("The index of {take} was damaged and has been made anew.").format(take=name)


def _lost(name: str) -> IndexDamaged:
    return IndexDamaged(
        _("The registered file of {take} is damaged or gone, and its index too.").format(take=name),
        advice=_("Remove this take and register it again from your own copy."),
    )


@dataclass(frozen=True, slots=True)
class RecordingsSpec:
    """The recordings probe on its way to a worker; see replique.scan.ProbeSpec.

    keys : hashes of the takes.
    """

    home: Home
    settings: Settings
    keys: tuple[str, ...]
    name: str = NAME
    version: str = VERSION

    @property
    def digest(self) -> str:
        """Of the probe and its settings."""
        return self.settings.digest

    def load(self, wanted: int) -> RecordingsProbe:
        """Return the probe, ready for the takes in the mask. Raises IndexDamaged."""
        from replique.recordings import Prepared, RecordingsProbe

        probe = RecordingsProbe(self.settings)
        probe.learn(
            (key, Prepared.from_bytes(read(self.home, key)))
            for place, key in enumerate(self.keys)
            if wanted >> place & 1
        )
        return probe
