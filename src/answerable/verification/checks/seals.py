"""Is the company's own red seal there, and does its ring bear the company's name?

Emblem and registrar's seal never count as the applicant's. Five states: none, emblem only, registrar only, applicant's,
applicant's whose text matches.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from answerable.verification.checks.compare import plain
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.slots import SEALED, SLOTS
from answerable.verification.reading.model import Reading, Seal

NAME = "seals"
READABLE = 0.75
_WRONG_TYPE = re.compile(r"财务专用|合同专用|发票专用|人事专用|部门|项目部")

_INKS = {
    "faint": ("太淡", "faint"),
    "blue": ("不是红色（蓝色）", "blue, not red"),
    "black": ("不是红色（黑色）", "black, not red"),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag B02 for a black-and-white licence without seal, L05 for a letter without, L06 for a wrong seal, L07 for wrong ink."""
    found = []
    licence = dossier.reading("licence")
    if licence is not None and licence.kind in {"business_licence", "organisation_certificate"}:
        found.append(_licence(licence, dossier.claims.name))
    for slot in SEALED:
        electronic = next((upload.sealed_by for upload in dossier.uploaded(slot) if upload.sealed_by), "")
        if electronic:
            text = ("电子签章有效，证书为本单位所有。", "The electronic seal holds and is the organisation's own.")
            found.append(passed(NAME, *text, slot=slot, read=electronic))
            continue
        readings = [reading for reading in dossier.readings(slot) if reading.kind in SLOTS[slot].kinds]
        if readings:
            found.append(_sealed(slot, readings, dossier.claims.name))
    return found


def seal_matches(seal: Seal, name: str) -> bool | None:
    """Say whether a ring's text is a company's name; None where it cannot be read well enough to say."""
    text, wanted = re.sub(r"[0-9]", "", plain(seal.text)), plain(name)
    if len(text) < 4 or not wanted:
        return None
    likeness = SequenceMatcher(None, text, wanted).ratio()
    if likeness >= READABLE or wanted in text:
        return True
    if seal.confidence < 0.85 or likeness > 0.45:
        return None
    return False


def _licence(reading: Reading, name: str) -> Finding:
    own = [seal for seal in reading.seals if seal.kind == "applicant" and seal.ink == "red"]
    if own:
        return _judge("licence", own, name)
    if reading.quality.is_colour:
        text = ("彩色原件照片，无需盖章。", "A colour photo of the original needs no seal.")
        return passed(NAME, *text, slot="licence", read=_state(reading))
    text = ("黑白复印件上没有看到公章。", "A black-and-white copy without the company's seal.")
    return flagged(NAME, "B02", *text, slot="licence", read=_state(reading))


def _sealed(slot: str, readings: list[Reading], name: str) -> Finding:
    rings = [seal for reading in readings for seal in reading.seals if seal.kind in {"applicant", "other"}]
    own = [seal for seal in rings if seal.ink == "red"]
    if own:
        return _judge(slot, own, name)
    zh, en = SLOTS[slot].zh, SLOTS[slot].en
    if rings:
        how_zh, how_en = _INKS[rings[0].ink]
        text = (f"{zh}上的印章{how_zh}。", f"{en}: the seal is {how_en}.")
        return flagged(NAME, "L07", *text, slot=slot, box=rings[0].box, read=rings[0].ink, expected="red")
    return flagged(NAME, "L05", f"{zh}上没有看到红色公章。", f"{en}: no red seal was seen.", slot=slot)


def _judge(slot: str, own: list[Seal], name: str) -> Finding:
    zh, en = SLOTS[slot].zh, SLOTS[slot].en
    verdicts = [(seal_matches(seal, name), seal) for seal in own]
    match = next((seal for verdict, seal in verdicts if verdict), None)
    if match:
        wrong = _WRONG_TYPE.search(match.text)
        if not wrong:
            text = (f"{zh}上的印章文字与单位名称一致。", f"{en}: the seal bears the company's name.")
            return passed(NAME, *text, slot=slot, box=match.box, read=match.text, expected=name)
        text = (f"{zh}上盖的是{wrong[0]}章，不是公章。", f"{en}: not the company seal ({wrong[0]}).")
        return flagged(NAME, "L06", *text, slot=slot, box=match.box, read=match.text, expected=name)
    if any(verdict is None for verdict, _ in verdicts):
        seal = next(seal for verdict, seal in verdicts if verdict is None)
        text = (
            f"{zh}上有红色印章，文字未能读清，将由人工查看。",
            f"{en}: a red seal, its text not clear; a person will look.",
        )
        return unsure(NAME, *text, slot=slot, box=seal.box, read=seal.text, expected=name)
    seal = own[0]
    text = (f"{zh}上的印章文字与单位名称不一致。", f"{en}: the seal bears another name.")
    return flagged(NAME, "L06", *text, slot=slot, box=seal.box, read=seal.text, expected=name)


def _state(reading: Reading) -> str:
    return ", ".join(dict.fromkeys(seal.kind for seal in reading.seals)) or "none"
