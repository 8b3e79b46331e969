"""Frame a record's bytes: a mark with the versions of frame and record, the CRC-32 of what follows, then the JSON.

So that a file of a million is read back, and a changed byte found, without decoding it: the CRC is over what `encode` had
checked field by field. It tells accidents, not attacks: those are what permits are for. Standard library only.
"""

from __future__ import annotations

import zlib

MARK, FORMAT = b"A4", 1
MARK_BYTES = 4
BYTES = 8
"""Of the whole frame; the JSON begins there."""


def mark(version: int) -> bytes:
    """Return the first bytes of every record of a version."""
    return MARK + bytes([FORMAT, version])


def seal(body: bytes, version: int) -> bytes:
    """Put the frame around a record's JSON."""
    return mark(version) + zlib.crc32(body).to_bytes(4, "big") + body


def holds(data: bytes, wanted: bytes) -> bool:
    """Say whether a record is whole and of the version whose `mark` is given (1 µs a kilobyte)."""
    return data[:MARK_BYTES] == wanted and zlib.crc32(data[BYTES:]) == int.from_bytes(data[MARK_BYTES:BYTES], "big")


def fault(data: bytes, version: int) -> str | None:
    """Say in a sentence what is wrong with a frame; None where it holds."""
    if holds(data, mark(version)):
        return None
    if data[:2] != MARK:
        return f"No record of this version, its frame is missing: {data[:40]!r}. The publisher writes it anew at its next start."
    if data[:MARK_BYTES] != mark(version):
        said = f"format {data[2]}, version {data[3]}" if len(data) >= MARK_BYTES else "cut"
        return f"A record of {said}; here format {FORMAT}, version {version} is read. The publisher writes it anew at its next start."
    return "The record is cut or changed: its checksum does not hold."
