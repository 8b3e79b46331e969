"""List every way in which the gate does not connect a call: one cause, one code, one number, one announcement.

The words for the caller never tell more than a stranger may know; the words for the enterprise tell what to do. Pure.
"""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    """One row. `cause` is ITU-T Q.850; it travels with the code in the Reason header (RFC 3326)."""

    number: int
    code: str
    status: int
    phrase: str
    cause: int
    caller_zh: str
    caller_en: str
    enterprise_zh: str
    enterprise_en: str

    @property
    def reason_header(self) -> str:
        return f'Q.850;cause={self.cause};text="{self.code}"'


# fmt: off
_ROWS = (
    Refusal(1, "SOURCE_UNKNOWN", 403, "Forbidden", 21,
            "呼叫未被接受。", "The call is not accepted.",
            "来电不是从已登记的运营商中继进入的。", "The call did not come over a registered carrier trunk."),
    Refusal(2, "CALLER_IS_400", 403, "Caller Not Allowed", 21,
            "400 号码不能作主叫。", "A 400 number never calls out.",
            "来电冒用 400 号码作主叫，已拦截。", "The caller showed a 400 number; such a call is spoofed and was blocked."),
    Refusal(3, "SNAPSHOT_STALE", 503, "Service Unavailable", 41,
            "系统暂时不能接通，请稍后再拨。", "The call cannot be connected at the moment. Please try later.",
            "闸门超过规定时间没有收到控制面的心跳，全部呼叫暂停；这是我方故障。",
            "The gate has had no heartbeat from the control plane for too long and refuses all calls; this is our fault."),
    Refusal(4, "NUMBER_UNKNOWN", 404, "Unallocated Number", 1,
            "您拨打的号码是空号。", "The number you dialled is not in use.",
            "号码不在本平台，或没有有效的记录。", "The number is not on this platform, or has no valid record."),
    Refusal(5, "STOPPED_AT_GATE", 403, "Number Stopped", 21,
            "您拨打的号码已被停止使用。", "The number you dialled has been stopped.",
            "值班人员已在闸门直接停用该号码，正在核实；停用原因和申诉途径见控制台。",
            "Staff on duty stopped the number at the gate itself; the console tells the reason and how to appeal."),
    Refusal(6, "STOPPED", 403, "Number Stopped", 21,
            "您拨打的号码已被停止使用。", "The number you dialled has been stopped.",
            "号码已被停用；原因、申诉途径和所需材料见控制台。",
            "The number is stopped; the console tells the reason, the remedy and the documents needed."),
    Refusal(7, "NOT_IN_SERVICE", 404, "Not In Service", 1,
            "您拨打的号码没有开通。", "The number you dialled is not in service.",
            "号码没有处于使用状态（未开通、暂停或已注销）。", "The number is not in service (not opened, paused or closed)."),
    Refusal(8, "NOT_YET_OPEN", 480, "Not Yet Open", 20,
            "您拨打的号码正在开通，请稍后再拨。", "The number you dialled is being opened. Please try later.",
            "号码正在开通，测试呼叫通过前只接平台的测试来电。",
            "The number is being opened; until its test call has passed only the platform's own caller is connected."),
    Refusal(9, "NOT_OPENING", 403, "Not Being Opened", 21,
            "平台测试呼叫只能拨打正在开通的号码。", "The platform's own caller reaches only numbers being opened.",
            "平台的测试来电没有接通：号码不在开通过程中。", "The platform's test call was not connected: the number is not being opened."),
    Refusal(10, "NETWORK_NOT_ACTIVE", 480, "Not Activated", 20,
            "您拨打的号码暂时无法接通。", "The number you dialled cannot be reached at the moment.",
            "号码在运营商网络侧没有激活；请联系客户经理。", "The number is not activated in the carrier's network; ask your account manager."),
    Refusal(11, "NOT_VERIFIED", 403, "Verification Not In Force", 21,
            "您拨打的号码没有有效的实名登记，不能接通。", "Nobody verified answers for this number; it is not connected.",
            "实名核验没有通过或已到期；重新提交材料后恢复。", "Verification is missing or has lapsed; submit the materials again."),
    Refusal(12, "UNPAID", 403, "Service Not Paid", 50,
            "您拨打的号码暂停服务。", "The number you dialled is out of service.",
            "服务期已满或欠费；缴费后恢复。", "The paid term has ended; it resumes after payment."),
    Refusal(13, "CLOSED_HOURS", 480, "Closed Now", 20,
            "现在不是服务时间，请在服务时间内拨打。", "We are closed now. Please call during opening hours.",
            "来电在您设定的服务时间以外。", "The call came outside the opening hours that you set."),
    Refusal(14, "LIMITED", 480, "Limited Hours", 20,
            "现在不是服务时间，请在服务时间内拨打。", "We are closed now. Please call during opening hours.",
            "号码被限制时段，只在工作日 9 至 18 时接通；原因和申诉途径见控制台。",
            "The number is limited to Monday to Friday, 9 to 18 h; the console tells the reason and how to appeal."),
    Refusal(15, "DESTINATION_NOT_PROVEN", 480, "No Proven Destination", 27,
            "您拨打的号码暂时无法接通。", "The number you dialled cannot be reached at the moment.",
            "没有一条接听线路的证明在有效期内；请更新线路证明。", "No bound line has a proof in force; renew the proof of a line."),
    Refusal(16, "NO_ROUTE", 404, "No Route To Destination", 3,
            "您拨打的号码暂时无法接通。", "The number you dialled cannot be reached at the moment.",
            "号码没有可以接通的接听线路；请在控制台设置。", "The number has no line to ring; set one in the console."),
    Refusal(17, "RECORDER_FULL", 503, "Recorder Full", 42,
            "系统暂时不能接通，请稍后再拨。", "The call cannot be connected at the moment. Please try later.",
            "闸门无法写入话单，不接新呼叫；这是我方故障。", "The gate cannot write call records and takes no new calls; this is our fault."),
    Refusal(18, "ALL_BUSY", 486, "All Lines Busy", 17,
            "线路全忙，请稍后再拨。", "All lines are busy. Please try later.",
            "全部接听线路占线。", "All lines were busy."),
    Refusal(19, "NO_ANSWER", 480, "No Answer", 19,
            "暂时无人接听，请稍后再拨。", "Nobody answers. Please try later.",
            "接听线路振铃后无人应答。", "The lines rang and nobody answered."),
    Refusal(20, "UNREACHABLE", 502, "Line Unreachable", 27,
            "您拨打的号码暂时无法接通。", "The number you dialled cannot be reached at the moment.",
            "接听线路不通（运营商侧无响应或拒绝）。", "The line could not be reached (the carrier's side did not respond or declined)."),
    Refusal(21, "GATE_FAULT", 500, "Gate Fault", 41,
            "系统暂时不能接通，请稍后再拨。", "The call cannot be connected at the moment. Please try later.",
            "闸门内部故障，呼叫未接通；这是我方故障。", "A fault inside the gate; the call was not connected. This is our fault."),
    Refusal(22, "CALLER_BARRED", 403, "Caller Not Accepted", 21,
            "您拨打的用户暂时不能接听您的来电。", "The person you called does not take your call.",
            "来电号码在您设定的拒接名单上，或不在接听名单上。", "The caller is on the list you refuse, or not on the list you accept."),
    Refusal(23, "TRUNK_RATE", 503, "Trunk Over Its Rate", 42,
            "线路繁忙，请稍后再拨。", "The lines are busy. Please try later.",
            "运营商中继每秒呼叫数超过约定上限，新来电暂不接入。",
            "The carrier's trunk sends more calls a second than agreed; new ones are not taken for the moment."),
    Refusal(24, "CALLER_RATE", 480, "Caller Calls Too Often", 21,
            "您的拨号过于频繁，请稍后再拨。", "You are calling too often. Please try later.",
            "同一主叫一分钟内来电过多，已拦截。", "The same caller called too often within a minute and was held back."),
    Refusal(25, "NUMBER_RATE", 503, "Number Over Its Rate", 42,
            "您拨打的号码正忙，请稍后再拨。", "The number you dialled is busy. Please try later.",
            "号码每秒来电超过上限；如为业务高峰，请联系客户经理提高。",
            "More calls a second than the number may take; ask your account manager to raise it for a campaign."),
    Refusal(26, "CAPACITY", 486, "All Channels Busy", 17,
            "线路全忙，请稍后再拨。", "All lines are busy. Please try later.",
            "号码的同时通话数已满。", "The number has as many calls at once as it may have."),
    Refusal(27, "DRAINING", 503, "Draining", 42,
            "系统暂时不能接通，请稍后再拨。", "The call cannot be connected at the moment. Please try later.",
            "这台闸门正在停机维护，已请运营商中继把来电改送另一台闸门。",
            "This gate host is being taken out of service; the carrier's trunk was told to send the call to the next gate."),
)
# fmt: on

REFUSALS: dict[str, Refusal] = {row.code: row for row in _ROWS}
"""Every refusal by its code. A row's number never changes and none is used again."""
