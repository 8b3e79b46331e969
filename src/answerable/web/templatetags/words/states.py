"""How a state is said (Chinese, English), and the tone of its badge."""

from __future__ import annotations

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
    # measures and appeals
    "warn": ("警示", "Warning", "warn"),
    "reverify": ("重新核验", "To be verified again", "warn"),
    "limit": ("限制时段", "Hours limited", "bad"),
    "suspend": ("停机", "Stopped", "bad"),
    "lifted": ("已解除", "Ended", "ok"),
    "in_error": ("已撤销", "Ended: it was in error", "ok"),
    "over": ("号码不再使用", "Number no longer in use", ""),
    "upheld": ("申诉成立", "Upheld", "ok"),
    "rejected": ("申诉不成立", "Rejected", "bad"),
    # transfer of holder
    "accepted": ("接收方办理中", "Receiver under way", "info"),
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
