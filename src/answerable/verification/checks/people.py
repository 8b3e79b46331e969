"""The people of a dossier: whose ID card belongs in which slots, and what the form says about them."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.reading.model import Reading


@dataclass(frozen=True)
class Holder:
    """One person with an ID card in this dossier."""

    zh: str
    en: str
    portrait: str
    emblem: str
    name: str
    name_claim: str
    id_number: str
    number_claim: str


def holders(dossier: DossierFacts) -> list[Holder]:
    """Return the people whose cards this dossier asks for or holds."""
    claims = dossier.claims
    both = [
        Holder(
            "法定代表人", "The legal representative", "rep_id_portrait", "rep_id_emblem",
            claims.legal_representative, "legal_representative",
            claims.representative_id_number, "representative_id_number",
        ),
        Holder(
            "经办人", "The handler", "handler_id_portrait", "handler_id_emblem",
            claims.handler_name, "handler_name", claims.handler_id_number, "handler_id_number",
        ),
    ]  # fmt: skip
    return [h for h in both if h.name or h.id_number or dossier.concerns(h.portrait) or dossier.concerns(h.emblem)]


def side(dossier: DossierFacts, holder: Holder, field: str) -> tuple[str, Reading | None]:
    """Return the slot and reading that carry a field, even if the two sides were exchanged."""
    for slot in (holder.portrait, holder.emblem):
        for reading in dossier.readings(slot):
            if field in reading.fields:
                return slot, reading
    return (holder.emblem if field == "validity" else holder.portrait), None
