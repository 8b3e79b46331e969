"""Is everything there that the requirement set asks for, and is it read?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.slots import SLOTS

NAME = "required_set"


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag slots that are empty or lack pages; say which uploads are still being read or could not be opened."""
    found: list[Finding] = []
    missing = 0
    for required in dossier.required:
        slot = SLOTS[required.slot]
        uploads = dossier.uploaded(required.slot)
        pages = sum(max(upload.reading.pages, 1) if upload.reading else 1 for upload in uploads)
        if not uploads:
            found.append(
                flagged(
                    NAME, slot.missing, f"还没有上传{slot.zh}。", f"{slot.en}: nothing uploaded yet.", slot=slot.name
                )
            )
        elif pages < required.pages:
            zh = f"{slot.zh}共需{required.pages}页，只有{pages}页。"
            en = f"{slot.en}: {pages} of {required.pages} pages are there."
            found.append(flagged(NAME, "L11", zh, en, slot=slot.name, read=str(pages), expected=str(required.pages)))
        else:
            continue
        missing += 1
    if dossier.required and not missing:
        found.append(passed(NAME, "要求的材料都已上传。", "All required papers are uploaded."))
    return found + _unread(dossier)


def _unread(dossier: DossierFacts) -> list[Finding]:
    found = []
    for upload in dossier.uploads:
        zh, en = _names(upload.slot)
        if upload.refused:
            text = (
                f"{zh}没有受理：文件格式、大小不符或无法打开。",
                f"{en}: the file's type or size is not taken, or it is broken.",
            )
            found.append(flagged(NAME, upload.refused, *text, slot=upload.slot))
        elif upload.state == "waiting":
            text = (f"{zh}正在识别，完成后会自动核对。", f"{en} is being read; it will be checked when that is done.")
            found.append(unsure(NAME, *text, slot=upload.slot))
        elif upload.state == "failed":
            found.append(
                flagged(NAME, "X01", f"{zh}无法打开或识别。", f"{en} cannot be opened or read.", slot=upload.slot)
            )
    return found


def _names(slot: str) -> tuple[str, str]:
    return (SLOTS[slot].zh, SLOTS[slot].en) if slot in SLOTS else (slot, slot)
