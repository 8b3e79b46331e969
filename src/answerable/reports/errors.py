"""What can go wrong with the weekly report."""

from answerable.lib.errors import Problem


class ReportIncomplete(Problem):
    code = "WEEKLY_REPORT_INCOMPLETE"
    zh = "还有没填的栏目：{fields_zh}。请先“更正”，填好后再登记报送。"
    en = "Some fields are not filled in: {fields_en}. Correct the report first, then mark it as sent."


class ReportSentAlready(Problem):
    code = "WEEKLY_REPORT_SENT"
    zh, en = (
        "这一版已登记报送。需要改动时，请做新的一版。",
        "This version is marked as sent. For a change, make a new version.",
    )


class ReportReplaced(Problem):
    code = "WEEKLY_REPORT_REPLACED"
    zh, en = "已有更新的版本，请在最新一版上办理。", "There is a newer version; go on with that one."


class ReceiptMissing(Problem):
    code, field = "RECEIPT_MISSING", "receipt"
    zh, en = (
        "请写明监管部门给的回执编号（100 字以内）。",
        "Write the receipt that the regulator gave, 100 characters at most.",
    )


class CorrectionReasonMissing(Problem):
    code, field = "CORRECTION_REASON_MISSING", "why"
    zh, en = "请写明为什么更正（300 字以内）。", "Say why it is corrected, 300 characters at most."


class CorrectionInvalid(Problem):
    code, field = "CORRECTION_INVALID", "figures"
    zh = "“{name_zh}”应为 0 或以上的整数；比率的分子不能大于分母。"
    en = "{name_en} is a whole number, 0 or more; a rate's part is never more than its whole."


class NothingCorrected(Problem):
    code, field = "NOTHING_CORRECTED", "figures"
    zh, en = "没有一栏和上一版不同。", "No field differs from the version before."
