"""What can go wrong with a report."""

from answerable.lib.errors import Problem


class NumberNotOurs(Problem):
    code, field = "NUMBER_NOT_OURS", "number"
    zh, en = (
        "这不是本平台的号码，请按页面所示向所属运营商反映。",
        "This number is not ours. Please turn to its carrier, as shown on the page.",
    )


class ClassUnknown(Problem):
    code, field = "CLASS_UNKNOWN", "report_class"
    zh, en = "请选择问题类别。", "Choose what it is about."


class ContactInvalid(Problem):
    code, field = "CONTACT_INVALID", "contact"
    zh, en = "联系手机号不正确；不留也可以。", "The mobile is not valid; you may leave it empty."


class AnswerMissing(Problem):
    code, field = "ANSWER_MISSING", "answer"
    zh, en = "请填写答复。", "Write an answer."


class AlreadyAnswered(Problem):
    code = "ALREADY_ANSWERED"
    zh = "这份举报已在 {when} 答复，您的答复没有保存。请看已有的答复。"
    en = "This report was answered on {when}; your answer was not kept. Read the answer that is there."


class TooManyReports(Problem):
    code, field = "TOO_MANY_REPORTS", "number"
    zh, en = (
        "短时间内提交过多，请稍后再试。紧急情况请拨 110。",
        "Too many reports in a short time. Try again later; in an emergency call 110.",
    )
