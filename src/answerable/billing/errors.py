"""What can go wrong with money."""

from answerable.lib.errors import Problem


class TransferUnknown(Problem):
    code = "TRANSFER_UNKNOWN"
    zh, en = "没有这笔转账，或已处理。", "There is no such transfer, or it was dealt with."


class TransferDuplicate(Problem):
    code, field = "TRANSFER_DUPLICATE", "bank_reference"
    zh, en = "银行流水号 {reference} 已登记过。", "Bank reference {reference} is recorded already."


class AmountWrong(Problem):
    code = "AMOUNT_WRONG"
    zh = "金额不符：订单应付 {due} 元，到账 {got} 元。请退回，并通知申请人按应付金额重新转账。"
    en = "Wrong amount: the order asks for {due} CNY, {got} CNY arrived. Return it and tell the applicant to transfer the exact amount."


class PayerIsPerson(Problem):
    code = "PAYER_IS_PERSON"
    zh = "付款方是个人账户。400 号码只收单位对公账户的款项，请退回。"
    en = "The payer is a person. Only the organisation's own account may pay; return the money."


class PayerDiffers(Problem):
    code = "PAYER_DIFFERS"
    zh = "付款户名“{payer}”与申请单位“{holder}”不一致，请退回。"
    en = "The payer “{payer}” is not the applicant “{holder}”. Return the money."


class PayerIsAgent(Problem):
    code = "PAYER_IS_AGENT"
    zh = "付款方“{payer}”是代理商。代理商不得代收代付，只收申请单位自己账户的款项，请退回。"
    en = "The payer “{payer}” is an agent. Agents never take or pass on the customer's money; return it."


class TooLate(Problem):
    code = "TOO_LATE"
    zh = "订单已过付款期限或已结束，这笔款须退回，或按申请人意思用于新订单。"
    en = "The order's time to pay is over. Return the money, or use it for a new order if the applicant says so."


class AlreadyPaid(Problem):
    code = "ALREADY_PAID"
    zh, en = "订单 {order} 已付款，这笔款须退回。", "Order {order} is paid already; return this money."


class TransferDiffers(Problem):
    code, field = "TRANSFER_DIFFERS", "bank_reference"
    zh = "银行流水号 {reference} 已登记过，但金额或付款方不同。请核对银行流水；什么都没有登记。"
    en = "Bank reference {reference} is recorded with another amount or payer. Check the statement; nothing was recorded."


class PayerKindMissing(Problem):
    code, field = "PAYER_KIND_MISSING", "payer_is_person"
    zh, en = "payer_is_person 须为 1（个人账户）或 0。", "payer_is_person is 1 (a person's account) or 0."


class BankReferenceMissing(Problem):
    code, field = "BANK_REFERENCE_MISSING", "bank_reference"
    zh, en = "请填写银行流水号。", "Give the bank's reference."


class TimeUnreadable(Problem):
    code, field = "TIME_UNREADABLE", "received_at"
    zh = "看不懂到账时间“{text}”，请写成 2026-03-10 09:30。"
    en = "“{text}” is not a time. Write it as 2026-03-10 09:30."


class AmountNotANumber(Problem):
    code, field = "AMOUNT_INVALID", "amount"
    zh, en = "金额请写成数字，例如 1288.00。", "Write the amount as a number, for example 1288.00."
