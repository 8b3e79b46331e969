"""Credit code: right in itself (GB 32100, with the organisation code of GB 11714 inside), and the licence's."""

from __future__ import annotations

from answerable.lib.identifiers import CreditCode, read_credit_code
from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, passed, unsure
from answerable.verification.reading.model import Field

NAME = "credit_code"
_PROBLEMS = {
    "length": ("应为18位", "it must have 18 characters"),
    "characters": ("含有不允许的字符", "it has characters that a credit code never has"),
    "check_character": ("校验位不符（GB 32100）", "its check character is wrong (GB 32100)"),
    "organisation_code": ("主体标识码校验位不符（GB 11714）", "the organisation code inside is wrong (GB 11714)"),
}


def check(dossier: DossierFacts) -> list[Finding]:
    """Check the stated code, then the printed one, then that they are equal."""
    stated = dossier.claims.credit_code
    found = []
    if stated:
        code = read_credit_code(stated)
        found.append(_alone(code, ("填写的统一社会信用代码", "The credit code typed"), stated))
    reading = dossier.reading("licence")
    seen = reading.fields.get("code") if reading else None
    if reading is None or (seen is None and "registration_no" in reading.fields):
        return found
    if seen is None or not seen.value:
        text = ("没有读出证照上的统一社会信用代码，将由人工查看。", "No credit code was read; a person will look.")
        return [*found, unsure(NAME, *text, field="credit_code", slot="licence")]
    printed = read_credit_code(seen.value)
    if not printed.is_valid and seen.confidence < 0.9:
        text = ("证照上的代码没有读清。", "The code on the certificate was not read clearly.")
        return [*found, unsure(NAME, *text, field="credit_code", slot="licence", seen=seen)]
    found.append(_alone(printed, ("证照上的统一社会信用代码", "The credit code printed"), seen.text, seen))
    if stated and dossier.claims.came_from("credit_code") != "filled_from_picture":
        found.append(_equal(dossier, read_credit_code(stated), printed))
    return found


def _alone(code: CreditCode, names: tuple[str, str], text: str, seen: Field | None = None) -> Finding:
    zh, en = names
    place, slot = (seen.box, "licence") if seen else (None, "")
    if code.is_valid:
        note = ("（字母已按规则更正）", " (letters corrected by rule)") if code.corrected else ("", "")
        return passed(
            NAME, f"{zh}校验正确{note[0]}。", f"{en} is right in itself{note[1]}.",
            field="credit_code", slot=slot, read=text, expected=code.code, box=place,
        )  # fmt: skip
    why = _PROBLEMS[code.problem]
    return flagged(
        NAME, "B11", f"{zh}有误：{why[0]}。", f"{en} is wrong: {why[1]}.",
        field="credit_code", slot=slot, read=text, box=place,
    )  # fmt: skip


def _equal(dossier: DossierFacts, stated: CreditCode, printed: CreditCode) -> Finding:
    reading = dossier.reading("licence")
    seen = reading.fields["code"] if reading else None
    if stated.code == printed.code:
        text = ("填写的代码与证照一致。", "The code typed is the one on the certificate.")
        return passed(NAME, *text, field="credit_code", slot="licence", seen=seen, expected=stated.code)
    text = ("填写的代码与证照不一致。", "The code typed is not the one on the certificate.")
    return flagged(NAME, "B11", *text, field="credit_code", slot="licence", seen=seen, expected=stated.code)
