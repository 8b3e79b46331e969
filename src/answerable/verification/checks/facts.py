"""What checks look at: what the applicant stated, what was uploaded and read, what the register says, on which day.

Pure data: whoever calls loads it, the checks only compare. A claim that was filled from a picture is no evidence that
the form agrees with that picture; its provenance says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from answerable.lib.lines import RangeKind
from answerable.verification.reading.model import Reading

Provenance = Literal["typed", "filled_from_picture", "register"]
Role = Literal["legal_representative", "handler"]
Owner = Literal["holder", "legal_representative", "affiliate", "staff"]
UploadState = Literal["done", "waiting", "failed"]
Person = Literal["enterprise", "legal_representative", "handler"]


@dataclass(frozen=True)
class DestinationClaim:
    """A line the number shall ring, and whose it is said to be. The first one must be a fixed line of the holder."""

    line: str
    owner: Owner = "holder"


@dataclass(frozen=True)
class Claims:
    """What the applicant stated; an empty text was not stated. `provenance` is by field name, `typed` if absent."""

    credit_code: str = ""
    name: str = ""
    legal_representative: str = ""
    address: str = ""
    role: Role = "handler"
    representative_id_number: str = ""
    handler_name: str = ""
    handler_id_number: str = ""
    use: str = ""
    script: str = ""
    industry: str = ""
    destinations: tuple[DestinationClaim, ...] = ()
    provenance: Mapping[str, Provenance] = field(default_factory=dict)

    def came_from(self, name: str) -> Provenance:
        """Say where a field's content came from."""
        return self.provenance.get(name, "typed")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON. It holds ID numbers: keep it sealed."""
        return asdict(self) | {"provenance": dict(self.provenance)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Claims:
        """Rebuild claims from `to_dict`'s data; raise TypeError on a field that is not known."""
        known = dict(data)
        known["destinations"] = tuple(DestinationClaim(**d) for d in data.get("destinations", ()))
        return cls(**known)


@dataclass(frozen=True)
class RegisterRow:
    """The enterprise register's row for the stated credit code, as the operator loaded it."""

    credit_code: str
    name: str
    legal_representative: str
    address: str
    status: str
    subject_type: str = "company"
    industry: str = ""
    loaded_on: date | None = None
    capital_yuan: int | None = None


@dataclass(frozen=True)
class Account:
    """What the operator's own tables say about the applicant; `quota` None is not limited, `channel` empty not known."""

    numbers_held: int = 0
    quota: int | None = None
    pending: int = 0
    pending_limit: int | None = None
    blacklisted: tuple[Person, ...] = ()
    channel: str = ""
    call_back: Literal["", "none", "passed", "failed"] = ""
    """Of the line the dossier proves; empty where nothing is known of it."""
    number_carrier: str = ""
    """Carrier of the 400 number applied for: `unicom`, `mobile` or `telecom`."""


@dataclass(frozen=True)
class Clocks:
    """Days by which something that is still open must be done; None where nothing is open."""

    materials_until: date | None = None
    top_up_until: date | None = None
    real_name_until: date | None = None
    papers_until: date | None = None


@dataclass(frozen=True)
class Upload:
    """One uploaded file in its slot. `also_used_by` counts other applicants whose file has the same SHA-256.

    `also_documents_of` counts other applicants with the same paper in another picture (credit code, ID number or QR
    payload); `refused` is the reason for which a file was not admitted at all.
    """

    slot: str
    reading: Reading | None = None
    state: UploadState = "done"
    sha256: str = ""
    also_used_by: int = 0
    also_documents_of: int = 0
    refused: str = ""
    document_id: str = ""
    sealed_by: str = ""
    """Whose electronic seal was verified when the file came; empty where it is paper."""


@dataclass(frozen=True)
class Required:
    """A slot that must be filled, with at least so many pages."""

    slot: str
    pages: int = 1


