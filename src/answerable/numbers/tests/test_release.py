"""Release, aging, and back into the pool."""

import datetime as dt

import pytest

from answerable.numbers.actions import end_aging, lift, release, stop
from answerable.numbers.errors import StateConflict, StoppedForCause
from answerable.numbers.models import Destination, Tenure
from answerable.numbers.states import RELEASABLE, STOP_REASONS
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


@pytest.mark.parametrize("reason", sorted(RELEASABLE))
def test_number_stopped_for_a_harmless_reason_can_be_released(world, reason):
    world.order("working")
    stop(world.plain, reason, staff=world.staff("sun"), at=world.at)
    release(world.plain, by=BY, at=world.at)
    assert (world.state(world.plain), world.number(world.plain).stop_reason) == ("aging", "")


@pytest.mark.parametrize("reason", sorted(STOP_REASONS.keys() - RELEASABLE))
def test_holder_of_a_number_stopped_for_cause_answers_for_it_and_cannot_release_it(world, reason):
    world.order("working")
    stop(world.plain, reason, staff=world.staff("sun"), at=world.at)
    with pytest.raises(StoppedForCause) as refused:
        release(world.plain, by=BY, at=world.at)
    assert STOP_REASONS[reason][0] in refused.value.text("zh-hans")
    number = world.number(world.plain)
    assert (number.business_state, number.stop_reason) == ("suspended", reason)
    assert Tenure.objects.get(number=world.plain).until is None


def test_number_is_released_once_the_stop_for_cause_is_lifted(world):
    world.order("working")
    stop(world.plain, "COMPLAINT", staff=world.staff("sun"), at=world.at)
    lift(world.plain, by=BY, at=world.at)
    release(world.plain, by=BY, at=world.at)
    assert world.state(world.plain) == "aging"


@pytest.mark.django_db(transaction=True)
def test_release_and_a_stop_for_cause_at_once_leave_no_number_both_stopped_and_given_up(world, at_once):
    world.order("working")
    results = at_once(
        lambda: release(world.plain, by=BY, at=world.at),
        lambda: stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at),
    )
    assert sorted(isinstance(r, Exception) for r in results) == [False, True]
    number = world.number(world.plain)
    assert (number.business_state, number.stop_reason) in {("aging", ""), ("suspended", "FRAUD_ORDER")}


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
