"""Files that are to be gone: overwritten, then unlinked.

On a disk that writes elsewhere each time (an SSD, a file system that keeps snapshots) the old
bytes may last until it reuses them: that is why what matters is locked, and its key destroyed.
"""

from __future__ import annotations

import os
from pathlib import Path

from replique.store import files

_CHUNK = 1 << 20


def shred(path: Path) -> bool:
    """Overwrite a file and remove it; return whether it was there. Raises OSError."""
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(os.urandom(min(left, _CHUNK)))
            files.settle(file)
    except FileNotFoundError:
        return False
    path.unlink(missing_ok=True)
    settle_folder(path.parent)
    return True


def settle_folder(folder: Path) -> None:
    """Wait until what changed in a folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
