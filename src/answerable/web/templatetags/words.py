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
from answerable.lib.lines import CARRIER_NAMES
from answerable.verification import rechecks
from answerable.verification.models import Recheck

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
    # why an order ended, and its money goes back
    "HOLD_EXPIRED": ("未按时签约", "Not signed in time", ""),
    "UNPAID": ("未按时付款", "Not paid in time", ""),
    "NO_MATERIALS": ("未按时提交材料", "Materials not submitted in time", ""),
    "NOT_HANDLED": ("未按时到营业厅办理", "Not handled at a counter in time", ""),
    "CANCELLED": ("申请人取消", "Cancelled by the applicant", ""),
    "DECLINED": ("审核未通过", "Declined", ""),
    "RELEASED": ("号码已销号", "Number released", ""),
    # dossiers
    "draft": ("填写中", "Being filled in", "warn"),
    "submitted": ("已提交", "Submitted", "info"),
    "more_information_needed": ("待补充", "More information needed", "warn"),
    "deferred": ("暂缓", "Deferred", ""),
    "revoked": ("已撤销", "Revoked", ""),
    "unsuccessful": ("我方原因未完成", "Not completed: our fault", "warn"),
    # requirement sets
    "requirement_proposed": ("待核准", "Waits for approval", "warn"),
    "requirement_approved": ("已核准", "Approved", "ok"),
    "requirement_rejected": ("未采用", "Not adopted", ""),
    # readings
    "waiting": ("等待识别", "Waiting to be read", ""),
    "reading": ("识别中", "Being read", "info"),
    "done": ("已识别", "Read", "ok"),
    "filled_from_picture": ("由照片填入，本人核对", "filled from the picture, confirmed", ""),
    "typed": ("本人改正", "put right by hand", ""),
    "register": ("按登记信息填入，本人核对", "filled from the register, confirmed", ""),
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
    # re-verification
    "open": ("待完成", "To be done", "warn"),
    "fulfilled": ("已完成", "Done", "ok"),
    "withdrawn": ("已撤回", "Withdrawn", ""),
    "ended": ("已随服务终止", "Ended with the service", ""),
    # stock check
    "running": ("核查中", "Running", "info"),
    "finished": ("已查完", "Finished", "ok"),
    "proposed": ("待确认", "To be decided", "warn"),
    "confirmed": ("已确认", "Confirmed", "bad"),
    "dismissed": ("已排除", "Dismissed", ""),
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
    if isinstance(thing, tuple | list) and not stem:  # a refusal is a tuple with names, and is asked for by stem
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
    return "" if not at else f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@register.filter
def seconds(at: dt.datetime | None) -> str:
    """Write a moment with seconds."""
    return "" if not at else f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


@register.filter
def day(at: dt.datetime | dt.date | None) -> str:
    """Write a day: 2026-11-22."""
    if isinstance(at, dt.datetime):
        at = timezone.localtime(at)
    return "" if not at else f"{at:%Y-%m-%d}"


@register.filter
def iso(at: dt.datetime | None) -> str:
    """Write a moment for programs (data-until)."""
    return "" if not at else at.isoformat()


@register.filter
def get(table: dict[str, Any], key: str) -> Any:
    """Look a key up in a dict."""
    return table.get(key)


