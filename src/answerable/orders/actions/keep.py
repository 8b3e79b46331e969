"""Keep a number, or give it up: renewal and the holder's own release (销号)."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.billing.models import Package
from answerable.billing.queries import price_of
from answerable.numbers import actions as numbers
from answerable.numbers.models import Number
from answerable.orders import errors
from answerable.orders.actions.choose import end
from answerable.orders.actions.contract import make_contract
from answerable.orders.actions.transfer import cancel_transfer
from answerable.orders.actions.transfer_end import papers_of
from answerable.orders.models import HolderTransfer, Order
from answerable.orders.terms import SIGN_WITHIN, new_order_no
from answerable.parties.actions import actor_of
from answerable.parties.models import Person
from answerable.parties.notices import notify
from answerable.parties.queries import require_authorisation
from answerable.trail.actions import record
from answerable.verification import actions as verification

RENEWABLE = ("working", "suspended", "paused_by_holder")


def renew(number: Number, *, person: Person, package: Package, at: dt.datetime) -> Order:
    """Order another term: contract and payment as before, without the choosing fee.

    Raise AuthorisationNotInForce, or RenewalNotPossible.
    """
    require_authorisation(at, number.carrier_id)
    first = (
        Order.objects.filter(number=number, state="completed", enterprise=number.holder).order_by("created_at").first()
    )
    passes_on = HolderTransfer.objects.filter(number=number, state__in=["open", "accepted"]).exists()
    if passes_on or number.business_state not in RENEWABLE or first is None or number.holder is None:
        raise errors.RenewalNotPossible
    price = price_of(number.grade, package, is_renewal=True)
    try:
        with transaction.atomic():
            order = Order.objects.create(
                order_no=new_order_no(at),
                kind="renewal",
                number=number,
                enterprise=number.holder,
                person=person,
                role=first.role,
                use=first.use,
                industry=first.industry,
                package=package,
                price_fen=price.total_fen,
                price=price.to_dict(),
                created_at=at,
                hold_until=at + SIGN_WITHIN,
            )
            make_contract(order, at=at)
            record(
                "order.renewal_started",
                by=actor_of(person),
                at=at,
                subject=("order", order.pk),
                number=number.pk,
                after={"price_fen": order.price_fen},
            )
    except IntegrityError:
        raise errors.RenewalNotPossible from None
    return order


def release(number: Number, *, person: Person, at: dt.datetime) -> None:
    """Release a number at its holder's request; nobody answers for it from this moment on.

    A renewal under way ends with it, and what was paid for it goes back.
    """
    with transaction.atomic():
        renewals = Order.objects.select_for_update(of=("self",)).filter(number=number, kind="renewal")
        for transfer in HolderTransfer.objects.filter(number=number, state__in=["open", "accepted"]):
            cancel_transfer(transfer, by=actor_of(person), at=at)
        for order in renewals.filter(state__in=["held", "awaiting_payment"]):
            end(order, "cancelled", reason="RELEASED", by=actor_of(person), at=at)
        numbers.release(number.pk, by=actor_of(person), at=at)
        if number.holder is not None:
            verification.close(number.pk, number.holder, "revoked", by=actor_of(person), at=at)
            verification.end_keeping(
                number.pk,
                number.holder,
                order_nos=papers_of(number.pk, number.holder),
                what="service",
                by=actor_of(person),
                at=at,
            )
        notify(person, "RELEASED", at=at, number=number.pk)
