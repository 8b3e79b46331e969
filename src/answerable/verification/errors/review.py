"""What can go wrong in the review."""

from answerable.lib.errors import Problem


class HandledByReviewer(Problem):
    code = "HANDLED_BY_REVIEWER"
    zh, en = "受理人不能审核同一份申请。", "Whoever handled an application cannot review it."


class SubmittedByReviewer(Problem):
    code = "SUBMITTED_BY_REVIEWER"
    zh, en = "提交人不能审核自己的申请。", "Whoever submitted an application cannot review it."


class SecondReviewerMustDiffer(Problem):
    code = "SECOND_REVIEWER_MUST_DIFFER"
    zh, en = (
        "您已审核过这一轮，须由另一位审核员复核。",
        "You already reviewed this round; another reviewer must decide.",
    )


class ClaimedByOther(Problem):
    code = "CLAIMED_BY_OTHER"
    zh, en = "{name} 正在审核这份申请。", "{name} is reviewing this application."


class ReasonsNeeded(Problem):
    code, field = "REASONS_NEEDED", "reasons"
    zh, en = "请至少选择一条原因。", "Choose at least one reason."


class ReasonUnknown(Problem):
    code, field = "REASON_UNKNOWN", "reasons"
    zh, en = "没有原因 {reason}。", "There is no reason {reason}."


class NotInQueue(Problem):
    code = "NOT_IN_QUEUE"
    zh, en = "这份申请不在待审队列中。", "This application is not waiting for review."


class NotYourStage(Problem):
    code = "NOT_YOUR_STAGE"
    zh, en = "这份申请等待{zh}，由另一岗位办理。", "This application waits for the {en}, which is another role's."
