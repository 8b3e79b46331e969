"""Read spool files, also while they are being written. By pread, never mapped: a file may shrink as it is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from answerable.spool import frame, rotate
from answerable.spool.errors import Torn
from answerable.spool.records import SpoolRecord

WINDOW_BYTES = 4 << 20


def records_from(descriptor: int, offset: int) -> Iterator[tuple[SpoolRecord, int]]:
    """Yield each whole record and the offset after it; raise Torn at one that is not whole."""
    if os.fstat(descriptor).st_size <= len(frame.MAGIC):
        return
    if os.pread(descriptor, len(frame.MAGIC), 0) != frame.MAGIC:
        raise Torn("Not a spool file.")
    while data := os.pread(descriptor, WINDOW_BYTES, offset):
        at = 0
        with suppress(_WindowEnds):
            while found := _unpack(data, at):
                record, at = found
                yield record, offset + at
            if len(data) - at >= frame.HEADER.size or len(data) < WINDOW_BYTES:
                return
        offset += at


class _WindowEnds(Exception):
    """The record goes on after what was read."""


def _unpack(data: bytes, at: int) -> tuple[SpoolRecord, int] | None:
    try:
        return frame.unpack(data, at)
    except Torn as error:
        if at > 0 and len(data) == WINDOW_BYTES and len(data) - at < frame.LONGEST + frame.HEADER.size:
            raise _WindowEnds from error
        raise


def next_whole(descriptor: int, offset: int) -> int | None:
    """Find where, after a place that is damaged, a whole record begins again; None = nowhere.

    A power cut may leave a page of zeros before pages that were written; what is behind it is not given up.
    """
    data = os.pread(descriptor, os.fstat(descriptor).st_size, offset)
    at = data.find(b'{"', frame.HEADER.size + 1)
    while at >= 0:
        with suppress(Torn, ValueError):
            if frame.unpack(data, at - frame.HEADER.size) is not None:
                return offset + at - frame.HEADER.size
        at = data.find(b'{"', at + 1)
    return None


def is_clean_after(descriptor: int, offset: int) -> bool:
    """Say whether nothing but zeros follows."""
    return not any(os.pread(descriptor, os.fstat(descriptor).st_size, offset))


def everything(folder: Path) -> list[SpoolRecord]:
    """Read all that waits in a gate's spool, in the order of time; a torn end is passed over. For tools and tests."""
    found: list[SpoolRecord] = []
    for path in rotate.files(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            found.extend(record for record, _ in records_from(descriptor, len(frame.MAGIC)))
        except Torn:
            continue
        finally:
            os.close(descriptor)
    return sorted(found, key=lambda record: float(record.get("at", 0)))
