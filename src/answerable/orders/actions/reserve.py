"""What an agent may do: keep a number for a named customer and prepare its application; the customer accepts (MIIT 452 (七)二).

It never applies, signs or pays for the customer, and sees nothing of what the customer does after accepting.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction

from answerable.billing.models import Package
from answerable.numbers import actions as numbers
from answerable.numbers.errors import NumberUnknown
from answerable.numbers.models import Number, Tenure
from answerable.orders import errors
from answerable.orders.actions.choose import start
from answerable.orders.models import Order, Reservation
from answerable.orders.terms import LETTERS
from answerable.parties.actions import actor_of
from answerable.parties.errors import AgentNotAtWork
from answerable.parties.models import Agent, Person
from answerable.parties.queries import agent_of, agent_state, register_entry
from answerable.trail.actions import record
from answerable.trail.actors import Actor, system


def reserve(
    number: str, *, person: Person, credit_code: str, package: Package, use: str, industry: str, offer_fen: int, at: dt.datetime
) -> Reservation:  # fmt: skip
    """Keep a spare number for one customer, for the days of the agreement and never again by the same agent.

    Raise AgentNotAtWork, NumberTaken, ReservationRefused (quota, hoarding cap, reserved before), or what the register says.
    """
    agent = agent_of(person)
    if agent is None or agent_state(agent, at) != "active":
        raise AgentNotAtWork
    entry = register_entry(credit_code)
    until = at + dt.timedelta(days=agent.reserve_days)
    with transaction.atomic():
        locked = Agent.objects.select_for_update().get(pk=agent.pk)
        if not Number.objects.filter(pk=number).exists():
            raise NumberUnknown
        _refuse(locked, number)
        numbers.reserve(number, person, until=until, by=actor_of(person), at=at)
        reservation = Reservation.objects.create(
            agent=locked, number_id=number, customer_code=entry.credit_code, made_by=person, package=package, use=use,
            code="".join(secrets.choice(LETTERS) for _ in range(8)), industry=industry, offer_fen=offer_fen, reserved_at=at,
            until=until,
        )  # fmt: skip
        record(
            "reservation.made", by=actor_of(person), at=at, subject=("reservation", reservation.pk), number=number,
            after={"agent": agent.pk, "customer": entry.credit_code, "until": until.isoformat(), "offer_fen": offer_fen},
        )  # fmt: skip
    return reservation


def cap_of(agent: Agent) -> int:
    """Return the hoarding cap: a share of the agent's working numbers, or the floor, whichever is more."""
    working = Tenure.objects.filter(agent=agent, until=None).count()
    return max(agent.cap_floor, working * agent.cap_permille // 1000)


def _refuse(agent: Agent, number: str) -> None:
    if Reservation.objects.filter(agent=agent, number=number).exists():
        raise errors.ReservationRefused(
            why_zh="贵司预留过这个号码，不能再次预留或延长。",
            why_en="You reserved this number before; it is neither reserved again nor extended.",
        )
    held = Reservation.objects.filter(agent=agent, state="open").count()
    most = min(agent.quota, cap_of(agent))
    if held >= most:
        raise errors.ReservationRefused(
            why_zh=f"预留已达上限（{most} 个）。请先撤回不用的。",
            why_en=f"You have reserved {most} numbers, the most you may. Withdraw what is not needed.",
        )


def accept_invitation(code: str, *, person: Person, role: str, at: dt.datetime) -> Order:
    """Let the customer's own handler take over what was prepared: the application begins under their name.

    Raise InvitationUnknown, AgentNotAtWork, AgentMayNotApply, NotEligible and what `start` raises.
    """
    with transaction.atomic():
        found = Reservation.objects.select_for_update(of=("self",)).filter(code=code, state="open", until__gt=at)
        reservation = found.select_related("agent__organisation", "package").first()
        if reservation is None:
            raise errors.InvitationUnknown
        if agent_state(reservation.agent, at) != "active":
            raise AgentNotAtWork
        entry = register_entry(reservation.customer_code)
        numbers.free(reservation.number_id, why="INVITATION_ACCEPTED", by=actor_of(person), at=at)
        order = start(
            reservation.number_id, person=person, entry=entry, role=role, use=reservation.use, industry=reservation.industry,
            package=reservation.package, at=at, agent=reservation.agent, offer_fen=reservation.offer_fen,
        )  # fmt: skip
        Reservation.objects.filter(pk=reservation.pk).update(state="accepted", order=order, ended_at=at)
        record(
            "reservation.accepted", by=actor_of(person), at=at, subject=("reservation", reservation.pk),
            number=reservation.number_id, after={"order": order.pk},
        )  # fmt: skip
    return order


def withdraw_reservation(reservation: Reservation, *, by: Actor, at: dt.datetime) -> None:
    """Give the number back to the pool before the customer accepted."""
    _end(reservation, "withdrawn", by=by, at=at)


def lapse_reservations(*, at: dt.datetime) -> int:
    """Give back what nobody accepted in time, and what an ended agency still keeps; return how many."""
    over = Reservation.objects.filter(state="open")
    late = list(over.filter(until__lte=at)) + list(over.filter(until__gt=at, agent__state="ended"))
    for reservation in late:
        _end(reservation, "lapsed", by=system("worker"), at=at)
    return len(late)


def _end(reservation: Reservation, state: str, *, by: Actor, at: dt.datetime) -> None:
    with transaction.atomic():
        if not Reservation.objects.filter(pk=reservation.pk, state="open").update(state=state, ended_at=at):
            raise errors.InvitationUnknown
        numbers.free(reservation.number_id, why="RESERVATION_OVER", by=by, at=at)
        record(
            f"reservation.{state}", by=by, at=at, subject=("reservation", reservation.pk), number=reservation.number_id
        )
