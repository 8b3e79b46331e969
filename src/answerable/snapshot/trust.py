"""The file of trusted signer keys on a gate host (`permit-keys`): brought there by a person, never by the database."""

from __future__ import annotations

import json
from pathlib import Path

from answerable.snapshot.permits import Trust, TrustedKey, key_id

FILE = "permit-keys"


class BadKeys(Exception):
    """The file of trusted keys is none; nothing new rings until it is put right."""

    code = "PERMIT_KEYS_BAD"


def read_keys(text: str) -> Trust:
    """Read `answerable signer keys`' output; raise BadKeys."""
    try:
        found: dict[str, TrustedKey] = {}
        for row in json.loads(text)["keys"]:
            public, not_after = bytes.fromhex(row["public"]), row.get("not_after")
            if row["state"] not in ("current", "retired", "revoked") or len(public) != 32:
                raise ValueError(row["state"])
            found[key_id(public)] = TrustedKey(public, row["state"], None if not_after is None else int(not_after))
    except (ValueError, KeyError, TypeError) as error:
        raise BadKeys(f"The file of trusted keys cannot be read: {error}") from error
    return found


def load(folder: Path) -> Trust:
    """Return the keys that this gate host trusts; none where there is no file, so that nothing new rings."""
    try:
        return read_keys((folder / FILE).read_text())
    except FileNotFoundError:
        return {}


def stamp(folder: Path) -> tuple[int, int] | None:
    """Return what changes with the file."""
    try:
        status = (folder / FILE).stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino
