"""Lay penalties on agents: one proposes, another puts in force; rows are only added (MIIT 452 (五))."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.parties import errors
from answerable.parties.actions import actor_of
from answerable.parties.models import Agent, AgentPenalty, AgentPenaltyApproval, Staff
from answerable.parties.queries import require
from answerable.trail.actions import record


def propose_penalty(
    agent: Agent, *, kind: str, rule: str, amount_fen: int, measure: str, because: str, reference: str, staff: Staff,
    at: dt.datetime,
) -> AgentPenalty:  # fmt: skip
    """Write a penalty down; it is in force once another agrees. Raise PenaltyInvalid."""
    require(staff, "manage_agents")
    words = (rule.strip(), reference.strip(), measure.strip())
    is_fine = kind == "fine"
    is_whole = (amount_fen > 0) if is_fine else (amount_fen == 0 and 0 < len(words[2]) <= 200)
    if (
        kind not in AgentPenalty.Kind.values or because not in AgentPenalty.Because.values or not is_whole
        or not 0 < len(words[0]) <= 200 or not 0 < len(words[1]) <= 60 or not 0 <= amount_fen < 10**12
    ):  # fmt: skip
        raise errors.PenaltyInvalid
    with transaction.atomic():
        penalty = AgentPenalty.objects.create(
            agent=agent, kind=kind, rule=words[0], amount_fen=amount_fen, measure="" if is_fine else words[2],
            because=because, reference=words[1], proposed_by=staff, proposed_at=at,
        )  # fmt: skip
        record(
            "agent.penalty_proposed", by=actor_of(staff), at=at, subject=("agent", agent.pk),
            after={"penalty": penalty.pk, "kind": kind, "amount_fen": amount_fen, "reference": words[1]},
        )  # fmt: skip
    return penalty


def approve_penalty(penalty: AgentPenalty, *, staff: Staff, at: dt.datetime) -> None:
    """Put a penalty in force. Raise AgentNeedsAnother for whoever proposed it; a second approval changes nothing."""
    require(staff, "manage_agents")
    if penalty.proposed_by_id == staff.pk:
        raise errors.AgentNeedsAnother
    try:
        with transaction.atomic():
            AgentPenaltyApproval.objects.create(penalty=penalty, by=staff, at=at)
            record(
                "agent.penalised", by=actor_of(staff), at=at, subject=("agent", penalty.agent_id),
                after={"penalty": penalty.pk},
            )  # fmt: skip
    except IntegrityError:
        raise errors.AgentStateConflict from None
