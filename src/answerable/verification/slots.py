"""The items a dossier is made of: what the applicant is told about each, which have an original, and who must file them.

Names, kinds and the reason for "missing" are the checks' own (checks.slots); this adds what a person needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.verification.checks.slots import SLOTS as CHECKED
from answerable.verification.checks.slots import slot_kind
from answerable.verification.models import Dossier
from answerable.verification.queries import claims
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
    "telecom_licence": ("在有效期内，业务种类含所申请的用途。", "In force, and its services cover the use applied for.", True, ""),
    "sector_licence": ("如医疗机构执业许可证、办学许可证，原件彩色照片。", "Such as a medical or school licence: a colour photo of the original.", True, ""),
    "affiliate_letter": ("关联公司出具，写明号码和关联关系，盖关联公司公章。", "By the affiliate: the line and the relation, under its seal.", True, ""),
    "staff_letter": ("由机主本人签字，写明号码同意用于本单位 400 号码。", "Signed by the line's owner: the line may be used for this number.", True, ""),
    "owner_id": ("机主身份证有照片的一面；关联公司的线路，交其法定代表人的。", "The portrait side of the owner's ID card; for an affiliate, its legal representative's.", False, ""),
    "lease": ("接听地点的租赁协议或房产证明，在有效期内。", "The lease or title of the place where calls are answered, in force.", True, ""),
    "office_photo": ("接听地点的办公实景照片，能看到门牌或单位名称。", "A photo of the office with its door plate or name.", False, ""),
}  # fmt: skip
SLOTS: dict[str, Slot] = {
    code: Slot(code, CHECKED[code].zh, CHECKED[code].en, zh, en, original, paper)
    for code, (zh, en, original, paper) in _HELP.items()
}

TRANSFER_CONSENT = Slot(
    "transfer_consent", "原机主的过户同意书", "Present holder's consent to the transfer",
    "由原机主签字、盖公章。", "Signed and sealed by the present holder.", True,
)  # fmt: skip
ORIGINALS = SLOTS | {TRANSFER_CONSENT.code: TRANSFER_CONSENT}
"""What a counter may have to look at; the consent is the present holder's, so no set asks the new one to file it."""

_FOR_HANDLERS = {"handler_id_portrait", "handler_id_emblem", "authorisation_letter"}
_WHEN: dict[str, dict[str, Any]] = {
    "telecom_licence": {"use": ["call_centre", "platform_agency", "outsourced"]},
    "sector_licence": {"industry": ["healthcare", "education"]},
    "affiliate_letter": {"owner": ["affiliate"]},
    "owner_id": {"owner": ["affiliate", "staff"]},
    "staff_letter": {"owner": ["staff"]},
    "lease": {"off_site": True},
    "office_photo": {"off_site": True},
}
HOLDER_SLOTS: list[dict[str, Any]] = [
    {"slot": code, "required": "handler" if code in _FOR_HANDLERS else "always"}
    | ({"when": _WHEN[code]} if code in _WHEN else {})
    for code in _HELP
]
"""What the shipped requirement sets ask of a holder; operators keep their own, dated."""

OF_A_LINE = ("destination_proof", "affiliate_letter", "staff_letter", "owner_id", "lease", "office_photo")
"""All that a further line's own dossier may be asked for: the holder is verified already."""

USES: dict[str, tuple[str, str]] = {
    "own": ("自用", "own use"),
    "call_centre": ("经营呼叫中心", "running a call centre"),
    "platform_agency": ("平台代理", "platform agency"),
    "outsourced": ("经营外包呼叫中心", "running an outsourced call centre"),
}
OWNERS: dict[str, tuple[str, str]] = {
    "holder": ("本单位", "the organisation itself"),
    "legal_representative": ("法定代表人", "its legal representative"),
    "affiliate": ("关联公司", "an affiliate"),
    "staff": ("本单位员工", "a member of staff"),
}


@dataclass(frozen=True)
class Asked:
    """One slot that must be filled, with at least so many pages, and why where it is not asked of everybody."""

    slot: str
    pages: int = 1
    why_zh: str = ""
    why_en: str = ""


@dataclass(frozen=True)
class Situation:
    """What of an application decides which slots apply."""

    use: str
    role: str
    industry: str = ""
    industry_name: str = ""
    owner: str = "holder"
    off_site: bool = False


def required(dossier: Dossier) -> list[Asked]:
    """List the slots one dossier must fill, by the set it was filed under and what it states; the only place that says so."""
    stated = claims(dossier)
    situation = Situation(
        use=stated.get("use") or dossier.requirement_set.use, role=dossier.role, industry=stated.get("industry_code", ""),
        industry_name=stated.get("industry", ""), owner=stated.get("line_owner", "holder"), off_site=bool(stated.get("off_site")),
    )  # fmt: skip
    found = asked(dossier.requirement_set.slots, situation)
    if dossier.kind != "destination":
        return found
    # A line is always proven, even where a carrier's set does not ask a new holder for it.
    return [Asked("destination_proof")] + [a for a in found if a.slot in OF_A_LINE and a.slot != "destination_proof"]


def asked(slots: Iterable[Mapping[str, Any]], situation: Situation) -> list[Asked]:
    """Pick from a set's slots what one situation must fill, each with the reason where it is conditional."""
    found = []
    for row in slots:
        if row["required"] not in {"always", situation.role}:
            continue
        reasons = [_reason(name, wanted, situation) for name, wanted in row.get("when", {}).items()]
        if all(reasons):
            if row["required"] == "handler":
                reasons.append(("因由经办人办理", "because a handler applies"))
            zh, en = "；".join(r[0] for r in reasons if r), "; ".join(r[1] for r in reasons if r)
            found.append(Asked(row["slot"], int(row.get("pages") or 1), zh, en))
    return found


def _reason(name: str, wanted: Any, situation: Situation) -> tuple[str, str] | None:
    """Say why a condition holds; None where it does not."""
    if name == "off_site":
        return (
            ("因接听地点不在注册地址", "because the line is at another place") if situation.off_site is wanted else None
        )
    value = str(getattr(situation, name))
    if value not in wanted:
        return None
    if name == "use":
        zh, en = USES.get(value, (value, value))
        return f"因用途为{zh}", f"because the use is {en}"
    if name == "owner":
        zh, en = OWNERS[value]
        return f"因线路户主为{zh}", f"because the line belongs to {en}"
    return f"因所属行业为{situation.industry_name or value}", f"because the industry is {value.replace('_', ' ')}"
