"""Read of a SIP message what it is filed under, and take out what is never kept. Pure."""

from __future__ import annotations

import re

_BREAK = re.compile(rb"\r?\n\r?\n")
_CREDENTIALS = re.compile(
    rb"^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_CALL = re.compile(rb"^(?:call-id|i)[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_SEQUENCE = re.compile(rb"^cseq[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_REASON = re.compile(rb"^reason[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
NOT_KEPT = rb" (not kept)"


def without_credentials(message: bytes) -> bytes:
    """Take the values of Authorization and Proxy-Authorization out, folded lines too, wherever they stand."""
    return _CREDENTIALS.sub(rb"\1" + NOT_KEPT, message)


def call_id(message: bytes) -> str:
    """Return the Call-ID, empty where there is none."""
    return _first(_CALL, message)


def outline(message: bytes) -> dict[str, str]:
    """Return what a message is without whom it names: method or status, CSeq and Reason."""
    first = _head(message).split(b"\n", 1)[0].strip()
    is_reply = first.startswith(b"SIP/2.0 ")
    what = first[8:] if is_reply else first.split(b" ", 1)[0]
    return {
        "what": what.decode("utf-8", "replace")[:80], "cseq": _first(_SEQUENCE, message)[:80],
        "reason": _first(_REASON, message)[:200],
    }  # fmt: skip


def _head(message: bytes) -> bytes:
    return _BREAK.split(message, maxsplit=1)[0]


def _first(pattern: re.Pattern[bytes], message: bytes) -> str:
    found = pattern.search(_head(message))
    return found[1].strip().decode("utf-8", "replace") if found else ""
