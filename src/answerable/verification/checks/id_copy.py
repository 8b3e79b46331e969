"""Is an ID card a copy without the company's seal? A colour photo of the card itself needs none."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.people import holders

NAME = "id_copy"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag I06 where no side of a card has colour and none bears a red seal."""
    found = []
    for holder in holders(dossier):
        sides = dossier.readings(holder.portrait) + dossier.readings(holder.emblem)
        if not sides:
            continue
        in_colour = any(side.quality.is_colour for side in sides)
        sealed = any(seal.kind in {"applicant", "other"} for side in sides for seal in side.seals)
        if in_colour or sealed:
            text = (f"{holder.zh}身份证为彩色原件或已盖章。", f"{holder.en}'s ID card: in colour, or sealed.")
            found.append(passed(NAME, *text, slot=holder.portrait))
        else:
            text = (f"{holder.zh}身份证是未盖章的黑白复印件。", f"{holder.en}'s ID card: a copy without seal.")
            found.append(flagged(NAME, "I06", *text, slot=holder.portrait))
    return found
