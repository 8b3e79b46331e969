"""What can go wrong with what is asked again."""

from answerable.lib.errors import Problem


class AskedAlready(Problem):
    code = "ASKED_ALREADY"
    zh = "已有同一缘由的重新核验要求。请先完成或撤回它，需要更严请提高级别。"
    en = "This is asked for already, for the same cause. Have it fulfilled or withdrawn first; raise its level to be stricter."


class NothingToAsk(Problem):
    code = "NOTHING_TO_ASK"
    zh = "号码没有持有单位或未在用，不能要求重新核验。"
    en = "The number has no holder or is not in use; nothing can be asked again."


class LevelUnknown(Problem):
    code, field = "LEVEL_UNKNOWN", "level"
    zh, en = "请选择核验级别；级别只能提高。", "Choose a level of re-verification; a level can only be raised."


class DeadlineInvalid(Problem):
    code, field = "DEADLINE_INVALID", "deadline"
    zh, en = "截止日请选明天起 {most} 天内的一天。", "Choose a deadline from tomorrow to {most} days ahead."


class RecheckClosed(Problem):
    code = "RECHECK_CLOSED"
    zh, en = "这项重新核验已经结束，无需再办。", "This re-verification is closed; there is nothing left to do."


class NotByCode(Problem):
    code = "NOT_BY_CODE"
    zh, en = (
        "这项重新核验不能用短信验证码完成，请按页面所示提交材料。",
        "A code is not enough here; submit papers as the page says.",
    )


class NotTheHolders(Problem):
    code = "NOT_THE_HOLDERS"
    zh, en = "只有经核验的经办人可以完成。", "Only a handler proven to act for the holder can do this."
