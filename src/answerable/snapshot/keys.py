"""Name the keys of the snapshot, so that nobody spells one by hand."""

from __future__ import annotations

HEARTBEAT = b"meta:heartbeat"
"""The database's clock at its last heartbeat, epoch seconds; copied, never made by a gate host."""
EPOCH = b"meta:epoch"
"""The newest publication that this file holds."""
SOURCE = b"meta:source"
"""Which database the file was built from; another one means a full build."""

ADMITTED = b"meta:admitted"
"""Whether every record in this file was held against its permit: `whole`, or `partly` while some still wait."""

DIGEST = b"trunk-user:*"
"""There while any trunk signs in: then a source that is no trunk is asked to, whoever it is."""


SEAL = b"meta:seal"
"""The follower's word that it read this file back whole (snapshot.seal); put last."""
OPEN = b"meta:open"
"""How many numbers ring by this file (permits.rings); kept with each change, for the guard of losses."""
LOSSES = b"meta:losses"
"""How many numbers fell silent without a stop in the last hour: JSON, [minute, count] each (snapshot.guard)."""


def number(number: str) -> bytes:
    """Name the record of one 400 number, ten digits."""
    return b"n:" + number.encode()


def trunk(address: str, port: int | str | None = None) -> bytes:
    """Name a carrier's trunk; with a port it is the more specific key and is asked first."""
    return f"trunk:{address}".encode() if port is None else f"trunk:{address}:{port}".encode()


def trunk_user(user: str) -> bytes:
    """Name a carrier's trunk that signs in (digest) instead of being known by its address."""
    return b"trunk-user:" + user.encode()


def probe(line: str) -> bytes:
    """Name a fixed line that the platform's own caller may ring for a few minutes."""
    return b"probe:" + line.encode()


def number_of(key: bytes | str) -> str | None:
    """Return the number that a key is about, or None for another kind of key."""
    text = key.decode() if isinstance(key, bytes) else key
    return text[2:] if text.startswith("n:") else None
