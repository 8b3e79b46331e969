"""What can go wrong with numbers."""

from answerable.lib.errors import Problem


class NumberTaken(Problem):
    code, field = "NUMBER_TAKEN", "number"
    zh, en = "{number} 刚刚被别人选走了，请另选一个。", "{number} was just taken by somebody else. Choose another one."


class NumberUnknown(Problem):
    code, field = "NUMBER_UNKNOWN", "number"
    zh, en = "没有这个号码，请检查。", "There is no such number. Check it."


class TooManyHolds(Problem):
    code, field = "TOO_MANY_HOLDS", "number"
    zh, en = (
        "您已预占 {count} 个号码，请先完成或取消其中一个。",
        "You already hold {count} numbers. Complete or cancel one first.",
    )


class StateConflict(Problem):
    code = "STATE_CONFLICT"
    zh = "号码 {number} 的状态已变为“{state}”，此操作不再适用，请刷新页面。"
    en = "Number {number} is now in state “{state}”; this no longer applies. Reload the page."


class MeasureInForce(Problem):
    code = "MEASURE_IN_FORCE"
    zh, en = (
        "号码 {number} 已有同样的处置，请先解除。",
        "The same measure is in force for {number} already; end it first.",
    )


class MeasureOver(Problem):
    code = "MEASURE_OVER"
    zh, en = "这项处置已经结束，请刷新页面。", "This measure is over already. Reload the page."


class StoppedForCause(Problem):
    code = "STOPPED_FOR_CAUSE"
    zh = "号码因“{reason_zh}”停机，不能以销号了结。请先按停机通知的渠道申诉或补正，恢复后再销号。"
    en = (
        "The number is stopped: {reason_en}. Releasing it does not end that. Appeal or put it right first, in the way the "
        "stop notice says; once the stop is lifted you can release it."
    )


class LineRefused(Problem):
    code, field = "LINE_REFUSED", "line"
    zh, en = "{why_zh}", "{why_en}"


class LineBound(Problem):
    code, field = "LINE_BOUND", "line"
    zh, en = "这条线路已绑定在该号码上。", "This line is already bound to the number."


class TooManyLines(Problem):
    code, field = "TOO_MANY_LINES", "line"
    zh, en = "一个号码最多绑定 {count} 条线路。", "A number can have at most {count} lines."


class NetworkStateUnknown(Problem):
    code, field = "NETWORK_STATE_UNKNOWN", "network_state"
    zh, en = "网络状态须为 {known}。", "The network state is one of {known}."


class PoolLineInvalid(Problem):
    code = "POOL_LINE_INVALID"
    zh, en = "{why_zh}", "{why_en}"


class ReasonUnknown(Problem):
    code, field = "REASON_UNKNOWN", "reason"
    zh, en = "停机原因代码不存在。", "There is no such stop reason."


class NotProven(Problem):
    code = "NOT_PROVEN"
    zh, en = (
        "第一条线路必须保留；请先添加并核验另一条固定电话。",
        "The first line must stay. Add and verify another fixed line first.",
    )


class LedgerUnreadable(Problem):
    code = "LEDGER_UNREADABLE"
    zh = "文件不是 UTF-8 的 CSV，或缺少表头 number,credit_code,line：{why}"
    en = "The file is no CSV in UTF-8 with the header number,credit_code,line: {why}"


class LedgerDayInvalid(Problem):
    code, field = "LEDGER_DAY_INVALID", "paid_until"
    zh, en = "付费截止日“{day}”无效，请写成 2026-12-31。", "“{day}” is not a day; write paid_until as 2026-12-31."


class NotA400Number(Problem):
    code, field = "NOT_A_400_NUMBER", "number"
    zh, en = "“{number}”不是开放号段的 400 号码。", "“{number}” is not a 400 number of an open range."


class NotANumber(Problem):
    code, field = "NOT_A_NUMBER", "ring_seconds"
    zh, en = "顺序和振铃秒数请填写数字。", "Write order and ring time as numbers."


class LineRangeInvalid(Problem):
    code = "LINE_RANGE_INVALID"
    zh = "“{digits},{carrier},{kind}”无效：digits 为以 0 或 1 开头的 2 至 12 位号段或整个号码，carrier 为 {known}，kind 为 {kinds}。"
    en = "“{digits},{carrier},{kind}” is not valid: digits is a range or a whole line of 2 to 12 digits from 0 or 1; carrier is one of {known}; kind is one of {kinds}."


class NotVerifiedAnyMore(Problem):
    code = "NOT_VERIFIED_ANY_MORE"
    zh = "实名核验在停机期间已到期，不能恢复。请先点“重新核验实名”，通过后再恢复。"
    en = "The verification ended during the pause. Press “Verify again” first; once it is approved the number can be resumed."


class NothingToCertify(Problem):
    code = "NOTHING_TO_CERTIFY"
    zh = "号码没有在用，或已停机：现在不能打印公示牌。恢复使用后再打印。"
    en = "The number is not in service, or stopped: nothing can be printed for the door now. Print it once the number works again."
