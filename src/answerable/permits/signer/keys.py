"""The signer's key and the public halves it hands out. The later place of the key is an HSM (docs/adr/0011)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.snapshot.permits import key_id

KEY, PUBLIC, LOG_KEY = "key", "keys.json", "log-key"


class KeyUnknown(Exception):
    """No key of this id was ever the signer's."""

    code = "KEY_UNKNOWN"


def make(folder: Path) -> str:
    """Make the first key where there is none; return the current one's id."""
    if not (folder / KEY).exists():
        _put_new(folder, _rows(folder))
    return current(folder)[0]


def current(folder: Path) -> tuple[str, Ed25519PrivateKey]:
    """Return the key that signs."""
    private = Ed25519PrivateKey.from_private_bytes((folder / KEY).read_bytes())
    return key_id(private.public_key().public_bytes_raw()), private


def rotate(folder: Path, *, at: int) -> str:
    """Sign with a new key from now on; the old one is destroyed, what it signed stays good. Return the new id."""
    rows = _rows(folder)
    for row in rows:
        if row["state"] == "current":
            row.update(state="retired", not_after=at)
    _put_new(folder, rows)
    return current(folder)[0]


def revoke(folder: Path, which: str, *, at: int) -> None:
    """Make everything a key has signed worthless; the current one is replaced first. Raise KeyUnknown."""
    if which == current(folder)[0]:
        rotate(folder, at=at)
    rows = _rows(folder)
    found = [row for row in rows if row["id"] == which]
    if not found:
        raise KeyUnknown(f"The signer never had a key {which}.")
    found[0].update(state="revoked", not_after=None)
    _write(folder / PUBLIC, json.dumps({"v": 1, "keys": rows}, indent=1).encode(), 0o644)


def public(folder: Path) -> str:
    """Return the file of trusted keys as each gate host is to have it."""
    return json.dumps({"v": 1, "keys": _rows(folder)}, indent=1)


def _put_new(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Write the public half before the private one: whatever signs is known."""
    private = Ed25519PrivateKey.generate()
    half = private.public_key().public_bytes_raw()
    rows.append({"id": key_id(half), "public": half.hex(), "state": "current", "not_after": None})
    _write(folder / PUBLIC, json.dumps({"v": 1, "keys": rows}, indent=1).encode(), 0o644)
    _write(folder / KEY, private.private_bytes_raw(), 0o600)


def _rows(folder: Path) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads((folder / PUBLIC).read_text())["keys"]
    except FileNotFoundError:
        return []
    return rows


def _write(path: Path, raw: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
