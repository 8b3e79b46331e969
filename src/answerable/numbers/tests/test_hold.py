"""A number is held for half an hour by whoever comes first."""

import datetime as dt

import pytest

from answerable.numbers.actions import HOLDS_AT_ONCE, hold
from answerable.numbers.errors import NumberTaken, NumberUnknown, TooManyHolds
from answerable.parties.actions import actor_of
from answerable.trail.models import Fact


def take(world, person, number):
    return hold(number, person, by=actor_of(person), at=world.at)


def test_hold_lasts_thirty_minutes(world):
    assert take(world, world.hua, world.plain) == world.at + dt.timedelta(minutes=30)
    held = world.number(world.plain)
    assert (held.business_state, held.held_by, held.held_until) == (
        "held",
        world.hua,
        world.at + dt.timedelta(minutes=30),
    )


def test_number_held_by_the_first_is_refused_to_the_second(world):
    take(world, world.hua, world.plain)
    with pytest.raises(NumberTaken):
        take(world, world.zhao, world.plain)
    assert world.number(world.plain).held_by == world.hua


def test_number_that_is_not_ours_is_unknown(world):
    with pytest.raises(NumberUnknown):
        take(world, world.hua, "4008999999")


def test_person_holds_three_numbers_at_most(world):
    assert HOLDS_AT_ONCE == 3
    for number in (world.plain, world.second, world.third):
        take(world, world.hua, number)
    with pytest.raises(TooManyHolds):
        take(world, world.hua, world.unicom)
    assert world.state(world.unicom) == "spare"


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_exactly_one_wins_and_the_other_leaves_no_trace(world, at_once):
    results = at_once(lambda: take(world, world.hua, world.plain), lambda: take(world, world.zhao, world.plain))
    lost = [r for r in results if isinstance(r, NumberTaken)]
    assert (len(lost), sum(isinstance(r, dt.datetime) for r in results)) == (1, 1)
    winner = world.hua if results.index(lost[0]) == 1 else world.zhao
    assert world.number(world.plain).held_by == winner
    assert list(Fact.objects.filter(what="number.held").values_list("who_id", flat=True)) == [str(winner.pk)]
