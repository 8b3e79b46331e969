"""Can the text be read? The verdict is tied to the engine's confidence; a sharpness threshold rejects nothing."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.slots import SLOTS

NAME = "legibility"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag each picture whose text the engine could hardly read, and each that lies on its side."""
    found = []
    for upload in dossier.uploads:
        slot = SLOTS.get(upload.slot)
        if upload.reading is None or slot is None or not slot.kinds:
            continue
        quality = upload.reading.quality
        if not quality.is_legible:
            text = (f"{slot.zh}的文字看不清。", f"{slot.en}: the text cannot be read.")
            seen = f"{quality.characters} × {quality.confidence:.2f}"
            found.append(flagged(NAME, "B04", *text, slot=upload.slot, read=seen, expected="≥ 8 × 0.80"))
        else:
            text = (f"{slot.zh}文字清晰。", f"{slot.en}: legible.")
            found.append(passed(NAME, *text, slot=upload.slot, read=f"{quality.confidence:.2f}"))
    return found
