"""Read exit plans: which numbers they concern, how far they are, and who looks after a number since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from answerable.exits.models import ExitPlan, ExitStep
from answerable.exports.service import balances
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number, Tenure
from answerable.numbers.states import ANSWERED_FOR
from answerable.parties.models import Agent, Enterprise, Person
from answerable.parties.queries import agents, proven_for

LIVE = ("announced", "closed")
HELD = Q(holder=F("number__holder"))
"""Steps whose number is still in the hands of that holder: not released, not passed on."""
COLUMNS = (
    "number", "holder", "credit_code", "paid_until", "unused_fen", "choice", "to_agent", "chosen_at", "consent_version", "receipt_name",
    "receipt_reference", "reserved_for",
)  # fmt: skip


def is_over(plan: ExitPlan, at: dt.datetime) -> bool:
    """Say whether a plan's last day, China time, is past."""
    return at.astimezone(CHINA).date() > plan.last_day


def numbers_of(plan: ExitPlan) -> QuerySet[Number]:
    """List the numbers in service that a plan concerns: all, or those an agent sold or was chosen for since."""
    found = Number.objects.filter(business_state__in=ANSWERED_FOR, holder__isnull=False)
    if plan.agent_id is None:
        return found
    sold = Tenure.objects.filter(number=OuterRef("pk"), until=None, agent=plan.agent_id)
    tenure = Tenure.objects.filter(number=OuterRef("number"), holder=OuterRef("holder"), until=None)
    moved = ExitStep.objects.filter(
        Exists(tenure), plan__state="closed", to_agent=plan.agent_id, number=OuterRef("pk"), holder=OuterRef("holder")
    )
    return found.filter(Exists(sold) | Exists(moved))


def still_here(plan: ExitPlan) -> QuerySet[Number]:
    """List the numbers of a plan in service that nobody has taken over with a receipt."""
    taken = ExitStep.objects.filter(
        plan=plan, number=OuterRef("pk"), holder=OuterRef("holder"), receipt_at__isnull=False
    )
    return numbers_of(plan).filter(~Exists(taken)).order_by("pk")


def plans() -> QuerySet[ExitPlan]:
    """List the plans, newest first."""
    return ExitPlan.objects.select_related(
        "agent__organisation", "proposed_by", "announced_by", "closing_by", "closed_by"
    )


def to_deal_with(at: dt.datetime) -> QuerySet[ExitPlan]:
    """List the plans that wait for staff: to be announced, or past their last day."""
    day = at.astimezone(CHINA).date()
    return ExitPlan.objects.filter(Q(state="proposed") | Q(state="announced", last_day__lt=day))


def steps_of(plan: ExitPlan) -> QuerySet[ExitStep]:
    """List a plan's steps by number."""
    return plan.steps.select_related("number", "holder", "to_agent__organisation", "chosen_by", "reservation").order_by(
        "number", "pk"
    )


def counts(plan: ExitPlan) -> dict[str, int]:
    """Count a plan's steps: all, chosen by the holder, open, taken over, reservations."""
    mine = Q(holder__isnull=False)
    return plan.steps.aggregate(
        all=Count("pk", filter=mine), chosen=Count("pk", filter=mine & Q(chosen_by__isnull=False)),
        open=Count("pk", filter=HELD & Q(choice="")), taken=Count("pk", filter=Q(receipt_at__isnull=False)),
        reserved=Count("pk", filter=Q(reservation__isnull=False)),
    )  # fmt: skip


def own_steps(person: Person) -> QuerySet[ExitStep]:
    """List the steps of announced and closed plans for numbers that the organisations of a person hold; only where proven."""
    found = ExitStep.objects.filter(HELD, holder__in=proven_for(person), plan__state__in=LIVE)
    return found.select_related("number", "holder", "to_agent__organisation", "plan__agent__organisation").order_by(
        "number"
    )


def waiting_for(person: Person, at: dt.datetime) -> list[ExitPlan]:
    """List the plans in which a choice of this person's organisations is open."""
    day = at.astimezone(CHINA).date()
    own = ExitStep.objects.filter(HELD, plan=OuterRef("pk"), holder__in=proven_for(person), choice="")
    return list(plans().filter(Exists(own), state="announced", last_day__gte=day))


def agents_to_choose(plan: ExitPlan, at: dt.datetime) -> list[Agent]:
    """List the agents at work to whom a holder may go."""
    day = at.astimezone(CHINA).date()
    found = agents().filter(state="active", licence_until__gte=day, agreement_until__gte=day)
    return list(found.exclude(pk=plan.agent_id) if plan.agent_id else found)


def looked_after_by(number: Number) -> Agent | None:
    """Say which agent serves a number's holder now: as chosen when its agent left, else the one it was sold through.

    None: the operator itself. Through whom it was sold stays as it was written.
    """
    tenure = Tenure.objects.filter(number=number, until=None).select_related("agent__organisation").first()
    if tenure is None:
        return None
    left = ExitStep.objects.filter(plan__kind="agent", plan__state="closed", number=number, holder=tenure.holder_id)
    last = left.filter(chosen_at__gte=tenure.since).order_by("-plan__closed_at").first()
    now = last.to_agent if last else tenure.agent
    return None if now is None or now.state == "ended" else now


def unused(holders: set[Enterprise], at: dt.datetime) -> dict[str, int]:
    """Return for each number of these holders what is paid ahead and not used up, in fen."""
    return {row["number"]: row["unused_fen"] for holder in holders for row in balances(holder, at)}


def table(plan: ExitPlan, at: dt.datetime) -> Iterator[tuple[object, ...]]:
    """Write a plan's steps as rows of a table, its header first."""
    yield COLUMNS
    known: dict[int, dict[str, int]] = {}
    for step in steps_of(plan).iterator(chunk_size=2000):
        ahead = 0
        if step.holder is not None:
            if step.holder.pk not in known:
                known[step.holder.pk] = unused({step.holder}, at)
            ahead = known[step.holder.pk].get(step.number_id, 0)
        yield (
            step.number_id, step.holder.name if step.holder else "", step.holder.credit_code if step.holder else "",
            step.number.paid_until.astimezone(CHINA).date() if step.number.paid_until and step.holder else "", ahead, step.choice,
            step.to_agent.organisation.name if step.to_agent else "",
            step.chosen_at.astimezone(CHINA).isoformat() if step.chosen_at else "", step.consent_version, step.receipt_name,
            step.receipt_reference, step.reservation.customer_code if step.reservation else "",
        )  # fmt: skip
