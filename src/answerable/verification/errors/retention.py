"""What can go wrong with holds and erasure."""

from answerable.lib.errors import Problem


class NoLegalBasis(Problem):
    code, field = "NO_LEGAL_BASIS", "basis"
    zh = "已锁定的材料只能依法调阅：请写明机关与文书号（{least} 至 {most} 字）。"
    en = "A locked paper opens on a legal basis only: name the authority and its document ({least} to {most} characters)."


class DocumentErased(Problem):
    code = "DOCUMENT_ERASED"
    zh, en = "这份材料已删除，无法再打开。", "This document was erased and cannot be opened any more."


class HoldInvalid(Problem):
    code, field = "HOLD_INVALID", "document_no"
    zh = "请写明机关、文书号与不早于今天的截止日；号码须是该单位办理过的。"
    en = "Name the authority, its document and a last day not before today; the number must be one of this organisation's."


class HoldExists(Problem):
    code, field = "HOLD_EXISTS", "document_no"
    zh, en = "这份文书的依法留存已登记。", "A legal hold of this document is written down already."


class HoldConflict(Problem):
    code = "HOLD_CONFLICT"
    zh, en = "这项依法留存刚被他人办理，请刷新。", "Somebody else has just dealt with this hold; load the page again."


class SecondPersonNeeded(Problem):
    code = "SECOND_PERSON_NEEDED"
    zh, en = (
        "办理第一步的人不能办理第二步，须由另一位有权限的同事办理。",
        "Whoever took the first step cannot take the second; a colleague with the permission can.",
    )


class NothingToErase(Problem):
    code = "NOTHING_TO_ERASE"
    zh = "现在没有保存期已满的材料；最早一批于 {day} 到期，到期后自动删除。"
    en = "Nothing's period is over yet; the first ends on {day}, and is then erased by itself."


class ErasureSuspended(Problem):
    code = "ERASURE_SUSPENDED"
    zh, en = "依法须继续留存，暂不能删除。", "The law asks that these be kept for now; they cannot be erased yet."
