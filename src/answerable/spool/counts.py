"""Count what is not worth a record each: one small file a process and minute, each address one slot of 64 bytes.

A slot is written through to the kernel at each count, so a killed process loses nothing. When the minute is over the
shipper seals the file and makes one record of each slot; the record is named after file and slot, so a file that is
read twice gives the same records and the receiver drops them. Writer and shipper exclude each other by a lock that
nobody waits for: who does not get it goes on elsewhere (the writer in a new file, the shipper at its next round).
Standard library only: Kamailio's own Python runs this.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from answerable.spool import rotate
from answerable.spool.records import SpoolRecord

SUFFIX = ".counts"
MAGIC = b"ANSWCNT1"
HEADER_BYTES = 512
SLOT = struct.Struct(">Q40s16s")
"""Count, address, what it dialled first. 64 bytes: no slot lies on two pages of the disk."""
ADDRESSES = 1000
"""So many addresses a file have slots of their own; the rest share the last one."""
OTHER = "other"
OPEN, SEALED = b"o", b"s"
SEAL_AT = len(MAGIC)


class Counts:
    """One file, held open by the process that counts."""

    def __init__(self, folder: Path, process: str, minute: int, part: int) -> None:
        self.minute = minute
        self._slots: dict[str, tuple[int, int]] = {}
        self._firsts: dict[str, str] = {}
        name = f"{process}-{minute}-{part}"
        place = folder / rotate.FOLDER
        place.mkdir(parents=True, exist_ok=True)
        header = json.dumps({"host": rotate.host(), "boot": rotate.boot(), "process": name, "minute": minute})
        path = place / (name + SUFFIX)
        making = path.with_suffix(".making")
        self._descriptor = os.open(making, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o660)
        try:
            os.posix_fallocate(self._descriptor, 0, HEADER_BYTES + SLOT.size)
            os.pwrite(self._descriptor, MAGIC + OPEN + header.encode(), 0)
            making.rename(path)
        except OSError:
            self.close()
            making.unlink(missing_ok=True)
            raise

    def add(self, address: str, dialled: str, count: int = 1) -> bool:
        """Count, or return False: the shipper has this file, or it was removed, or its disk is full."""
        with suppress(OSError), _locked(self._descriptor):
            if self.is_sealed() or os.fstat(self._descriptor).st_nlink == 0:
                return False
            self._put(address, dialled, count)
            return True
        return False

    def lost(self) -> list[tuple[str, str, int]]:
        """List what was counted here and never shipped because somebody removed the file."""
        if self.is_sealed() or os.fstat(self._descriptor).st_nlink:
            return []
        return [(address, self._firsts[address], count) for address, (_, count) in self._slots.items()]

    def is_sealed(self) -> bool:
        return os.pread(self._descriptor, 1, SEAL_AT) == SEALED

    def close(self) -> None:
        os.close(self._descriptor)

    def _put(self, address: str, dialled: str, count: int) -> None:
        if address not in self._slots and len(self._slots) >= ADDRESSES:
            address, dialled = OTHER, ""
        index, before = self._slots.get(address, (len(self._slots), 0))
        first = self._firsts.get(address, dialled)
        at = HEADER_BYTES + index * SLOT.size
        if before == 0:
            os.posix_fallocate(self._descriptor, at, SLOT.size)
        data = SLOT.pack(before + count, address.encode("utf-8", "replace"), first.encode("utf-8", "replace"))
        if os.pwrite(self._descriptor, data, at) != len(data):
            raise OSError("A slot was not written whole.")
        self._slots[address], self._firsts[address] = (index, before + count), first


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Hold a file's lock, or raise BlockingIOError at once."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def files(folder: Path) -> list[Path]:
    """List the files, oldest minute first."""
    return sorted((folder / rotate.FOLDER).glob("*" + SUFFIX), key=lambda path: path.stem.split("-")[-2:])


def seal(path: Path, minute: int) -> bool:
    """Close a file to its writer, unless its minute is the present one (`minute`); say whether it is sealed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        with _locked(descriptor):
            if os.pread(descriptor, 1, SEAL_AT) != SEALED:
                if _header(descriptor).get("minute") == minute:
                    return False
                os.pwrite(descriptor, SEALED, SEAL_AT)
            os.fsync(descriptor)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def records(path: Path) -> list[SpoolRecord]:
    """Make the records of a sealed file: the same ones each time."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        header = _header(descriptor)
        data = os.pread(descriptor, os.fstat(descriptor).st_size, HEADER_BYTES)
    finally:
        os.close(descriptor)
    minute = int(header.pop("minute"))
    found = []
    for index in range(len(data) // SLOT.size):
        count, address, dialled = SLOT.unpack_from(data, index * SLOT.size)
        if count:
            fields = {"kind": "strangers", "at": minute * 60, "address": _text(address), "dialled": _text(dialled)}
            found.append({**fields, "count": count, **header, "sequence": index + 1})
    return found


def _header(descriptor: int) -> SpoolRecord:
    """Read who counted; raise ValueError where that cannot be told."""
    data = os.pread(descriptor, HEADER_BYTES, 0)
    if not data.startswith(MAGIC):
        raise ValueError("Not a file of counts.")
    header: SpoolRecord = json.loads(data[SEAL_AT + 1 :].rstrip(b"\0"))
    return header


def _text(data: bytes) -> str:
    return data.rstrip(b"\0").decode("utf-8", "replace")
