"""What the holder of the moment paid for the number, and what went back."""

from __future__ import annotations

from answerable.billing.models import Refund, Transfer
from answerable.orders.models import Order
from answerable.tracing import shape
from answerable.tracing.collect.said import moment
from answerable.tracing.models import TraceCase


def payments(case: TraceCase) -> list[shape.Payment]:
    """List each order of the holder for the number with its bank transfers and refunds; money is fen."""
    orders = Order.objects.filter(number=case.number_id, enterprise=case.holder).order_by("created_at")
    return [
        shape.Payment(
            order_no=order.pk, kind=order.kind, state=order.state, price_fen=order.price_fen,
            contract_sha256=order.contract_sha256, signed_at=moment(order.signed_at), paid_at=moment(order.paid_at),
            transfers=[
                {
                    "bank_reference": one.bank_reference, "received_at": moment(one.received_at), "amount_fen": one.amount_fen,
                    "payer_name": one.payer_name, "payer_account": one.payer_account, "state": one.state,
                }
                for one in Transfer.objects.filter(order_no=order.pk).order_by("received_at")
            ],
            refunds=[
                {
                    "amount_fen": one.amount_fen, "reason": one.reason, "ordered_at": moment(one.ordered_at),
                    "paid_at": moment(one.paid_at), "bank_reference": one.bank_reference,
                }
                for one in Refund.objects.filter(order_no=order.pk).order_by("ordered_at")
            ],
        )
        for order in orders
    ]  # fmt: skip
