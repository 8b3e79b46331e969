"""Is the card's holder the person on the form?"""

from __future__ import annotations

from answerable.verification.checks.compare import compare_text
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.people import Holder, holders, side
from answerable.verification.reading.model import Field

NAME = "id_name"


def check(dossier: DossierFacts) -> list[Finding]:
    """Compare each card's name with the form; where that was filled from the card, with the licence instead."""
    found = []
    for holder in holders(dossier):
        slot, reading = side(dossier, holder, "name")
        if reading is None or not holder.name:
            continue
        found.append(_compare(dossier, holder, slot, reading.fields["name"]))
    return found


def _compare(dossier: DossierFacts, holder: Holder, slot: str, seen: Field) -> Finding:
    expected = holder.name
    if dossier.claims.came_from(holder.name_claim) == "filled_from_picture":
        expected = dossier.register.legal_representative if dossier.register and slot.startswith("rep_") else ""
        if not expected:
            text = (f"{holder.zh}姓名由照片识别填入，不能证明一致。", f"{holder.en}'s name was filled from a picture.")
            return unsure(NAME, *text, slot=slot, field=holder.name_claim, seen=seen)
    verdict = compare_text(expected, seen)
    if verdict == "same":
        text = (f"{holder.zh}姓名与身份证一致。", f"{holder.en}'s name agrees with the ID card.")
        return passed(NAME, *text, slot=slot, field=holder.name_claim, seen=seen, expected=expected)
    if verdict == "close":
        text = (
            f"{holder.zh}姓名未能确认，将由人工查看。",
            f"{holder.en}'s name is not surely the same; a person will look.",
        )
        return unsure(NAME, *text, slot=slot, field=holder.name_claim, seen=seen, expected=expected)
    text = (f"{holder.zh}姓名与身份证不一致。", f"{holder.en}'s name differs from the ID card.")
    return flagged(NAME, "I05", *text, slot=slot, field=holder.name_claim, seen=seen, expected=expected)
