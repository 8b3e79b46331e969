"""What can go wrong at the counter."""

from answerable.lib.errors import Problem


class DayInvalid(Problem):
    code, field = "DAY_INVALID", "day"
    zh, en = "请选择今天起 30 天内的工作日。", "Choose a working day within 30 days from today."


class AlreadyHandled(Problem):
    code = "ALREADY_HANDLED"
    zh, en = "这份申请已受理。", "This application was handled already."


class OriginalsMissing(Problem):
    code, field = "ORIGINALS_MISSING", "originals"
    zh, en = "以下原件尚未勾选为已核对：{missing_zh}。", "These originals are not ticked as seen: {missing_en}."


class IdReaderMismatch(Problem):
    code, field = "ID_READER_MISMATCH", "id_reader"
    zh = "读卡器读出的姓名与应到场的人“{expected}”不一致，不能受理。"
    en = "The ID reader's name is not “{expected}”, who must be present. This cannot be handled."


class IdReaderInvalid(Problem):
    code, field = "ID_READER_INVALID", "id_reader"
    zh = "读卡器文件无效：{why_zh}。请重新读卡。"
    en = "The ID reader's file is not valid: {why_en}. Read the card again."


class IdCardExpired(Problem):
    code, field = "ID_CARD_EXPIRED", "id_reader"
    zh = "这张身份证已于 {day} 到期，不能受理。请当事人换领新证（或持有效的临时身份证）后再来，并重新读卡。"
    en = "This ID card expired on {day}; the application cannot be handled. Ask for a valid card and read it again."


class NotHandled(Problem):
    code = "NOT_HANDLED"
    zh, en = "尚未经营业厅受理，不能审核通过。", "It was not handled at a counter; it cannot be approved."


class NotAtACounter(Problem):
    code = "NOT_AT_A_COUNTER"
    zh, en = "您没有登记在任何营业厅，不能受理。", "You are not assigned to a counter and cannot handle applications."


class HandledAlready(Problem):
    code = "HANDLED_ALREADY"
    zh, en = (
        "已在营业厅受理，办理人和线路不能再改。",
        "It was handled at the counter; the person and the line cannot be changed any more.",
    )


class CounterClosed(Problem):
    code, field = "COUNTER_CLOSED", "day"
    zh, en = (
        "这一天该营业厅不办理业务，请换一天或换一个营业厅。",
        "This counter is closed on that day. Choose another day or counter.",
    )


class CounterFull(Problem):
    code, field = "COUNTER_FULL", "day"
    zh, en = "这一天的预约已满，请换一天或换一个营业厅。", "That day is booked out. Choose another day or counter."
