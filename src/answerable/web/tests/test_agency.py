"""An agent's bench, and the invitation that a customer accepts with the tariff before its eyes."""

import pytest

from answerable.orders.models import Order, Reservation
from answerable.parties.agency import add_member
from answerable.parties.tests.test_agents import sign_up


@pytest.fixture
def agent(world):
    made = sign_up(world)
    add_member(made, world.zhao.mobile, staff=world.staff("zheng"), at=world.at)
    return made


def reserve(world, client, **changes):
    said = {
        "number": world.plain, "credit_code": world.credit_code("hua"), "package": "standard", "offer": "60000", "use": "own",
        "industry": "manufacturing",
    }  # fmt: skip
    return client.post("/console/agency/", said | changes)


def test_customer_sees_the_difference_and_accepts(world, browser, agent):
    assert reserve(world, browser(world.zhao)).status_code == 302
    code = Reservation.objects.get().code
    hua = browser(world.hua)
    page = hua.post("/console/agency/invitation/", {"code": code.lower()})
    assert "代理商报价比公开资费高" in page.content.decode()
    answer = hua.post("/console/agency/invitation/", {"code": code, "role": "legal_representative"})
    order = Order.objects.get()
    assert (answer.status_code, order.agent, order.person) == (302, agent, world.hua)
    bench = browser(world.zhao)
    assert order.pk not in bench.get("/console/agency/").content.decode()
    assert (
        bench.get(f"/console/orders/{order.pk}/").status_code == 404
    )  # what the customer does is not the agent's to see


def test_agent_gives_a_number_back(world, browser, agent):
    client = browser(world.zhao)
    reserve(world, client)
    one = Reservation.objects.get()
    assert browser(world.hua).post(f"/console/agency/reservations/{one.pk}/withdraw/").status_code == 404
    assert client.post(f"/console/agency/reservations/{one.pk}/withdraw/").status_code == 302
    assert world.state(world.plain) == "spare"


@pytest.mark.parametrize(
    "changes", [{"offer": "abc"}, {"offer": "NaN"}, {"number": "110"}, {"package": "x"}, {"use": "x"}, {"industry": ""}]
)
def test_refusal_says_why_and_keeps_the_pool(world, browser, agent, changes):
    assert reserve(world, browser(world.zhao), **changes).status_code == 422
    assert world.state(world.plain) == "spare"


def test_stranger_reserves_nothing(world, browser):
    assert reserve(world, browser(world.hua)).status_code == 422
