"""A plan's steps: one for each number, its holder told once, reminded, and set to the default where nobody answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db import transaction

from answerable.exits.models import ExitPlan, ExitStep
from answerable.exits.plan_queries import HELD, is_over, numbers_of
from answerable.lib.workdays import CHINA
from answerable.orders.models import Reservation
from answerable.parties.models import Enterprise
from answerable.parties.notices import notify_once
from answerable.parties.queries import operator, people_of
from answerable.trail.actions import record
from answerable.trail.actors import system

DAYS_BEFORE = (60, 30, 7)


def add_steps(plan: ExitPlan, *, at: dt.datetime) -> tuple[int, int]:
    """Add a step for each number that the plan concerns and has none for its holder yet; tell those holders.

    Return how many steps were added and how many people told. A number that opened, or passed to another, after the
    announcement is found by the next walk.
    """
    known = set(plan.steps.filter(holder__isnull=False).values_list("number", "holder"))
    fresh = [pair for pair in numbers_of(plan).order_by("pk").values_list("pk", "holder") if pair not in known]
    made = [ExitStep(plan=plan, number_id=number, holder_id=holder) for number, holder in fresh]
    kept = _reservations(plan)
    ExitStep.objects.bulk_create([*made, *kept], batch_size=1000)
    counted = Counter(holder for _, holder in fresh)
    holders = Enterprise.objects.in_bulk([pk for pk in counted if pk is not None])
    told = sum(_tell(plan, holder, counted[pk], at) for pk, holder in holders.items())
    told += sum(_tell_customer(plan, step.reservation, at) for step in kept if step.reservation is not None)
    return len(made) + len(kept), told


def _reservations(plan: ExitPlan) -> list[ExitStep]:
    """List an agent's open reservations: they are over before the last day, and nobody accepts one meanwhile."""
    if plan.agent_id is None:
        return []
    known = set(plan.steps.filter(reservation__isnull=False).values_list("reservation", flat=True))
    found = Reservation.objects.filter(agent=plan.agent_id, state="open").order_by("number")
    return [ExitStep(plan=plan, number_id=one.number_id, reservation=one) for one in found if one.pk not in known]


def _tell(plan: ExitPlan, holder: Enterprise, count: int, at: dt.datetime) -> int:
    code = "EXIT_AGENT" if plan.kind == "agent" else "EXIT_OPERATOR"
    return _say(plan, holder, code, "", at, count=count)


def _tell_customer(plan: ExitPlan, kept: Reservation, at: dt.datetime) -> int:
    """Tell a customer who is known here that the agent's invitation is worthless now, and what to do."""
    customer = Enterprise.objects.filter(credit_code=kept.customer_code).first()
    if customer is None:
        return 0
    about, until = f"reserved:{kept.pk}", f"{kept.until.astimezone(CHINA):%Y-%m-%d}"
    return _say(plan, customer, "EXIT_RESERVED", about, at, number=kept.number_id, until=until, link="")


def _say(plan: ExitPlan, holder: Enterprise, code: str, about: str, at: dt.datetime, **more: Any) -> int:
    """Tell everybody who is proven to act for a holder, each once; count whom."""
    us = operator()
    name = plan.agent.organisation.name if plan.agent else ""
    said: dict[str, Any] = {
        "who_zh": name or us.name_zh, "who_en": name or us.name_en, "organisation": holder.name, "until": plan.last_day,
        "hotline": us.hotline, "link": f"/console/exits/{plan.pk}/", **more,
    }  # fmt: skip
    key = f"exit:{plan.pk}:{holder.pk}:{about}"
    return sum(notify_once(person, code, key=key, at=at, **said) for person in people_of(holder.pk).distinct())


def settle(plan: ExitPlan, *, at: dt.datetime) -> int:
    """Set what nobody chose once an agent's last day is over: directly at the operator. Count the numbers.

    For the operator's exit there is no default: a number goes nowhere by itself, it stays open and connected.
    """
    if plan.kind != "agent" or not is_over(plan, at):
        return 0
    with transaction.atomic():
        numbers = list(
            plan.steps.select_for_update(of=("self",)).filter(HELD, choice="").values_list("number", flat=True)
        )
        if not numbers:
            return 0
        plan.steps.filter(HELD, choice="").update(choice="direct", chosen_at=at)
        record("exit.defaulted", by=system("worker"), at=at, subject=("exit", plan.pk), after={"numbers": len(numbers)})
    return len(numbers)


def remind(plan: ExitPlan, *, at: dt.datetime) -> int:
    """Remind whose choice is open 60, 30 and 7 days before the last day, each time once; count whom."""
    left = (plan.last_day - at.astimezone(CHINA).date()).days
    days = min((day for day in DAYS_BEFORE if 0 <= left <= day), default=None)
    if days is None:
        return 0
    open_steps = Counter(plan.steps.filter(HELD, choice="").values_list("holder", flat=True))
    holders = Enterprise.objects.in_bulk([pk for pk in open_steps if pk is not None])
    with transaction.atomic():
        return sum(
            _say(plan, holder, "EXIT_REMINDER", str(days), at, count=open_steps[pk]) for pk, holder in holders.items()
        )


def walk(*, at: dt.datetime) -> int:
    """Bring every announced plan up to its day: new numbers, reminders, the default. Count the people told."""
    told = 0
    for plan in ExitPlan.objects.filter(state="announced").select_related("agent__organisation"):
        with transaction.atomic():
            ExitPlan.objects.select_for_update().get(pk=plan.pk)  # of two workers one adds
            added, now_told = add_steps(plan, at=at)
            if added:
                record(
                    "exit.steps_added", by=system("worker"), at=at, subject=("exit", plan.pk), after={"steps": added}
                )
        told += now_told + remind(plan, at=at)
        settle(plan, at=at)
    return told
