"""Eligibility before money: who cannot pass is told why, and cannot pay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from answerable.numbers.models import Number
from answerable.numbers.queries import count_with
from answerable.orders.models import Order
from answerable.parties.models import Enterprise, Person, RegisterEntry, SubjectType
from answerable.verification import lookups
from answerable.verification.account import PENDING_MAX
from answerable.verification.errors import NoRequirementSet
from answerable.verification.queries import requirement_set
from answerable.verification.slots import USES

ACTIVE_STATUSES = ("存续", "在营", "在业", "开业", "正常")

INDUSTRIES: dict[str, tuple[str, str, str]] = {
    "manufacturing": ("制造与售后服务", "Manufacturing and after-sales", ""),
    "retail": ("零售与电商客服", "Retail and online shops", ""),
    "logistics": ("物流与快递", "Logistics", ""),
    "hospitality": ("酒店与餐饮", "Hotels and restaurants", ""),
    "it_services": ("软件与信息服务", "Software and IT services", ""),
    "property": ("物业与家政", "Property and household services", ""),
    "public_service": ("公共服务", "Public service", ""),
    "education": ("教育培训", "Education", ""),
    "healthcare": ("医疗健康", "Healthcare", ""),
    "loans": ("贷款、催收、套现", "Loans, collection, cash-out", "refused"),
    "crypto": ("虚拟货币", "Virtual currency", "refused"),
    "stock_tips": ("荐股、期货代客", "Stock tips and futures on behalf of others", "refused"),
    "prizes": ("中奖、抽奖通知", "Prize notifications", "refused"),
    "flight_changes": ("机票改签退票代理", "Flight change and refund agency", "refused"),
    "diet_adult": ("减肥药、成人用品", "Diet pills, adult goods", "refused"),
}
"""Industries the applicant chooses from; the last column says whether the operator refuses them (reason E05)."""


@dataclass(frozen=True)
class Bar:
    """One thing that stands in the way, with its reason code from the table of reasons."""

    reason: str
    zh: str
    en: str


def bars(
    entry: RegisterEntry,
    *,
    carrier: str,
    industry: str,
    use: str,
    person: Person,
    day: dt.date,
    takes_over: bool = False,
    purpose: str = "open",
) -> list[Bar]:
    """List everything that stands between an organisation and a number of `carrier`; empty means it may go on.

    `takes_over`: the number is the organisation's by its ledger, so it is neither hoarded nor counted a second time.
    """
    found: list[Bar] = []
    if entry.status not in ACTIVE_STATUSES:
        found.append(
            Bar(
                "E04",
                f"登记状态为“{entry.status}”，只有正常存续的单位可以申请。",
                f"The register says “{entry.status}”; only an organisation in good standing may apply.",
            )
        )
    if lookups.is_barred(entry.credit_code):
        found.append(
            Bar(
                "E09",
                "该单位在涉诈惩戒或黑名单内。如有异议，请向运营主体申诉。",
                "This organisation is on the punishment or black list. If that is wrong, appeal to the operator.",
            )
        )
    if INDUSTRIES.get(industry, ("", "", "refused"))[2]:
        found.append(Bar("E05", "该行业不予接入 400 号码。", "400 numbers are not given to this industry."))
    found += _requirements(entry, carrier=carrier, use=use, industry=industry, day=day, purpose=purpose)
    return found + _counts(entry, carrier, person, takes_over=takes_over)


def _requirements(
    entry: RegisterEntry, *, carrier: str, use: str, industry: str, day: dt.date, purpose: str
) -> list[Bar]:
    """Bar what the carrier has no requirement set in force for, a kind of organisation or a use: nothing could be filed."""
    if _is_taken(entry, carrier=carrier, use=use, industry=industry, day=day, purpose=purpose):
        return []
    if use != "own" and _is_taken(entry, carrier=carrier, use="own", industry=industry, day=day, purpose=purpose):
        zh, en = USES.get(use, (use, use))
        return [
            Bar(
                "E11",
                f"该运营商暂不受理用途“{zh}”。只是接听本单位客户来电的，请选“自用”。",
                f"This carrier does not take this use at present: {en}. For calls of your own customers choose own use.",
            )
        ]
    kind = SubjectType(entry.subject_type)
    return [
        Bar(
            "E02",
            f"该运营商暂不受理“{kind.label}”这类单位，请改选其他运营商的号段。",
            f"This carrier does not take organisations of this kind ({entry.subject_type.replace('_', ' ')}) at present;"
            " choose another carrier's number.",
        )
    ]


def _is_taken(entry: RegisterEntry, *, carrier: str, use: str, industry: str, day: dt.date, purpose: str) -> bool:
    try:
        requirement_set(
            carrier=carrier, subject_type=entry.subject_type, use=use, industry=industry, channel="web", day=day,
            purpose=purpose,
        )  # fmt: skip
    except NoRequirementSet:
        return False
    return True


def _counts(entry: RegisterEntry, carrier: str, person: Person, *, takes_over: bool) -> list[Bar]:
    enterprise = Enterprise.objects.filter(credit_code=entry.credit_code).first()
    if enterprise is None:
        return []
    found = []
    # A stranger's mere holds must not shut the organisation out: they count for whoever made them.
    live = Q(state__in=["awaiting_payment", "paid"]) | Q(state="held", person=person)
    pending = Order.objects.filter(live, enterprise=enterprise, kind="new").count()
    if pending >= PENDING_MAX and not takes_over:
        found.append(
            Bar(
                "E10",
                f"该单位已有 {pending} 个申请在办，请先完成其中一个。",
                f"{pending} applications of this organisation are under way; finish one first.",
            )
        )
    under_way = Number.objects.filter(
        orders__enterprise=enterprise,
        orders__person=person,
        orders__state__in=["held", "awaiting_payment"],
        carrier=carrier,
    ).exclude(holder=enterprise)  # what it holds is counted as held: a renewal, a number it takes over
    waits = _waiting(enterprise, carrier) if takes_over else 0
    coming = Number.objects.filter(
        orders__enterprise=enterprise, orders__kind="transfer", orders__state="paid", carrier=carrier
    ).exclude(holder=enterprise)  # signed for, and its present holder's until the approval
    held = count_with(enterprise, carrier) - waits + under_way.count() + coming.count()
    if held >= enterprise.quota:
        found.append(
            Bar(
                "E08",
                f"该单位在该运营商的号码已达上限（{enterprise.quota} 个）。",
                f"This organisation has reached its limit of {enterprise.quota} numbers with this carrier.",
            )
        )
    return found


def _waiting(enterprise: Enterprise, carrier: str) -> int:
    """Count the numbers of the ledger whose taking over has not begun."""
    begun = Order.objects.filter(number=OuterRef("pk"), state__in=["held", "paid"], kind="takeover")
    waiting = Number.objects.filter(holder=enterprise, carrier=carrier, business_state="unverified")
    return waiting.exclude(Exists(begun)).count()