FIELDS: dict[str, tuple[str, str]] = {
    "code": ("统一社会信用代码", "Credit code"),
    "registration_no": ("注册号", "Registration number"),
    "name": ("名称 / 姓名", "Name"),
    "type": ("类型", "Type"),
    "person": ("法定代表人（负责人）", "Legal representative"),
    "address": ("地址", "Address"),
    "started": ("成立日期", "Established on"),
    "registrar": ("登记机关", "Registrar"),
    "paid_capital": ("实收资本", "Paid-in capital"),
    "term": ("营业期限", "Term"),
    "capital": ("注册资本", "Capital"),
    "scope": ("经营范围", "Scope"),
    "id_number": ("身份证号", "ID number"),
    "validity": ("有效期限", "Valid until"),
    "sex": ("性别", "Sex"),
    "born": ("出生", "Born"),
    "nation": ("民族", "Ethnicity"),
    "authority": ("签发机关", "Issued by"),
    "holder": ("户名", "Holder"),
    "line": ("号码", "Line"),
    "billed": ("开具日期", "Issued on"),
    "period": ("账期", "Billing period"),
    "total": ("合计", "Total"),
    "handler_mobile": ("受托人手机号", "Handler's mobile"),
    "user": ("使用单位", "User"),
    "operator": ("运营主体", "Operator"),
    "carrier": ("运营商", "Carrier"),
    "handler": ("受托人", "Handler"),
    "handler_id": ("受托人身份证号", "Handler's ID"),
    "signed": ("日期", "Date"),
    "number_400": ("400 号码", "400 number"),
    "use": ("用途", "Use"),
    "script": ("话术", "Script"),
    "item": ("项目", "Item"),
}
READING_STAGES: dict[str, tuple[str, str]] = {
    "waiting": ("排队中", "waiting in line"),
    "text": ("读取文字", "reading the text"),
    "qr": ("读取二维码", "reading the QR code"),
    "seals": ("读取印章", "reading the seals"),
}
PROCESSES: dict[str, tuple[str, str]] = {
    "worker": ("系统", "System"),
    "caller": ("平台拨测", "Platform's test call"),
    "demo": ("演示", "Demo"),
    "cli": ("命令行", "Command line"),
    "person": ("办理人", "Applicant"),
    "staff": ("工作人员", "Staff"),
    "public": ("公众", "Public"),
    "system": ("系统", "System"),
}
NETWORK: dict[str, tuple[str, str]] = {
    "none": ("未加载", "None"),
    "loaded": ("已加载", "Loaded"),
    "activated": ("已激活", "Activated"),
    "deactivated": ("已停用", "Deactivated"),
    "unloaded": ("已卸载", "Unloaded"),
    "deleted": ("已删除", "Deleted"),
}
STAGES: dict[str, tuple[str, str]] = {
    "invite": ("呼叫线路", "Line called"),
    "ringing": ("振铃", "Ringing"),
    "answered": ("接听", "Answered"),
    "attempt_failed": ("线路未接通", "Line not reached"),
    "ended": ("结束", "Ended"),
    "cancelled": ("主叫挂断", "Caller hung up"),
    "refused": ("未接通", "Not connected"),
}
REVIEW_STAGES: dict[str, tuple[str, str]] = {
    "pre_check": ("初审", "Pre-check"),
    "carrier_review": ("复审", "Carrier's review"),
}
OUTCOMES: dict[str, tuple[str, str]] = {
    "answered": ("有人接听", "answered"),
    "busy": ("线路忙", "busy"),
    "ringing": ("振铃，无人接听", "rang, nobody answered"),
    "not_reached": ("线路未响应", "the line did not respond"),
    "not_placed": ("我方未能拨出，请再试", "our fault: not placed, try again"),
    "cancelled": ("已取消", "cancelled"),
}
FACTS: dict[str, tuple[str, str]] = {
    "number.paused": ("停机保号", "Paused by the holder"),
    "number.resumed": ("恢复使用", "Resumed"),
    "dossier.change_applied": ("变更生效", "Change in force"),
    "enterprise.changed": ("单位登记事项变更", "Organisation's particulars changed"),
    "enterprise.handler_changed": ("经办人变更", "Handler changed"),
    "requirement.proposed": ("提出材料要求新版本", "Requirement set proposed"),
    "requirement.approved": ("核准材料要求", "Requirement set approved"),
    "requirement.rejected": ("不采用材料要求", "Requirement set not adopted"),
    "number.held": ("预占", "Held"),
    "number.signed_for": ("签约", "Contract signed"),
    "number.locked": ("锁定", "Locked"),
    "number.freed": ("释放", "Freed"),
    "number.pre_checked": ("材料已提交", "Materials submitted"),
    "number.handled": ("营业厅受理", "Handled at the counter"),
    "number.under_review": ("开始审核", "Review began"),
    "number.approved": ("审核通过", "Approved"),
    "number.registered": ("运营商已登记", "Registered with the carrier"),
    "number.opening": ("开始开通", "Opening began"),
    "number.working": ("开通", "In service"),
    "number.stopped": ("停机", "Stopped"),
    "number.lifted": ("恢复", "Stop lifted"),
    "number.released": ("销号", "Released"),
    "number.aging": ("进入回收期", "Aging"),
    "number.spare": ("回到号池", "Back in the pool"),
    "number.prolonged": ("延长有效期", "Prolonged"),
    "number.network": ("网络状态变更", "Network state changed"),
    "destination.bound": ("绑定线路", "Line bound"),
    "destination.proven": ("线路已核验", "Line verified"),
    "destination.removed": ("解绑线路", "Line removed"),
    "destination.ordered": ("调整线路顺序", "Lines ordered"),
    "plan.set": ("修改营业时间与转接", "Hours and overflow changed"),
    "order.started": ("下单", "Order started"),
    "order.signed": ("提交盖章合同", "Sealed contract handed in"),
    "order.paid": ("付款到账", "Payment booked"),
    "order.renewed": ("续约", "Renewed"),
    "order.renewal_started": ("续约下单", "Renewal ordered"),
    "order.cancelled": ("订单取消", "Order cancelled"),
    "order.declined": ("申请未通过", "Application declined"),
    "order.lapsed": ("订单过期", "Order lapsed"),
    "dossier.opened": ("建立材料", "Dossier opened"),
    "dossier.submitted": ("提交材料", "Dossier submitted"),
    "paper.printed": ("打印表格", "Paper printed"),
    "document.unlocked": ("依法调阅已锁定材料", "Locked document opened on a legal basis"),
    "privacy.locked": ("材料锁定，进入保存期", "Papers locked, period of keeping begun"),
    "privacy.erased": ("材料到期删除", "Papers erased"),
    "privacy.hold_placed": ("登记依法留存，待复核", "Legal hold asked for"),
    "privacy.hold_confirmed": ("依法留存生效", "Legal hold in force"),
    "privacy.hold_end_asked": ("申请解除依法留存", "End of a legal hold asked for"),
    "privacy.hold_ended": ("依法留存解除", "Legal hold ended"),
    "dossier.lapsed": ("材料失效", "Dossier lapsed"),
    "dossier.revoked": ("材料撤销", "Dossier revoked"),
    "counter.booked": ("预约营业厅", "Counter booked"),
    "counter.handled": ("营业厅受理", "Handled at the counter"),
    "review.claimed": ("审核员领取", "Taken for review"),
    "review.unclaimed": ("审核员退回队列", "Given back to the queue"),
    "review.decided": ("审核意见", "Reviewer decided"),
    "registration.sent": ("登记资料已送出", "Registration record sent"),
    "test_call.requested": ("申请拨测", "Test call requested"),
    "test_call.done": ("拨测完成", "Test call done"),
    "number.taken_over": ("存量台账导入", "Entered from the ledger"),
    "number.back_to_ledger": ("接管未成，回到待补实名", "Unverified again"),
    "order.takeover_started": ("开始接管存量号码", "Taking over begun"),
    "document.stored": ("保存材料", "Document stored"),
    "document.shown": ("查看材料", "Document shown"),
    "document.removed": ("移除材料", "Document removed"),
    "line.callback": ("请求回拨核验", "Call-back asked for"),
    "line.called": ("回拨结束", "Line called back"),
    "line.answered": ("回拨核验通过", "Line proven by a call-back"),
    "line.code_wrong": ("回拨验证码错误", "Wrong call-back code"),
    "dossier.said": ("留言", "Message written"),
    "dossier.noted": ("内部备注", "Note written"),
    "dossier.claims": ("填写申请内容", "Statement made"),
    "enterprise.known": ("建立单位", "Organisation added"),
    "enterprise.acted_for": ("开始代办", "Began to act"),
    "enterprise.left": ("不再代办", "Ceased to act"),
    "person.signed_in": ("登录", "Signed in"),
    "staff.signed_in": ("登录", "Signed in"),
    "staff.added": ("增加工作人员", "Staff added"),
    "transfer.received": ("登记转账", "Transfer recorded"),
    "transfer.matched": ("转账入账", "Transfer booked"),
    "transfer.returned": ("转账退回", "Transfer sent back"),
    "refund.ordered": ("安排退款", "Refund ordered"),
    "refund.paid": ("已退款", "Refund paid"),
    "report.proof_asked": ("因举报要求证明线路", "Proof of the line asked for"),
    "lines.loaded": ("载入号段与携号表", "Ranges and ported lines loaded"),
    "stock.started": ("发起存量核查", "Stock check started"),
    "stock.walked": ("存量核查进行", "Stock check went on"),
    "stock.finished": ("存量核查查完", "Stock check finished"),
    "stock.confirmed": ("确认核查发现", "Finding confirmed"),
    "stock.dismissed": ("排除核查发现", "Finding dismissed"),
    "recheck.asked": ("要求重新核验", "Re-verification asked for"),
    "recheck.raised": ("提高重新核验级别", "Level of re-verification raised"),
    "recheck.fulfilled": ("重新核验完成", "Re-verification done"),
    "recheck.withdrawn": ("撤回重新核验要求", "Re-verification withdrawn"),
    "recheck.ended": ("重新核验随服务终止", "Re-verification ended with the service"),
    "report.received": ("收到举报", "Report received"),
    "report.answered": ("答复举报", "Report answered"),
}


