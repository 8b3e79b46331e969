"""Seal a snapshot file for this host: the follower's word that it built the file and read it back whole.

A reader opens no file without it, so that another host's file, another installation's, or one that somebody made, never
comes into force by a link. Trust: whoever can read the key can write the file in force too; the seal tells mistakes.
Standard library and lmdb only: Kamailio's own Python runs this.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from answerable.snapshot import keys

KEY_FILE = "seal.key"
KEY_BYTES, LONGEST = 32, 64


class NotOurs(Exception):
    """A file that this host's follower did not build and verify, or that is not whole."""

    code = "SNAPSHOT_NOT_OURS"


class Unsure(NotOurs):
    """The host's key cannot be read at this moment: to be tried again."""


def key_of(place: Path) -> bytes:
    """Return the host's key beside its snapshots, made at the first use."""
    path = place / KEY_FILE
    with suppress(FileNotFoundError):
        return path.read_bytes()
    making = place / f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # closed to others from its first moment
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(making, path)  # one of two at once wins, and no reader meets half a key
    finally:
        making.unlink()
    return path.read_bytes()


def seal_of(path: str | Path, source: bytes) -> bytes:
    """Return the seal of a file under its name, built from that database; raise OSError without the host's key."""
    path = Path(path)
    said = b"answerable/snapshot/v1\n" + path.name.encode() + b"\n" + source
    return hmac.digest((path.parent / KEY_FILE).read_bytes()[:LONGEST], said, hashlib.sha256)


def require(path: str, environment: Any) -> None:
    """Raise NotOurs for an opened file that is shorter than it says (reading on would be SIGBUS), or without its seal."""
    whole = (environment.info()["last_pgno"] + 1) * environment.stat()["psize"]
    if os.stat(path).st_size < whole:
        raise NotOurs(f"{path} is cut: {os.stat(path).st_size} of {whole} bytes.")
    with environment.begin() as transaction:
        source, seal = transaction.get(keys.SOURCE), transaction.get(keys.SEAL)
    try:
        wanted = seal_of(path, source or b"")
    except OSError as error:
        raise Unsure(f"{path} cannot be held against its seal: {error.strerror}.") from error
    if seal is None or not hmac.compare_digest(bytes(seal), wanted):
        raise NotOurs(f"{path} was not built and verified on this host.")
