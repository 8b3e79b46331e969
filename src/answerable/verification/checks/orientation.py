"""Is a picture mirrored? One that is only turned has been put upright by the reader."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.slots import SLOTS

NAME = "orientation"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B06 for mirrored papers; a mirrored hand-held photo is the business of `hand_held`."""
    found = []
    for upload in dossier.uploads:
        if upload.reading is None or upload.slot not in SLOTS or upload.slot == "handler_photo":
            continue
        slot, quality = SLOTS[upload.slot], upload.reading.quality
        if quality.mirrored:
            text = (f"{slot.zh}左右颠倒。", f"{slot.en}: left and right are exchanged.")
            found.append(flagged(NAME, "B06", *text, slot=upload.slot))
        elif quality.turned:
            text = (f"{slot.zh}已由系统旋正。", f"{slot.en}: turned upright by the system.")
            found.append(passed(NAME, *text, slot=upload.slot, read=f"{quality.turned}°"))
    return found
