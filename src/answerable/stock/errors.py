"""What can go wrong in a stock check."""

from answerable.lib.errors import Problem


class CheckRuns(Problem):
    code = "STOCK_CHECK_RUNS"
    zh, en = "已有一次存量核查在进行，请等它查完。", "A stock check is running already; wait until it is done."


class NothingToCheck(Problem):
    code, field = "NOTHING_TO_CHECK", "carrier"
    zh, en = (
        "所选范围内没有在用号码，请改选运营商、分公司或批次。",
        "No number in service matches; choose another carrier, branch or batch.",
    )


class DecidedAlready(Problem):
    code = "DECIDED_ALREADY"
    zh, en = "这条发现已由 {name} 处理。", "{name} has decided this finding already."


class WhyMissing(Problem):
    code, field = "WHY_MISSING", "why"
    zh, en = "请写明排除的理由。", "Write why it is dismissed."


class StartedByYou(Problem):
    code = "STARTED_BY_YOU"
    zh, en = (
        "发起核查的人不能确认或排除其发现，请由另一位风控专员处理。",
        "Whoever started the check cannot decide what it found; another risk officer can.",
    )


class NoLongerInService(Problem):
    code = "NO_LONGER_IN_SERVICE"
    zh, en = (
        "号码已换持有单位或不在用，请排除这条发现。",
        "The number has another holder or is not in use any more; dismiss this finding.",
    )