def _said(table: dict[str, tuple[str, str]], key: str) -> str:
    zh, en = table.get(key, (key, key))
    return zh if is_chinese() else en


@register.filter
def both(said: dict[str, str], stem: str) -> str:
    """Say one of a dict's things that has both languages as STEM_zh and STEM_en."""
    return said[f"{stem}_{'zh' if is_chinese() else 'en'}"]


@register.filter
def to_do(recheck: Recheck) -> str:
    """Say what a re-verification asks for."""
    return words(rechecks.to_do(recheck))


@register.filter
def ground_word(recheck: Recheck) -> str:
    """Say why something is asked again."""
    return words(rechecks.ground_words(recheck))


@register.filter
def level_word(level: int) -> str:
    """Say a level of re-verification."""
    return words(rechecks.LEVELS[level])


@register.filter
def about_word(about: str) -> str:
    """Say what gave rise to a re-verification: a finding in words, a report's reference as it is."""
    return _said(rechecks.STOCK_FINDINGS, about)


@register.filter
def carrier_name(code: str) -> str:
    """Name a carrier."""
    return words(CARRIER_NAMES[code]) if code in CARRIER_NAMES else code


@register.filter
def finding_word(kind: str) -> str:
    """Say one of the seven findings of a stock check."""
    return _said(rechecks.STOCK_FINDINGS, kind)


