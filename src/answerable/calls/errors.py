"""What can go wrong with records of calls."""

from answerable.lib.errors import Problem


class ReasonMissing(Problem):
    code, field = "CLOSING_REASON_MISSING", "why"
    zh, en = "请写明查明的原因（300 字以内）。", "Write what was found out, 300 characters at most."


class DifferenceClosed(Problem):
    code = "RECORD_DIFFERENCE_OVER"
    zh, en = (
        "这一条已办结，或两份话单已经一致，请刷新页面。",
        "This one was closed, or the two records agree by now. Load the page again.",
    )
