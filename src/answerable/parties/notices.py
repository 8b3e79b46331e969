"""What people are told, in both languages. A notice keeps its code and parameters, never a rendered text."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction

from answerable.parties.models import Notice, Person
from answerable.parties.sms import gateway

TEXTS: dict[str, tuple[str, str]] = {
    "EXIT_AGENT": (
        "代理商{who_zh}将于 {until} 结束代理。{organisation}的 {count} 个号码照常使用，不会中断，合同和预付费用不变；随时可直接向运营主体续约。"
        "请在当日前登录选择由运营主体直接服务或转给其他代理商，不选的由运营主体直接服务。资料副本可在“材料保存”下载。热线 {hotline}。",
        "The agent {who_en} ends on {until}. The {count} number(s) of {organisation} go on without a break; contracts and what is"
        " paid ahead stay, and you can renew at the operator at any time. Sign in by that day to choose the operator or"
        " another agent; without an answer it is the operator. Your archive is under Papers kept. Hotline {hotline}.",
    ),
    "EXIT_RESERVED": (
        "代理商{who_zh}将退出，它为{organisation}预留的号码 {number} 不能再凭邀请码接受，预留至 {until} 为止。"
        "之后可自行选号，直接向运营主体申请；急需的请拨热线 {hotline}。",
        "The agent {who_en} leaves: its invitation for {number}, reserved for {organisation}, cannot be accepted any more. The"
        " reservation ends on {until}; then choose a number and apply at the operator. In a hurry, ring {hotline}.",
    ),
    "EXIT_OPERATOR": (
        "{who_zh}将于 {until} 停止经营。{organisation}的 {count} 个号码照常接通，不会自行中断；在此之前随时可续约。"
        "请在当日前登录选择去向：转到基础电信企业、承接单位，或销号。资料副本可在“材料保存”下载，交给接收方。热线 {hotline}。",
        "{who_en} stops operating on {until}. The {count} number(s) of {organisation} stay connected, none falls silent by"
        " itself, and you can renew until then. Sign in by that day to choose where they go: the carrier, a successor, or"
        " give them up. Your archive for whoever takes over is under Papers kept. Hotline {hotline}.",
    ),
    "EXIT_REMINDER": (
        "{who_zh}将于 {until} 退出，{organisation}还有 {count} 个号码没有选择去向。号码照常接通；请登录选择。热线 {hotline}。",
        "{who_en} leaves on {until}; for {count} number(s) of {organisation} nothing is chosen yet. They stay connected. Sign in"
        " to choose. Hotline {hotline}.",
    ),
    "EXPORT_READY": (
        "{organisation}的资料副本已备好，请在 {until} 前登录下载，到期自动删除。",
        "The copy of what is held about {organisation} is ready. Sign in and download it by {until}; then it is deleted.",
    ),
    "TRACE_DUE": (
        "追查 {reference} 须在 {until} 前办结，请登录工作台。",
        "Trace {reference} is to be answered by {until}. Sign in to the desk.",
    ),
    "TRACE_OVERDUE": (
        "追查 {reference} 已于 {until} 逾期，请立即办理。",
        "Trace {reference} was due at {until} and is overdue. Deal with it at once.",
    ),
    "HELD": ("号码 {number} 已为您预占至 {until}。", "Number {number} is held for you until {until}."),
    "AWAITING_PAYMENT": (
        "订单 {order} 已签约，请在 {until} 前由单位对公账户转账 {amount} 元，附言填 {order}。",
        "Order {order} is signed. Transfer {amount} CNY from the organisation's account by {until}, reference {order}.",
    ),
    "PAID": (
        "订单 {order} 的款项已到账，号码已锁定，请在 {until} 前提交材料。",
        "Payment for order {order} arrived; the number is locked. Submit the materials by {until}.",
    ),
    "PAYMENT_RETURNED": (
        "订单 {order} 的一笔转账将原路退回：{why_zh}。",
        "A transfer for order {order} goes back to the payer: {why_en}.",
    ),
    "SUBMITTED": (
        "号码 {number} 的材料已提交。请携原件到营业厅办理受理，预约码 {booking}。",
        "The materials for {number} are submitted. Bring the originals to a counter; booking code {booking}.",
    ),
    "DESTINATION_SUBMITTED": (
        "号码 {number} 的目的码证明已提交，等待审核。",
        "The proof of the new line for {number} is submitted for review.",
    ),
    "HANDLED": (
        "号码 {number} 已在营业厅受理，进入审核，预计 2 个工作日。",
        "Number {number} was handled at the counter and is under review; about 2 working days.",
    ),
    "MORE_INFORMATION": (
        "号码 {number} 的材料需要补充，请登录查看每一条原因与办法。",
        "More information is needed for {number}. Sign in to see each reason and what to do.",
    ),
    "MESSAGE": (
        "审核员就号码 {number} 的材料给您留言，请登录查看并回复。",
        "A reviewer wrote to you about the materials for {number}. Sign in to read and answer.",
    ),
    "APPROVED": (
        "号码 {number} 的实名审核已通过，正在登记开通。",
        "Number {number} is verified; registration and opening follow.",
    ),
    "REVERIFIED": ("号码 {number} 的重新核验已通过。", "Number {number} is verified again."),
    "CHANGE_SUBMITTED": (
        "号码 {number} 的变更申请已提交，等待审核。",
        "The change for {number} is submitted for review.",
    ),
    "CHANGE_APPROVED": ("号码 {number} 的{what_zh}已通过并生效。", "{what_en} of {number}: approved and in force."),
    "RESUMED": ("号码 {number} 已恢复，可以接听来电。", "Number {number} is resumed and answers calls."),
    "PAUSE_ENDED": (
        "号码 {number} 的停机保号已到期，已自动恢复。",
        "The pause of {number} is over; it is back in service.",
    ),
    "DESTINATION_APPROVED": ("号码 {number} 的目的码 {line} 已核验。", "The line {line} of {number} is verified."),
    "DECLINED": (
        "号码 {number} 的申请未通过，原因请登录查看；已付款项将在 5 个工作日内原路退回。",
        "The application for {number} was declined; sign in to see why. Money paid goes back within 5 working days.",
    ),
    "DESTINATION_DECLINED": (
        "号码 {number} 的核验未通过，原因请登录查看。",
        "The proof for {number} was not accepted; sign in to see why.",
    ),
    "DEFERRED": (
        "号码 {number} 的审核暂缓，无需您操作，有进展会通知您。",
        "The review of {number} is deferred; nothing to do, we will tell you.",
    ),
    "UNSUCCESSFUL": (
        "因我方原因，号码 {number} 的审核未完成，您无需重交，我们会尽快处理。",
        "For a reason on our side the review of {number} was not completed. You need not submit again.",
    ),
    "REGISTERED": (
        "号码 {number} 已在运营商登记，回执 {receipt}。将自动拨测。",
        "Number {number} is registered, receipt {receipt}. A test call follows.",
    ),
    "WORKING": ("号码 {number} 已开通，可以接听来电。", "Number {number} is in service and answers calls."),
    "TEST_CALL_FAILED": (
        "号码 {number} 的拨测未接通（{outcome}），请检查目的码后在控制台重新拨测。",
        "The test call to {number} did not get through ({outcome}). Check the line and press “test again” in the console.",
    ),
    "TAKEOVER_STARTED": (
        "存量号码 {number} 的接管已开始，请在 {until} 前提交盖章合同，无需付款。",
        "The taking over of {number} has begun. Hand in the sealed contract by {until}; there is nothing to pay.",
    ),
    "TAKEOVER_SIGNED": (
        "号码 {number} 的接管合同已收到，无需付款，请在 {until} 前提交材料。",
        "The contract for taking over {number} is here; there is nothing to pay. Submit the materials by {until}.",
    ),
    "CANCELLED": ("订单 {order} 已取消。", "Order {order} is cancelled."),
    "MATERIALS_ENDING": (
        "号码 {number} 的材料须在 {until} 前提交，逾期订单 {order} 失效，已付款项全额退回。",
        "The materials for {number} must be submitted by {until}; after that order {order} lapses and money paid goes back.",
    ),
    "COUNTER_ENDING": (
        "号码 {number} 须在 {until} 前到营业厅办理受理，逾期订单 {order} 失效，已付款项全额退回。请登录预约。",
        "Number {number} must be handled at a counter by {until}; after that order {order} lapses and money paid goes back."
        " Sign in to book.",
    ),
    "VERIFICATION_ENDING": (
        "号码 {number} 的实名核验于 {until} 到期，到期后不再接通来电。请在控制台该号码的“概况”页点“重新核验实名”。",
        "The verification of {number} ends on {until}; calls are not connected after that. In the console, on the number's"
        " overview, press “Verify again”.",
    ),
    "LINE_PROOF_ENDING": (
        "号码 {number} 绑定的线路 {line} 的核验于 {until} 到期，到期后不再响铃。请在控制台“绑定的线路”页点“更新证明”。",
        "The proof of line {line} of {number} ends on {until}; it does not ring after that. In the console, on the page of"
        " lines, press “Renew the proof”.",
    ),
    "RECHECK_ASKED": (
        "号码 {number} 需要重新核验（{ground_zh}）：{do_zh}，请在 {until} 前完成，逾期{effect_zh}，完成即恢复。热线 {hotline}。",
        "Number {number} is to be verified again ({ground_en}): {do_en}, by {until}. After that {effect_en}"
        " until this is done. Hotline {hotline}.",
    ),
    "RECHECK_ENDING": (
        "号码 {number} 的重新核验须在 {until} 前完成：{do_zh}。逾期{effect_zh}。",
        "The re-verification of {number} is to be done by {until}: {do_en}. After that {effect_en}.",
    ),
    "RECHECK_PAUSED": (
        "号码 {number} 的重新核验已于 {until} 到期未完成（{reason_zh}），{effect_zh}。办法：{do_zh}，完成即恢复；材料：{remedy_zh}。"
        "申诉热线 {hotline}。",
        "The re-verification of {number} was due on {until} ({reason_en}); {effect_en}. To undo it: {do_en}. Bring:"
        " {remedy_en}. To appeal: {hotline}.",
    ),
    "RECHECK_WITHDRAWN": (
        "号码 {number} 的重新核验要求（{ground_zh}）已撤回，无需再办。",
        "The re-verification of {number} ({ground_en}) is withdrawn; there is nothing left to do.",
    ),
    "PAID_TERM_ENDING": (
        "号码 {number} 的费用付至 {until}，到期后不再接通来电。请在控制台该号码的“续约”页续约。",
        "Number {number} is paid until {until}; calls are not connected after that. Renew it in the console, on the number's"
        " page “Renew”.",
    ),
    "LAPSED": (
        "订单 {order} 已过期，不再为您保留号码；已付款项将原路退回。",
        "Order {order} has lapsed and the number is no longer kept for you; money paid goes back.",
    ),
    "STOPPED": (
        "号码 {number} 已停机：{reason_zh}。申诉渠道：{channel_zh}；所需材料：{documents_zh}。",
        "Number {number} is stopped: {reason_en}. To appeal: {channel_en}; bring: {documents_en}.",
    ),
    "WARNED": (
        "号码 {number} 收到警示：{reason_zh}。请整改；申诉渠道：{channel_zh}，{until} 前可在控制台申诉。",
        "Number {number} is warned: {reason_en}. Put it right. To appeal: {channel_en}, or in the console by {until}.",
    ),
    "LIMITED": (
        "号码 {number} 被限制在工作日 9 至 18 时接通：{reason_zh}。申诉渠道：{channel_zh}，{until} 前可在控制台申诉；"
        "所需材料：{documents_zh}。",
        "Number {number} is limited to Monday to Friday, 9 to 18 h: {reason_en}. To appeal: {channel_en}, or in the console by"
        " {until}; bring: {documents_en}.",
    ),
    "APPEAL_FILED": (
        "号码 {number} 的申诉已收到，{until} 前答复。",
        "Your appeal about {number} is here; it is answered by {until}.",
    ),
    "APPEAL_UPHELD": (
        "号码 {number} 的申诉成立，处置已撤销。",
        "Your appeal about {number} is upheld; the measure has ended.",
    ),
    "APPEAL_REJECTED": (
        "号码 {number} 的申诉不成立，理由请登录查看。",
        "Your appeal about {number} was rejected; sign in to read why.",
    ),
    "DISAVOWED": (
        "{organisation}声明：号码 {number} 不是它的热线。您可以在 {until} 前登录答辩；之后由风控专员决定是否公开这项声明。",
        "{organisation} says that {number} is not its hotline. You may contest it by {until}; then a risk officer decides whether this is shown.",
    ),
    "DISAVOWAL_FILED": (
        "对号码 {number} 的声明已收到。持有单位可在 {until} 前答辩，办结后会通知您。",
        "Your statement about {number} is here. The holder may contest it by {until}; you will be told the decision.",
    ),
    "DISAVOWAL_UPHELD": (
        "关于号码 {number} 的声明成立，已在查证页面公开显示。",
        "The statement about {number} is upheld and shown in the look-up.",
    ),
    "DISAVOWAL_REJECTED": (
        "关于号码 {number} 的声明不成立，理由请登录查看。",
        "The statement about {number} is not upheld; sign in to read why.",
    ),
    "DISAVOWAL_ENDED": (
        "关于号码 {number} 的声明已不再显示。",
        "The statement about {number} is not shown any more.",
    ),
    "LIFTED": ("号码 {number} 已恢复服务。", "Number {number} is back in service."),
    "RENEWED": ("号码 {number} 已续约至 {until}。", "Number {number} is renewed until {until}."),
    "REPORT_RECEIVED": (
        "【有应】您的举报已收到，编号 {reference}，最迟 {until} 答复。请在“举报进度”页输入编号查看。",
        "Your report is received: {reference}. You are answered by {until}; enter the reference on the page “Report status”.",
    ),
    "REPORT_URGENT": (
        "【有应值班】紧急举报 {reference}：举报人已付款，请在 {until} 前处理。",
        "On duty: report {reference}, money was paid. Decide by {until}.",
    ),
    "REPORT_URGENT_OVERDUE": (
        "【有应值班】紧急举报 {reference} 已过 {until} 仍未处理，请立即处理或改派。",
        "On duty: report {reference} was to be decided by {until} and is not. Decide it or assign it now.",
    ),
    "REPORT_ANSWERED": (
        "【有应】您的举报 {reference} 已有答复，请在“举报进度”页输入编号查看。",
        "Your report {reference} is answered. Enter the reference on the page “Report status” to read it.",
    ),
    "TRANSFER_SIGNED": (
        "号码 {number} 的过户合同已收到，无需付款，请在 {until} 前提交本单位的材料和线路。",
        "The contract for {number} is here; there is nothing to pay. Submit your own papers and line by {until}.",
    ),
    "TRANSFER_STARTED": (
        "号码 {number} 的过户已发起，过户码请交给接收单位，{until} 前有效。请打印同意书盖章后上传。",
        "The transfer of {number} is begun. Hand the transfer code to the receiving organisation; it is good until {until}."
        " Print the consent, seal it and upload it.",
    ),
    "TRANSFER_ACCEPTED": (
        "号码 {number} 的过户已由接收单位接受。审核通过前，号码仍由本单位负责。",
        "The receiving organisation has accepted {number}. Until it is approved you still answer for the number.",
    ),
    "TRANSFER_RECEIVED": (
        "号码 {number} 已过户，自此由贵单位负责，来电转到您核验过的线路。",
        "Number {number} has passed to you: you answer for it from now on, and calls ring the line that you proved.",
    ),
    "TRANSFERRED": (
        "号码 {number} 已过户给接收单位，本单位不再负责，材料已锁定。",
        "Number {number} has passed to the receiving organisation. You do not answer for it any more; your papers are locked.",
    ),
    "TRANSFER_ENDED": (
        "号码 {number} 的过户未完成（{why_zh}），号码照旧由原机主负责。",
        "The transfer of {number} came to nothing ({why_en}); its holder answers for it as before.",
    ),
    "RELEASED": ("号码 {number} 已按您的申请销号。", "Number {number} was released at your request."),
}


def notify(person: Person, code: str, *, at: dt.datetime, link: str = "", **params: object) -> Notice:
    """Put a notice into a person's centre and send it by SMS once the transaction commits."""
    notice = Notice.objects.create(person=person, at=at, code=code, link=link, params=_kept(params))
    _send_on_commit(notice)
    return notice


