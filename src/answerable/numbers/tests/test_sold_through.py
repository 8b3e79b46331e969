"""Through whom a number was sold is written with the tenure and stays."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.numbers.models import Tenure
from answerable.numbers.queries import sold_through
from answerable.orders.models import Order
from answerable.parties.agency import suspend_agent
from answerable.parties.tests.test_agents import sign_up

SECOND = dt.timedelta(seconds=1)


def test_sale_names_the_agent_of_the_order_from_the_first_day(world):
    agent = sign_up(world)
    order = world.order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(agent=agent)  # who prepared it is written with the order


def test_sold_through_answers_for_a_moment(world):
    agent = sign_up(world)
    number, holder = world.plain, world.order().enterprise
    Tenure.objects.create(number_id=number, holder=holder, since=world.at, agent=agent)
    sale = sold_through(number, world.at)
    assert (sale.agent, sale.holder) == (agent, holder)
    assert sold_through(number, world.at - SECOND) is None
    Tenure.objects.filter(number=number).update(until=world.at + SECOND)
    assert sold_through(number, world.at + SECOND) is None


def test_direct_sale_has_no_agent(world):
    world.order("working")
    assert sold_through(world.plain, world.at).agent is None


def test_through_whom_it_was_sold_stays(world):
    agent = sign_up(world)
    world.order("working")
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.filter(number=world.plain).update(agent=agent)


def test_order_of_a_suspended_agent_is_refused(world):
    agent = sign_up(world)
    order = world.order()
    suspend_agent(agent, reason="投诉", staff=world.staff("zheng"), at=world.at)
    order.pk, order.agent, order.state = "A260310AAAAAA", agent, "cancelled"
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)
