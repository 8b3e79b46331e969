"""What a trace may hold, and on which legal basis: data, so that the law's answer to "who may know" is read in one place.

Without a basis a trace says only what everybody may read: who answered, by the public log. Calls are never in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

PARTS: dict[str, tuple[str, str]] = {
    "holder": ("当时的持有单位与公开日志证明", "The holder then, with the public log's proof"),
    "permits": ("许可", "Permits"),
    "lines": ("当时的目的码（线路）", "Destinations then"),
    "agent": ("代理商", "Agent"),
    "people": ("经办人与法定代表人", "Handlers and legal representative"),
    "documents": ("材料状态与审核", "State of the documents, and reviews"),
    "calls": ("时段内的通话记录", "Calls in the window"),
    "money": ("付款与退款", "Money paid and paid back"),
    "earlier": ("同一单位、经办人、线路、登录地址的既往案件", "Earlier cases of the same holder, handler, line or sign-in address"),
}  # fmt: skip
"""The parts of a trace, in the order in which they are told."""
PUBLIC_PARTS = frozenset({"holder", "permits"})


@dataclass(frozen=True)
class Basis:
    """A legal basis: what it lets a trace hold, and how much of it may be read."""

    zh: str
    en: str
    parts: frozenset[str]
    names_people: bool = False
    """Staff by name, people with mobile and ID number, callers in full; else by role and pseudonym, and masked."""
    only_the_reporter: bool = False
    """Of the calls only those of the mobile that the reporter confirmed."""


BASES: dict[str, Basis] = {
    "none": Basis("没有法定依据：只有公开信息", "No legal basis: what is public alone", PUBLIC_PARTS),
    "complaint": Basis(
        "处理用户申诉（电信用户申诉处理办法）：只含申诉人本人的通话",
        "To deal with a user's complaint (Measures on Telecom Users' Appeals): the reporter's own calls alone",
        PUBLIC_PARTS | {"lines", "agent", "documents", "calls", "earlier"},
        only_the_reporter=True,
    ),
    "anti_fraud": Basis(
        "内部反诈风险防控（反电信网络诈骗法第六条）：仅限内部，个人信息遮盖",
        "Own control of fraud (Anti-Telecom and Online Fraud Law art. 6): inside only, persons masked",
        frozenset(PARTS),
    ),
    "authority": Basis(
        "公安、国家安全、检察机关依法调取（刑事诉讼法第五十四条、电信条例第六十五条）",
        "Police, state security or procuratorate by law (Criminal Procedure Law art. 54, Telecom Regulations art. 65)",
        frozenset(PARTS),
        names_people=True,
    ),
}  # fmt: skip
AGENCIES: dict[str, tuple[str, str]] = {
    "police": ("公安机关", "Police"),
    "state_security": ("国家安全机关", "State security"),
    "procuratorate": ("人民检察院", "Procuratorate"),
}
"""Who may have calls and persons looked into (Telecom Regulations art. 65); nobody else's request is taken."""
ANSWER_WITHIN = dt.timedelta(hours=24)
"""Hours of the clock, day and night."""
REMIND_BEFORE = dt.timedelta(hours=4)
LONGEST_WINDOW = dt.timedelta(days=31)
USUAL_WINDOW = dt.timedelta(hours=24)
"""On either side of the moment, where no window is named."""
KEPT_OWN = dt.timedelta(days=180)
KEPT_AUTHORITY = dt.timedelta(days=3 * 365 + 1)
"""Records of what was provided to others are kept for three years (网络数据安全管理条例 art. 12); so is the bundle."""


def parts_of(basis: str, asked: Iterable[str] = PARTS) -> tuple[str, ...]:
    """Return what a trace holds: what was asked for, as far as the basis reaches; what is public is always told."""
    wanted = set(asked) | PUBLIC_PARTS
    return tuple(part for part in PARTS if part in wanted and part in BASES[basis].parts)
