"""Append what happened to this process's own file. Standard library only: Kamailio's own Python runs this.

Space is taken from the disk before it is needed: a new call is accepted only while RESERVE_BYTES beyond the end of the
file are already ours, so the records of calls in progress always find room, however full the disk becomes.

A file that somebody removes is still open here: what it held is written again into the next one, under the same
identities, so the receiver drops what it has already.
"""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

from answerable.spool import frame, rotate
from answerable.spool.errors import SpoolFull
from answerable.spool.records import SpoolRecord

RESERVE_BYTES = 1 << 20
"""Room for the ends of about 3,000 calls in every process."""
GROW_BYTES = 256 << 10


class SpoolWriter:
    """One process's file. Opened at the first use, because a gate's workers are forked."""

    def __init__(
        self, folder: Path | str, *, reserve: int = RESERVE_BYTES, rotate_at: int = rotate.ROTATE_BYTES, role: str = ""
    ) -> None:
        self._folder = Path(folder)
        self._role = role
        self._reserve = reserve
        self._rotate_at = rotate_at
        self._owner = 0
        self._descriptor = -1
        self._end = self._ours = self._files = self._sequence = 0
        self._process = self._name = ""
        self._is_looked_at = False
        """Whether `can_take_call` has just found the file in its place: the record that follows need not ask again."""

    def can_take_call(self) -> bool:
        """Say whether a new call's records, and the ends of those in progress, have room."""
        try:
            self._ensure_open()
            self._is_looked_at = True
            if self._ours - self._end < self._reserve:
                self._take_space(self._reserve + GROW_BYTES)
        except OSError:
            return False
        return True

    def write(self, record: SpoolRecord, told: str = "") -> None:
        """Append one record, or raise SpoolFull. `told` is more of it, encoded before by frame.members."""
        try:
            if not self._is_looked_at:
                self._ensure_open()
            self._is_looked_at = False
            up = "" if "up" in record else f',"up":{round(time.clock_gettime(time.CLOCK_BOOTTIME), 4)}'
            data = frame.pack_members(told, frame.members(record), f'{self._name},"sequence":{self._sequence + 1}{up}')
            if self._end + len(data) > self._ours:
                self._take_space(len(data))
            _write_whole(self._descriptor, data, self._end)
        except OSError as error:
            raise SpoolFull(error.errno, f"The spool cannot be written: {error.strerror}") from error
        self._sequence += 1
        self._end += len(data)

    def sync(self) -> None:
        """Bring what was written, and the file's name, to the disk; raise OSError. A gate leaves that to the shipper."""
        if self._descriptor < 0 or self._owner != os.getpid():
            return
        os.fsync(self._descriptor)
        place = os.open(self._folder / rotate.FOLDER, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(place)
        finally:
            os.close(place)

    def close(self) -> None:
        """Give back the space that was not needed, and the lock."""
        if self._descriptor >= 0 and self._owner == os.getpid():
            os.ftruncate(self._descriptor, self._end)
            os.close(self._descriptor)
        self._descriptor = -1

    def _ensure_open(self) -> None:
        if self._owner != os.getpid():  # a forked child never writes its parent's file
            self._owner, self._descriptor, self._sequence, self._files = os.getpid(), -1, 0, 0
            self._process = self._role + rotate.process_name()
            named = {"host": rotate.host(), "boot": rotate.boot(), "process": self._process}
            self._name = frame.members(named)
        if self._descriptor < 0:
            self._begin_file()
        elif os.fstat(self._descriptor).st_nlink == 0:  # somebody removed it
            self._write_again()
        elif self._end > self._rotate_at:
            self._rotate()

    def _begin_file(self, held: bytes = frame.MAGIC) -> None:
        """Begin a file that holds this and take its reserve at once; without room there is no file."""
        name = f"{self._process}-{self._files + 1:06d}"
        ours = len(held) + self._reserve + GROW_BYTES
        descriptor, path = rotate.create(self._folder, name)
        try:
            os.posix_fallocate(descriptor, 0, ours)
            _write_whole(descriptor, held, 0)
        except OSError:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        self._descriptor, self._files = descriptor, self._files + 1
        self._end, self._ours = len(held), ours

    def _write_again(self) -> None:
        """Begin a file with all that the removed one holds; without room for it, raise and keep the old one open."""
        old = self._descriptor
        self._begin_file(os.pread(old, self._end, 0))
        os.close(old)

    def _rotate(self) -> None:
        """Go on in a new file; while there is no room for one, stay in the old."""
        old, end = self._descriptor, self._end
        try:
            self._begin_file()
        except OSError:
            return
        os.ftruncate(old, end)
        os.close(old)

    def _take_space(self, wanted: int) -> None:
        os.posix_fallocate(self._descriptor, self._ours, self._end + wanted - self._ours)
        self._ours = self._end + wanted


def _write_whole(descriptor: int, data: bytes, at: int) -> None:
    """Write all or raise; what a disk took of a record that it did not take whole is made zero again."""
    written = os.pwrite(descriptor, data, at)
    if written != len(data):
        os.pwrite(descriptor, bytes(written), at)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
