"""This installation's master key: seal and open what must not lie readable in the database or on disk."""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from django.conf import settings

from answerable.lib.envelope import MasterKey, open_sealed, seal


@lru_cache(maxsize=1)
def master() -> MasterKey:
    """Load the master key; it is made once by `answerable init`."""
    return MasterKey.load(settings.KEYS)


def seal_bytes(plain: bytes, context: str) -> bytes:
    """Seal `plain` under the master key, bound to `context` (what it is and whose)."""
    return seal(plain, master(), context.encode())


def open_bytes(sealed: bytes | memoryview, context: str) -> bytes:
    """Open what `seal_bytes` made with the same context; raise EnvelopeError for anything else."""
    return open_sealed(bytes(sealed), master(), context.encode())


def seal_json(value: object, context: str) -> bytes:
    """Seal a JSON value."""
    return seal_bytes(json.dumps(value, ensure_ascii=False).encode(), context)


def open_json(sealed: bytes | memoryview, context: str) -> Any:
    """Open a sealed JSON value; empty bytes are an empty object."""
    return json.loads(open_bytes(sealed, context)) if sealed else {}


def keyed_hash(text: str, purpose: str) -> str:
    """Hash a short secret (SMS code, ID number) so that a copy of the database cannot be tried through."""
    key = hashlib.sha256(b"hash:" + master().secret).digest()
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
