"""Frame records: four bytes of length, four of CRC-32, then JSON. A length of zero is the end of what was written."""

from __future__ import annotations

import json
import struct
import zlib
from json.encoder import encode_basestring
from typing import Any

from answerable.spool.errors import Torn
from answerable.spool.records import SpoolRecord

HEADER = struct.Struct(">II")
MAGIC: bytes = b"ANSWSPL1"
LONGEST = 1 << 20
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def members(record: SpoolRecord) -> str:
    """Encode fields as JSON without the braces, so that what many records have in common is encoded once."""
    return ",".join([f"{encode_basestring(name)}:{_value(value)}" for name, value in record.items()])


def _value(value: Any) -> str:
    """Encode one value; text and whole numbers, which nearly all are, without the encoder's set-up."""
    if isinstance(value, str):
        return encode_basestring(value)
    return str(value) if type(value) is int else _encode(value)


def pack(record: SpoolRecord) -> bytes:
    """Frame one record."""
    return pack_members(members(record))


def pack_members(*parts: str) -> bytes:
    """Frame one record out of parts that `members` gave."""
    data = f"{{{','.join(filter(None, parts))}}}".encode("utf-8", "replace")
    return HEADER.pack(len(data), zlib.crc32(data)) + data


def unpack(data: bytes, offset: int) -> tuple[SpoolRecord, int] | None:
    """Return the record at an offset and the next offset, None at the end, or raise Torn."""
    if offset + HEADER.size > len(data):
        if any(data[offset:]):
            raise Torn(f"A header is cut at byte {offset}.")
        return None
    length, checksum = HEADER.unpack_from(data, offset)
    if length == 0 and checksum == 0:
        return None
    start = offset + HEADER.size
    body = data[start : start + length]
    if length > LONGEST or len(body) < length or zlib.crc32(body) != checksum:
        raise Torn(f"The record at byte {offset} is cut or changed.")
    return json.loads(body), start + length
