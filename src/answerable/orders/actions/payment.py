"""Bank transfers, matched by the cashier: wrong amount, no reference, a person's account, too late each have their way."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.billing import actions as billing
from answerable.billing import errors as billing_errors
from answerable.billing.models import Transfer
from answerable.billing.prices import yuan
from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.orders import errors
from answerable.orders.actions.materials import begin_materials
from answerable.orders.clocks import MATERIALS_WITHIN
from answerable.orders.models import Order
from answerable.orders.terms import add_months
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.notices import notify
from answerable.parties.queries import is_agent_named, require
from answerable.trail.actions import record

RETURN_REASONS: dict[str, tuple[str, str]] = {
    "WRONG_AMOUNT": ("金额与订单不符", "the amount is not the order's"),
    "NO_REFERENCE": ("附言没有订单号", "the reference names no order"),
    "PERSON": ("个人账户付款，只收对公转账", "it came from a person's account"),
    "PAYER_DIFFERS": ("付款户名与申请单位不一致", "the payer is not the applicant"),
    "AGENT": ("代理商账户付款，只收申请单位自己的账户", "it came from an agent; only the applicant's own account pays"),
    "TOO_LATE": ("超过付款期限", "it came too late"),
    "PAID_TWICE": ("订单已付款", "the order was paid already"),
}


def match(transfer: Transfer, order_no: str, *, staff: Staff, at: dt.datetime) -> Order:
    """Book a transfer to an order: exact amount, from the applicant's own account, in time. The number is locked.

    Raise PayerIsPerson, PayerIsAgent, PayerDiffers, AmountWrong, AlreadyPaid, TooLate; the money then goes back by `return_transfer`.
    """
    require(staff, "match_payments")
    with transaction.atomic():
        orders = Order.objects.select_for_update(of=("self",)).select_related("enterprise", "person", "number")
        order = orders.filter(pk=order_no).first()
        if order is None:
            raise errors.OrderUnknown
        _refuse_payment(transfer, order)
        billing.take(transfer, order_no=order.pk, by=actor_of(staff), at=at)
        order.state, order.paid_at = "paid", at
        if order.kind == "renewal":
            _renew(order, staff, at)
        else:
            _lock(order, transfer, staff, at)
    return order


def _lock(order: Order, transfer: Transfer, staff: Staff, at: dt.datetime) -> None:
    """Lock the number for its applicant and start the materials clock."""
    by = actor_of(staff)
    order.save(update_fields=["state", "paid_at"])
    numbers.move(
        order.number_id, "locked", what="number.locked", by=by, at=at, since=["awaiting_payment"], holder=order.enterprise,
        held_by=None, held_until=None,
    )  # fmt: skip
    begin_materials(order, at=at)
    after = {"amount_fen": transfer.amount_fen}
    record("order.paid", by=by, at=at, subject=("order", order.pk), number=order.number_id, after=after)
    notify(
        order.person, "PAID", at=at, order=order.pk, until=f"{(at + MATERIALS_WITHIN).astimezone(CHINA):%Y-%m-%d}",
        link=f"/console/orders/{order.pk}/",
    )  # fmt: skip


def _refuse_payment(transfer: Transfer, order: Order) -> None:
    if order.state in {"paid", "completed"}:
        raise billing_errors.AlreadyPaid(order=order.pk)
    if order.state != "awaiting_payment" or (order.pay_until and transfer.received_at > order.pay_until):
        raise billing_errors.TooLate
    if transfer.payer_is_person:
        raise billing_errors.PayerIsPerson
    if transfer.payer_name != order.enterprise.name and is_agent_named(transfer.payer_name):
        raise billing_errors.PayerIsAgent(payer=transfer.payer_name)
    if transfer.payer_name != order.enterprise.name:
        raise billing_errors.PayerDiffers(payer=transfer.payer_name, holder=order.enterprise.name)
    if transfer.amount_fen != order.price_fen:
        raise billing_errors.AmountWrong(due=yuan(order.price_fen), got=yuan(transfer.amount_fen))


def _renew(order: Order, staff: Staff, at: dt.datetime) -> None:
    """Put a paid renewal in force: the new term begins where the old one ends."""
    begin = max(order.number.paid_until or at, at)
    until = add_months(begin, order.price["term_months"])
    order.state, order.completed_at = "completed", at
    order.save(update_fields=["state", "paid_at", "completed_at"])
    numbers.prolong(order.number_id, by=actor_of(staff), at=at, paid_until=until)
    record(
        "order.renewed",
        by=actor_of(staff),
        at=at,
        subject=("order", order.pk),
        number=order.number_id,
        after={"paid_until": until.isoformat()},
    )
    notify(order.person, "RENEWED", at=at, number=order.number_id, until=f"{until.astimezone(CHINA):%Y-%m-%d}")


def return_transfer(transfer: Transfer, *, reason: str, staff: Staff, at: dt.datetime, order_no: str = "") -> None:
    """Send a transfer back whole, saying why; the applicant of the named order is told."""
    require(staff, "match_payments")
    if reason not in RETURN_REASONS:
        raise errors.OrderConflict(order=order_no)
    with transaction.atomic():
        # Money that an order rests on goes back only with the order's end.
        if Transfer.objects.select_for_update().get(pk=transfer.pk).state != "unmatched":
            raise billing_errors.TransferUnknown
        billing.give_back(transfer, reason=reason, order_no=order_no, by=actor_of(staff), at=at)
        order = Order.objects.filter(pk=order_no).select_related("person").first() if order_no else None
        if order is not None:
            why_zh, why_en = RETURN_REASONS[reason]
            notify(order.person, "PAYMENT_RETURNED", at=at, order=order.pk, why_zh=why_zh, why_en=why_en)
