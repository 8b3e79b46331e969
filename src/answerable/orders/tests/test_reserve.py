"""Agents prepare and never handle (MIIT 452 (七)二): reserve, invite, and what they can never do."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.billing.errors import PayerIsAgent
from answerable.numbers.errors import NumberTaken
from answerable.orders import actions, errors
from answerable.orders.actions.contract import contract_data
from answerable.orders.models import Order, Reservation
from answerable.parties.actions import actor_of
from answerable.parties.agency import add_member, end_agency, propose_end, suspend_agent
from answerable.parties.errors import AgentNotAtWork
from answerable.parties.models import Agent
from answerable.parties.tests.test_agents import sign_up

DAY = dt.timedelta(days=1)


@pytest.fixture
def agent(world):
    """赵's firm is the agent, and 赵 acts for it."""
    made = sign_up(world)
    add_member(made, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    return made


def reserve(world, number=None, **changes):
    said = {
        "person": world.zhao, "credit_code": world.credit_code("hua"), "package": world.package(), "use": "own",
        "industry": "manufacturing", "offer_fen": 600_000, "at": world.at,
    }  # fmt: skip
    return actions.reserve(number or world.plain, **(said | changes))


def accept(world, reservation, person=None, at=None):
    return actions.accept_invitation(
        reservation.code, person=person or world.hua, role="legal_representative", at=at or world.at
    )


def test_reserved_number_waits_for_its_customer_alone(world, agent):
    reservation = reserve(world)
    assert (world.state(world.plain), reservation.until) == ("held", world.at + 45 * DAY)
    with pytest.raises(NumberTaken):
        world.start()
    order = accept(world, reservation)
    assert (order.agent, order.enterprise.credit_code, order.person) == (agent, world.credit_code("hua"), world.hua)
    said = contract_data(order, at=world.at)["agent"]
    assert (said["name"], said["offer"]) == (agent.organisation.name, "6000.00")
    assert order.price_fen == order.price["total_fen"]  # the tariff is what is paid, whatever the agent asks


def test_agents_people_never_apply_for_a_customer(world, agent):
    reservation = reserve(world)
    with pytest.raises(errors.AgentMayNotApply):
        accept(world, reservation, person=world.zhao)
    order = world.order("held", world.second)
    order.pk, order.person, order.state = "A260310AAAAAA", world.zhao, "cancelled"
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save(force_insert=True)


def test_reserved_once_and_never_extended(world, agent):
    reservation = reserve(world)
    actions.withdraw_reservation(reservation, by=actor_of(world.zhao), at=world.at)
    assert world.state(world.plain) == "spare"
    with pytest.raises(errors.ReservationRefused):
        reserve(world)
    second = reserve(world, world.second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.filter(pk=second.pk).update(until=second.until + DAY)


def test_quota_holds_in_action_and_database(world, agent):
    Agent.objects.filter(pk=agent.pk).update(quota=1)
    first = reserve(world)
    with pytest.raises(errors.ReservationRefused):
        reserve(world, world.second)
    first.pk, first.number_id, first.code = None, world.second, "ABCDEFGH"
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_hoarding_cap_holds_below_the_quota(world, agent):
    Agent.objects.filter(pk=agent.pk).update(cap_floor=1)
    reserve(world)
    with pytest.raises(errors.ReservationRefused):
        reserve(world, world.second)


def test_lapses_by_itself(world, agent):
    reserve(world)
    assert actions.sweep(at=world.at + 45 * DAY - dt.timedelta(seconds=1)) == 0
    assert actions.sweep(at=world.at + 45 * DAY) == 1
    assert (world.state(world.plain), Reservation.objects.get().state) == ("spare", "lapsed")


def test_suspended_agent_begins_nothing_and_an_ended_one_keeps_nothing(world, agent):
    reservation = reserve(world)
    suspend_agent(agent, reason="投诉", staff=world.staff("zheng"), at=world.at)
    with pytest.raises(AgentNotAtWork):
        reserve(world, world.second)
    with pytest.raises(AgentNotAtWork):
        accept(world, reservation)
    propose_end(agent, kind="agreed", reason="到期", staff=world.staff("zheng"), at=world.at)
    end_agency(agent, staff=world.staff("wang"), at=world.at)
    actions.sweep(at=world.at)
    assert world.state(world.plain) == "spare"


def test_stranger_reserves_nothing(world):
    with pytest.raises(AgentNotAtWork):
        reserve(world)


def test_invitation_is_over_once_accepted(world, agent):
    reservation = reserve(world)
    accept(world, reservation)
    with pytest.raises(errors.InvitationUnknown):
        accept(world, reservation)


def test_money_from_an_agent_is_refused_and_goes_back(world, agent):
    """The payee is the contract party; an agent never takes or passes on money (MIIT 452 (五))."""
    order = world.order("awaiting_payment")
    transfer = world.transfer(order, payer_name=agent.organisation.name)
    with pytest.raises(PayerIsAgent):
        actions.match(transfer, order.pk, staff=world.staff("qian"), at=world.at)
    actions.return_transfer(transfer, reason="AGENT", staff=world.staff("qian"), at=world.at, order_no=order.pk)
    transfer.refresh_from_db()
    assert (transfer.state, Order.objects.get(pk=order.pk).state) == ("returned", "awaiting_payment")
