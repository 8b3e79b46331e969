"""What can go wrong with a trace."""

from answerable.lib.errors import Problem


class NumberUnknown(Problem):
    code, field = "TRACE_NUMBER_UNKNOWN", "number"
    zh, en = "本机构没有这个 400 号码。", "This 400 number is not one of ours."


class WindowInvalid(Problem):
    code, field = "WINDOW_INVALID", "moment"
    zh = "请写明已经过去的时刻；时段须包含这个时刻，止晚于起，不超过 {most} 天。"
    en = "Name a moment that has passed; the window holds it, ends after it begins, and is {most} days at most."


class BasisUnknown(Problem):
    code, field = "BASIS_UNKNOWN", "basis"
    zh, en = (
        "请选择法定依据；没有依据的只含公开信息。",
        "Choose a legal basis; without one only what is public is told.",
    )


class WhyMissing(Problem):
    code, field = "TRACE_WHY_MISSING", "why"
    zh = "请写明追查的缘由（{least} 至 {most} 字），会记入留痕和证据包。"
    en = "Say why this is traced ({least} to {most} characters); it is written down and stands in the bundle."


class ReportNeeded(Problem):
    code, field = "REPORT_NEEDED", "report"
    zh = "以处理申诉为依据的，须填写这个号码的举报编号，且举报人手机已验证。"
    en = "To deal with a complaint, name a report about this number whose reporter has confirmed a mobile."


class AgencyInvalid(Problem):
    code, field = "AGENCY_INVALID", "agency"
    zh = "请选择机关类别，并写明机关全称和文书号。"
    en = "Choose the kind of authority, and write its full name and its document's number."


class OfficersInvalid(Problem):
    code, field = "OFFICERS_INVALID", "officer_1"
    zh = "须有两名不同的办案人员，各写姓名和警官证（工作证）号。"
    en = "Two different officers are needed, each with name and number of the service card."


class ScopeEmpty(Problem):
    code, field = "SCOPE_EMPTY", "scope"
    zh, en = "请至少勾选文书所列的一项调取范围。", "Tick at least one part that the document asks for."


class DeadlineInvalid(Problem):
    code, field = "DEADLINE_INVALID", "deadline"
    zh, en = (
        "办结期限须晚于现在；依法留存至不早于今天。",
        "The deadline is still to come, and the legal hold ends today or later.",
    )


class ScanRefused(Problem):
    code, field = "SCAN_REFUSED", "scan"
    zh, en = "文书扫描件：{why_zh}", "The scan of the document: {why_en}"


class SecondPersonNeeded(Problem):
    code = "TRACE_SECOND_PERSON"
    zh = "登记调取文书的人不能自己确认，须由另一名合规专员核对原件后确认。"
    en = "Whoever took the request cannot confirm it; another compliance officer compares it with the original and confirms."


class CaseConflict(Problem):
    code = "TRACE_CONFLICT"
    zh, en = "这件追查刚被他人办理，请刷新。", "Somebody else has just dealt with this trace; load the page again."


class BundleGone(Problem):
    code = "BUNDLE_GONE"
    zh, en = "证据包还没有做好，或保存期已满。", "The bundle is not ready, or its period of keeping is over."


class BundleUnderWay(Problem):
    code = "BUNDLE_UNDER_WAY"
    zh, en = "证据包正在制作，请等它完成。", "A bundle is being made; wait until it is done."


class RefusalUnexplained(Problem):
    code, field = "REFUSAL_UNEXPLAINED", "refusal"
    zh, en = "请写明不予提供的理由（4 至 200 字）。", "Say why nothing is handed out (4 to 200 characters)."
