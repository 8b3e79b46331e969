"""What may go wrong with a copy of what is held."""

from answerable.lib.errors import Problem


class NotProven(Problem):
    code = "NOT_PROVEN"
    zh = "只有经核验的经办人或法定代表人可以申请和下载：号码核验通过后即可。"
    en = "Only a person proven to act for the organisation may ask for this and download it: once a number is verified."


class PurposeMissing(Problem):
    code, field = "PURPOSE_MISSING", "purpose"
    zh = "请写明用途与依据（{least} 至 {most} 字），会记入留痕。"
    en = "Say what it is for and on what basis ({least} to {most} characters); it is written down."


class ExportUnderWay(Problem):
    code = "EXPORT_UNDER_WAY"
    zh, en = (
        "这个单位的资料副本正在制作，请等它完成。",
        "A copy for this organisation is being made; wait until it is done.",
    )


class ExportGone(Problem):
    code = "EXPORT_GONE"
    zh, en = (
        "这份资料副本还没有做好，或已到期删除，请重新申请。",
        "This copy is not ready, or was deleted at its end; ask again.",
    )
