"""Are both sides of each ID card there, each in its own place?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.people import Holder, holders

NAME = "id_sides"
_EXCHANGED = (["id_emblem", "id_portrait"], ["id_emblem", None], [None, "id_portrait"])
_CARDS = {"id_portrait", "id_emblem", "id_both", "id_temporary"}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag I02 for exchanged sides and I01 for the same side twice; one picture with both sides is enough."""
    found = [_sides(dossier, holder) for holder in holders(dossier)]
    return [finding for finding in found if finding]


def _sides(dossier: DossierFacts, holder: Holder) -> Finding | None:
    portrait, emblem = dossier.reading(holder.portrait), dossier.reading(holder.emblem)
    if portrait is None and emblem is None:
        return None
    kinds = [reading.kind if reading else None for reading in (portrait, emblem)]
    read = " / ".join(kind or "—" for kind in kinds)
    if "id_both" in kinds or kinds == ["id_portrait", "id_emblem"]:
        text = (f"{holder.zh}身份证两面齐全。", f"{holder.en}'s ID card: both sides are there.")
        return passed(NAME, *text, slot=holder.portrait, read=read)
    if kinds in _EXCHANGED:
        text = (f"{holder.zh}身份证的两面传反了。", f"{holder.en}'s ID card: the sides are exchanged.")
        slot = holder.portrait if kinds[0] else holder.emblem
        return flagged(NAME, "I02", *text, slot=slot, read=read, expected="id_portrait / id_emblem")
    if kinds[0] == kinds[1] and kinds[0] in _CARDS:
        text = (f"{holder.zh}身份证同一面传了两次。", f"{holder.en}'s ID card: the same side twice.")
        return flagged(NAME, "I01", *text, slot=holder.emblem, read=read, expected="id_portrait / id_emblem")
    if None in kinds:
        return None
    text = (f"{holder.zh}身份证两面未能全部认出，将由人工查看。", f"{holder.en}'s ID card: not both sides recognised.")
    return unsure(NAME, *text, slot=holder.portrait, read=read)