def notify_once(person: Person, code: str, *, key: str, at: dt.datetime, link: str = "", **params: object) -> bool:
    """Notify unless the person was told of `key` before; return whether they were told now."""
    notice, is_new = Notice.objects.get_or_create(
        person=person, key=key, defaults={"at": at, "code": code, "link": link, "params": _kept(params)}
    )
    if is_new:
        _send_on_commit(notice)
    return is_new


def _kept(params: dict[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in params.items()}


def _send_on_commit(notice: Notice) -> None:
    mobile, text = notice.person.mobile, render(notice, notice.person.language)
    transaction.on_commit(lambda: _send(mobile, text))


def tell(mobile: str, code: str, **params: object) -> None:
    """Send an SMS once the transaction commits to somebody without an account, in both languages."""
    text = " ".join(TEXTS[code]).format(**params)
    transaction.on_commit(lambda: _send(mobile, text))


def _send(mobile: str, text: str) -> None:
    """Send after the commit; the notice centre has the message even when the SMS gateway is down."""
    try:
        gateway().send(mobile, text)
    except OSError:
        logging.getLogger(__name__).exception("an SMS was not sent; the notice is in the notification centre")


def render(notice: Notice, language: str) -> str:
    """Say a notice in `language`."""
    zh, en = TEXTS[notice.code]
    return (zh if language.startswith("zh") else en).format_map(_Params(notice.params))


class _Params(dict[str, str]):
    """What a notice was written with; a notice older than its present wording may lack a word."""

    def __missing__(self, key: str) -> str:
        return "—"
