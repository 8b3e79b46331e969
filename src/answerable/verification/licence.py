"""What the licence says: filled from the picture for a person to confirm, and what was confirmed, marked by where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from answerable.lib import keystore
from answerable.verification.checks.licence_confirmed import FIELDS
from answerable.verification.models import Document, Dossier
from answerable.verification.reading.model import Reading

SLOT = "licence"


@dataclass(frozen=True)
class Filled:
    """The fields of one licence's picture as (text, where from): `filled_from_picture`, else the `register`'s words."""

    document_id: str
    fields: dict[str, tuple[str, str]]


def filled(dossier: Dossier) -> Filled | None:
    """Return what the form is filled with; None while no picture of a licence has been read."""
    document = dossier.documents.filter(slot=SLOT, replaced_at=None).order_by("position").first()
    reading = reading_of(document) if document else None
    if document is None or reading is None or not any(name in reading.fields for name in FIELDS):
        return None
    known = {name: str(getattr(dossier.enterprise, claim)) for name, (claim, *_) in FIELDS.items()}
    fields = {
        name: (reading.value(name), "filled_from_picture") if reading.value(name) else (known[name], "register")
        for name in FIELDS
    }
    return Filled(str(document.pk), fields)


def confirmed(stated: Mapping[str, Any], document_id: str) -> dict[str, dict[str, str]]:
    """Return what a person confirmed about this very picture, {field: {text, source}}; empty if nothing yet."""
    said = stated.get(SLOT, {})
    return dict(said["fields"]) if said.get("document") == document_id else {}


def corrected(stated: Mapping[str, Any], document_id: str) -> dict[str, str]:
    """Return only what the person put right by hand."""
    return {name: one["text"] for name, one in confirmed(stated, document_id).items() if one["source"] == "typed"}


def reading_of(document: Document) -> Reading | None:
    """Open what was read from a document; None while it waits."""
    if not document.reading:
        return None
    return Reading.from_dict(
        keystore.open_json(document.reading, keystore.document_key(document.pk), f"reading:{document.pk}")
    )
