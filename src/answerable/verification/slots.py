"""The items a dossier is made of: what the applicant is told about each, which have an original, and who must file them.

Names, kinds and the reason for "missing" are the checks' own (checks.slots); this adds what a person needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from answerable.verification.checks.slots import SLOTS as CHECKED
from answerable.verification.checks.slots import slot_kind
from answerable.verification.reading.model import Kind


@dataclass(frozen=True)
class Slot:
    """One item: names, how to photograph it, whether the counter looks at its original, and a paper to print, if any."""

    code: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    has_original: bool = False
    paper: str = ""

    @property
    def kind(self) -> Kind | None:
        """Return the kind of document the reader should expect."""
        return slot_kind(self.code)


_SEALED = ("打印后签字、盖公章，再拍照上传。", "Print it, sign and seal it, then photograph it.")
_HELP: dict[str, tuple[str, str, bool, str]] = {
    "licence": ("原件彩色照片，四角完整、字迹清晰。", "A colour photo of the original: all four corners, legible.", True, ""),
    "rep_id_portrait": ("有照片的一面，原件拍照。", "The side with the portrait, from the original.", False, ""),
    "rep_id_emblem": ("有国徽和有效期限的一面。", "The side with the emblem and the validity.", False, ""),
    "handler_id_portrait": ("有照片的一面，原件拍照。", "The side with the portrait, from the original.", True, ""),
    "handler_id_emblem": ("有国徽和有效期限的一面。", "The side with the emblem and the validity.", True, ""),
    "handler_photo": ("办理人手持身份证，请他人拍摄，不要自拍或镜像。", "The applicant holding the ID, taken by somebody else; no selfie.", False, ""),
    "authorisation_letter": (*_SEALED, True, "authorisation"),
    "commitment": (*_SEALED, True, "commitment"),
    "use_statement": (*_SEALED, True, "use_statement"),
    "destination_proof": (
        "三个月内的话费账单，含户名、号码、日期和运营商章。",
        "A telephone bill not older than 3 months with holder, number, date and the carrier's seal.", True, "",
    ),
}  # fmt: skip
SLOTS: dict[str, Slot] = {
    code: Slot(code, CHECKED[code].zh, CHECKED[code].en, zh, en, original, paper)
    for code, (zh, en, original, paper) in _HELP.items()
}

HOLDER_SLOTS = [
    {
        "slot": code,
        "required": "handler"
        if code in {"handler_id_portrait", "handler_id_emblem", "authorisation_letter"}
        else "always",
    }
    for code in _HELP
]
"""What the shipped requirement sets ask of a holder; operators keep their own, dated."""


def required(slots: list[dict[str, str]], *, role: str, kind: str) -> list[str]:
    """List the slots one dossier must fill: a destination's dossier asks for its proof only."""
    if kind == "destination":
        return ["destination_proof"]
    return [s["slot"] for s in slots if s["required"] == "always" or s["required"] == role]
