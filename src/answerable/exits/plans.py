"""An agent's or the operator's end as a plan: proposed, announced ninety days ahead by a second person, closed by two.

No plan opens, stops or moves a number: contracts are with the operator and stay, the gate is told nothing.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.exits import plan_errors as errors
from answerable.exits.models import NOTICE_DAYS, ExitPlan
from answerable.exits.plan_queries import is_over, still_here
from answerable.exits.steps import add_steps, settle
from answerable.lib.workdays import CHINA
from answerable.parties import agency
from answerable.parties.actions import actor_of
from answerable.parties.models import Agent, Staff
from answerable.parties.queries import require
from answerable.trail.actions import record

DAY = dt.timedelta(days=1)
PERMISSION = "manage_agents"


def propose_plan(
    kind: str, *, agent: Agent | None = None, how: str = "", successor: str = "", why: str, last_day: dt.date | None,
    staff: Staff, at: dt.datetime,
) -> ExitPlan:  # fmt: skip
    """Propose an exit; nobody is told and nothing changes. Raise PlanInvalid, PlanTooShort, PlanExists."""
    require(staff, PERMISSION)
    made = ExitPlan(
        kind=kind, agent=agent if kind == "agent" else None, how=how if kind == "agent" else "",
        successor=successor.strip() if kind == "operator" else "", why=why.strip(), proposed_by=staff, proposed_at=at,
        last_day=_long_enough(last_day, at),
    )  # fmt: skip
    _check(made)
    try:
        with transaction.atomic():
            made.save()
            _record("proposed", made, staff, at, {
                "kind": kind, "agent": made.agent_id, "successor": made.successor, "why": made.why, "last_day": str(made.last_day),
            })  # fmt: skip
    except IntegrityError:
        raise errors.PlanExists from None
    return made


def _check(plan: ExitPlan) -> None:
    if plan.kind not in ExitPlan.Kind.values:
        raise errors.PlanInvalid(
            why_zh="请选择退出的是代理商还是运营主体。", why_en="Choose who leaves: an agent or the operator."
        )
    if plan.kind == "agent" and (
        plan.agent is None or plan.agent.state == "ended" or plan.how not in Agent.EndKind.values
    ):
        raise errors.PlanInvalid(
            why_zh="请选择尚未终止的代理商和终止的种类。", why_en="Choose an agent that has not ended, and how it ends."
        )
    if not 0 < len(plan.why) <= 180 or len(plan.successor) > 120:
        raise errors.PlanInvalid(
            why_zh="请写明理由（180 字以内）；承接单位不超过 120 字。",
            why_en="Give the reason, 180 characters at most; the successor's name has at most 120.",
        )


def _long_enough(last_day: dt.date | None, at: dt.datetime) -> dt.date:
    earliest = at.astimezone(CHINA).date() + NOTICE_DAYS * DAY
    if last_day is None or last_day < earliest:
        raise errors.PlanTooShort(days=NOTICE_DAYS, earliest=earliest)
    return last_day


def withdraw_plan(plan: ExitPlan, *, staff: Staff, at: dt.datetime) -> None:
    """Take a plan back that nobody was told of. Raise PlanStateConflict."""
    require(staff, PERMISSION)
    with transaction.atomic():
        if not ExitPlan.objects.filter(pk=plan.pk, state="proposed").update(state="withdrawn"):
            raise errors.PlanStateConflict
        _record("withdrawn", plan, staff, at)


def announce_plan(plan: ExitPlan, *, staff: Staff, at: dt.datetime) -> ExitPlan:
    """Announce an exit as another proposed it: a step for each number, every holder told, the agent suspended, at once.

    Raise PlanNeedsAnother, PlanStateConflict; PlanTooShort where the proposal has lain too long.
    """
    require(staff, PERMISSION)
    with transaction.atomic():
        locked = _lock(plan, "proposed")
        if locked.proposed_by_id == staff.pk:
            raise errors.PlanNeedsAnother
        _long_enough(locked.last_day, at)
        if locked.agent is not None and locked.agent.state == "ended":
            raise errors.PlanStateConflict
        locked.state, locked.announced_by, locked.announced_at = "announced", staff, at
        locked.announced_on = at.astimezone(CHINA).date()
        locked.save(update_fields=["state", "announced_by", "announced_at", "announced_on"])
        if locked.agent is not None and locked.agent.state == "active":
            agency.suspend_agent(locked.agent, reason=locked.why, staff=staff, at=at)
        steps, told = add_steps(locked, at=at)
        _record("announced", locked, staff, at, {"last_day": str(locked.last_day), "steps": steps, "told": told})
    return locked


def _lock(plan: ExitPlan, state: str) -> ExitPlan:
    found = ExitPlan.objects.select_for_update(of=("self",)).select_related("agent__organisation")
    locked = found.filter(pk=plan.pk, state=state).first()
    if locked is None:
        raise errors.PlanStateConflict
    return locked


def propose_closing(plan: ExitPlan, *, staff: Staff, at: dt.datetime) -> None:
    """Propose to close a plan whose last day is over; for an agent this proposes its end. Raise PlanNotOver, PlanHasOpen."""
    require(staff, PERMISSION)
    with transaction.atomic():
        locked = _lock(plan, "announced")
        _ready(locked, at)
        if locked.agent is not None and locked.agent.state != "ended":
            agency.propose_end(locked.agent, kind=locked.how, reason=locked.why, staff=staff, at=at)
        locked.closing_by = staff
        locked.save(update_fields=["closing_by"])
        _record("closing_proposed", locked, staff, at)


def close_plan(plan: ExitPlan, *, staff: Staff, at: dt.datetime) -> ExitPlan:
    """Close a plan as another proposed; an agent that has not ended meanwhile ends with it, as the public log says.

    Raise PlanNeedsAnother, PlanStateConflict, PlanNotOver, PlanHasOpen.
    """
    require(staff, PERMISSION)
    with transaction.atomic():
        locked = _lock(plan, "announced")
        if locked.closing_by_id is None:
            raise errors.PlanStateConflict
        if locked.closing_by_id == staff.pk:
            raise errors.PlanNeedsAnother
        _ready(locked, at)
        if locked.agent is not None and locked.agent.state != "ended":
            agency.end_agency(locked.agent, staff=staff, at=at)
        locked.state, locked.closed_by, locked.closed_at = "closed", staff, at
        locked.save(update_fields=["state", "closed_by", "closed_at"])
        _record("closed", locked, staff, at, {"steps": locked.steps.count()})
    return locked


def _ready(plan: ExitPlan, at: dt.datetime) -> None:
    """Refuse to close before the last day is over, or over a number that would fall silent; set what nobody chose."""
    if not is_over(plan, at):
        raise errors.PlanNotOver(until=plan.last_day)
    add_steps(plan, at=at)
    settle(plan, at=at)
    if plan.kind == "operator" and (left := list(still_here(plan).values_list("pk", flat=True))):
        raise errors.PlanHasOpen(count=len(left), some=", ".join(left[:5]))


def _record(what: str, plan: ExitPlan, staff: Staff, at: dt.datetime, after: dict[str, object] | None = None) -> None:
    record(f"exit.{what}", by=actor_of(staff), at=at, subject=("exit", plan.pk), after=after)
