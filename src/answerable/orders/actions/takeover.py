"""Take over a number that a present ledger brought (接管存量号码): nothing to pay, and every proof as for a new number."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.billing.models import Package
from answerable.billing.prices import Price, PriceLine
from answerable.billing.queries import packages, price_of
from answerable.lib.workdays import CHINA
from answerable.numbers.errors import NumberUnknown
from answerable.numbers.models import Number
from answerable.orders import errors
from answerable.orders.actions.contract import make_contract
from answerable.orders.eligibility import bars
from answerable.orders.models import Order
from answerable.orders.terms import SIGN_WITHIN, new_order_no
from answerable.parties.actions import act_for, actor_of, lock_organisation
from answerable.parties.models import Person, RegisterEntry
from answerable.parties.notices import notify
from answerable.parties.queries import require_authorisation
from answerable.trail.actions import record


def take_over(
    number: str, *, person: Person, entry: RegisterEntry, role: str, use: str, industry: str, at: dt.datetime
) -> Order:
    """Let the organisation that the ledger names take its number over, and make the contract.

    Raise TakeoverNotPossible, NotTheLedgersHolder, NotEligible, AuthorisationNotInForce.
    """
    day = at.astimezone(CHINA).date()
    try:
        with transaction.atomic():
            lock_organisation(entry)
            chosen = require_ledgers_holder(number, entry)
            require_authorisation(at, chosen.carrier_id)
            found = bars(
                entry, carrier=chosen.carrier_id, industry=industry, use=use, person=person, day=day, takes_over=True
            )
            if found:
                raise errors.NotEligible(why_zh=" ".join(b.zh for b in found), why_en=" ".join(b.en for b in found))
            package = packages(day).first()
            if package is None:
                raise errors.PackageUnknown
            enterprise = act_for(person, entry, role=role, at=at)
            price = takeover_price(chosen, package)
            order = Order.objects.create(
                order_no=new_order_no(at), kind="takeover", number=chosen, enterprise=enterprise, person=person, role=role, use=use,
                industry=industry, package=package, price_fen=price.total_fen, price=price.to_dict(), created_at=at,
                hold_until=at + SIGN_WITHIN,
            )  # fmt: skip
            make_contract(order, at=at)
            after = {"contract_sha256": order.contract_sha256}
            subject = ("order", order.pk)
            record("order.takeover_started", by=actor_of(person), at=at, subject=subject, number=number, after=after)
            until = f"{(at + SIGN_WITHIN).astimezone(CHINA):%Y-%m-%d %H:%M}"
            link = f"/console/orders/{order.pk}/"
            notify(person, "TAKEOVER_STARTED", at=at, number=number, until=until, link=link)
    except IntegrityError:  # one live order a number
        raise errors.TakeoverNotPossible from None
    return order


def require_ledgers_holder(number: str, entry: RegisterEntry) -> Number:
    """Return an unverified number if the ledger names this organisation as its holder; else say why not."""
    chosen = Number.objects.filter(pk=number).select_related("carrier", "holder").first()
    if chosen is None:
        raise NumberUnknown
    if chosen.business_state != "unverified" or chosen.holder is None:
        raise errors.TakeoverNotPossible
    if chosen.holder.credit_code != entry.credit_code:
        raise errors.NotTheLedgersHolder
    return chosen


def takeover_price(number: Number, package: Package) -> Price:
    """Price the taking over at nothing, with the smallest package's tariff; until when it is paid follows from the ledger."""
    tariff = price_of(number.grade, package)
    until = f"{number.paid_until.astimezone(CHINA):%Y-%m-%d}" if number.paid_until else ""
    line = PriceLine(
        f"接管存量号码：按原合同付至 {until}，不另收费" if until else "接管存量号码：合同期内不另收费",
        f"Taking over a present number: paid until {until} under the present contract" if until
        else "Taking over a present number: nothing to pay within the term",
        0,
    )  # fmt: skip
    return Price((line,), tariff.term_months, tariff.monthly_minimum_fen, tariff.fen_a_minute)
