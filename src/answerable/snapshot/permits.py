"""Permits (许可): what a gate asks for beside a record that would ring, made by the signer alone.

A permit says, under an Ed25519 signature: this number, for this holder and these lines (salted commitments), until then,
by this entry of the public log. Pure: no file, no clock, no network.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from answerable.snapshot.records import NumberRecord

VERSION = 1
BYTES_AT_MOST = 8192
_DOMAIN = b"answerable/permit/v1\n"
_FIELDS = {
    "v": int, "number": str, "serial": int, "key": str, "salt": str, "holder": str, "lines": list, "valid_until": int, "leaf": str,
    "issued_at": int,
}  # fmt: skip
KeyState = Literal["current", "retired", "revoked"]


class PermitRefused(Exception):
    """A permit does not hold, or not for this record; `code` says which question failed."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Statement:
    """What a permit says."""

    number: str
    serial: int
    key: str
    salt: str
    holder: str
    lines: tuple[tuple[str, int], ...]
    valid_until: int
    leaf: str
    issued_at: int

    def as_bytes(self) -> bytes:
        """Return its one spelling, which is what is signed."""
        said = {"v": VERSION} | vars(self) | {"lines": [list(line) for line in self.lines]}
        return json.dumps(said, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode()


@dataclass(frozen=True)
class TrustedKey:
    """A signer's public key as a gate host trusts it; a retired one holds for what it signed before it was retired."""

    public: bytes
    state: KeyState
    not_after: int | None = None


Trust = Mapping[str, TrustedKey]


def key_id(public: bytes) -> str:
    """Name a public key."""
    return hashlib.sha256(b"answerable/permit-key/v1\n" + public).hexdigest()[:16]


def commit(salt: str, what: str, value: str) -> str:
    """Commit to a holder or a line under a permit's salt."""
    return hashlib.sha256(f"answerable/permit/{what}\n{salt}\n{value}".encode()).hexdigest()


def state(
    number: str, *, holder: str, lines: Sequence[tuple[str, int]], valid_until: int, leaf: str, serial: int, key: str, at: int
) -> Statement:  # fmt: skip
    """Make a statement under a fresh salt."""
    salt = secrets.token_hex(16)
    hidden = tuple(sorted((commit(salt, "line", line), until) for line, until in lines))
    return Statement(number, serial, key, salt, commit(salt, "holder", holder), hidden, valid_until, leaf, at)


def sign(statement: Statement, key: Ed25519PrivateKey) -> str:
    """Return the permit: statement and signature, each in base64, with a dot between."""
    said = statement.as_bytes()
    return f"{_encode(said)}.{_encode(key.sign(_DOMAIN + said))}"


def read(permit: str) -> Statement:
    """Take a permit apart without believing it; raise PermitRefused unless it is in its one spelling."""
    if len(permit) > BYTES_AT_MOST or not permit.isascii():
        raise _malformed()
    said, _, signature = permit.partition(".")
    raw = _decode(said)
    if len(_decode(signature)) != 64:
        raise _malformed()
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise _malformed() from None
    if not _has_shape(value):
        raise _malformed()
    lines = tuple((str(line), int(until)) for line, until in value.pop("lines"))
    value.pop("v")
    statement = Statement(lines=lines, **value)
    if statement.as_bytes() != raw:
        raise _malformed()
    return statement


def verify(permit: str, trust: Trust) -> Statement:
    """Return what a permit says if a trusted key has signed it; raise PermitRefused."""
    statement = read(permit)
    public = require_trusted(statement, trust).public
    said, _, signature = permit.partition(".")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_decode(signature), _DOMAIN + _decode(said))
    except InvalidSignature:
        raise PermitRefused("PERMIT_FORGED", "The permit's signature is not its key's.") from None
    return statement


def require_trusted(statement: Statement, trust: Trust) -> TrustedKey:
    """Return the trusted key that a statement names; raise PermitRefused. Costs nothing, so it is asked each time."""
    key = trust.get(statement.key)
    if key is None:
        raise PermitRefused("PERMIT_KEY_UNKNOWN", f"No key {statement.key} is trusted on this host.")
    if key.state == "revoked":
        raise PermitRefused("PERMIT_KEY_REVOKED", f"The key {statement.key} is revoked.")
    if key.state == "retired" and (key.not_after is None or statement.issued_at > key.not_after):
        raise PermitRefused("PERMIT_KEY_RETIRED", f"The key {statement.key} was retired before this permit.")
    return key


def require_match(statement: Statement, record: NumberRecord, trunk: str) -> None:
    """Raise PermitRefused where a record says more than its permit: another number, holder or line, or a later end."""
    if statement.number != record["number"]:
        raise PermitRefused("PERMIT_OTHER_NUMBER", "The permit is another number's.")
    if statement.holder != commit(statement.salt, "holder", record["owner"]):
        raise PermitRefused("PERMIT_OTHER_HOLDER", "The permit is another holder's.")
    if record["verified_until"] > statement.valid_until:
        raise PermitRefused("PERMIT_TOO_SHORT", "The record would ring longer than the permit allows.")
    allowed = dict(statement.lines)
    for line in record["destinations"]:
        if not line["proven_until"]:
            continue  # does not ring
        until = allowed.get(commit(statement.salt, "line", line["line"]))
        # The address too: a permitted line behind somebody else's trunk is another destination.
        if until is None or line["uri"] != f"sip:{line['line']}@{trunk}":
            raise PermitRefused("PERMIT_OTHER_LINE", "The record rings a line that the permit does not name.")
        if line["proven_until"] > until:
            raise PermitRefused("PERMIT_TOO_SHORT", "A line would ring longer than the permit allows.")


def rings(record: NumberRecord) -> bool:
    """Say whether the gate could ever connect a call by this record: whatever would needs a permit."""
    return (
        record["stop"] is None
        and record["business_state"] in ("working", "opening")
        and record["verified_until"] > 0
        and any(line["proven_until"] > 0 for line in record["destinations"])
    )


USES_UP = ("suspended", "released", "aging", "unverified", "spare")


def uses_up(record: NumberRecord) -> bool:
    """Say whether a record ends what its permit allowed: after a stop or the end of service only a new one opens.

    A holder's pause does not: what may ring afterwards was not questioned.
    """
    return record["stop"] is not None or record["business_state"] in USES_UP


def _malformed() -> PermitRefused:
    return PermitRefused("PERMIT_MALFORMED", "That is no permit of version 1 in its one spelling.")


def _has_shape(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == _FIELDS.keys()
        and all(type(value[name]) is kind for name, kind in _FIELDS.items())
        and value["v"] == VERSION
        and all(
            isinstance(line, list) and len(line) == 2 and type(line[0]) is str and type(line[1]) is int
            for line in value["lines"]
        )
    )


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    """Decode base64 in its one spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed() from None
    if _encode(raw) != text:
        raise _malformed()
    return raw
