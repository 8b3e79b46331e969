"""Machine checks: one file each, one shape, `check(facts) -> list[Finding]`. To add one, copy a neighbour, list it.

Observations only. A person decides, in either direction (PIPL art. 24).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from answerable.verification.checks import (
    acceptance,
    address,
    bill,
    blacklist,
    call_back,
    channel,
    clocks,
    commitment_user,
    completeness,
    credit_code,
    destination_kind,
    document_kind,
    hand_held,
    id_copy,
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
    line_carrier,
    line_owner,
    line_place,
    orientation,
    outbound,
    qr_against_print,
    quota,
    real_person,
    register_status,
    representative,
    required_set,
    same_file,
    same_seal,
    script,
    script_content,
    seals,
    sector,
    signature,
    subject,
    template,
    use,
    watermark,
)  # fmt: skip
from answerable.verification.checks.facts import (
    Account,
    Claims,
    Clocks,
    DestinationClaim,
    DossierFacts,
    Policy,
    RegisterRow,
    Required,
    Upload,
)  # fmt: skip
from answerable.verification.checks.finding import Finding
from answerable.verification.checks.slots import SLOTS, Slot, slot_kind

Check = Callable[[DossierFacts], list[Finding]]
REGISTRY: Mapping[str, Check] = {
    module.__name__.rpartition(".")[2]: module.check
    for module in (
        required_set, subject, register_status, blacklist, quota, channel, industry, sector, document_kind, legibility,
        orientation, completeness, watermark, same_file, same_seal, credit_code, qr_against_print, licence_edition,
        licence_name, representative, address, licence_confirmed, licence_term, id_sides, id_copy, id_number, id_name,
        id_validity, hand_held, real_person, letter, signature, template, commitment_user, acceptance, seals,
        destination_kind, bill, line_owner, line_place, line_carrier, call_back, use, script, script_content, outbound,
        clocks,
    )
}  # fmt: skip
"""Every check by name, in the order an applicant reads the findings."""

__all__ = [
    "REGISTRY", "SLOTS", "Account", "Check", "Claims", "Clocks", "DestinationClaim", "DossierFacts", "Finding", "Policy", "RegisterRow",
    "Required", "Slot", "Upload", "run_all", "slot_kind",
]  # fmt: skip


def run_all(facts: DossierFacts) -> list[Finding]:
    """Run every check, in a stable order; what does not apply says nothing."""
    return [finding for check in REGISTRY.values() for finding in check(facts)]
