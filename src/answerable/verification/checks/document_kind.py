"""Is the paper in a slot the paper that belongs there?"""

from __future__ import annotations

from answerable.verification.checks.facts import DossierFacts
from answerable.verification.checks.finding import Finding, flagged, unsure
from answerable.verification.checks.slots import SLOTS
from answerable.verification.reading.model import Kind

NAME = "document_kind"
KIND_NAMES: dict[Kind, tuple[str, str]] = {
    "business_licence": ("营业执照", "a business licence"),
    "organisation_certificate": ("法人/登记证书", "an organisation's certificate"),
    "organisation_code_certificate": ("组织机构代码证或税务登记证", "an organisation-code or tax certificate"),
    "id_portrait": ("身份证人像面", "an ID card's portrait side"),
    "id_emblem": ("身份证国徽面", "an ID card's emblem side"),
    "id_both": ("身份证两面", "both sides of an ID card"),
    "id_temporary": ("临时身份证", "a temporary ID card"),
    "authorisation_letter": ("授权委托书", "an authorisation letter"),
    "acceptance_form": ("受理单", "an acceptance form"),
    "contract": ("合同", "a contract"),
    "commitment": ("承诺书", "a commitment"),
    "use_statement": ("用途说明", "a statement of use"),
    "bill": ("账单", "a bill"),
    "statement": ("银行流水或网页截图", "a bank's statement or a web page"),
    "unknown": ("无法识别的文件", "something unknown"),
}
_SIDES: set[Kind] = {"id_portrait", "id_emblem", "id_both"}


def check(dossier: DossierFacts) -> list[Finding]:
    """Flag another kind of paper; an unknown one only cannot be told. ID sides are the business of `id_sides`."""
    found = []
    for slot in dict.fromkeys(upload.slot for upload in dossier.uploads):
        wanted = SLOTS[slot].kinds if slot in SLOTS else ()
        readings = dossier.readings(slot)
        if not wanted or not readings or any(reading.kind in wanted for reading in readings):
            continue
        kind = readings[0].kind
        if kind == "organisation_code_certificate" or (kind in _SIDES and wanted[0] in _SIDES):
            continue
        if slot == "handler_photo" or (kind == "statement" and slot == "destination_proof"):
            continue  # `hand_held` and `bill` say it
        zh, en = SLOTS[slot].zh, SLOTS[slot].en
        about = KIND_NAMES[kind]
        if kind == "unknown":
            text = (f"没有认出这是{zh}，将由人工查看。", f"Not recognised as {en.lower()}; a person will look.")
            found.append(unsure(NAME, *text, slot=slot))
        elif kind == "id_temporary":
            found.append(
                flagged(NAME, "I12", "这是临时身份证。", "This is a temporary ID card.", slot=slot, read=about[0])
            )
        else:
            text = (f"“{zh}”处上传的是{about[0]}。", f"{en}: what was uploaded is {about[1]}.")
            found.append(flagged(NAME, SLOTS[slot].missing, *text, slot=slot, read=about[0], expected=zh))
    return found
