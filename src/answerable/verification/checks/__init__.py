"""Machine checks: one file each, one shape, `check(facts) -> list[Finding]`. To add one, copy a neighbour, list it.

Observations only. A person decides, in either direction (PIPL art. 24).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from answerable.verification.checks import (
    address,
    bill,
    commitment_user,
    credit_code,
    destination_kind,
    document_kind,
    id_name,
    id_number,
    id_sides,
    id_validity,
    industry,
    legibility,
    letter,
    licence_confirmed,
    licence_edition,
    licence_name,
    licence_term,
    outbound,
    qr_against_print,
    register_status,
    representative,
    required_set,
    same_file,
    script,
    seals,
    use,
)  # fmt: skip
from answerable.verification.checks.facts import (
    Claims,
    DestinationClaim,
    DossierFacts,
    Policy,
    RegisterRow,
    Required,
    Upload,
    required_for,
)  # fmt: skip
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.slots import SLOTS, Slot, slot_kind

Check = Callable[[DossierFacts], list[Finding]]
REGISTRY: Mapping[str, Check] = {
    module.__name__.rpartition(".")[2]: module.check
    for module in (
        required_set, document_kind, legibility, same_file, credit_code, qr_against_print, licence_edition,
        licence_name, representative, address, licence_confirmed, licence_term, register_status, id_sides, id_number, id_name,
        id_validity, letter,
        commitment_user, seals, destination_kind, bill, use, script, outbound, industry,
    )
}  # fmt: skip
"""Every check by name, in the order an applicant reads the findings."""

__all__ = [
    "REGISTRY", "SLOTS", "Check", "Claims", "DestinationClaim", "DossierFacts", "Finding", "Policy", "RegisterRow",
    "Required", "Slot", "Upload", "required_for", "run_all", "slot_kind",
]  # fmt: skip


def run_all(facts: DossierFacts) -> list[Finding]:
    """Run every check, in a stable order; what does not apply says nothing."""
    return [finding for check in REGISTRY.values() for finding in check(facts)]
