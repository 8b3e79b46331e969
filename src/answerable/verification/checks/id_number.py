"""ID numbers: right in themselves (GB 11643: birth date and check digit; no place table), and the card's."""

from __future__ import annotations

from answerable.lib.identifiers import mask_id, read_id_number
from answerable.verification.checks.compare import SURE, same
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.checks.people import Holder, holders, side

NAME = "id_number"
_PROBLEMS = {
    "length": ("应为18位", "it must have 18 characters"),
    "characters": ("含有不允许的字符", "it has characters an ID number never has"),
    "birth_date": ("出生日期不存在", "its birth date is no day"),
    "check_digit": ("校验位不符", "its check digit is wrong"),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag I04 for a number that cannot be one, I05 where form and card differ. Numbers are masked in the texts."""
    found = []
    for holder in holders(dossier):
        if holder.id_number:
            found.append(_stated(holder))
        slot, reading = side(dossier, holder, "id_number")
        seen = reading.fields["id_number"] if reading else None
        if seen is None:
            continue
        printed = read_id_number(seen.value or seen.text)
        masked = mask_id(printed.number)
        if not printed.is_valid:
            text = (f"{holder.zh}身份证上的号码没有读清。", f"{holder.en}'s number was not read clearly on the card.")
            if seen.confidence < SURE:
                found.append(unsure(NAME, *text, slot=slot, field=holder.number_claim, box=seen.box, read=masked))
            else:
                why = _PROBLEMS[printed.problem]
                text = (f"{holder.zh}身份证号码有误：{why[0]}。", f"{holder.en}'s number is wrong: {why[1]}.")
                found.append(
                    flagged(NAME, "I04", *text, slot=slot, field=holder.number_claim, box=seen.box, read=masked)
                )
            continue
        if holder.id_number and dossier.claims.came_from(holder.number_claim) != "filled_from_picture":
            found.append(_equal(holder, slot, printed.number, seen.box))
    return found


def _stated(holder: Holder) -> Finding:
    number = read_id_number(holder.id_number)
    masked = mask_id(number.number)
    if number.is_valid:
        text = (f"填写的{holder.zh}身份证号码校验正确。", f"{holder.en}'s number as typed is right in itself.")
        return passed(NAME, *text, field=holder.number_claim, read=masked)
    why = _PROBLEMS[number.problem]
    text = (f"填写的{holder.zh}身份证号码有误：{why[0]}。", f"{holder.en}'s number as typed is wrong: {why[1]}.")
    return flagged(NAME, "I04", *text, field=holder.number_claim, read=masked)


def _equal(holder: Holder, slot: str, printed: str, box: object) -> Finding:
    from answerable.verification.reading.model import Box

    place = box if isinstance(box, Box) else None
    expected, read = mask_id(holder.id_number), mask_id(printed)
    if same(holder.id_number, printed):
        text = (f"{holder.zh}身份证号码与填写的一致。", f"{holder.en}'s number agrees with the form.")
        return passed(NAME, *text, slot=slot, field=holder.number_claim, box=place, read=read, expected=expected)
    text = (f"{holder.zh}身份证号码与填写的不一致。", f"{holder.en}'s number differs from the form.")
    return flagged(NAME, "I05", *text, slot=slot, field=holder.number_claim, box=place, read=read, expected=expected)
