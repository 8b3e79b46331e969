"""Count calls from sources that are no trunk, by address and minute: a flood of them must not fill the disk.

A stranger's call is never a record of its own. At most spool.counts.ADDRESSES addresses a minute are told apart in a
process; the rest are counted together, so neither memory nor disk grows with forged addresses.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from answerable.spool import counts, rotate

WAITING_AT_MOST = 2000
"""Files that wait while nobody ships: beyond them (128 MB at most) counts stay in this process until there is room."""
RETRY_SECONDS = 1.0


class Strangers:
    """One process's counts. Opened at the first stranger, because a gate's workers are forked."""

    def __init__(self, folder: Path | str, *, wall: Callable[[], float] = time.time) -> None:
        self._folder = Path(folder)
        self._wall = wall
        self._owner = 0
        self._file: counts.Counts | None = None
        self._process = ""
        self._parts = self._owed = 0
        self._next_try = 0.0

    def count(self, address: str, dialled: str) -> None:
        """Count one call. Never raises: without room it is counted as `other` once there is some."""
        try:
            file = self._present()
            if file.add(address, dialled):
                return
            if self._begin(file).add(address, dialled):
                return
        except (OSError, ValueError):
            pass
        self._owed += 1

    def _present(self) -> counts.Counts:
        """Return the file of this minute; a clock set back makes another file of an earlier minute."""
        if self._owner != os.getpid():  # a forked child never counts in its parent's file
            self._owner, self._file, self._parts, self._owed = os.getpid(), None, 0, 0
            self._process = rotate.process_name()
        if self._file is None or self._file.minute != int(self._wall()) // 60:
            return self._begin(self._file)
        return self._file

    def _begin(self, old: counts.Counts | None) -> counts.Counts:
        """Begin a file, with what the old one lost when somebody removed it and what found no room before."""
        now = time.monotonic()
        if now < self._next_try:
            raise OSError("There was no room a moment ago.")
        self._next_try = now + RETRY_SECONDS
        if len(counts.files(self._folder)) >= WAITING_AT_MOST:
            raise OSError("Too many counts wait to be shipped.")
        self._parts += 1
        file = counts.Counts(self._folder, self._process, int(self._wall()) // 60, self._parts)
        self._next_try = 0.0
        if old is not None:
            for address, dialled, count in old.lost():
                file.add(address, dialled, count)
            old.close()
        self._file = file
        if self._owed and file.add(counts.OTHER, "", self._owed):
            self._owed = 0
        return file
