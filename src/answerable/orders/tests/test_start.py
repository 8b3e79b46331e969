"""Choose a number: hold, order and contract in one transaction."""

import datetime as dt
import hashlib
import re

import pytest
from django.db import IntegrityError, transaction

from answerable.billing.models import GradeFee
from answerable.numbers.errors import NumberTaken, NumberUnknown
from answerable.orders.models import Order
from answerable.parties.errors import EnterpriseHasOthers
from answerable.trail.models import Fact


def test_order_holds_the_number_and_freezes_the_price(world):
    order = world.start(world.pool["AAAA"])
    assert (order.state, order.price_fen, order.hold_until) == ("held", 1_100_000, world.at + dt.timedelta(minutes=30))
    GradeFee.objects.update(choosing_fee_fen=1)
    order.refresh_from_db()
    assert (order.price_fen, order.price["total_fen"]) == (1_100_000, 1_100_000)


def test_contract_is_a_pdf_and_its_hash_is_that_of_its_bytes(world):
    order = Order.objects.get(pk=world.start().pk)
    assert bytes(order.contract_pdf)[:5] == b"%PDF-"
    assert order.contract_sha256 == hashlib.sha256(bytes(order.contract_pdf)).hexdigest()
    assert order.contract_pages >= 1


def test_order_number_can_be_written_on_a_transfer(world):
    assert re.fullmatch(r"A260310[ABCDEFGHJKLMNPQRTUWXY346789]{6}", world.start().pk)


def test_number_that_is_not_ours_is_unknown(world):
    with pytest.raises(NumberUnknown):
        world.start("4008999999")


def test_stranger_who_knows_the_credit_code_gets_nowhere(world):
    world.order("held")
    with pytest.raises(EnterpriseHasOthers):
        world.start(world.second, person=world.zhao)
    assert world.state(world.second) == "spare"


def test_number_that_is_taken_leaves_nothing_of_the_second_order(world):
    world.order("held")
    with pytest.raises(NumberTaken):
        world.start(person=world.zhao, firm="zhao")
    assert Order.objects.count() == 1
    assert not Fact.objects.filter(who_id=str(world.zhao.pk)).exists()


def test_database_refuses_a_second_live_order_of_a_number(world):
    order = world.order("held")
    order.pk = "A260310ZZZZZZ"
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_applicants_at_once_one_wins_and_nothing_half_is_left_of_the_other(world, at_once):
    results = at_once(world.start, lambda: world.start(person=world.zhao, firm="zhao"))
    assert sorted(type(r).__name__ for r in results) == ["NumberTaken", "Order"]
    order = Order.objects.get()
    loser = world.zhao if order.person == world.hua else world.hua
    assert world.number(world.plain).held_by == order.person
    assert (loser.memberships.count(), loser.notices.count(), Fact.objects.filter(who_id=str(loser.pk)).count()) == (
        0,
        0,
        0,
    )


@pytest.mark.django_db(transaction=True)
def test_one_person_who_posts_twice_at_once_has_one_order(world, at_once):
    results = at_once(*[world.start] * 2)
    assert sorted(type(r).__name__ for r in results) == ["NumberTaken", "Order"]
    assert Order.objects.count() == 1
