"""Read a SIP message's headers as they came: every spelling, every line, every repetition. Pure.

Kamailio's own variables give the first value of a header or stumble over bytes that are not UTF-8; whoever wants to
show a false number uses just those.
"""

from __future__ import annotations

import re

_COMPACT = {"f": "from", "t": "to", "v": "via", "i": "call-id", "m": "contact"}
CALLER_HEADERS = ("from", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "diversion")
_FOLD = re.compile(r"\r?\n[ \t]+")
_USER = re.compile(r"(?:sips?|tel):([^@>;,\s]*)", re.IGNORECASE)


def headers(message: bytes) -> dict[str, list[str]]:
    """Return all values of each header, names in lower case and in full."""
    text = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0].decode("utf-8", "replace")
    found: dict[str, list[str]] = {}
    for line in _FOLD.sub(" ", text).splitlines()[1:]:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon:
            found.setdefault(_COMPACT.get(name, name), []).append(value.strip())
    return found


def callers(found: dict[str, list[str]]) -> tuple[str, ...]:
    """Return everything that may be shown as the caller."""
    return tuple(value for name in CALLER_HEADERS for value in found.get(name, []))


def user(value: str) -> str:
    """Return the user part of an address, or nothing."""
    match = _USER.search(value)
    return match[1] if match else ""
