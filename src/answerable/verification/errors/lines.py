"""What can go wrong with the line a dossier proves, and with the call to it."""

from answerable.lib.errors import Problem


class LineNotSet(Problem):
    code, field = "LINE_NOT_SET", "line"
    zh, en = "请先填写接听线路，再请平台回拨。", "Give the line first, then have it called."


class CallBackUnderWay(Problem):
    code = "CALL_BACK_UNDER_WAY"
    zh, en = "正在拨打这条线路，请先接听。", "This line is being called already; answer it first."


class CallBacksUsedUp(Problem):
    code = "CALL_BACKS_USED_UP"
    zh = "这条线路今天已回拨 {most} 次，请明天再试，或由营业厅当面核验。"
    en = "This line was called {most} times today. Try tomorrow, or prove it at a counter."


class CodeWrong(Problem):
    code, field = "CODE_WRONG", "code"
    zh, en = "验证码不对，还可再试 {left} 次。", "This is not the code; {left} tries are left."


class CodeExpired(Problem):
    code, field = "CODE_EXPIRED", "code"
    zh = "没有可用的验证码：未接通、已过期或错误次数过多。请重新回拨。"
    en = "No code is valid now: not answered, expired, or too many tries. Have the line called again."


class NotCalledBack(Problem):
    code = "NOT_CALLED_BACK"
    zh, en = (
        "线路 {line} 尚未完成回拨核验，不能通过。",
        "Line {line} was not proven by a call-back; it cannot be approved.",
    )


class OwnerUnknown(Problem):
    code, field = "OWNER_UNKNOWN", "owner"
    zh, en = "请从列表中选择线路户主。", "Choose the line's owner from the list."


class FirstLineNotOwn(Problem):
    code, field = "FIRST_LINE_NOT_OWN", "owner"
    zh = "第一条线路须属于本单位或法定代表人。关联公司、员工的线路可在开通后添加，并附承诺书。"
    en = (
        "The first line must be the organisation's own or its legal representative's. Lines of affiliates and staff are added"
        " once the number works, with their letters."
    )
