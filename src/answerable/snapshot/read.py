"""Read the snapshot, beside a live writer and across its replacement by a new file.

Standard library and lmdb only: Kamailio's own Python runs this.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import lmdb

from answerable.snapshot import keys, records, seal

MAP_BYTES = 32 << 30
"""One and the same for readers and writer: a reader with a smaller map fails when the file grows. Addresses, not memory:
six million numbers take 8 GB of disk, and twice that while they are replaced number by number."""
CURRENT = "current"


def link(folder: Path) -> Path:
    """Return the link to the file in force, in a gate's folder."""
    return folder / "snapshot" / CURRENT


class Snapshot:
    """The file in force, reopened when the link leads to another one. One per process, opened after the fork.

    The link is looked at once in `look_seconds`: what is new within a file is seen at once, a whole new file so much later.
    """

    def __init__(self, folder: Path | str, *, look_seconds: float = 0.0) -> None:
        self._look_seconds, self._looked = look_seconds, 0.0
        self._link = str(link(Path(folder)))
        self._inode: tuple[int, int] | None = None
        self._refused: tuple[int, int] | None = None
        self.fault = ""
        """Why the file behind the link was not opened; empty where it was."""
        self._environment: Any = None

    def read(self, *wanted: bytes) -> list[bytes | None]:
        """Read several keys as of one moment; all None while there is no file yet."""
        if not self._look_seconds or self._is_time_to_look():
            self._follow_link()
        if self._environment is None:
            return [None] * len(wanted)
        with self._environment.begin() as transaction:
            return [transaction.get(key) for key in wanted]

    def heartbeat(self) -> float | None:
        return records.decode_time(self.read(keys.HEARTBEAT)[0])

    def epoch(self) -> int:
        return int(self.read(keys.EPOCH)[0] or 0)

    def close(self) -> None:
        if self._environment is not None:
            self._environment.close()
        self._environment, self._inode = None, None

    def _is_time_to_look(self) -> bool:
        now = time.monotonic()
        if self._environment is not None and now - self._looked <= self._look_seconds:
            return False
        self._looked = now
        return True

    def _follow_link(self) -> None:
        """Compare the inode behind the link (3 µs). What cannot be opened leaves the old file in force, to grow stale."""
        try:
            if _inode(self._link) in (self._inode, self._refused):
                return
            # The real path, not the link: LMDB names the lock file after it, and the writer's must be the same one. Its
            # own inode, for the link may turn meanwhile: a file that is opened twice in one process loses its locks.
            path = os.path.realpath(self._link)
            inode = _inode(path)
        except OSError:
            return
        if inode in (self._inode, self._refused):
            return
        try:
            opened = open_sealed(path)
        except seal.NotOurs as error:
            self.fault = str(error)
            self._refused = None if isinstance(error, seal.Unsure) else inode
            return
        except lmdb.Error:
            if self._environment is None:
                raise
            return
        self.close()
        self._environment, self._inode, self._refused, self.fault = opened, inode, None, ""


def _inode(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def open_sealed(path: str) -> Any:
    """Open a file for reading; raise NotOurs, or lmdb.Error where it is none."""
    opened = lmdb.open(path, subdir=False, readonly=True, map_size=MAP_BYTES, create=False, max_readers=512)
    try:
        seal.require(path, opened)
    except BaseException:
        opened.close()
        raise
    return opened