@dataclass(frozen=True)
class Policy:
    """The operator's data: what it accepts beyond the law. Words are matched as plain text without spaces."""

    mobile_destinations: bool = False
    bill_months: int = 3
    refused_industries: tuple[str, ...] = (
        "贷款", "催收", "荐股", "证券咨询", "虚拟货币", "数字货币", "减肥药", "成人用品", "中奖",
        "机票代理退改签", "POS机",
    )  # fmt: skip
    banned_words: tuple[str, ...] = (
        "加微信", "加我微信", "微信号", "加QQ", "QQ号", "QQ群", "账号密码", "银行卡密码", "验证码告诉", "提供验证码",
        "安全账户", "转账到", "刷单", "中奖", "屏幕共享", "贷款额度",
    )  # fmt: skip
    outbound_words: tuple[str, ...] = ("外呼", "外显", "主叫显示", "去电显示", "回拨客户显示", "电话营销", "群呼")
    vague_uses: tuple[str, ...] = (
        "客服", "客服热线", "客户服务", "服务", "热线", "自用", "公司使用", "办公", "咨询", "业务咨询", "联系客户",
        "电话", "售后", "其他", "使用", "接听电话", "商务",
    )  # fmt: skip
    accepted_subjects: tuple[str, ...] = ()
    """Kinds of organisation this carrier takes; empty means all that may hold a number."""
    refused_types: tuple[str, ...] = ()
    """Words of a licence's 类型 that this carrier does not take, such as 自然人独资."""
    minimum_capital_yuan: int = 0
    channels: tuple[str, ...] = ("web", "own_counter", "own_staff_visit")
    licensed_industries: tuple[str, ...] = ("医疗", "诊疗", "医院", "药品", "办学", "教育培训")
    telecom_uses: tuple[str, ...] = ("呼叫中心外包", "外包呼叫中心", "经营呼叫中心", "平台代理", "代理400", "转租")
    high_risk_industries: tuple[str, ...] = ("医疗", "票务", "投资理财", "POS", "贷款", "催收", "减肥")
    high_risk_areas: tuple[str, ...] = ()
    """Area codes whose lines a high-risk industry may not bind."""
    own_carrier_only: bool = False
    off_site_needs_lease: bool = False
    template_versions: tuple[str, ...] = ()
    """Versions of letters and forms that are in force, as printed; empty means that none is printed."""
    first_line_owners: tuple[str, ...] = ("holder", "legal_representative")
    """Whose the first line may be; affiliates' and staff's lines come later, unless the carrier says otherwise."""
    pause_days: int = 180
    """How long a holder may pause a number (停机保号)."""

    @classmethod
    def of(cls, changed: Mapping[str, Any], **standing: Any) -> Policy:
        """Return the policy of a requirement set: what it says, else what stands; `policy_mistakes` has found none."""
        read = {name: tuple(value) if isinstance(value, list) else value for name, value in changed.items()}
        return cls(**(standing | read))


def policy_mistakes(changed: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name each key of a requirement set's policy that is unknown or of the wrong kind, with what it must be."""
    standing = asdict(Policy())
    found = []
    for name, value in changed.items():
        example = standing.get(name)
        if example is None:
            found.append((name, "没有这个键", "there is no such key"))
        elif isinstance(example, bool):
            if not isinstance(value, bool):
                found.append((name, "须为 true 或 false", "must be true or false"))
        elif isinstance(example, int):
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10**12:
                found.append((name, "须为不小于 0 的整数", "must be a whole number, not below 0"))
        elif not isinstance(value, list) or any(not isinstance(word, str) or not word.strip() for word in value):
            found.append((name, "须为文字的列表", "must be a list of words"))
    return found


@dataclass(frozen=True)
class DossierFacts:
    """Everything the checks may look at. `judged_on` is the day that expiry and age are counted from."""

    claims: Claims
    judged_on: date
    required: tuple[Required, ...] = ()
    uploads: tuple[Upload, ...] = ()
    register: RegisterRow | None = None
    policy: Policy = Policy()
    account: Account = Account()
    clocks: Clocks = Clocks()
    ranges: Mapping[str, RangeKind] = field(default_factory=dict)
    """What the operator's table of ranges and ported lines has about the lines stated (lib.lines.classify)."""
    other_seals: tuple[str, ...] = ()
    """Digests of seals on other applicants' papers."""
    corrected: Mapping[str, str] = field(default_factory=dict)
    """What the person put right by hand when confirming the licence as read, by the licence's field names."""

    def uploaded(self, slot: str) -> list[Upload]:
        """Return the uploads of a slot, in the order of their pages."""
        return [upload for upload in self.uploads if upload.slot == slot]

    def readings(self, slot: str) -> list[Reading]:
        """Return what was read in a slot; empty when nothing was uploaded or nothing is read yet."""
        return [upload.reading for upload in self.uploaded(slot) if upload.reading is not None]

    def reading(self, slot: str) -> Reading | None:
        """Return the first reading of a slot."""
        return next(iter(self.readings(slot)), None)

    def concerns(self, slot: str) -> bool:
        """Say whether a slot is asked for or has been filled."""
        return any(r.slot == slot for r in self.required) or bool(self.uploaded(slot))
