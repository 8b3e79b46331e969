"""Can the text be read? The verdict is tied to the engine's confidence; a sharpness threshold rejects nothing."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts, Upload
from answerable.verification.checks.finding import Finding, flagged, passed
from answerable.verification.checks.slots import SLOTS, Slot
from answerable.verification.reading.model import Reading

NAME = "legibility"
GLARE = 0.02
"""Share of the text's area; a lamp's reflection on a film is larger."""
_NEEDED = {"name": ("名称", 4), "person": ("法定代表人（负责人）", 2), "address": ("住所", 6)}
"""What every licence prints, and the least it has characters."""


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B04 for each picture whose text the engine could hardly read, or of which a reflection took a part."""
    found = []
    for upload in dossier.uploads:
        slot = SLOTS.get(upload.slot)
        if upload.reading is None or slot is None or not slot.kinds or upload.slot == "handler_photo":
            continue
        found.append(_look(upload, upload.reading, slot))
    return found


def lacking(reading: Reading) -> list[str]:
    """Name what every licence prints and this reading does not have."""
    if reading.kind != "business_licence":
        return []
    missing = [zh for name, (zh, least) in _NEEDED.items() if len(reading.text(name)) < least]
    has_code = reading.text("code") or reading.text("registration_no")
    return missing if has_code else ["统一社会信用代码", *missing]


def _look(upload: Upload, reading: Reading, slot: Slot) -> Finding:
    quality, missing = reading.quality, lacking(reading)
    if not quality.is_legible:
        text = (f"{slot.zh}的文字看不清。", f"{slot.en}: the text cannot be read.")
        seen = f"{quality.characters} × {quality.confidence:.2f}"
        return flagged(NAME, "B04", *text, slot=upload.slot, read=seen, expected="≥ 8 × 0.80")
    if quality.glare > GLARE and (missing or reading.kind == "unknown"):
        zh = f"{slot.zh}有反光，没有读出：{'、'.join(missing) or '大部分文字'}。"
        return flagged(
            NAME, "B04", zh, f"{slot.en}: a reflection hides text.", slot=upload.slot, read=f"{quality.glare:.2f}"
        )
    text = (f"{slot.zh}文字清晰。", f"{slot.en}: legible.")
    return passed(NAME, *text, slot=upload.slot, read=f"{quality.confidence:.2f}")
