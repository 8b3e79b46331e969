"""The entries of the log: canonical JSON, one published shape a kind (schema.py), and commitments to what is not readable.

An entry is UTF-8 JSON with sorted keys, without spaces, of text, whole numbers, true, false and lists only: one spelling
each. Organisations appear by name and credit code; natural persons, sole traders too, lines and a stop's reason only as
salted commitments: SHA-256 over `salt` (32 random bytes) and the value.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from answerable.transparency.errors import EntryTooLarge, LogError
from answerable.transparency.schema import checks
from answerable.transparency.tiles import ENTRY_AT_MOST

VERSION = 1


class EntryInvalid(LogError):
    """An entry does not have the shape of its kind."""

    code = "ENTRY_INVALID"


def canonical(value: Any) -> bytes:
    """Write a value in its one spelling; raise EntryInvalid for what has several (floats, null)."""
    _require_plain(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def make_entry(kind: str, *, number: str, at: dt.datetime, said: Mapping[str, Any]) -> bytes:
    """Write one entry; raise EntryInvalid or EntryTooLarge."""
    leaf = canonical(
        {"v": VERSION, "kind": kind, "number": number, "at": at.astimezone(dt.UTC).isoformat(timespec="milliseconds")}
        | dict(said)
    )
    read_entry(leaf)
    return leaf


def read_entry(leaf: bytes) -> dict[str, Any]:
    """Read an entry and hold it against its kind's shape; raise EntryInvalid."""
    if len(leaf) > ENTRY_AT_MOST:
        raise EntryTooLarge(f"An entry has {ENTRY_AT_MOST} bytes at most.")
    try:
        entry = json.loads(leaf)
    except ValueError:
        raise EntryInvalid("An entry is JSON.") from None
    if not isinstance(entry, dict) or canonical(entry) != leaf or entry.get("v") != VERSION:
        raise EntryInvalid("An entry is canonical JSON of version 1.")
    check = checks().get(str(entry.get("kind")))
    if check is None:
        raise EntryInvalid(f"There is no kind {entry.get('kind')!r}.")
    if not check(entry):
        raise EntryInvalid(f"This is no {entry['kind']} as the published schema (log/schema/entry-v1.json) says.")
    return entry


def commit(value: str) -> tuple[str, bytes]:
    """Commit to a value; return the commitment (hexadecimal) and the salt that opens it."""
    salt = secrets.token_bytes(32)
    return opens_to(salt, value), salt


def opens_to(salt: bytes, value: str) -> str:
    """Return the commitment that a salt and a value make."""
    return hashlib.sha256(b"answerable/commitment/v1\n" + salt + value.encode()).hexdigest()


def _require_plain(value: Any) -> None:
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise EntryInvalid("Keys are text.")
        for one in value.values():
            _require_plain(one)
    elif isinstance(value, list):
        for one in value:
            _require_plain(one)
    elif not isinstance(value, str | int):
        raise EntryInvalid(f"{value!r} has more than one spelling.")
