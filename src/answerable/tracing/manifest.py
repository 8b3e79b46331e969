"""The manifest of a bundle: every file with its SHA-256, canonical, signed with Ed25519. No Django: a verifier reads it."""

from __future__ import annotations

import json
from typing import Any

from answerable.transparency.entries import canonical
from answerable.transparency.notes import SigningKey

FORMAT = "answerable/trace-bundle/v1"
MANIFEST, SIGNATURE, KEY_FILE = "manifest.json", "manifest.sig", "evidence-key.pem"


def signed(about: dict[str, Any], key: SigningKey) -> dict[str, bytes]:
    """Return the manifest (canonical JSON) and its raw signature of 64 bytes, as `openssl pkeyutl -rawin` verifies it."""
    written = canonical(about)
    return {MANIFEST: written, SIGNATURE: key.private.sign(written)}


def write(value: Any) -> bytes:
    """Write JSON for people and programs: UTF-8, indented by one, sorted."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