@register.filter
def field_word(name: str) -> str:
    """Say the name of a field that was read."""
    return _said(FIELDS, name)


@register.filter
def stage_name(stage: str) -> str:
    """Name a stage of the review."""
    return _said(REVIEW_STAGES, stage)


@register.filter
def outcome_word(outcome: str) -> str:
    """Say how a test call ended."""
    return _said(OUTCOMES, outcome)


@register.filter
def stage_word(kind: str) -> str:
    """Say a stage of a call."""
    return _said(STAGES, kind)


@register.filter
def fact_word(what: str) -> str:
    """Say what a fact records."""
    return _said(FACTS, what)


@register.filter
def reading_stage_word(stage: str) -> str:
    """Say what the reader is doing."""
    return _said(READING_STAGES, stage)


@register.filter
def actor_word(name: str) -> str:
    """Say who did something: a name as it is, one of our own processes in words."""
    return _said(PROCESSES, name)


@register.filter
def network_word(state: str) -> str:
    """Say the network state."""
    return _said(NETWORK, state)


@register.filter
def plain(data: dict[str, Any] | None) -> str:
    """Write what a fact recorded: `key: value` pairs."""
    return "; ".join(f"{key}: {value}" for key, value in (data or {}).items())


@register.filter
def split(text: str) -> list[str]:
    """Split a list written with commas."""
    return text.split(",")


@register.filter
def ring_time(call: Any) -> str:
    """Say how long a call rang, in seconds."""
    end = call.answered_at or call.ended_at
    return f"{(end - call.ringing_at).total_seconds():.1f} s" if call.ringing_at and end else ""


@register.filter
def talk_time(call: Any) -> str:
    """Say how long a call lasted from its answer: mm:ss."""
    if not (call.answered_at and call.ended_at):
        return ""
    total = max(0, int((call.ended_at - call.answered_at).total_seconds()))
    return f"{total // 60}:{total % 60:02d}"


@register.filter
def svg(value: float) -> str:
    """Write a coordinate with a point, whatever the language writes."""
    return f"{value:.2f}"
