"""The slots papers are uploaded to: what each is called, what must be in it, which reason says that it is missing."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.verification.reading.model import Kind


@dataclass(frozen=True)
class Slot:
    """A place for a paper. `kinds` are the documents that belong there; empty means any picture."""

    name: str
    zh: str
    en: str
    kinds: tuple[Kind, ...]
    missing: str
    is_sealed: bool = False


_PORTRAIT: tuple[Kind, ...] = ("id_portrait", "id_both")
_EMBLEM: tuple[Kind, ...] = ("id_emblem", "id_both")
_ALL = (
    Slot("licence", "营业执照", "Business licence", ("business_licence", "organisation_certificate"), "B01"),
    Slot("rep_id_portrait", "法定代表人身份证人像面", "Legal representative's ID, portrait side", _PORTRAIT, "I01"),
    Slot("rep_id_emblem", "法定代表人身份证国徽面", "Legal representative's ID, emblem side", _EMBLEM, "I01"),
    Slot("handler_id_portrait", "经办人身份证人像面", "Handler's ID, portrait side", _PORTRAIT, "I01"),
    Slot("handler_id_emblem", "经办人身份证国徽面", "Handler's ID, emblem side", _EMBLEM, "I01"),
    Slot("handler_photo", "经办人手持身份证照", "Hand-held photo of the handler", _PORTRAIT, "I08"),
    Slot("authorisation_letter", "授权委托书", "Authorisation letter", ("authorisation_letter",), "L01", True),
    Slot("acceptance_form", "业务受理单", "Acceptance form", ("acceptance_form",), "L11", True),
    Slot("contract", "服务合同", "Service contract", ("contract",), "L12", True),
    Slot("commitment", "信息安全承诺书", "Information-security commitment", ("commitment",), "L12", True),
    Slot("use_statement", "使用用途说明及话术", "Statement of use with script", ("use_statement",), "U02"),
    Slot("destination_proof", "目的码归属证明（账单）", "Proof of the destination (bill)", ("bill",), "D01"),
    Slot("sector_licence", "行业许可证", "Licence of the sector", (), "E06"),
    Slot("telecom_licence", "电信业务经营许可证", "Telecom licence", (), "E11"),
    Slot("affiliate_letter", "关联公司承诺书", "Affiliate's letter", (), "D08"),
    Slot("staff_letter", "员工号码承诺书", "Letter about a line of staff", (), "D09"),
    Slot("owner_id", "机主身份证", "ID card of the line's owner", _PORTRAIT, "D09"),
    Slot("lease", "租赁协议", "Lease", (), "D12"),
    Slot("office_photo", "办公实景照片", "Photo of the office", (), "D12"),
)  # fmt: skip
SLOTS: dict[str, Slot] = {slot.name: slot for slot in _ALL}
SEALED = tuple(slot.name for slot in _ALL if slot.is_sealed)


def slot_kind(name: str) -> Kind | None:
    """Return the kind of document that a slot expects, as a hint for reading."""
    kinds = SLOTS[name].kinds if name in SLOTS else ()
    return kinds[0] if kinds else None
