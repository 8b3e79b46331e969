"""Stop and lift."""

import pytest

from answerable.numbers.actions import lift, stop
from answerable.numbers.errors import NumberUnknown, ReasonUnknown, StateConflict
from answerable.numbers.models import Number
from answerable.numbers.states import STOP_REASONS
from answerable.trail.actors import system

BY = system("test")


@pytest.mark.parametrize("stage", ["opening", "working"])
def test_number_is_stopped_with_a_reason_and_lifted_to_where_it_was(world, stage):
    world.order(stage)
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    stopped = world.number(world.plain)
    assert (stopped.business_state, stopped.stop_reason, stopped.stopped_at) == ("suspended", "FRAUD_ORDER", world.at)
    lift(world.plain, by=BY, at=world.at)
    lifted = world.number(world.plain)
    assert (lifted.business_state, lifted.stop_reason, lifted.stopped_at) == (stage, "", None)


@pytest.mark.parametrize("state", ["unverified", "paused_by_holder"])
def test_stop_of_a_number_that_did_not_work_is_lifted_to_where_it_was(world, state):
    Number.objects.filter(pk=world.plain).update(business_state=state, paused_until=world.at)
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    lift(world.plain, by=BY, at=world.at)
    assert world.state(world.plain) == state


@pytest.mark.parametrize("reason", ["", "BECAUSE", "fraud_order"])
def test_stop_without_a_known_reason_is_refused(world, reason):
    world.order("working")
    with pytest.raises(ReasonUnknown):
        stop(world.plain, reason, staff=world.staff("sun"), at=world.at)
    assert world.state(world.plain) == "working"


def test_stopped_number_is_not_stopped_again(world):
    world.order("working")
    stop(world.plain, "ARREARS", staff=world.staff("sun"), at=world.at)
    with pytest.raises(StateConflict):
        stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    assert world.number(world.plain).stop_reason == "ARREARS"


def test_working_number_cannot_be_lifted(world):
    world.order("working")
    with pytest.raises(StateConflict):
        lift(world.plain, by=BY, at=world.at)


def test_lift_of_an_unknown_number_is_refused(world):
    with pytest.raises(NumberUnknown):
        lift("4008999999", by=BY, at=world.at)


def test_there_are_fourteen_reasons():
    assert len(STOP_REASONS) == 14
