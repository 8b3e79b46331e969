"""Where a bundle lies: one sealed file under a key of its own, beside the documents and in their backup."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from answerable.lib import keystore
from answerable.lib.archive import SealedFile, destroy_sealed


def path_of(bundle_id: UUID) -> Path:
    """Name the sealed file of a bundle."""
    return Path(settings.DOCUMENTS) / "traces" / f"{bundle_id}.sealed"


def begin(bundle_id: UUID) -> SealedFile:
    """Begin the sealed file of a bundle."""
    return SealedFile(path_of(bundle_id), keystore.trace_key(bundle_id))


def destroy(bundle_id: UUID) -> None:
    """Destroy the key of a bundle, then its file."""
    destroy_sealed(path_of(bundle_id), keystore.trace_key(bundle_id))
