"""Keep a number by renewal, or give it up."""

import datetime as dt

import pytest

from answerable.billing.models import Refund
from answerable.billing.queries import price_of
from answerable.lib.workdays import CHINA
from answerable.numbers.actions import stop
from answerable.numbers.errors import StateConflict
from answerable.numbers.models import Number
from answerable.orders.actions import cancel, release, renew
from answerable.orders.errors import RenewalNotPossible
from answerable.orders.models import Order
from answerable.orders.terms import add_months
from answerable.parties.actions import actor_of
from answerable.parties.errors import AuthorisationNotInForce
from answerable.parties.models import Authorisation
from answerable.verification.actions import add_line
from answerable.verification.models import Dossier


def again(world, number=None):
    return renew(world.number(number or world.plain), person=world.hua, package=world.package(), at=world.at)


@pytest.fixture
def working(world):
    return world.order("working")


def test_renewal_prolongs_from_the_old_end(world, working):
    end = world.number(world.plain).paid_until
    order = again(world)
    world.sign(order)
    world.pay(order)
    assert world.number(world.plain).paid_until == add_months(end, 12)
    assert Order.objects.get(pk=order.pk).state == "completed"
    assert world.state(world.plain) == "working"


def test_nothing_is_renewed_while_the_operators_authorisation_is_not_in_force(world, working):
    Authorisation.objects.update(until=world.at.date() - dt.timedelta(days=1))
    with pytest.raises(AuthorisationNotInForce):
        again(world)
    assert not Order.objects.filter(kind="renewal").exists()
    Authorisation.objects.update(until=world.at.date())
    assert again(world).state == "held"


def test_renewal_of_a_term_that_is_over_begins_when_it_is_paid(world, working):
    Number.objects.filter(pk=world.plain).update(paid_until=world.at - dt.timedelta(days=40))
    order = again(world)
    world.sign(order)
    world.pay(order)
    assert world.number(world.plain).paid_until == add_months(world.at, 12)


def test_renewal_of_a_premium_number_has_no_choosing_fee(world):
    world.order("working", world.pool["AAAA"])
    assert (
        again(world, world.pool["AAAA"]).price_fen
        == price_of("premium", world.package(), is_renewal=True).total_fen
        == 600_000
    )


def test_one_renewal_at_a_time(world, working):
    again(world)
    with pytest.raises(RenewalNotPossible):
        again(world)


def test_cancelled_renewal_leaves_the_number_at_work_and_can_be_asked_for_again(world, working):
    cancel(again(world), by=actor_of(world.hua), at=world.at)
    assert (world.state(world.plain), again(world).state) == ("working", "held")


@pytest.mark.parametrize("stage", ["held", "paid", "approved", "opening"])
def test_number_that_does_not_work_yet_is_not_renewed(world, stage):
    world.order(stage)
    with pytest.raises(RenewalNotPossible):
        again(world)


def test_stopped_number_can_be_renewed(world, working):
    stop(world.plain, "ARREARS", staff=world.staff("sun"), at=world.at)
    assert again(world).kind == "renewal"


def test_released_number_has_no_verdict_and_no_open_dossier_left(world, working):
    add_line(world.number(world.plain), "02161234568", person=world.hua, at=world.at)
    release(world.number(world.plain), person=world.hua, at=world.at)
    assert world.state(world.plain) == "aging"
    assert set(Dossier.objects.values_list("kind", "state")) == {("holder", "revoked"), ("destination", "revoked")}


def test_release_ends_an_unpaid_renewal(world, working):
    order = again(world)
    release(world.number(world.plain), person=world.hua, at=world.at)
    assert (Order.objects.get(pk=order.pk).state, Refund.objects.count()) == ("cancelled", 0)


def test_number_is_released_once(world, working):
    number = world.number(world.plain)
    release(number, person=world.hua, at=world.at)
    with pytest.raises(StateConflict):
        release(number, person=world.hua, at=world.at)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 3, 31), 11, (2028, 2, 29)),
        ((2028, 2, 29), 12, (2029, 2, 28)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
    ],
)
def test_months_end_on_a_day_that_exists(day, months, end):
    assert add_months(dt.datetime(*day, 8, tzinfo=CHINA), months) == dt.datetime(*end, 8, tzinfo=CHINA)
