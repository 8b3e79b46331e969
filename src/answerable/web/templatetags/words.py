"""How data is said on a page: both languages, money, numbers, states."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from answerable.billing.prices import yuan as write_yuan

register = template.Library()

STATES: dict[str, tuple[str, str, str]] = {
    # business states of a number
    "spare": ("可选", "Available", "ok"),
    "held": ("已预占", "Held", "info"),
    "awaiting_payment": ("待付款", "Awaiting payment", "warn"),
    "locked": ("待交材料", "Materials wanted", "warn"),
    "pre_checked": ("待柜台受理", "Counter visit next", "info"),
    "handled": ("已受理", "Handled at the counter", "info"),
    "under_review": ("审核中", "Under review", "info"),
    "approved": ("审核通过", "Approved", "ok"),
    "registered": ("已登记", "Registered", "info"),
    "opening": ("开通中", "Being opened", "info"),
    "working": ("使用中", "In service", "ok"),
    "suspended": ("已停机", "Stopped", "bad"),
    "paused_by_holder": ("停机保号", "Paused by holder", "warn"),
    "frozen": ("冻结", "Frozen", "bad"),
    "released": ("已销号", "Released", ""),
    "aging": ("回收期", "Aging", ""),
    "unverified": ("待补实名", "Unverified", "bad"),
    # orders
    "paid": ("已付款", "Paid", "ok"),
    "completed": ("已完成", "Completed", "ok"),
    "cancelled": ("已取消", "Cancelled", ""),
    "declined": ("未通过", "Declined", "bad"),
    "lapsed": ("已过期", "Lapsed", ""),
    # dossiers
    "draft": ("填写中", "Being filled in", "warn"),
    "submitted": ("已提交", "Submitted", "info"),
    "more_information_needed": ("待补充", "More information needed", "warn"),
    "deferred": ("暂缓", "Deferred", ""),
    "revoked": ("已撤销", "Revoked", ""),
    "unsuccessful": ("我方原因未完成", "Not completed: our fault", "warn"),
    # readings
    "waiting": ("等待识别", "Waiting to be read", ""),
    "reading": ("识别中", "Being read", "info"),
    "done": ("已识别", "Read", "ok"),
    "failed": ("无法识别", "Could not be read", "warn"),
    # findings
    "pass": ("相符", "Agrees", "ok"),
    "flag": ("有问题", "Problem", "bad"),
    "cannot_tell": ("待人工判断", "For a person to judge", ""),
    # calls
    "in_progress": ("通话中", "In progress", "info"),
    "answered": ("已接通", "Answered", "ok"),
    "missed": ("未接通", "Missed", "warn"),
    "abandoned": ("主叫放弃", "Caller hung up", "warn"),
    "refused": ("已拒绝", "Refused", "bad"),
    "end_unknown": ("结束时间不明", "End not seen", ""),
    # reports, transfers
    "received": ("已收到", "Received", "info"),
    "in_hand": ("处理中", "In hand", "info"),
    "unmatched": ("待核对", "To be matched", "warn"),
    "matched": ("已入账", "Booked", "ok"),
    "returned": ("已退回", "Returned", ""),
    # review decisions
    "approve": ("同意", "Approved", "ok"),
    "ask": ("要求补充", "More information asked", "warn"),
    "decline": ("不予通过", "Declined", "bad"),
    "defer": ("暂缓", "Deferred", ""),
}


def is_chinese() -> bool:
    """Say whether the page is in Chinese."""
    return (get_language() or "zh").startswith("zh")


@register.filter
def words(thing: Any, stem: str = "") -> str:
    """Say a thing that has both languages: `.zh/.en`, `.STEM_zh/.STEM_en`, a dict with zh/en, or a (zh, en) tuple."""
    language = "zh" if is_chinese() else "en"
    if isinstance(thing, tuple | list):
        return str(thing[0 if language == "zh" else 1])
    if isinstance(thing, dict):
        return str(thing.get(language, ""))
    return str(getattr(thing, f"{stem}_{language}" if stem else language, ""))


@register.filter
def yuan(fen: int | None) -> str:
    """Write fen as CNY."""
    return "" if fen is None else f"¥{write_yuan(fen)}"


@register.filter
def spaced(number: str) -> str:
    """Write a 400 number as people read it: 400-812-3456."""
    text = str(number)
    return f"{text[:3]}-{text[3:6]}-{text[6:]}" if len(text) == 10 and text.startswith("400") else text


@register.filter
def badge(state: str) -> SafeString:
    """Show a state as a badge with its words."""
    zh, en, tone = STATES.get(state, (state, state, ""))
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", zh if is_chinese() else en)


@register.filter
def state_word(state: str) -> str:
    """Say a state in plain words."""
    zh, en, _ = STATES.get(state, (state, state, ""))
    return zh if is_chinese() else en


@register.filter
def moment(at: dt.datetime | None) -> str:
    """Write a moment in China time: 2026-11-22 18:05."""
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@register.filter
def seconds(at: dt.datetime | None) -> str:
    """Write a moment with seconds."""
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


@register.filter
def day(at: dt.datetime | dt.date | None) -> str:
    """Write a day: 2026-11-22."""
    if isinstance(at, dt.datetime):
        at = timezone.localtime(at)
    return "" if at is None else f"{at:%Y-%m-%d}"


@register.filter
def iso(at: dt.datetime | None) -> str:
    """Write a moment for programs (data-until)."""
    return "" if at is None else at.isoformat()


@register.filter
def get(table: dict[str, Any], key: str) -> Any:
    """Look a key up in a dict."""
    return table.get(key)
