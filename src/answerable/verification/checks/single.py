"""The findings that one paper alone allows, without a form to compare it with."""

from __future__ import annotations

from datetime import date

from answerable.verification.checks import run_all
from answerable.verification.checks.facts import Claims, DossierFacts, Upload
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.slots import SLOTS
from answerable.verification.reading.model import Reading


def check_alone(reading: Reading, *, judged_on: date | None = None, claims: Claims | None = None) -> list[Finding]:
    """Put a reading into the slot its kind belongs to and run every check; `judged_on` is today unless given."""
    slot = next((s.name for s in SLOTS.values() if reading.kind in s.kinds), "licence")
    if reading.kind in {"id_temporary", "organisation_code_certificate"}:
        slot = "rep_id_portrait" if reading.kind == "id_temporary" else "licence"
    facts = DossierFacts(
        claims=claims or Claims(role="legal_representative"),
        judged_on=judged_on or date.today(),  # noqa: DTZ011 a paper's term ends by the local calendar
        uploads=(Upload(slot, reading),),
    )
    return run_all(facts)
