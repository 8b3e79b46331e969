"""What can go wrong with requirement sets."""

from answerable.lib.errors import Problem


class NoRequirementSet(Problem):
    code = "NO_REQUIREMENT_SET"
    zh, en = (
        "该运营商尚未设定此类主体的材料要求，暂不能受理。",
        "This carrier has no requirement set for this kind of organisation yet.",
    )


class RequirementInvalid(Problem):
    code = "REQUIREMENT_INVALID"
    zh, en = "有 {count} 处填写有误，见各项旁边的说明。", "{count} entries are wrong; see the note beside each."


class RequirementDayPast(Problem):
    code, field = "REQUIREMENT_DAY_PAST", "effective_from"
    zh = "生效日须为今天或以后：已受理的申请不能事后改变要求。请另提一版。"
    en = "A version is in force from today or later: what was filed cannot be asked for more afterwards. Propose it again."


class RequirementProposed(Problem):
    code = "REQUIREMENT_PROPOSED"
    zh, en = (
        "这一套要求已有一版待核准，请先处理它。",
        "A version of this set waits for approval already; decide that one first.",
    )


class RequirementUnchanged(Problem):
    code = "REQUIREMENT_UNCHANGED"
    zh, en = (
        "与现行版本没有差别，无需另提。",
        "It does not differ from the version in force; there is nothing to propose.",
    )


class RequirementDecided(Problem):
    code = "REQUIREMENT_DECIDED"
    zh, en = "这一版已经处理过，请刷新页面。", "This version was decided already. Reload the page."


class SecondOfficerMustDiffer(Problem):
    code = "SECOND_OFFICER_MUST_DIFFER"
    zh, en = (
        "须由另一位合规专员核准，提出人不能自己处理。",
        "Another compliance officer must decide; whoever proposed it cannot.",
    )


class WhyMissing(Problem):
    code, field = "WHY_MISSING", "why"
    zh, en = "请写明理由（300 字以内）。", "Write why (300 characters at most)."
