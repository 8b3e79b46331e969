"""Read a SIP message's headers as they came: every spelling, every line, every repetition. Pure.

Kamailio's own variables give the first value of a header or stumble over bytes that are not UTF-8; whoever wants to
show a false number uses just those.
"""

from __future__ import annotations

import re

_FULL = {"f": "from", "i": "call-id"}
CALLER_HEADERS = ("from", "p-asserted-identity", "p-preferred-identity", "remote-party-id", "diversion")
_FOLDS, _ENDS = frozenset(" \t"), frozenset(("", "\r"))
_WANTED = {name: name for name in (*CALLER_HEADERS, "call-id", "route")} | _FULL
_INITIALS = frozenset(letter for name in _WANTED for letter in (name[0], name[0].upper()))
_USER = re.compile(r"(?:sips?|tel):([^@>;,\s]*)", re.IGNORECASE)


def headers(text: str) -> dict[str, list[str]]:
    """Return all values of the headers that the gate asks for, names in lower case and in full."""
    found: dict[str, list[str]] = {}
    values: list[str] | None = None
    for line in text.split("\n")[1:]:
        initial = line[:1]
        if initial in _FOLDS:  # it goes on with the header before (RFC 3261 section 7.3.1)
            if values:
                values[-1] = f"{values[-1]} {line.strip()}".strip()
        elif initial in _INITIALS:
            name, _, value = line.partition(":")
            full = _WANTED.get(name.rstrip().lower())
            values = found.setdefault(full, []) if full else None
            if values is not None:
                values.append(value.strip())
        elif initial in _ENDS:
            break
        else:
            values = None
    return found


def callers(found: dict[str, list[str]]) -> tuple[str, ...]:
    """Return everything that may be shown as the caller."""
    return tuple(value for name in CALLER_HEADERS for value in found.get(name, []))


def user(value: str) -> str:
    """Return the user part of an address, or nothing."""
    match = _USER.search(value)
    return match[1] if match else ""
