"""Where a copy lies while it lies here: one sealed file under a key of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from answerable.lib import keystore
from answerable.lib.archive import SealedFile, destroy_sealed, read_sealed


def path_of(export_id: UUID) -> Path:
    """Name the sealed file of an export."""
    return Path(settings.EXPORTS) / f"{export_id}.sealed"


def begin(export_id: UUID) -> SealedFile:
    """Begin the sealed file of an export."""
    return SealedFile(path_of(export_id), keystore.export_key(export_id))


def read(export_id: UUID) -> Iterator[bytes]:
    """Open an export piece by piece; raise EnvelopeError where one was changed, moved or cut off."""
    return read_sealed(path_of(export_id), keystore.export_key(export_id))


def destroy(export_id: UUID) -> None:
    """Destroy the key of an export, then its file."""
    destroy_sealed(path_of(export_id), keystore.export_key(export_id))
