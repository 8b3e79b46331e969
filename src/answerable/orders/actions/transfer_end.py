"""How a transfer of holder ends: completed, cancelled by either side, declined, or lapsed. The number's work is not touched."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.numbers.models import Destination
from answerable.orders import errors
from answerable.orders.models import HolderTransfer, Order
from answerable.parties.models import Enterprise
from answerable.parties.notices import notify
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system
from answerable.verification import actions as verification
from answerable.verification.models import Dossier, Handling

WHY = {
    "cancelled": ("已取消", "cancelled"),
    "declined": ("审核未通过", "declined in review"),
    "lapsed": ("已过期", "its time is over"),
}


def require_unhandled(order_no: str) -> None:
    """Raise TransferHandled once the counter has handled the receiver's dossier."""
    if Handling.objects.filter(dossier__order_no=order_no).exists():
        raise errors.TransferHandled


def close_transfer(transfer: HolderTransfer, state: str, *, at: dt.datetime) -> None:
    """End a transfer that came to nothing and tell the giver; raise OrderConflict if it is over already. The fact is the caller's."""
    live = HolderTransfer.objects.filter(pk=transfer.pk, state__in=["open", "accepted"])
    if not live.update(state=state, ended_at=at):
        raise errors.OrderConflict(order=transfer.papers_ref)
    zh, en = WHY[state]
    link = f"/console/numbers/{transfer.number_id}/transfer/"
    notify(
        transfer.started_by, "TRANSFER_ENDED", at=at, number=transfer.number_id, why_zh=zh, why_en=en, link=link
    )  # fmt: skip


def lapse_transfer(transfer: HolderTransfer, *, at: dt.datetime) -> None:
    """End a transfer whose code nobody entered in time."""
    with transaction.atomic():
        if HolderTransfer.objects.select_for_update().filter(pk=transfer.pk, state="open").exists():
            close_transfer(transfer, "lapsed", at=at)
            record_end(transfer, "lapsed", by=system("worker"), at=at)


def complete_transfer(order: Order, dossier: Dossier, *, at: dt.datetime) -> None:
    """Complete what the approval has passed on already: lock the giver's contracts and consent, and tell the giver."""
    transfer = HolderTransfer.objects.select_related("giver", "started_by").get(order=order)
    HolderTransfer.objects.filter(pk=transfer.pk).update(state="completed", ended_at=at)
    Order.objects.filter(pk=order.pk).update(state="completed", completed_at=at)
    number, by = transfer.number_id, system("worker")
    ended = dossier.decided_at or at
    verification.end_keeping(
        number, transfer.giver, order_nos=papers_of(number, transfer.giver), what="service", by=by, at=ended
    )  # fmt: skip
    first = Destination.objects.filter(number=number, removed_at=None).first()
    if first is not None and not order.enterprise.complaint_contact:
        order.enterprise.complaint_contact = first.line
        order.enterprise.save(update_fields=["complaint_contact"])
    record_end(transfer, "completed", by=by, at=at)
    notify(transfer.started_by, "TRANSFERRED", at=at, number=number)


def papers_of(number: str, holder: Enterprise) -> list[str]:
    """List what a holder's loose papers for a number are filed under: its orders, and its consents to transfers."""
    orders = Order.objects.filter(number=number, enterprise=holder).values_list("pk", flat=True)
    return [*orders, *(t.papers_ref for t in HolderTransfer.objects.filter(number=number, giver=holder))]


def record_end(transfer: HolderTransfer, state: str, *, by: Actor, at: dt.datetime) -> None:
    """Record how a transfer ended."""
    subject = ("holder_transfer", transfer.pk)
    record(f"holder_transfer.{state}", by=by, at=at, subject=subject, number=transfer.number_id)
