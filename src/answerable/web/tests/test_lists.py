"""Lists with one row and with three cost the same queries."""

import pytest

from answerable.trail.models import Fact


def orders(world, stage, count):
    """Bring so many firms' orders to a stage: 华's two, then 赵's."""
    places = ((world.plain, world.hua, "hua"), (world.unicom, world.hua, "hua"), (world.third, world.zhao, "zhao"))
    return [world.order(stage, number, person=person, firm=firm) for number, person, firm in places[:count]]


@pytest.mark.parametrize("count", [1, 3])
def test_review_queue(world, browser, django_assert_num_queries, count):
    orders(world, "handled", count)
    client = browser(world.staff("lin"))
    client.get("/desk/review/")
    with django_assert_num_queries(3):
        assert len(client.get("/desk/review/").context["rows"]) == count


@pytest.mark.parametrize("count", [1, 2])
def test_console_home(world, browser, django_assert_num_queries, count):
    orders(world, "paid", count)
    client = browser(world.hua)
    client.get("/console/")
    with django_assert_num_queries(6):
        assert len(client.get("/console/").context["open_orders"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_trail(world, browser, django_assert_num_queries, count):
    for order in orders(world, "awaiting_payment", count):
        world.pay(order)
    client = browser(world.staff("gong"))
    client.get("/desk/trail/")
    with django_assert_num_queries(4):
        page = client.get("/desk/trail/").context["page"]
    assert len(page) == Fact.objects.count() > count


@pytest.mark.parametrize("count", [1, 3])
def test_counters_day(world, browser, django_assert_num_queries, count):
    for order in orders(world, "submitted", count):
        world.book(order)
    client = browser(world.staff("chen"))
    client.get("/desk/counter/")
    with django_assert_num_queries(10):
        rows = client.get("/desk/counter/").context["rows"]
    assert sum(len(found) for _, found in rows) == count
