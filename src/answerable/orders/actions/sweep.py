"""What time does by itself: holds, payments and materials that come too late, and numbers that have aged."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from answerable.billing.models import Transfer
from answerable.lib.errors import Problem
from answerable.lib.workdays import add_workdays
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.orders.actions.choose import end
from answerable.orders.actions.opening import follow_dossier, put_missing_records
from answerable.orders.actions.reserve import lapse_reservations
from answerable.orders.actions.transfer_end import lapse_transfer
from answerable.orders.clocks import WITH_MATERIALS, clock_of, ending_by
from answerable.orders.models import HolderTransfer, Order, TestCall
from answerable.parties.models import Person
from answerable.parties.notices import notify
from answerable.trail.actors import system
from answerable.verification.models import Dossier

BY = system("worker")
CALLING_AT_MOST = dt.timedelta(minutes=5)
FOLLOWED_WITHIN = dt.timedelta(minutes=2)
CASHIER_LOOKS_WITHIN_WORKDAYS = 1
log = logging.getLogger(__name__)


def sweep(*, at: dt.datetime) -> int:
    """End what is overdue, each order in a transaction of its own; return how many things changed."""
    late = Order.objects.filter(
        Q(state="held", hold_until__lte=at) | Q(state="awaiting_payment", pay_until__lte=at)
    ).values_list("pk", flat=True)
    count = _follow_up(at) + sum(_lapse(order_no, at) for order_no in [*late, *ending_by(at)])
    for number in Number.objects.filter(business_state="aging", aging_until__lte=at).values_list("pk", flat=True):
        numbers.end_aging(number, by=BY, at=at)
        count += 1
    count += _end_pauses(at) + _lapse_transfers(at) + lapse_reservations(at=at)
    # A caller that died in mid-call leaves its test call to the next one.
    count += TestCall.objects.filter(state="calling", taken_at__lte=at - CALLING_AT_MOST).update(
        state="due", taken_at=None
    )
    return count


def _end_pauses(at: dt.datetime) -> int:
    """Bring back the numbers whose pause is over and whose verification still holds; the others wait to be verified again."""
    over = Number.objects.filter(business_state="paused_by_holder", paused_until__lte=at, verified_until__gt=at)
    for number in over:
        with transaction.atomic():
            numbers.resume(number.pk, by=BY, at=at)
            members = Person.objects.filter(
                memberships__enterprise=number.holder_id, memberships__proven_at__isnull=False
            )
            for person in members:
                notify(person, "PAUSE_ENDED", at=at, number=number.pk, link=f"/console/numbers/{number.pk}/")
    return len(over)


def _lapse_transfers(at: dt.datetime) -> int:
    """End the transfers whose code nobody entered in time."""
    late = HolderTransfer.objects.filter(state="open", until__lte=at)
    for transfer in late:
        lapse_transfer(transfer, at=at)
    return len(late)


def _may_be_paid(order: Order, at: dt.datetime) -> bool:
    """Wait for the cashier: money that came in time is not too late because nobody has looked at it yet."""
    if order.pay_until is None or at < add_workdays(order.pay_until, CASHIER_LOOKS_WITHIN_WORKDAYS):
        return True
    return Transfer.objects.filter(
        state="unmatched", reference__icontains=order.pk, received_at__lte=order.pay_until
    ).exists()


def _follow_up(at: dt.datetime) -> int:
    """Take up what a worker that died left: decided dossiers not followed, registration records not put."""
    decided = Dossier.objects.filter(
        kind="holder", state__in=["approved", "declined"], decided_at__lte=at - FOLLOWED_WITHIN,
        order_no__in=Order.objects.filter(state="paid", kind__in=WITH_MATERIALS, registration=None).values("pk"),
    ).values_list("pk", flat=True)  # fmt: skip
    for dossier_id in decided:
        follow_dossier(dossier_id, at=at)
    return len(decided) + put_missing_records()


def _overdue(order: Order, at: dt.datetime) -> str:
    """Name the clock of a locked order that has run out; empty if none has."""
    if order.state == "held" and order.hold_until and order.hold_until <= at:
        return "HOLD_EXPIRED"
    if order.state == "awaiting_payment" and order.pay_until and order.pay_until <= at:
        return "" if _may_be_paid(order, at) else "UNPAID"
    # Locked, so that a submission or a handling at the same moment either stops the clock or comes too late.
    dossier = Dossier.objects.select_for_update().filter(order_no=order.pk, kind="holder").order_by("-id").first()
    clock = clock_of(order, dossier)
    if clock is None or clock.until > at:
        return ""
    return {"materials": "NO_MATERIALS", "counter": "NOT_HANDLED"}[clock.what]


def _lapse(order_no: str, at: dt.datetime) -> int:
    try:
        with transaction.atomic():
            order = Order.objects.select_for_update(of=("self",)).select_related("person").get(pk=order_no)
            reason = _overdue(order, at)
            if not reason:
                return 0
            end(order, "lapsed", reason=reason, by=BY, at=at)
            notify(order.person, "LAPSED", at=at, order=order.pk)
    except Problem:
        log.exception("order %s could not lapse", order_no)
        return 0
    return 1
