"""Read who came from another operator."""

from __future__ import annotations

from answerable.exits.models import Arrival
from answerable.verification.models import Dossier


def arrival_of(dossier: Dossier) -> Arrival | None:
    """Return the archive with which a dossier's number came; None where it came otherwise, or the archive is destroyed."""
    found = Arrival.objects.filter(enterprise=dossier.enterprise, destroyed_at=None, numbers__contains=[dossier.number])
    return found.first()
