"""The items a dossier is made of, as data: names in both languages, what the reader should expect, who must be asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Slot:
    """One item: its names, the kind of document the reader expects, and whether the counter looks at its original."""

    code: str
    zh: str
    en: str
    kind: str
    help_zh: str
    help_en: str
    has_original: bool = False


SLOTS: dict[str, Slot] = {
    slot.code: slot
    for slot in (
        Slot(
            "licence",
            "营业执照",
            "Business licence",
            "licence",
            "原件彩色照片，四角完整，字迹清晰。",
            "A colour photo of the original, all four corners, legible.",
            True,
        ),
        Slot(
            "legal_id_front",
            "法定代表人身份证人像面",
            "Legal representative's ID, portrait side",
            "id_front",
            "有照片的一面。",
            "The side with the portrait.",
            False,
        ),
        Slot(
            "legal_id_back",
            "法定代表人身份证国徽面",
            "Legal representative's ID, emblem side",
            "id_back",
            "有国徽和有效期的一面。",
            "The side with the emblem and the validity.",
            False,
        ),
        Slot(
            "handler_id_front",
            "经办人身份证人像面",
            "Handler's ID, portrait side",
            "id_front",
            "有照片的一面。",
            "The side with the portrait.",
            True,
        ),
        Slot(
            "handler_id_back",
            "经办人身份证国徽面",
            "Handler's ID, emblem side",
            "id_back",
            "有国徽和有效期的一面。",
            "The side with the emblem and the validity.",
            True,
        ),
        Slot(
            "handheld",
            "手持身份证照",
            "Photo holding the ID",
            "handheld",
            "由他人拍摄，不要自拍、不要镜像。",
            "Taken by somebody else; no selfie, not mirrored.",
            False,
        ),
        Slot(
            "authorisation",
            "授权委托书",
            "Authorisation letter",
            "authorisation",
            "打印、法定代表人签字并盖公章后拍照。",
            "Print it, have it signed and sealed, then photograph it.",
            True,
        ),
        Slot(
            "commitment",
            "信息安全承诺书",
            "Information-security commitment",
            "commitment",
            "打印、盖公章后拍照；落款为单位全称。",
            "Print it, seal it, then photograph it; signed with the organisation's full name.",
            True,
        ),
        Slot(
            "line_proof",
            "目的码归属证明（话费账单）",
            "Proof of the line (telephone bill)",
            "bill",
            "三个月内的账单，含户名、号码、日期与运营商章。",
            "A bill not older than 3 months with holder, number, date and the carrier's seal.",
            True,
        ),
    )
}

COUNTER_SLOTS: dict[str, Slot] = {
    slot.code: slot
    for slot in (
        Slot("site_photo", "现场照片", "On-site photo", "photo", "经办人在柜台的照片。", "The person at the counter."),
        Slot(
            "acceptance_form",
            "业务受理单（盖章）",
            "Acceptance form, sealed",
            "acceptance_form",
            "打印、签字并盖公章。",
            "Printed, signed and sealed.",
        ),
    )
}

HOLDER_SLOTS = [
    {"slot": "licence", "required": "always"},
    {"slot": "legal_id_front", "required": "always"},
    {"slot": "legal_id_back", "required": "always"},
    {"slot": "handler_id_front", "required": "handler"},
    {"slot": "handler_id_back", "required": "handler"},
    {"slot": "handheld", "required": "always"},
    {"slot": "authorisation", "required": "handler"},
    {"slot": "commitment", "required": "always"},
    {"slot": "line_proof", "required": "always"},
]
"""What the shipped requirement sets ask of a holder; operators keep their own, dated."""


def required(slots: list[dict[str, str]], *, role: str, kind: str) -> list[str]:
    """List the slots one dossier must fill: a destination's dossier asks for its proof only."""
    if kind == "destination":
        return ["line_proof"]
    return [s["slot"] for s in slots if s["required"] == "always" or s["required"] == role]
