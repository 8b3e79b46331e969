"""Read spool files, also while they are being written."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path

from answerable.spool import frame, rotate
from answerable.spool.records import SpoolRecord


def records_from(descriptor: int, offset: int) -> Iterator[tuple[SpoolRecord, int]]:
    """Yield each whole record and the offset after it; raise Torn at one that is not whole."""
    size = os.fstat(descriptor).st_size
    if size <= len(frame.MAGIC):
        return
    with mmap.mmap(descriptor, size, prot=mmap.PROT_READ) as view:
        if view[: len(frame.MAGIC)] != frame.MAGIC:
            raise frame.Torn("Not a spool file.")
        data = view[offset:]
    at = 0
    while found := frame.unpack(data, at):
        record, at = found
        yield record, offset + at


def everything(folder: Path) -> list[SpoolRecord]:
    """Read all that waits in a gate's spool, in the order of time; a torn end is passed over. For tools and tests."""
    found: list[SpoolRecord] = []
    for path in rotate.files(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            found.extend(record for record, _ in records_from(descriptor, len(frame.MAGIC)))
        except frame.Torn:
            continue
        finally:
            os.close(descriptor)
    return sorted(found, key=lambda record: float(record.get("at", 0)))
