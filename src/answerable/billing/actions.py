"""Money in and money back. Which order a transfer pays is decided one package up, in `orders`."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from answerable.billing import errors
from answerable.billing.channels import Incoming, PaymentChannel
from answerable.billing.models import Refund, Transfer
from answerable.lib.workdays import add_workdays
from answerable.trail.actions import record
from answerable.trail.actors import Actor

REFUND_WORKDAYS = 5


@dataclass(frozen=True)
class Collected:
    """What a channel brought: transfers that are new, and how many were written down before."""

    new: list[Transfer]
    known: int


def collect(channel: PaymentChannel, *, by: Actor, at: dt.datetime) -> Collected:
    """Write down what a channel says arrived, all or nothing; what is known already is left as it is.

    Raise what the channel raises, or TransferDiffers: a reference that is known with another amount or payer.
    """
    new: list[Transfer] = []
    known = 0
    with transaction.atomic():
        for incoming in channel.incoming():
            try:
                new.append(receive(**asdict(incoming), by=by, at=at))
            except errors.TransferDuplicate:
                known += _is_the_same(incoming)
    return Collected(new, known)


def _is_the_same(incoming: Incoming) -> int:
    present = Transfer.objects.get(bank_reference=incoming.bank_reference)
    told = (incoming.amount_fen, incoming.payer_name, incoming.payer_account)
    if told != (present.amount_fen, present.payer_name, present.payer_account):
        raise errors.TransferDiffers(reference=incoming.bank_reference)
    return 1


def receive(
    *,
    bank_reference: str,
    amount_fen: int,
    payer_name: str,
    payer_account: str,
    payer_is_person: bool,
    reference: str,
    received_at: dt.datetime,
    by: Actor,
    at: dt.datetime,
) -> Transfer:
    """Write down a transfer from the bank statement; the bank's reference makes it enter once, so a blank one is refused."""
    if not bank_reference.strip():
        raise errors.BankReferenceMissing
    try:
        with transaction.atomic():
            transfer = Transfer.objects.create(
                bank_reference=bank_reference,
                amount_fen=amount_fen,
                payer_name=payer_name,
                payer_account=payer_account,
                payer_is_person=payer_is_person,
                reference=reference,
                received_at=received_at,
            )
            record(
                "transfer.received",
                by=by,
                at=at,
                subject=("transfer", transfer.pk),
                after={"amount_fen": amount_fen, "reference": reference, "payer_is_person": payer_is_person},
            )
    except IntegrityError:
        raise errors.TransferDuplicate(reference=bank_reference) from None
    return transfer


def take(transfer: Transfer, *, order_no: str, by: Actor, at: dt.datetime) -> None:
    """Book a transfer to an order by compare-and-set; raise TransferUnknown if somebody dealt with it first."""
    with transaction.atomic():
        if not Transfer.objects.filter(pk=transfer.pk, state="unmatched").update(state="matched", order_no=order_no):
            raise errors.TransferUnknown
        record("transfer.matched", by=by, at=at, subject=("transfer", transfer.pk), after={"order_no": order_no})


def give_back(transfer: Transfer, *, reason: str, order_no: str, by: Actor, at: dt.datetime) -> Refund:
    """Order the whole amount back to the account that paid, due within 5 working days."""
    with transaction.atomic():
        if not Transfer.objects.filter(pk=transfer.pk, state__in=["unmatched", "matched"]).update(state="returned"):
            raise errors.TransferUnknown
        refund = Refund.objects.create(
            transfer=transfer,
            order_no=order_no,
            amount_fen=transfer.amount_fen,
            reason=reason,
            ordered_at=at,
            due_at=add_workdays(at, REFUND_WORKDAYS),
        )
        record(
            "refund.ordered",
            by=by,
            at=at,
            subject=("transfer", transfer.pk),
            after={"amount_fen": transfer.amount_fen, "reason": reason},
        )
    return refund


def refund_order(order_no: str, *, reason: str, by: Actor, at: dt.datetime) -> int:
    """Order back whatever an order was paid; return the fen."""
    with transaction.atomic():
        paid = Transfer.objects.select_for_update().filter(order_no=order_no, state="matched")
        return sum(give_back(transfer, reason=reason, order_no=order_no, by=by, at=at).amount_fen for transfer in paid)


def pay_refund(refund_id: int, *, bank_reference: str, by: Actor, at: dt.datetime) -> None:
    """Write down that the bank sent the money back, under the bank's own reference."""
    if not bank_reference.strip():
        raise errors.BankReferenceMissing
    with transaction.atomic():
        if not Refund.objects.filter(pk=refund_id, paid_at=None).update(paid_at=at, bank_reference=bank_reference):
            raise errors.TransferUnknown
        record("refund.paid", by=by, at=at, subject=("refund", refund_id), after={"bank_reference": bank_reference})
