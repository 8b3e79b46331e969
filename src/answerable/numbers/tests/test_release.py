"""Release, aging, and back into the pool."""

import datetime as dt

import pytest

from answerable.numbers.actions import end_aging, release, stop
from answerable.numbers.errors import StateConflict
from answerable.numbers.models import Destination, Tenure
from answerable.trail.actors import system

BY = system("test")


def test_released_number_has_nobody_who_answers_for_it(world):
    world.order("working")
    release(world.plain, by=BY, at=world.at)
    number = world.number(world.plain)
    assert (number.business_state, number.holder, number.verified_until, number.paid_until) == (
        "aging",
        None,
        None,
        None,
    )
    assert number.aging_until == world.at + dt.timedelta(days=120)
    assert not Destination.objects.filter(number=world.plain, removed_at=None).exists()
    assert Tenure.objects.get(number=world.plain).until == world.at


def test_stopped_number_can_be_released(world):
    world.order("working")
    stop(world.plain, "ARREARS", by=BY, at=world.at)
    release(world.plain, by=BY, at=world.at)
    assert (world.state(world.plain), world.number(world.plain).stop_reason) == ("aging", "")


@pytest.mark.parametrize("stage", ["held", "paid", "approved", "opening"])
def test_number_that_never_worked_is_not_released(world, stage):
    world.order(stage)
    state = world.state(world.plain)
    with pytest.raises(StateConflict):
        release(world.plain, by=BY, at=world.at)
    assert world.state(world.plain) == state


def test_aged_number_returns_to_the_pool_on_its_day_and_not_a_second_before(world):
    world.order("working")
    release(world.plain, by=BY, at=world.at)
    day = world.at + dt.timedelta(days=120)
    with pytest.raises(StateConflict):
        end_aging(world.plain, by=BY, at=day - dt.timedelta(seconds=1))
    end_aging(world.plain, by=BY, at=day)
    number = world.number(world.plain)
    assert (number.business_state, number.network_state, number.aging_until) == ("spare", "none", None)
