"""Sign the parameter that the gate puts into its Record-Route, and know it again. Pure.

With it the end of a call is recorded even when the gate has forgotten the call (a restart), and nobody but the two
sides of a call that the gate let through can have a message relayed. The secret is one key of 32 bytes or several in a
row: the first signs, each is believed (gate.shared).
"""

from __future__ import annotations

import hashlib
import hmac
import re

NAME = "att"
KEY_BYTES = 32
FILE = "ticket.keys"
"""In the run folder: the keys in a row, written at each start."""
_TICKET = re.compile(r"[;?&]" + NAME + r"=(\w+)-([0-9a-f]{24})")


def issue(secret: bytes, call: str, number: str) -> str:
    """Return the parameter for one call."""
    return f";{NAME}={number}-{_sign(_keys(secret)[0], call, number)}"


def number_of(parameter: str) -> str:
    """Return the number in a parameter that `issue` made."""
    return parameter.partition("=")[2].rpartition("-")[0]


def check(secret: bytes, call: str, routes: list[str]) -> str | None:
    """Return the number of the call that a Route was issued for, or None when it was not issued here for this call."""
    for route in routes:
        for number, signature in _TICKET.findall(route):
            if any(hmac.compare_digest(signature, _sign(key, call, number)) for key in _keys(secret)):
                return str(number)
    return None


def _keys(secret: bytes) -> list[bytes]:
    return [secret[at : at + KEY_BYTES] for at in range(0, len(secret), KEY_BYTES)]


def _sign(key: bytes, call: str, number: str) -> str:
    return hashlib.blake2b(f"{call}\n{number}".encode(), digest_size=12, key=key).hexdigest()
