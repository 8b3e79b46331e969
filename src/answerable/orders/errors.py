"""What can go wrong on the way from choosing to opening."""

from answerable.lib.errors import Problem


class NotEligible(Problem):
    code = "NOT_ELIGIBLE"
    zh, en = "{why_zh}", "{why_en}"


class OrderUnknown(Problem):
    code = "ORDER_UNKNOWN"
    zh, en = "没有这个订单。", "There is no such order."


class OrderConflict(Problem):
    code = "ORDER_CONFLICT"
    zh, en = "订单 {order} 的状态已改变，请刷新页面。", "Order {order} has changed state. Reload the page."


class HoldExpired(Problem):
    code = "HOLD_EXPIRED"
    zh, en = (
        "签约时间已过，请重新开始。",
        "The time to sign is over. Please start again.",
    )


class PagesMissing(Problem):
    code, field = "PAGES_MISSING", "pages"
    zh = "合同共 {need} 页，已上传 {got} 页。请把盖章后的每一页拍照上传。"
    en = "The contract has {need} pages, {got} are uploaded. Photograph and upload every sealed page."


class PackageUnknown(Problem):
    code, field = "PACKAGE_UNKNOWN", "package"
    zh, en = "没有这个套餐。", "There is no such package."


class ReceiptInvalid(Problem):
    code = "RECEIPT_INVALID"
    zh, en = "登记回执无效：{why}", "The register's receipt is not valid: {why}"


class NoReceipt(Problem):
    code = "NO_RECEIPT"
    zh, en = (
        "运营商登记回执未到，不能开通。",
        "The carrier's register has not given a receipt; the number cannot be opened.",
    )


class NotHandled(Problem):
    code = "NOT_HANDLED"
    zh, en = "未经营业厅受理，不能继续。", "The application was not handled at a counter; it cannot go on."


class TestCallPending(Problem):
    code = "TEST_CALL_PENDING"
    zh, en = "已有一次拨测在排队。", "A test call is already under way."


class TakeoverNotPossible(Problem):
    code = "TAKEOVER_NOT_POSSIBLE"
    zh = "这个号码现在不能接管：它不是待补实名的存量号码，或接管已在办理。"
    en = "This number cannot be taken over now: it is no unverified present number, or its taking over is under way."


class NotTheLedgersHolder(Problem):
    code, field = "NOT_THE_LEDGERS_HOLDER", "credit_code"
    zh = "台账登记的持有单位不是这个单位，不能接管。请核对代码；登记有误请联系运营主体更正台账。"
    en = (
        "The ledger names another organisation as this number's holder. Check the code; if the ledger is wrong, ask the"
        " operator to correct it."
    )


class RenewalNotPossible(Problem):
    code = "RENEWAL_NOT_POSSIBLE"
    zh, en = "这个号码现在不能续约。", "This number cannot be renewed now."


class OtherContract(Problem):
    code, field = "OTHER_CONTRACT", "file"
    zh = "这不是本订单的合同：电子签章须盖在从本页下载的合同文件上，且不得另存或打印为新文件。"
    en = (
        "This is not this order's contract. Seal the very file that is downloaded from this page; do not print it into a"
        " new one."
    )


class TransferNotPossible(Problem):
    code = "TRANSFER_NOT_POSSIBLE"
    zh, en = "{why_zh}", "{why_en}"


class TransferReceiverBarred(Problem):
    """What stands in another organisation's way is told to that organisation alone."""

    code, field = "TRANSFER_RECEIVER_BARRED", "credit_code"
    zh = "这个单位目前不能接收 400 号码。请对方自行登录试选一个号码，查看原因后再发起。"
    en = (
        "This organisation cannot receive a 400 number at present. Ask it to sign in and try to choose a number: it is told"
        " why. Then begin again."
    )


class TransferCodeUnknown(Problem):
    code, field = "TRANSFER_CODE_UNKNOWN", "code"
    zh = "没有这个过户码，或已失效。请向原机主核对，必要时请其重新发起。"
    en = "There is no such transfer code, or it is over. Check it with the present holder, who can begin again."


class ConsentMissing(Problem):
    code = "CONSENT_MISSING"
    zh = "原机主还没有上传盖章的同意书。请原机主在控制台该号码的“过户”页上传后再接收。"
    en = (
        "The present holder has not uploaded the sealed consent. Ask for it (console, the number's page “Transfer”), then"
        " enter the code again."
    )


class TransferHandled(Problem):
    code = "TRANSFER_HANDLED"
    zh = "营业厅已受理这次过户，不能再取消，请等待审核结果。"
    en = "The transfer was handled at a counter and cannot be cancelled any more. Wait for the review."


class OtherConsent(Problem):
    code, field = "OTHER_CONSENT", "file"
    zh = "这不是本次过户的同意书：电子签章须盖在从本页下载的文件上，且不得另存或打印为新文件。"
    en = "This is not the consent of this transfer. Seal the very file downloaded from this page; do not print it into a new one."


class AgentMayNotApply(Problem):
    code = "AGENT_MAY_NOT_APPLY"
    zh = "您代表代理商：只能预留号码、代为准备，不能以客户名义申请。请把邀请码交给客户的经办人，由其本人登录办理。"
    en = (
        "You act for an agent: you reserve and prepare, and never apply in a customer's name. Give the invitation code to the"
        " customer's handler, who signs in and applies."
    )


class ReservationRefused(Problem):
    code, field = "RESERVATION_REFUSED", "number"
    zh, en = "{why_zh}", "{why_en}"


class InvitationUnknown(Problem):
    code, field = "INVITATION_UNKNOWN", "code"
    zh = "没有这个邀请码，或已失效。请向代理商核对，也可以自己直接选号。"
    en = "There is no such invitation, or it is over. Check it with the agent, or choose a number yourself."


class AgentTextOutdated(Problem):
    code, field = "AGENT_TEXT_OUTDATED", "agent_papers"
    zh = "请先阅读说明并勾选；说明如已更新，请刷新页面后重新阅读。"
    en = "Read the text and tick it; if the text has changed, load the page and read it again."


class AgentNotAllowed(Problem):
    code, field = "AGENT_NOT_ALLOWED", "file"
    zh = "客户没有同意由贵司上传材料，或已撤回。请客户付款后在控制台的“实名材料”页上同意。"
    en = (
        "The customer has not allowed you to file papers, or has withdrawn it. After paying, the customer can allow it in"
        " the console, on the page “Materials for verification”."
    )


class PaperNotForAgents(Problem):
    code, field = "PAPER_NOT_FOR_AGENTS", "file"
    zh = "这一项只能由客户自己上传：身份证件、照片、须签字盖章的文件和合同不由代理商代交。"
    en = (
        "Only the customer uploads this item: ID cards, photos, anything signed or sealed and the contract are never filed"
        " by an agent."
    )


class PaperFiled(Problem):
    code, field = "PAPER_FILED", "file"
    zh = "这一项已有材料，不能由代理商替换。需要更换的，请客户自己在“实名材料”页上替换。"
    en = "This item is filed already and an agent cannot replace it. If it must be replaced, ask the customer to do so."
