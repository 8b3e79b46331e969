"""Before a verification ends its holder is asked for papers by data alone (Anti-Telecom-Fraud Law art. 11)."""

import datetime as dt

import pytest

from answerable.numbers.models import Number
from answerable.verification.actions import ask_before_verification_ends
from answerable.verification.models import Dossier, Recheck

DAY = dt.timedelta(days=1)


@pytest.fixture
def until(world):
    world.order("working")
    return world.number(world.plain).verified_until


def test_holder_is_asked_once_sixty_days_ahead_and_nothing_ends_earlier(world, until):
    assert [ask_before_verification_ends(at=until - days * DAY) for days in (61, 60, 59, 1)] == [0, 1, 0, 0]
    one = Recheck.objects.get()
    assert (one.ground, one.level, one.deadline, one.due_at) == ("yearly", 2, until, until - 30 * DAY)
    assert (one.asked_by, world.number(world.plain).in_force_until) == (None, until)


def test_document_that_ends_the_verification_early_is_named(world, until):
    Dossier.objects.filter(number=world.plain).update(verified_until=until - 100 * DAY)
    Number.objects.filter(pk=world.plain).update(verified_until=until - 100 * DAY)
    ask_before_verification_ends(at=until - 130 * DAY)
    assert Recheck.objects.get().ground == "expiring"


def test_number_that_is_verified_for_long_or_no_more_is_left_alone(world, until):
    assert [ask_before_verification_ends(at=moment) for moment in (world.at, until)] == [0, 0]
