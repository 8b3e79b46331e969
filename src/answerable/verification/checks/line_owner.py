"""Are the letters there that a line of an affiliate or of staff needs?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.slots import SLOTS

NAME = "line_owner"
_NEEDED = {"affiliate": ("affiliate_letter",), "staff": ("owner_id", "staff_letter")}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag D08 without the affiliate's letter, D09 without the owner's ID card and letter."""
    found = []
    for index, claim in enumerate(dossier.claims.destinations):
        slots = _NEEDED.get(claim.owner, ())
        missing = [SLOTS[slot] for slot in slots if not dossier.uploaded(slot)]
        field = f"destinations.{index}"
        if missing:
            zh, en = "、".join(slot.zh for slot in missing), ", ".join(slot.en for slot in missing)
            text = (f"该线路须补交：{zh}。", f"This line needs: {en}.")
            found.append(flagged(NAME, missing[0].missing, *text, slot=missing[0].name, field=field, read=claim.line))
        elif slots:
            text = ("该线路户主的材料齐全。", "The papers of the line's owner are there.")
            found.append(passed(NAME, *text, field=field, read=claim.line))
    return found
