"""The evidence key of this installation: an Ed25519 key of its own, made at install, its public half beside the log's."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from answerable.lib import keys
from answerable.transparency.notes import SigningKey


def evidence_key() -> SigningKey:
    """Return the key that signs evidence bundles; its name is the log's origin with `/evidence`."""
    seed = hashlib.sha256(b"evidence:" + keys.ensure(Path(settings.KEYS), keys.EVIDENCE).encode()).digest()
    return SigningKey(f"{settings.LOG_ORIGIN}/evidence", Ed25519PrivateKey.from_private_bytes(seed))


def public_pem() -> bytes:
    """Return the public half as PEM, which `openssl` reads."""
    return (
        evidence_key()
        .private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
