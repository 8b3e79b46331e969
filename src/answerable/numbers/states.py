"""A number's life on two axes: what the business says, and what the carrier's network says."""

from django.db import models


class Business(models.TextChoices):
    """Business state, in the order of a number's life."""

    SPARE = "spare", "可选"
    HELD = "held", "预占"
    AWAITING_PAYMENT = "awaiting_payment", "待付款"
    LOCKED = "locked", "已锁定"
    PRE_CHECKED = "pre_checked", "已预审"
    HANDLED = "handled", "已受理"
    UNDER_REVIEW = "under_review", "审核中"
    APPROVED = "approved", "已通过"
    REGISTERED = "registered", "已登记"
    OPENING = "opening", "开通中"
    WORKING = "working", "使用中"
    SUSPENDED = "suspended", "已停机"
    PAUSED_BY_HOLDER = "paused_by_holder", "停机保号"
    FROZEN = "frozen", "冻结"
    RELEASED = "released", "已销号"
    AGING = "aging", "回收期"
    UNVERIFIED = "unverified", "待补实名"


class Network(models.TextChoices):
    """Network state, as the carrier reports it."""

    NONE = "none", "未加载"
    LOADED = "loaded", "已加载"
    ACTIVATED = "activated", "已激活"
    DEACTIVATED = "deactivated", "去激活"
    UNLOADED = "unloaded", "已卸载"
    DELETED = "deleted", "已删除"


MOVES: dict[str, frozenset[str]] = {
    "spare": frozenset({"held"}),
    "held": frozenset({"awaiting_payment", "spare"}),
    "awaiting_payment": frozenset({"locked", "spare"}),
    "locked": frozenset({"pre_checked", "spare"}),
    "pre_checked": frozenset({"handled", "locked", "spare", "unverified"}),
    "handled": frozenset({"under_review", "spare", "unverified"}),
    "under_review": frozenset({"approved", "spare", "unverified"}),
    "approved": frozenset({"registered", "spare", "unverified"}),
    "registered": frozenset({"opening", "spare", "unverified"}),
    "opening": frozenset({"working", "suspended", "spare", "unverified"}),
    "working": frozenset({"suspended", "paused_by_holder", "frozen", "released"}),
    "suspended": frozenset({"working", "opening", "paused_by_holder", "unverified", "frozen", "released", "spare"}),
    "paused_by_holder": frozenset({"working", "suspended", "released"}),
    "frozen": frozenset({"working", "released"}),
    "released": frozenset({"aging"}),
    "aging": frozenset({"spare"}),
    "unverified": frozenset({"pre_checked", "handled", "released", "suspended"}),
}
"""Every move that exists; anything else is a mistake in our own code and is refused.

What a present ledger brought goes back to `unverified` where taking it over comes to nothing; a new number to `spare`.
"""

BEFORE_WORKING = (
    "held",
    "awaiting_payment",
    "locked",
    "pre_checked",
    "handled",
    "under_review",
    "approved",
    "registered",
    "opening",
)
ANSWERED_FOR = ("working", "suspended", "paused_by_holder")

STOP_REASONS: dict[str, tuple[str, str]] = {
    "ARREARS": ("欠费停机", "Unpaid"),
    "NOT_TOPPED_UP": ("开通后未充值", "Not topped up after opening"),
    "DOCS_EXPIRED": ("证照过期未更新", "Documents expired"),
    "USER_NOT_REGISTRANT": ("实际使用人与登记单位不一致", "User is not the registered holder"),
    "USE_MISMATCH": ("实际用途与登记不符", "Use differs from what was registered"),
    "FALSE_DOCS": ("提供虚假材料", "False documents"),
    "COMPLAINT": ("投诉核实属实", "Complaint upheld"),
    "FRAUD_ORDER": ("涉诈紧急停机", "Emergency stop: suspected fraud"),
    "RECHECK_FAILED": ("重新核验未通过", "Re-verification failed"),
    "AGENT_CLOSED": ("代理商退出", "Agent closed"),
    "AGENT_SEIZED": ("代理商被查处", "Agent seized"),
    "ZERO_CALL": ("长期无话务", "No calls for a long time"),
    "USER_REQUEST": ("用户申请", "Holder's request"),
    "CARRIER_OUTAGE": ("网络故障", "Carrier outage"),
}

LIMITED_HOURS = [[weekday, 9 * 60, 18 * 60] for weekday in range(5)]
"""When a limited number still rings: weekday (0 = Monday), first minute, end minute, as the gate's record has them."""

RELEASABLE = frozenset({"USER_REQUEST", "ARREARS", "NOT_TOPPED_UP", "ZERO_CALL", "CARRIER_OUTAGE", "DOCS_EXPIRED"})
"""Stop reasons under which the holder may release the number: all others must be answered for first."""

REMEDIES: dict[str, tuple[str, str]] = {
    "ARREARS": ("付款凭证", "Proof of payment"),
    "NOT_TOPPED_UP": ("付款凭证", "Proof of payment"),
    "DOCS_EXPIRED": ("最新的营业执照与到期证件", "The newest licence and the document that expired"),
    "USER_NOT_REGISTRANT": (
        "过户申请，或实际使用情况说明并加盖公章",
        "A transfer of holder, or a sealed statement of the actual use",
    ),
    "USE_MISMATCH": ("用途说明与话术，加盖公章", "Statement of use with call script, sealed"),
    "FALSE_DOCS": ("全部证照原件，到营业厅核验", "All originals, to be checked at a counter"),
    "COMPLAINT": ("整改说明，加盖公章", "Sealed statement of what was put right"),
    "FRAUD_ORDER": (
        "法定代表人身份证、营业执照原件与涉诈情况说明，到营业厅核验",
        "The legal representative's ID, the original licence and a statement, checked at a counter",
    ),
    "RECHECK_FAILED": ("重新核验通知中列出的材料", "The materials listed in the re-verification notice"),
}
"""What to bring to have a stop lifted (Anti-Telecom-Fraud Law art. 32); a reason that is not here needs a sealed statement."""


def remedy_of(reason: str) -> tuple[str, str]:
    """Say what to bring against a measure of this reason (Chinese, English)."""
    return REMEDIES.get(reason, ("情况说明，加盖公章", "A sealed statement"))
