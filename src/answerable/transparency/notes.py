"""Signed notes (C2SP signed-note) with Ed25519: text, an empty line, signature lines.

A signature type byte tells what was signed: 0x01 the note's text, 0x04 a witness's cosignature over it with a time
(C2SP tlog-cosignature). Signatures of keys that are not known are ignored; one of a known key that fails refuses all.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from answerable.transparency.base64text import decode
from answerable.transparency.errors import MalformedNote, UnverifiedNote

ED25519, COSIGNATURE = 0x01, 0x04
SIGNATURES_AT_MOST = 64
BYTES_AT_MOST = 1_000_000
_DASH = "—"
_ID_BYTES, _KEY_BYTES, _SIGNATURE_BYTES, _TIME_BYTES = 4, 32, 64, 8


@dataclass(frozen=True)
class VerifierKey:
    """A public key by name; its vkey is `name+hex id+base64(type byte, key)`."""

    name: str
    public: bytes
    type: int = ED25519

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(c.isspace() or ord(c) < 0x20 for c in self.name):
            raise MalformedNote("A key's name is not empty and has neither spaces nor a plus sign.")
        if len(self.public) != _KEY_BYTES or self.type not in {ED25519, COSIGNATURE}:
            raise MalformedNote("Only Ed25519 keys of 32 bytes are known, of type 1 or 4.")

    @property
    def id(self) -> bytes:
        """Return the key id: the first four bytes of SHA-256(name, newline, type, key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Read a vkey; raise MalformedNote, also where its id is not the key's."""
        parts = vkey.strip().split("+", 2)
        raw = _decode(parts[2]) if len(parts) == 3 else b""
        if len(raw) != 1 + _KEY_BYTES:
            raise MalformedNote("A vkey is name+id+base64 of type and key.")
        key = cls(parts[0], raw[1:], raw[0])
        if key.id.hex() != parts[1].lower():
            raise MalformedNote("The vkey's id is not that of its key.")
        return key


@dataclass(frozen=True)
class SigningKey:
    """A private key by name: the log's own (type 1), or a witness's (type 4)."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)
    type: int = ED25519

    @property
    def verifier(self) -> VerifierKey:
        """Return the public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw(), self.type)

    def sign(self, text: str, *, at: int | None = None) -> str:
        """Return a signature line over a note's text; a cosignature is made `at` a time (epoch seconds)."""
        if self.type == COSIGNATURE:
            if at is None:
                raise MalformedNote("A cosignature has a time.")
            signed = struct.pack(">Q", at) + self.private.sign(_cosigned(text, at))
        else:
            signed = self.private.sign(text.encode())
        return f"{_DASH} {self.name} {base64.b64encode(self.verifier.id + signed).decode()}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line, taken apart; whether it holds is not yet known."""

    name: str
    key_id: bytes
    raw: bytes


@dataclass(frozen=True)
class Note:
    """A note taken apart."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Take a note apart; raise MalformedNote."""
        if len(raw) > BYTES_AT_MOST:
            raise MalformedNote("The note is too large.")
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise MalformedNote("The note is not UTF-8.") from None
        if any(ord(c) < 0x20 and c != "\n" for c in whole):
            raise MalformedNote("The note has control characters.")
        head, gap, tail = whole.rpartition("\n\n")
        if not gap or not head or not tail.endswith("\n"):
            raise MalformedNote("A note is text, an empty line, and signature lines.")
        lines = tail[:-1].split("\n")
        if len(lines) > SIGNATURES_AT_MOST:
            raise MalformedNote("The note has too many signatures.")
        return cls(head + "\n", tuple(_signature(line) for line in lines))

    def verify(self, keys: Sequence[VerifierKey]) -> dict[VerifierKey, int | None]:
        """Return the known keys whose signature holds, each with the time of its cosignature, if it is one.

        Raise UnverifiedNote where none does, where one of a known key does not, or where a known key signs twice.
        """
        known = {(key.name, key.id): key for key in keys}
        verified: dict[VerifierKey, int | None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if key in verified:
                raise UnverifiedNote(f"{key.name} has signed twice.")
            verified[key] = _verify(key, self.text, signature.raw)
        if not verified:
            raise UnverifiedNote("No trusted key has signed.")
        return verified


def _verify(key: VerifierKey, text: str, raw: bytes) -> int | None:
    at = None
    message = text.encode()
    if key.type == COSIGNATURE:
        if len(raw) != _TIME_BYTES + _SIGNATURE_BYTES:
            raise UnverifiedNote(f"The cosignature of {key.name} has the wrong size.")
        at = int(struct.unpack(">Q", raw[:_TIME_BYTES])[0])
        if at >= 1 << 63:
            raise UnverifiedNote(f"The cosignature of {key.name} has no possible time.")
        message, raw = _cosigned(text, at), raw[_TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw, message)
    except InvalidSignature:
        raise UnverifiedNote(f"The signature of {key.name} does not hold.") from None
    return at


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _signature(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not parts[1] or "+" in parts[1] or any(c.isspace() for c in parts[1]):
        raise MalformedNote("A signature line is a dash, a name and base64.")
    raw = _decode(parts[2])
    if len(raw) <= _ID_BYTES:
        raise MalformedNote("A signature has a key id and more.")
    return Signature(parts[1], raw[:_ID_BYTES], raw[_ID_BYTES:])


def _decode(text: str) -> bytes:
    raw = decode(text)
    if raw is None:
        raise MalformedNote("That is not base64 in its canonical spelling.")
    return raw
