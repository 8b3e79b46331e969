"""What becomes of a number when an agent or the operator ends: the holder's choice, and the receipt of who took it over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from answerable.exits import plan_errors as errors
from answerable.exits.consent import CURRENT
from answerable.exits.models import ExitPlan, ExitStep
from answerable.exits.plan_queries import HELD, agents_to_choose, is_over, own_steps
from answerable.parties.actions import actor_of
from answerable.parties.models import Agent, Person, Staff
from answerable.parties.queries import require
from answerable.trail.actions import record


def choices_of(plan: ExitPlan) -> tuple[str, ...]:
    """List what a holder may choose under a plan."""
    if plan.kind == "agent":
        return ("direct", "agent")
    return ("carrier", "successor", "release") if plan.successor else ("carrier", "release")


def choose(
    plan: ExitPlan, numbers: Iterable[str], *, choice: str, to_agent: Agent | None = None, consent: str, person: Person,
    at: dt.datetime,
) -> int:  # fmt: skip
    """Record a holder's choice for some of its numbers, with the wording it consented to; it may change until the last day.

    Return how many. Raise ChoiceInvalid, ConsentMissing, ChoiceNotYours, ChoiceTooLate.
    """
    wanted = set(numbers)
    to = to_agent if choice == "agent" else None
    if not wanted or choice not in choices_of(plan) or (choice == "agent" and to not in agents_to_choose(plan, at)):
        raise errors.ChoiceInvalid
    if consent != CURRENT:
        raise errors.ConsentMissing
    with transaction.atomic():
        locked = ExitPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        mine = own_steps(person).filter(plan=locked, number__in=wanted)
        steps = {step.number_id: step for step in mine}
        if steps.keys() != wanted:
            raise errors.ChoiceNotYours
        if locked.state != "announced" or is_over(locked, at) or any(step.receipt_at for step in steps.values()):
            raise errors.ChoiceTooLate(until=locked.last_day)
        for step in steps.values():
            step.choice, step.to_agent, step.chosen_by, step.chosen_at, step.consent_version = (
                choice,
                to,
                person,
                at,
                consent,
            )
            step.save(update_fields=["choice", "to_agent", "chosen_by", "chosen_at", "consent_version"])
        record(
            "exit.chosen", by=actor_of(person), at=at, subject=("exit", locked.pk),
            after={"numbers": sorted(wanted), "choice": choice, "to_agent": to.pk if to else None, "consent": consent},
        )  # fmt: skip
    return len(steps)


def take_receipt(
    plan: ExitPlan, numbers: Iterable[str], *, name: str, reference: str, staff: Staff, at: dt.datetime
) -> int:
    """Enter the receipt of whoever took numbers and their paid terms over; count them. Raise ReceiptInvalid, PlanStateConflict.

    Nothing is switched off by it: calls are connected here for as long as the carrier brings them.
    """
    require(staff, "manage_agents")
    who, written, wanted = name.strip(), reference.strip(), set(numbers)
    if not (wanted and 0 < len(who) <= 120 and 0 < len(written) <= 80):
        raise errors.ReceiptInvalid(number="—")
    with transaction.atomic():
        if not ExitPlan.objects.select_for_update().filter(pk=plan.pk, state="announced", kind="operator").exists():
            raise errors.PlanStateConflict
        open_steps = ExitStep.objects.filter(
            HELD, plan=plan, number__in=wanted, choice__in=["carrier", "successor"], receipt_at=None
        )
        if missing := wanted - set(open_steps.values_list("number", flat=True)):
            raise errors.ReceiptInvalid(number=min(missing)[:20])
        count = ExitStep.objects.filter(pk__in=list(open_steps.values_list("pk", flat=True))).update(
            receipt_name=who, receipt_reference=written, receipt_by=staff, receipt_at=at
        )
        record(
            "exit.receipt", by=actor_of(staff), at=at, subject=("exit", plan.pk),
            after={"numbers": sorted(wanted), "name": who, "reference": written},
        )  # fmt: skip
    return count
