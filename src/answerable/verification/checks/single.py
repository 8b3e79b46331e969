"""The findings that one paper alone allows, with or without what an applicant stated."""

from __future__ import annotations

from datetime import date

from answerable.verification.checks import run_all
from answerable.verification.checks.claims_file import ClaimsFile
from answerable.verification.checks.facts import Claims, DossierFacts, Upload
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.slots import SLOTS
from answerable.verification.reading.model import Kind, Reading

_WITHOUT_SLOT: dict[Kind, str] = {
    "id_temporary": "rep_id_portrait", "organisation_code_certificate": "licence", "statement": "destination_proof",
}  # fmt: skip
"""Where papers that belong nowhere are uploaded by mistake."""


def check_alone(reading: Reading, stated: ClaimsFile | None = None) -> list[Finding]:
    """Put a reading into the slot stated, else into the one its kind belongs to, and run every check."""
    by_kind = next((s.name for s in SLOTS.values() if reading.kind in s.kinds), "licence")
    slot = (stated.slot if stated else "") or _WITHOUT_SLOT.get(reading.kind, by_kind)
    judged_on = stated.judged_on if stated else None
    facts = DossierFacts(
        claims=stated.claims if stated else Claims(role="legal_representative"),
        judged_on=judged_on or date.today(),  # noqa: DTZ011 a paper's term ends by the local calendar
        uploads=(Upload(slot, reading),),
    )
    return run_all(facts)
