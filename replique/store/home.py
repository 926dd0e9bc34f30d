"""REPLIQUE_HOME: one folder that holds all of a person's records, for them alone."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


@dataclass(frozen=True, slots=True)
class Home:
    """Where things lie.

    path : of the folder.
    """

    path: Path

    @classmethod
    def default(cls) -> Home:
        """Return REPLIQUE_HOME, or the place this system has for a program's data."""
        said = os.environ.get("REPLIQUE_HOME")
        return cls(
            Path(said or platformdirs.user_data_dir("replique", appauthor=False))
            .expanduser()
            .absolute()
        )

    @classmethod
    def opened(cls) -> Home:
        """Return the home that `store.open` opened last; the default before that."""
        return _opened[-1] if _opened else cls.default()

    def remember(self) -> None:
        """Make this the home that is open."""
        _opened[:] = [self]

    @property
    def database(self) -> Path:
        """The SQLite file; unused when DATABASE_URL is set."""
        return self.path / "replique.sqlite3"

    @property
    def takes(self) -> Path:
        """Registered files as they were, each named by its SHA-256."""
        return self.path / "takes"

    @property
    def index(self) -> Path:
        """Takes made ready for the recordings probe."""
        return self.path / "index" / "recordings"

    @property
    def media(self) -> Path:
        """Media that were sent to the desk to be searched: a folder for each sending."""
        return self.path / "media"

    @property
    def voices(self) -> Path:
        """Voice references, encrypted, and their keys where a passphrase guards them."""
        return self.path / "voices"

    @property
    def models(self) -> Path:
        """Models, as the registry's packages hold them."""
        return self.path / "models"

    @property
    def reports(self) -> Path:
        """Reports."""
        return self.path / "reports"

    @property
    def runs(self) -> Path:
        """A locked file for each scan that runs."""
        return self.path / "runs"

    @property
    def ledger(self) -> Path:
        """What the ledger keeps outside the database."""
        return self.path / "ledger"

    @property
    def ledger_key(self) -> Path:
        """The private key that signs it."""
        return self.ledger / "key.pem"

    @property
    def ledger_next_key(self) -> Path:
        """The key that is to follow, while keys are changed."""
        return self.ledger / "next-key.pem"

    @property
    def ledger_heads(self) -> Path:
        """The heads that it had, one a line: a database that was turned back is found by them."""
        return self.ledger / "heads.jsonl"

    @property
    def evidence(self) -> Path:
        """Files kept as evidence, apart from working copies, each named by its SHA-256."""
        return self.path / "evidence" / "sha256"

    @property
    def log(self) -> Path:
        """Where tracebacks go: for who looks for a defect, never for the screen."""
        return self.path / "debug.log"

    def make(self) -> None:
        """Make the folders, for this user alone. Raises OSError."""
        fresh = not self.database.exists()
        self.path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if fresh and not any(self.path.iterdir()):
            self.path.chmod(PRIVATE_FOLDER)  # whatever it was, there is now something to hide
        folders = (self.takes, self.index.parent, self.index, self.reports, self.runs, self.ledger)
        for folder in (*folders, self.evidence.parent, self.evidence, self.voices):
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        for file in (self.database, self.log):
            if not file.exists():
                os.close(os.open(file, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE))


_opened: list[Home] = []
