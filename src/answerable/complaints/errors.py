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


class KindUnknown(Problem):
    code, field = "KIND_UNKNOWN", "kind"
    zh, en = "请选择骗法；拿不准请选“其他骗法”。", "Choose the kind of fraud; if unsure, “another kind”."


class PaidAtInvalid(Problem):
    code, field = "PAID_AT_INVALID", "paid_at"
    zh = "付款时间看不懂，或在将来；不记得可不填。"
    en = "The time of the payment cannot be read, or lies ahead; leave it empty if you do not remember."


class MobileMissing(Problem):
    code, field = "MOBILE_MISSING", "code"
    zh, en = "这份举报没有留手机号，无需验证。", "No mobile was left with this report; there is nothing to confirm."


class MobileConfirmed(Problem):
    code, field = "MOBILE_CONFIRMED", "code"
    zh, en = "手机号已经验证过。", "The mobile is confirmed already."


class EvidenceRefused(Problem):
    code, field = "EVIDENCE_REFUSED", "file"
    zh, en = "{why_zh}", "{why_en}"


class EvidenceTooMuch(Problem):
    code, field = "EVIDENCE_TOO_MUCH", "file"
    zh, en = "最多 {most} 个文件，请挑最要紧的。", "At most {most} files: choose the most important."


class EvidenceGone(Problem):
    code = "EVIDENCE_GONE"
    zh, en = "保存期已过，这个文件已删除。", "Its time of keeping is over: the file is erased."


class ReportErased(Problem):
    code = "REPORT_ERASED"
    zh, en = "这份举报的保存期已过，不能再补充。", "This report's time of keeping is over; nothing can be added."


class EscalationTooEarly(Problem):
    code, field = "ESCALATION_TOO_EARLY", "why"
    zh = "我方最迟 {until} 答复；收到答复后仍不满意，或到期没有答复，即可申诉。"
    en = "We answer by {until}. If you are not content with the answer, or none came by then, you can escalate."


class EscalatedAlready(Problem):
    code, field = "ESCALATED_ALREADY", "why"
    zh, en = "申诉材料已经生成，请直接下载。", "The file for the regulator is made already: download it."


class WhyMissing(Problem):
    code, field = "WHY_MISSING", "why"
    zh, en = "请写明理由。", "Say why."


class NotUrgent(Problem):
    code = "NOT_URGENT"
    zh = "这份举报不在紧急通道，或已有人处理；请刷新页面看结果。"
    en = "This report is not in the urgent lane, or somebody has decided it. Load the page again."


class ShiftInvalid(Problem):
    code, field = "SHIFT_INVALID", "until"
    zh = "值班须有起止时间，止晚于起，不超过 {most} 小时，且不能已经结束。"
    en = "A shift has a beginning and a later end, {most} hours apart at most, and is not over yet."


class OfficerUnknown(Problem):
    code, field = "OFFICER_UNKNOWN", "staff"
    zh, en = "请选择在职的风控专员。", "Choose a risk officer who is still with us."


class PhoneInvalid(Problem):
    code, field = "PHONE_INVALID", "phone"
    zh, en = (
        "请填写值班手机号（11 位），紧急举报会发短信到这个号码。",
        "Enter the mobile of this duty (11 digits): urgent reports go there.",
    )


class PartnerInvalid(Problem):
    code, field = "PARTNER_INVALID", "code"
    zh = "代码须为 2 至 20 个小写字母、数字或横线，没有人用过，且须有名称。"
    en = "A code has 2 to 20 small letters, digits or hyphens, is new, and needs a name."


class HandoverRefused(Problem):
    code, field = "HANDOVER_REFUSED", "file"
    zh, en = "{why_zh}", "{why_en}"


class CellInvalid(Problem):
    """One cell of a handed-over file."""

    code = "CELL_INVALID"
    zh, en = "{column}：{why_zh}", "{column}: {why_en}"


class NothingToLift(Problem):
    """Nothing waits for a permit: no stop is in force, or what would ring is proven no longer."""

    code, field = "NOTHING_TO_LIFT", "permit_code"
    zh = "没有可预签的许可：号码没有被停机，或核验、线路已过期，恢复前须重新核验。"
    en = "There is no permit to confirm: the number is not stopped, or its verification or lines have ended and come first."


class NobodyAnswersForIt(Problem):
    code, field = "NOBODY_ANSWERS_FOR_IT", "number"
    zh = "现在没有单位对号码 {number} 负责，打不通；看到有人冒用，请直接举报。"
    en = "Nobody answers for {number} now and no call is connected; if it is misused, report it."


class DisavowalTextMissing(Problem):
    code, field = "DISAVOWAL_TEXT_MISSING", "text"
    zh, en = "请写明在哪里、怎样看到这个号码冒用本单位名义。", "Write where and how the number is passed off as yours."


class DisavowedOwnNumber(Problem):
    code, field = "DISAVOWED_OWN_NUMBER", "number"
    zh, en = (
        "这个号码正由本单位持有：不再使用请销号。",
        "Your organisation holds this number: to be rid of it, release it.",
    )


class DisavowedAlready(Problem):
    code, field = "DISAVOWED_ALREADY", "number"
    zh, en = (
        "本单位对这个号码的声明正在核查，或已公开显示，不必再提。",
        "Your statement about this number is being checked, or shown already.",
    )


class NotYourOrganisation(Problem):
    code, field = "NOT_YOUR_ORGANISATION", "enterprise"
    zh = "请选择您已核验代表的单位；没有的，请带盖章的书面声明到营业厅。"
    en = "Choose an organisation that you are proven to act for; without one, bring a sealed letter to a counter."


class LetterInvalid(Problem):
    code, field = "LETTER_INVALID", "file"
    zh, en = (
        "请上传盖章声明的扫描件（PDF，不超过 15 MB）。",
        "Upload the scan of the sealed letter: PDF, 15 MB at most.",
    )


class ContestTooLate(Problem):
    code = "CONTEST_TOO_LATE"
    zh, en = (
        "答辩期限已过，或已经答辩过、已经办结。",
        "The time to contest is over, or it was contested or decided already.",
    )


class ContestMissing(Problem):
    code, field = "CONTEST_MISSING", "text"
    zh, en = "请写明为什么这个号码没有冒用该单位名义。", "Write why the number is not passed off as theirs."


class DisavowalDecided(Problem):
    code = "DISAVOWAL_DECIDED"
    zh, en = "这项声明已经办结。", "This claim has been decided."


class NotContestableYet(Problem):
    code = "NOT_CONTESTABLE_YET"
    zh = "持有单位可以答辩到 {until}；在它答辩或期满之前不能认定成立。"
    en = "The holder may contest it until {until}; it is not upheld before that, or before they have."


class EnteredByYou(Problem):
    code = "ENTERED_BY_YOU"
    zh, en = "书面声明由您登记，须由另一位人员决定。", "You entered the letter; somebody else decides."
