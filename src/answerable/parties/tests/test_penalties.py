"""The ledger of penalties: only added, by two people, summed by agent (MIIT 452 (五))."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from answerable.parties import errors
from answerable.parties.models import AgentPenalty, AgentPenaltyApproval
from answerable.parties.penalties import approve_penalty, propose_penalty
from answerable.parties.queries import fines_fen
from answerable.parties.tests.test_agents import sign_up


def propose(world, agent, by="zheng", **changes):
    said = {
        "kind": "fine", "rule": "协议第 8 条", "amount_fen": 500_000, "measure": "", "because": "complaint", "reference": "J1",
    }  # fmt: skip
    return propose_penalty(agent, **(said | changes), staff=world.staff(by), at=world.at)


def test_fine_counts_once_another_agreed(world):
    agent = sign_up(world)
    penalty = propose(world, agent)
    with pytest.raises(errors.AgentNeedsAnother):
        approve_penalty(penalty, staff=world.staff("zheng"), at=world.at)
    assert fines_fen(agent) == 0
    approve_penalty(penalty, staff=world.staff("wang"), at=world.at)
    propose(world, agent, kind="warning", amount_fen=0, measure="书面警告")
    assert fines_fen(agent) == 500_000
    with pytest.raises(errors.AgentStateConflict):
        approve_penalty(penalty, staff=world.staff("wang"), at=world.at)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_fen": 0}, {"kind": "prison"}, {"because": "mood"}, {"rule": " "}, {"reference": ""},
        {"kind": "warning", "amount_fen": 5, "measure": "警告"}, {"kind": "warning", "amount_fen": 0},
    ],
)  # fmt: skip
def test_penalty_says_its_rule_its_reason_and_what_it_is(world, changes):
    with pytest.raises(errors.PenaltyInvalid):
        propose(world, sign_up(world), **changes)


def test_ledger_is_only_added_to_and_asks_for_two(world):
    penalty = propose(world, sign_up(world))
    for change in (lambda: AgentPenalty.objects.update(amount_fen=1), lambda: AgentPenalty.objects.all().delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentPenaltyApproval.objects.create(penalty=penalty, by=world.staff("zheng"), at=world.at)


def test_only_compliance_penalises(world):
    with pytest.raises(errors.NotPermitted):
        propose(world, sign_up(world), by="sun")
