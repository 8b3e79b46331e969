"""How processes, network states, stages and outcomes are said (Chinese, English)."""

from __future__ import annotations

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

COMPLAINT: dict[str, tuple[str, str]] = {
    "picture": ("图片", "Picture"),
    "paper": ("PDF", "PDF"),
    "sound": ("录音", "Recording"),
    "urgent": ("紧急举报交给您", "Urgent, given to you"),
    "nobody": ("紧急举报，无人值班", "Urgent, nobody on duty"),
    "overdue": ("紧急举报逾时", "Urgent, past its deadline"),
    "assigned": ("改派给您", "Assigned to you"),
    "reminder": ("三日内须答复", "To be answered within three days"),
    "stopped": ("已停机", "Number stopped"),
    "proof_asked": ("已要求证明", "Proof asked for"),
    "dismissed": ("不停机", "Not stopped"),
}
"""Kinds of evidence, what staff was told, and decisions about a report."""
