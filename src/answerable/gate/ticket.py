"""Sign the parameter that the gate puts into its Record-Route, and know it again. Pure.

With it the end of a call is recorded even when the gate has forgotten the call (a restart), and nobody but the two
sides of a call that the gate let through can have a message relayed.
"""

from __future__ import annotations

import hashlib
import hmac
import re

NAME = "att"
_TICKET = re.compile(r"[;?&]" + NAME + r"=(\w+)-([0-9a-f]{24})")


def issue(secret: bytes, call: str, number: str) -> str:
    """Return the parameter for one call."""
    return f";{NAME}={number}-{_sign(secret, call, number)}"


def number_of(parameter: str) -> str:
    """Return the number in a parameter that `issue` made."""
    return parameter.partition("=")[2].rpartition("-")[0]


def check(secret: bytes, call: str, routes: list[str]) -> str | None:
    """Return the number of the call that a Route was issued for, or None when it was not issued here for this call."""
    for route in routes:
        for number, signature in _TICKET.findall(route):
            if hmac.compare_digest(signature, _sign(secret, call, number)):
                return str(number)
    return None


def _sign(secret: bytes, call: str, number: str) -> str:
    return hashlib.blake2b(f"{call}\n{number}".encode(), digest_size=12, key=secret).hexdigest()
