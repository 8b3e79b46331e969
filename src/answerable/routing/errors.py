"""What can go wrong with a call plan."""

from answerable.lib.errors import Problem


class HoursInvalid(Problem):
    code, field = "HOURS_INVALID", "hours"
    zh = "营业时间无效：每段的结束须晚于开始（跨零点请分成两段），同一天不能重叠。"
    en = "These hours are not valid: each span ends after it begins (split a span at midnight), and spans of a day do not overlap."


class DateInvalid(Problem):
    code, field = "DATE_INVALID", "closed_dates"
    zh, en = "日期无效：{date}。请写成 2026-10-01。", "Not a date: {date}. Write it as 2026-10-01."
