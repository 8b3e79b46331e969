"""Standard base64 in its one canonical spelling (RFC 4648 section 4): two spellings of a proof would be two proofs."""

from __future__ import annotations

import base64
import binascii


def decode(text: str) -> bytes | None:
    """Return the bytes; None for what is no base64, or spelled in another way than it is written."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None
