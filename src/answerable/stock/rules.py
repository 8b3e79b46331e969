"""What data can say against a number in service, by the seven findings of MIIT 452 (六). Pure: proposals, never a verdict.

To add a rule: write a function that returns its evidence or None, and list it with its finding and its words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from answerable.verification.checks import Claims, DossierFacts, RegisterRow
from answerable.verification.checks import register_status as status_check

SILENT_DAYS = 180
MANY_CALLS = 100
SHORT_SHARE = 0.8
Evidence = dict[str, Any]


@dataclass(frozen=True)
class Calls:
    """A number's calls of the last 180 days: how many, how many answered, and how many of those ended within ten seconds."""

    count: int = 0
    answered: int = 0
    short: int = 0


@dataclass(frozen=True)
class Seen:
    """What is known of one number: its holder's names, the register's row, the newest approved papers, its calls."""

    day: dt.date
    in_service_days: int
    holder_name: str
    representative: str
    credit_code: str
    register: RegisterRow | None
    is_blacklisted: bool = False
    has_papers: bool = True
    missing_slots: tuple[str, ...] = ()
    use_text: str = ""
    industry: str = ""
    licence_until: dt.date | None = None
    over_quota: int = 0
    calls: Calls = field(default_factory=Calls)


def _no_register_row(seen: Seen) -> Evidence | None:
    return {} if seen.register is None else None


def _register_ended(seen: Seen) -> Evidence | None:
    if seen.register is None:
        return None
    facts = DossierFacts(claims=Claims(credit_code=seen.credit_code), judged_on=seen.day, register=seen.register)
    has_ended = any(finding.code == "E04" for finding in status_check.check(facts))
    return {"status": seen.register.status} if has_ended else None


def _no_papers(seen: Seen) -> Evidence | None:
    return None if seen.has_papers else {}


def _blacklisted(seen: Seen) -> Evidence | None:
    return {} if seen.is_blacklisted else None


def _slots_missing(seen: Seen) -> Evidence | None:
    return {"slots": list(seen.missing_slots)} if seen.has_papers and seen.missing_slots else None


def _no_use(seen: Seen) -> Evidence | None:
    return {} if seen.has_papers and not seen.use_text.strip() else None


def _other_industry(seen: Seen) -> Evidence | None:
    """Compare what was stated with the register's industry where both are given; one word in common is enough."""
    listed, stated = seen.register.industry if seen.register else "", seen.industry
    if not listed or not stated or any(stated[at : at + 2] in listed for at in range(len(stated) - 1)):
        return None
    return {"stated": stated, "listed": listed}


def _name_differs(seen: Seen) -> Evidence | None:
    if seen.register is None or seen.register.name == seen.holder_name:
        return None
    return {"registered": seen.holder_name, "listed": seen.register.name}


def _representative_differs(seen: Seen) -> Evidence | None:
    # The names are a person's: the evidence says only that they differ.
    return {} if seen.register is not None and seen.register.legal_representative != seen.representative else None


def _licence_expired(seen: Seen) -> Evidence | None:
    if seen.licence_until is None or seen.licence_until >= seen.day:
        return None
    return {"day": seen.licence_until.isoformat()}


def _over_quota(seen: Seen) -> Evidence | None:
    return {"over": seen.over_quota} if seen.over_quota > 0 else None


def _silent(seen: Seen) -> Evidence | None:
    return {"days": SILENT_DAYS} if seen.in_service_days >= SILENT_DAYS and not seen.calls.count else None


def _short_calls(seen: Seen) -> Evidence | None:
    calls = seen.calls
    is_odd = calls.answered >= MANY_CALLS and calls.short >= SHORT_SHARE * calls.answered
    return {"short": calls.short, "answered": calls.answered} if is_odd else None


RULES: dict[str, tuple[str, Callable[[Seen], Evidence | None], str, str]] = {
    "no_register_row": ("unregistered", _no_register_row, "登记信息库中没有这家单位", "The register has no row of this organisation"),
    "register_ended": ("unregistered", _register_ended, "登记状态：{status}", "Status in the register: {status}"),
    "no_papers": ("unregistered", _no_papers, "没有审核通过的实名材料", "There are no approved papers"),
    "blacklisted": ("false", _blacklisted, "单位在黑名单内", "The organisation is on the blacklist"),
    "slots_missing": ("incomplete", _slots_missing, "按现行要求缺少：{slots_zh}", "Missing under the set in force: {slots_en}"),
    "no_use": ("use", _no_use, "没有登记用途", "No use is registered"),
    "other_industry": ("use", _other_industry, "登记行业“{listed}”，申报行业“{stated}”", "Industry in the register “{listed}”, stated “{stated}”"),
    "name_differs": ("licence", _name_differs, "登记名称现为“{listed}”，号码登记为“{registered}”", "The register now says “{listed}”, the number “{registered}”"),
    "representative_differs": ("licence", _representative_differs, "法定代表人与登记信息不一致", "The legal representative differs from the register"),
    "licence_expired": ("licence", _licence_expired, "证照已于 {day} 到期", "The licence expired on {day}"),
    "over_quota": ("other", _over_quota, "超过每单位限量 {over} 个", "{over} numbers over the limit per organisation"),
    "silent": ("abnormal", _silent, "{days} 天没有来电", "No call in {days} days"),
    "short_calls": ("abnormal", _short_calls, "接通 {answered} 次，其中 {short} 次不足 10 秒", "{answered} answered, {short} of them ended within 10 seconds"),
}  # fmt: skip
"""Each rule with the finding it speaks for, and its words."""

TERMS: dict[str, tuple[int, int]] = {
    "unregistered": (3, 7), "false": (3, 7), "incomplete": (2, 30), "use": (2, 15), "licence": (2, 15), "other": (2, 15),
    "abnormal": (1, 15),
}  # fmt: skip
"""What a confirmed finding asks: the level of re-verification, and the days to put it right before the number pauses."""


def propose(seen: Seen) -> dict[str, list[Evidence]]:
    """Return the proposed findings of one number: kind → evidence."""
    found: dict[str, list[Evidence]] = {}
    for name, (kind, look, _, _) in RULES.items():
        evidence = look(seen)
        if evidence is not None:
            found.setdefault(kind, []).append({"rule": name, **evidence})
    return found
