"""Did the legal representative sign, and is there a date? Ink counts where handwriting is not read."""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.slots import SEALED, SLOTS, Slot
from answerable.verification.reading.model import Reading

NAME = "signature"
_ASKED = {
    "signature": ("L08", "法定代表人签字", "the legal representative's signature"),
    "signed": ("L09", "日期", "the date"),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag L08 and L09 where a letter prints the words and leaves the place blank."""
    found: list[Finding] = []
    for name in SEALED:
        slot = SLOTS[name]
        readings = [reading for reading in dossier.readings(name) if reading.kind in slot.kinds]
        if readings and readings[0].quality.is_legible:
            found += _look(slot, readings)
    return found


def _look(slot: Slot, readings: list[Reading]) -> list[Finding]:
    found = []
    for field, (code, zh, en) in _ASKED.items():
        seen = next((reading.fields[field] for reading in readings if field in reading.fields), None)
        if seen is None:
            if field == "signed":
                text = (
                    f"{slot.zh}没有读出日期，可能被印章遮住。",
                    f"{slot.en}: no date was read; the seal may cover it.",
                )
                found.append(unsure(NAME, *text, slot=slot.name, field=field))
        elif seen.text or seen.value:
            text = (f"{slot.zh}有{zh}。", f"{slot.en}: {en} is there.")
            found.append(passed(NAME, *text, slot=slot.name, field=field, seen=seen))
        else:
            text = (f"{slot.zh}缺{zh}。", f"{slot.en}: {en} is missing.")
            found.append(flagged(NAME, code, *text, slot=slot.name, field=field, seen=seen))
    return found
