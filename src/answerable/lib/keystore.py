"""The key store, `var/document-keys`: the data key of each document, dossier, order and report, apart from what it seals.

Deletion is the destruction of a key: whoever keeps a copy of the sealed bytes, in an old backup too, has noise from
then on. So the keys lie neither in the database nor beside the sealed files, and are backed up for 30 days only.

Trust: who can read this folder learns nothing without the master key; who can write it can make papers unreadable.
Keys are never cached, else a process that runs on would read what another destroyed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

from answerable.lib import envelope, vault

BACKUP_DAYS = 30
"""How long a backup of the keys is kept: what was erased is gone from every backup after that."""
_OWNER = re.compile(r"(document|dossier|order|export|evidence|report|trace|arrival)-[0-9A-Za-z-]{1,64}")


class KeyGone(envelope.EnvelopeError):
    """The key is not in the key store: what it sealed was erased, or the keys were not restored."""

    code = "key_gone"


def document_key(document_id: object) -> str:
    """Name the key of a document: its bytes and its reading."""
    return f"document-{document_id}"


def dossier_key(dossier_id: object) -> str:
    """Name the key of a dossier: what was stated, what was written about it, the card read at the counter."""
    return f"dossier-{dossier_id}"


def order_key(order_no: object) -> str:
    """Name the key of an order: its registration record."""
    return f"order-{order_no}"


def export_key(export_id: object) -> str:
    """Name the key of an export: the whole copy, for the week it lies here."""
    return f"export-{export_id}"


def evidence_key(evidence_id: object) -> str:
    """Name the key of a file that a reporter showed."""
    return f"evidence-{evidence_id}"


def report_key(reference: object) -> str:
    """Name the key of a report: the file made for the regulator's desk."""
    return f"report-{reference}"


def arrival_key(arrival_id: object) -> str:
    """Name the key of an archive with which a holder came from another operator."""
    return f"arrival-{arrival_id}"


def trace_key(name: object) -> str:
    """Name the key of a trace case (what its request says of persons), or of one bundle that was made for it."""
    return f"trace-{name}"


def seal_bytes(plain: bytes, owner: str, context: str) -> bytes:
    """Seal under the owner's key, which is made first where there is none yet."""
    return envelope.seal_with(_key(owner, may_make=True), plain, context.encode())


def open_bytes(sealed: bytes | memoryview, owner: str, context: str) -> bytes:
    """Open what `seal_bytes` made for the same owner and context; raise KeyGone or another EnvelopeError."""
    return envelope.open_with(_key(owner), bytes(sealed), context.encode())


def seal_json(value: object, owner: str, context: str) -> bytes:
    """Seal a JSON value."""
    return seal_bytes(json.dumps(value, ensure_ascii=False).encode(), owner, context)


def open_json(sealed: bytes | memoryview, owner: str, context: str) -> Any:
    """Open a sealed JSON value; empty bytes are an empty object."""
    return json.loads(open_bytes(sealed, owner, context)) if sealed else {}


def has(owner: str) -> bool:
    """Say whether the owner's key is there."""
    return _file(owner).exists()


def destroy(owner: str) -> None:
    """Destroy a key for good: overwritten, then unlinked. To destroy it twice is no error."""
    file = _file(owner)
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(file, os.O_WRONLY)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(bytes(file.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        file.unlink()
        _sync(file.parent)


def _key(owner: str, *, may_make: bool = False) -> bytes:
    file = _file(owner)
    if not file.exists():
        if not may_make:
            raise KeyGone(f"The key of {owner} is not in the key store: erased, or not restored.")
        _make(file, owner)
    return envelope.unwrap_key(file.read_bytes(), vault.master(), owner.encode())


def _make(file: Path, owner: str) -> None:
    """Write a new key whole or not at all; who loses a race (`link`) uses the winner's."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.parent / f".{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(envelope.wrapped_key(vault.master(), owner.encode()))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
    _sync(file.parent)


def _file(owner: str) -> Path:
    if not _OWNER.fullmatch(owner):
        raise ValueError(f"{owner!r} is no name of a key.")
    return Path(settings.DOCUMENT_KEYS) / hashlib.sha256(owner.encode()).hexdigest()[:2] / f"{owner}.key"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
