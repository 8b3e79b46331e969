"""What can go wrong with a change of a number in service."""

from answerable.lib.errors import Problem


class ChangeUnknown(Problem):
    code, field = "CHANGE_UNKNOWN", "purpose"
    zh, en = "请从列表中选择办理事项。", "Choose what to change from the list."


class MobileWrong(Problem):
    code, field = "MOBILE_WRONG", "mobile"
    zh, en = "请填写新经办人的 11 位手机号。", "Give the new handler's mobile number, 11 digits."


class RegisterUnchanged(Problem):
    code = "REGISTER_UNCHANGED"
    zh = "登记信息库中还没有这项变更。请先在市场监管部门办理变更登记，我方更新登记信息后再申请。"
    en = "The register does not say so yet. Register the change with the authority first; apply once our register is refilled."


class PauseInvalid(Problem):
    code, field = "PAUSE_INVALID", "until"
    zh = "只有使用中的号码可以停机保号，截止日须在明天至 {most} 天之内。"
    en = "Only a number in service can be paused, until a day from tomorrow to {most} days ahead."


class PauseOver(Problem):
    code = "PAUSE_OVER"
    zh, en = (
        "申请的停机截止日已过，请不予通过并请申请人重新申请。",
        "The pause's last day is past. Decline it and ask for a new application.",
    )
