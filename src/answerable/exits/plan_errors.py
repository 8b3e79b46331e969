"""What an exit plan refuses, in sentences that say what to do."""

from __future__ import annotations

from answerable.lib.errors import Problem


class PlanInvalid(Problem):
    code = "EXIT_PLAN_INVALID"
    zh, en = "{why_zh}", "{why_en}"


class PlanTooShort(Problem):
    code, field = "EXIT_PLAN_TOO_SHORT", "last_day"
    zh = "最后一天须在公布之后至少 {days} 天（《电信条例》第十五条），不早于 {earliest}。请撤回后按新的日期提出。"
    en = (
        "The last day is at least {days} days after the announcement (Telecom Regulations art. 15): {earliest} or later."
        " Withdraw the plan and propose it with a new day."
    )


class PlanExists(Problem):
    code = "EXIT_PLAN_EXISTS"
    zh, en = (
        "已有一份退出方案在办理，请先办完或撤回。",
        "An exit plan is under way already. Finish or withdraw it first.",
    )


class PlanNeedsAnother(Problem):
    code = "EXIT_PLAN_NEEDS_ANOTHER"
    zh = "须由提出人以外的另一位合规专员办理。"
    en = "Another compliance officer than the one who proposed it has to do this."


class PlanStateConflict(Problem):
    code = "EXIT_PLAN_STATE_CONFLICT"
    zh = "方案的状态刚刚变了，请刷新后再看。"
    en = "The plan's state has just changed. Load the page again."


class PlanNotOver(Problem):
    code = "EXIT_PLAN_NOT_OVER"
    zh = "最后一天 {until} 过后才能办结：机主到那时都可以选择。"
    en = "The plan can be closed after its last day, {until}: until then holders may choose."


class PlanHasOpen(Problem):
    code = "EXIT_PLAN_HAS_OPEN"
    zh = "还有 {count} 个使用中的号码没有接收回执（{some}），不能办结；办结不会使任何号码停止接通。"
    en = "{count} numbers in service have no receipt of whoever takes them over ({some}); the plan stays open until they have."


class ChoiceInvalid(Problem):
    code = "EXIT_CHOICE_INVALID"
    zh = "请勾选号码，并选择去向；转给代理商的，请选一家合作中的代理商。"
    en = "Tick numbers and choose where they go; for another agent, choose one that is at work."


class ChoiceNotYours(Problem):
    code = "EXIT_CHOICE_NOT_YOURS"
    zh = "其中有号码不属于您已核验代表的单位，或已由别人负责。"
    en = "One of the numbers is not held by an organisation that you are proven to act for."


class ChoiceTooLate(Problem):
    code = "EXIT_CHOICE_TOO_LATE"
    zh = "选择已于 {until} 截止，或该号码已由接收方接收。请联系运营主体热线。"
    en = "Choices ended on {until}, or the number was taken over already. Ring the operator's hotline."


class ConsentMissing(Problem):
    code = "EXIT_CONSENT_MISSING"
    zh = "请阅读并勾选同意书；如果刚刚换了新的文字，请重新阅读。"
    en = "Read the consent and tick it. If its wording has just changed, read it again."


class ReceiptInvalid(Problem):
    code = "EXIT_RECEIPT_INVALID"
    zh = "请填写接收单位、回执编号和号码。号码须已选择转出，且还没有回执：{number}"
    en = "Give who took over, the receipt's reference and the numbers. Each was chosen to go elsewhere and has no receipt yet: {number}"
