"""Envelope encryption of documents: a fresh AES-256-GCM key per document, wrapped by the master key.

Whoever reads the store of sealed documents without the master key learns their lengths and nothing else; whoever writes
it can destroy a document but neither change one nor exchange two, because the document's id is authenticated with it.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"ANSV\x01"
"""Four letters and the version of the format."""
KEYED_MAGIC = b"ANSK\x01"
"""The same, of bytes sealed under a data key that is kept apart from them (lib.keystore)."""
_ID_BYTES, _NONCE_BYTES, _KEY_BYTES, _TAG_BYTES = 8, 12, 32, 16
_HEAD = len(MAGIC) + _ID_BYTES
_WRAPPED = _NONCE_BYTES + _KEY_BYTES + _TAG_BYTES
_LEAST = _HEAD + _WRAPPED + _NONCE_BYTES + _TAG_BYTES


class EnvelopeError(Exception):
    """Something is wrong with a sealed document or the master key; `code` is stable."""

    code = "envelope"


class NotSealed(EnvelopeError):
    """The bytes are no envelope of a version that is known here."""

    code = "envelope_format"


class Tampered(EnvelopeError):
    """The bytes were changed, cut, or belong to another document."""

    code = "envelope_tampered"


class UnknownKey(EnvelopeError):
    """The document was sealed with a master key that is not in the folder."""

    code = "envelope_unknown_key"


class KeyMissing(EnvelopeError):
    """The folder holds no usable master key, or already holds one."""

    code = "master_key"


@dataclass(frozen=True)
class MasterKey:
    """The master key in force, and the retired ones that can still open old documents."""

    key_id: bytes
    secret: bytes = field(repr=False)
    retired: dict[bytes, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def create(cls, folder: Path) -> MasterKey:
        """Write a new master key into an empty folder, mode 0600; raise KeyMissing when there is one already."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if list(folder.glob("master-*.key")):
            raise KeyMissing(f"{folder} already holds a master key; use rotate().")
        _write_key(folder)
        return cls.load(folder)

    @classmethod
    def rotate(cls, folder: Path) -> MasterKey:
        """Add a new master key that seals from now on; the older ones stay, to open."""
        cls.load(folder)
        _write_key(folder)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> MasterKey:
        """Read the keys of a folder; the one with the highest number is in force."""
        keys: list[tuple[bytes, bytes]] = []
        for file in sorted(folder.glob("master-*.key")):
            named = re.fullmatch(r"master-[0-9]{4}-([0-9a-f]{16})\.key", file.name)
            text = file.read_text().strip()
            if named is None or re.fullmatch(r"[0-9a-f]{64}", text) is None:
                raise KeyMissing(f"{file} is not a master key (64 hexadecimal digits).")
            keys.append((bytes.fromhex(named[1]), bytes.fromhex(text)))
        if not keys:
            raise KeyMissing(f"No master key in {folder}. Make one with MasterKey.create(folder).")
        key_id, secret = keys[-1]
        return cls(key_id, secret, dict(keys[:-1]))

    def secret_for(self, key_id: bytes) -> bytes:
        """Return the secret with that id; raise UnknownKey."""
        if key_id == self.key_id:
            return self.secret
        if key_id not in self.retired:
            raise UnknownKey(f"Sealed with master key {key_id.hex()}, which is not loaded.")
        return self.retired[key_id]


def seal(plain: bytes, master: MasterKey, context: bytes) -> bytes:
    """Encrypt a document under a fresh key of its own; `context` is its id and must be given again to open it."""
    head = MAGIC + master.key_id
    data_key = AESGCM.generate_key(bit_length=256)
    wrapped = _encrypt(master.secret, data_key, head + b"key:" + context)
    return head + wrapped + _encrypt(data_key, plain, head + b"data:" + context)


def open_sealed(sealed: bytes, master: MasterKey, context: bytes) -> bytes:
    """Decrypt a document; raise NotSealed, UnknownKey or Tampered, never wrong bytes."""
    if len(sealed) < _LEAST or not sealed.startswith(MAGIC):
        raise NotSealed("The bytes are not a sealed document of version 1.")
    head = sealed[:_HEAD]
    secret = master.secret_for(head[len(MAGIC) :])
    body = _HEAD + _WRAPPED
    data_key = _decrypt(secret, sealed[_HEAD:body], head + b"key:" + context)
    return _decrypt(data_key, sealed[body:], head + b"data:" + context)


def wrapped_key(master: MasterKey, owner: bytes) -> bytes:
    """Make a fresh data key for `owner` and return it wrapped by the master key: the one form in which it is stored."""
    head = MAGIC + master.key_id
    return head + _encrypt(master.secret, AESGCM.generate_key(bit_length=256), head + b"owner:" + owner)


def unwrap_key(wrapped: bytes, master: MasterKey, owner: bytes) -> bytes:
    """Return the data key; raise NotSealed, UnknownKey or Tampered."""
    if len(wrapped) != _HEAD + _WRAPPED or not wrapped.startswith(MAGIC):
        raise NotSealed("The bytes are not a wrapped data key of version 1.")
    head = wrapped[:_HEAD]
    return _decrypt(master.secret_for(head[len(MAGIC) :]), wrapped[_HEAD:], head + b"owner:" + owner)


def seal_with(data_key: bytes, plain: bytes, context: bytes) -> bytes:
    """Encrypt under a data key that is kept elsewhere; `context` is what the value is and whose."""
    return KEYED_MAGIC + _encrypt(data_key, plain, KEYED_MAGIC + context)


def open_with(data_key: bytes, sealed: bytes, context: bytes) -> bytes:
    """Decrypt what `seal_with` made; raise NotSealed or Tampered, never wrong bytes."""
    if len(sealed) < len(KEYED_MAGIC) + _NONCE_BYTES + _TAG_BYTES or not sealed.startswith(KEYED_MAGIC):
        raise NotSealed("The bytes are not sealed under a stored key of version 1.")
    return _decrypt(data_key, sealed[len(KEYED_MAGIC) :], KEYED_MAGIC + context)


def _encrypt(key: bytes, plain: bytes, authenticated: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, authenticated)


def _decrypt(key: bytes, sealed: bytes, authenticated: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], authenticated)
    except InvalidTag:
        raise Tampered("The document was changed, cut short, or belongs to another id.") from None


def _write_key(folder: Path) -> None:
    serial = len(list(folder.glob("master-*.key"))) + 1
    file = folder / f"master-{serial:04d}-{secrets.token_hex(_ID_BYTES)}.key"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
