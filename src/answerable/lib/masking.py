"""Mask ID numbers and mobiles in what is printed: a terminal is read over a shoulder, and kept in logs."""

from __future__ import annotations

import re
from typing import Any

from answerable.lib.identifiers import mask_but_tail

_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:(\+?86[ -]?))?(1[3-9]\d)[ -]?(\d{4})[ -]?(\d{4})(?![0-9A-Za-z])")
_ID_FIELDS = {"id_number", "handler_id"}
_SEEN = {"text", "value", "read", "expected"}


def mask_private(text: str) -> str:
    """Mask every ID number but for its last four characters, and the middle of every mobile."""
    masked = _ID.sub(lambda found: mask_but_tail(found[0]), text)
    return _MOBILE.sub(lambda found: f"{found[1] or ''}{found[2]}****{found[4]}", masked)


def mask_values(value: Any) -> Any:
    """Mask every text in a JSON value; what was read of an ID number also where it is no valid one."""
    if isinstance(value, str):
        return mask_private(value)
    if isinstance(value, list | tuple):
        return [mask_values(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _mask_reading(one) if key in _ID_FIELDS or (value.get("field") in _ID_FIELDS and key in _SEEN) else mask_values(one)
        for key, one in value.items()
    }  # fmt: skip


def _mask_reading(value: Any) -> Any:
    if isinstance(value, str):
        return mask_but_tail(value)
    return (
        {key: _mask_reading(one) if key in _SEEN else one for key, one in value.items()}
        if isinstance(value, dict)
        else value
    )
