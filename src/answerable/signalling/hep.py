"""Read one HEP v3 packet (Homer Encapsulation Protocol, revision 3), in which Kamailio copies a SIP message. Pure.

Layout: `HEP3`, two bytes of whole length, then chunks of vendor (2), type (2), length with these six bytes (2), value.
"""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

MAGIC = b"HEP3"
_HEAD, _CHUNK = struct.Struct(">4sH"), struct.Struct(">HHH")
SOURCE4, TARGET4, SOURCE6, TARGET6 = 0x03, 0x04, 0x05, 0x06
SOURCE_PORT, TARGET_PORT, SECONDS, MICROSECONDS, PROTOCOL, KEY, PAYLOAD = 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0E, 0x0F
SIP = 1
_SIZES = {SOURCE4: 4, TARGET4: 4, SOURCE6: 16, TARGET6: 16, SOURCE_PORT: 2, TARGET_PORT: 2, SECONDS: 4, MICROSECONDS: 4, PROTOCOL: 1}  # fmt: skip


class BadPacket(ValueError):
    """These bytes are no copied SIP message."""

    code = "HEP_BAD_PACKET"


class Copy(NamedTuple):
    """A copied message: when it passed (epoch seconds), between which ends (address:port), its bytes, the sender's key."""

    at: float
    source: str
    target: str
    message: bytes
    key: bytes


def read(packet: bytes) -> Copy:
    """Read a packet; raise BadPacket for anything that is not a whole one with a SIP message."""
    found = _chunks(packet)
    for kind, size in _SIZES.items():
        if kind in found and len(found[kind]) != size:
            raise BadPacket(f"Chunk {kind} has {len(found[kind])} bytes.")
    if found.get(PROTOCOL) != bytes([SIP]) or not found.get(PAYLOAD):
        raise BadPacket("There is no SIP message in it.")
    at = _number(found, SECONDS) + _number(found, MICROSECONDS) / 1e6
    source, target = _end(found, SOURCE4, SOURCE6, SOURCE_PORT), _end(found, TARGET4, TARGET6, TARGET_PORT)
    return Copy(at, source, target, found[PAYLOAD], found.get(KEY, b""))


def write(copy: Copy) -> bytes:
    """Write a packet as Kamailio does, IPv4 alone; for tests and tools."""
    (source, source_port), (target, target_port) = (end.rsplit(":", 1) for end in (copy.source, copy.target))
    seconds = int(copy.at)
    values = {
        SOURCE4: socket.inet_aton(source), TARGET4: socket.inet_aton(target), SOURCE_PORT: int(source_port).to_bytes(2, "big"),
        TARGET_PORT: int(target_port).to_bytes(2, "big"), SECONDS: seconds.to_bytes(4, "big"),
        MICROSECONDS: round((copy.at - seconds) * 1e6).to_bytes(4, "big"), PROTOCOL: bytes([SIP]), KEY: copy.key,
        PAYLOAD: copy.message,
    }  # fmt: skip
    body = b"".join(_CHUNK.pack(0, kind, _CHUNK.size + len(value)) + value for kind, value in values.items())
    return _HEAD.pack(MAGIC, _HEAD.size + len(body)) + body


def _chunks(packet: bytes) -> dict[int, bytes]:
    """Return the values of the chunks of vendor 0 (the protocol's own) by type; the first of a type counts."""
    if len(packet) < _HEAD.size or _HEAD.unpack_from(packet) != (MAGIC, len(packet)):
        raise BadPacket("It does not begin as HEP v3 of this length.")
    found: dict[int, bytes] = {}
    at = _HEAD.size
    while at < len(packet):
        if at + _CHUNK.size > len(packet):
            raise BadPacket(f"A chunk is cut at byte {at}.")
        vendor, kind, length = _CHUNK.unpack_from(packet, at)
        if length < _CHUNK.size or at + length > len(packet):
            raise BadPacket(f"The chunk at byte {at} has an impossible length.")
        if vendor == 0:
            found.setdefault(kind, packet[at + _CHUNK.size : at + length])
        at += length
    return found


def _number(found: dict[int, bytes], kind: int) -> int:
    return int.from_bytes(found.get(kind, b""), "big")


def _end(found: dict[int, bytes], four: int, six: int, port: int) -> str:
    if four in found:
        return f"{socket.inet_ntop(socket.AF_INET, found[four])}:{_number(found, port)}"
    if six in found:
        return f"[{socket.inet_ntop(socket.AF_INET6, found[six])}]:{_number(found, port)}"
    raise BadPacket("It does not say between whom the message passed.")
