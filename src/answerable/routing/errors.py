"""What can go wrong with a call plan."""

from answerable.lib.errors import Problem


class HoursInvalid(Problem):
    code, field = "HOURS_INVALID", "hours"
    zh = "营业时间无效：每段的结束须晚于开始（跨零点请分成两段），同一天不能重叠。"
    en = "These hours are not valid: each span ends after it begins (split a span at midnight), and spans of a day do not overlap."


class DateInvalid(Problem):
    code, field = "DATE_INVALID", "closed_dates"
    zh, en = "日期无效：{date}。请写成 2026-10-01。", "Not a date: {date}. Write it as 2026-10-01."


class RingInvalid(Problem):
    code, field = "RING_INVALID", "ring"
    zh, en = "请选择依次振铃或同时振铃。", "Choose whether the lines ring in order or all at once."


class CallsInvalid(Problem):
    code, field = "CALLS_INVALID", "most_calls"
    zh, en = "同时通话数请填 0（不限）至 {most}。", "Calls at once: 0 (not limited) to {most}."


class EntryInvalid(Problem):
    code, field = "ENTRY_INVALID", "refused_callers"
    zh = "名单无效：{entry}。每行一个号码、号码开头或区号（例如 170、0755、13800138000），无号码的来电写“匿名”；最多 200 行。"
    en = "Not an entry: {entry}. One number, beginning or area code a line (170, 0755, 13800138000), `anonymous` for callers without a number; at most 200."


class BillingNumberInvalid(Problem):
    code, field = "BILLING_NUMBER_INVALID", "billing_number"
    zh, en = "计费号须是本号码已绑定的线路。", "The billing number must be a line that is bound to this number."


class TrunkInvalid(Problem):
    code = "TRUNK_INVALID"
    zh = "中继无效：名称不含空格且不超过 40 字，账号为字母数字，都不能与其他中继相同；密码至少 16 位；每秒呼叫数 0 至 10000。"
    en = (
        "Not a trunk: a name without spaces of at most 40 characters and a user of letters and digits, neither of them another "
        "trunk's; a password of at least 16; 0 to 10,000 calls a second."
    )


class TrunkUnknown(Problem):
    code = "TRUNK_UNKNOWN"
    zh, en = "没有这个名称的在用中继。", "No trunk of that name is in use."


class TrunkNotOff(Problem):
    code = "TRUNK_NOT_OFF"
    zh, en = "没有这个名称的已关闭中继。", "No trunk of that name is switched off; `answerable trunk list` shows all."


class TwoPeopleNeeded(Problem):
    code = "TWO_PEOPLE"
    zh, en = "须由两位不同的人员共同决定。", "Two different people are needed."


class WhyMissing(Problem):
    code, field = "WHY_MISSING", "reason"
    zh, en = "请写明原因（{least} 至 {most} 字）。", "Say why ({least} to {most} characters)."


class NothingHeld(Problem):
    code = "NOTHING_HELD"
    zh, en = "现在没有被扣住的发布。", "Nothing is held back."
