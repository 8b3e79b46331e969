"""Choose a number: eligibility first, then the hold, then the contract with its frozen price."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.billing import actions as billing
from answerable.billing.models import Package
from answerable.billing.queries import price_of
from answerable.lib.workdays import CHINA
from answerable.numbers import actions as numbers
from answerable.numbers.errors import NumberUnknown
from answerable.numbers.models import Number
from answerable.orders import errors
from answerable.orders.actions.contract import make_contract
from answerable.orders.actions.transfer_end import close_transfer, require_unhandled
from answerable.orders.clocks import WITH_MATERIALS
from answerable.orders.eligibility import bars
from answerable.orders.models import HolderTransfer, Order, TestCall
from answerable.orders.terms import new_order_no
from answerable.parties.actions import act_for, actor_of, leave, lock_organisation
from answerable.parties.models import Agent, Person, RegisterEntry
from answerable.parties.notices import notify
from answerable.parties.queries import agent_of, require_authorisation
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import actions as verification

CANCELLABLE = ("held", "awaiting_payment", "paid")


def start(
    number: str,
    *,
    person: Person,
    entry: RegisterEntry,
    role: str,
    use: str,
    industry: str,
    package: Package,
    at: dt.datetime,
    agent: Agent | None = None,
    offer_fen: int = 0,
) -> Order:
    """Hold a number for an eligible organisation and make its contract, in one transaction.

    `agent`: who prepared it; what it asks (`offer_fen`) is printed beside the tariff, and the tariff is what is paid. Raise
    NotEligible (before any money), NumberTaken (somebody was first), AuthorisationNotInForce, AgentMayNotApply.
    """
    with transaction.atomic():
        chosen = Number.objects.filter(pk=number).select_related("carrier").first()
        if chosen is None:
            raise NumberUnknown
        require_authorisation(at, chosen.carrier_id)
        _refuse_agents_people(person, entry)
        _require_eligible(entry, carrier=chosen.carrier_id, industry=industry, use=use, person=person, at=at)
        enterprise = act_for(person, entry, role=role, at=at)
        until = numbers.hold(number, person, by=actor_of(person), at=at)
        price = price_of(chosen.grade, package)
        order = Order.objects.create(
            order_no=new_order_no(at),
            number=chosen,
            enterprise=enterprise,
            person=person,
            role=role,
            use=use,
            industry=industry,
            package=package,
            price_fen=price.total_fen,
            price=price.to_dict() | _offer(agent, offer_fen),
            created_at=at,
            hold_until=until,
            agent=agent,
        )
        make_contract(order, at=at)
        record(
            "order.started",
            by=actor_of(person),
            at=at,
            subject=("order", order.pk),
            number=number,
            after={"price_fen": order.price_fen, "contract_sha256": order.contract_sha256},
        )
        notify(
            person,
            "HELD",
            at=at,
            number=number,
            until=f"{until.astimezone(CHINA):%H:%M}",
            link=f"/console/orders/{order.pk}/",
        )
    return order


def _require_eligible(
    entry: RegisterEntry, *, carrier: str, industry: str, use: str, person: Person, at: dt.datetime
) -> None:
    lock_organisation(entry)  # two applications at once must not both pass a limit of one
    day = at.astimezone(CHINA).date()
    found = bars(entry, carrier=carrier, industry=industry, use=use, person=person, day=day)
    if found:
        raise errors.NotEligible(why_zh=" ".join(b.zh for b in found), why_en=" ".join(b.en for b in found))


def _refuse_agents_people(person: Person, entry: RegisterEntry) -> None:
    """Refuse whoever acts for an agent: it prepares, and only the customer's own people apply (MIIT 452 (七)二)."""
    acts_for = agent_of(person)
    if acts_for is not None and acts_for.organisation.credit_code != entry.credit_code:
        raise errors.AgentMayNotApply


def _offer(agent: Agent | None, offer_fen: int) -> dict[str, object]:
    return {"agent": {"name": agent.organisation.name, "offer_fen": offer_fen}} if agent else {}


def cancel(order: Order, *, by: Actor, at: dt.datetime) -> None:
    """Cancel an order before its number works, even while it opens: the number is free, the money goes back in full."""
    with transaction.atomic():
        locked = Order.objects.select_for_update(of=("self",)).select_related("person", "enterprise").get(pk=order.pk)
        if locked.kind == "transfer":
            require_unhandled(locked.pk)
        end(locked, "cancelled", reason="CANCELLED", by=by, at=at)
        notify(locked.person, "CANCELLED", at=at, order=locked.pk)


def end(order: Order, state: str, *, reason: str, by: Actor, at: dt.datetime) -> None:
    """End an order as cancelled, declined or lapsed: money back in full, dossier closed, number free (or in the ledger)."""
    if not Order.objects.filter(pk=order.pk, state__in=CANCELLABLE).update(state=state, ended_reason=reason):
        raise errors.OrderConflict(order=order.pk)
    TestCall.objects.filter(order=order).exclude(state="done").update(state="done", done_at=at, outcome="cancelled")
    billing.refund_order(order.pk, reason=reason, by=by, at=at)
    if order.kind in WITH_MATERIALS:
        verification.close(
            order.number_id, order.enterprise, "lapsed" if state == "lapsed" else "revoked", by=by, at=at
        )
        verification.end_keeping(
            order.number_id, order.enterprise, order_nos=[order.pk], what="no_service", by=by, at=at
        )
        if order.kind == "takeover":
            numbers.back_to_ledger(order.number_id, by=by, at=at)
        elif order.kind == "transfer":  # its present holder keeps the number
            close_transfer(HolderTransfer.objects.get(order=order), state, at=at)
        else:
            numbers.free(order.number_id, why=reason, by=by, at=at)
        if not Order.objects.filter(enterprise=order.enterprise, state__in=[*CANCELLABLE, "completed"]).exists():
            leave(order.person, order.enterprise, by=by, at=at)
    record(
        f"order.{state}", by=by, at=at, subject=("order", order.pk), number=order.number_id, after={"reason": reason}
    )
