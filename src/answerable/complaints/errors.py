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


class TextMissing(Problem):
    code, field = "TEXT_MISSING", "text"
    zh, en = "请写明申诉的理由。", "Write why you appeal."


class NotTheHolder(Problem):
    code = "NOT_THE_HOLDER"
    zh, en = (
        "只有持有单位已核验的经办人或法定代表人可以申诉。",
        "Only a proven handler or legal representative of the holder can appeal.",
    )


class NothingToAppeal(Problem):
    code = "NOTHING_TO_APPEAL"
    zh, en = "这项处置已经解除，无需申诉。", "This measure has ended already; there is nothing to appeal."


class AppealTooLate(Problem):
    code = "APPEAL_TOO_LATE"
    zh, en = (
        "申诉期限到 {until} 为止，已过期。请携处置通知所列材料到营业厅办理。",
        "The appeal period ended on {until}. Bring the documents named in the notice to a counter.",
    )


class AppealedAlready(Problem):
    code = "APPEALED_ALREADY"
    zh, en = "这项处置已经申诉过，请看申诉进度。", "An appeal against this measure is there already; see its progress."


class AppealDecided(Problem):
    code = "APPEAL_DECIDED"
    zh, en = "这份申诉已经办结，请刷新页面。", "This appeal is decided already. Reload the page."


class DecidedByYou(Problem):
    code = "DECIDED_BY_YOU"
    zh, en = (
        "处置由您作出，须由另一位人员核查申诉。",
        "You took this measure; somebody else has to check the appeal.",
    )


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
