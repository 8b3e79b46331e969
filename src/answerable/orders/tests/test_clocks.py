"""The clocks that run for the applicant: materials, again when more is asked, and the visit to the counter."""

import datetime as dt

import pytest

from answerable.billing.models import Refund
from answerable.lib.workdays import CHINA
from answerable.orders.actions import remind, sweep
from answerable.orders.clocks import Clock, clock_of
from answerable.orders.models import Order
from answerable.parties.models import Notice
from answerable.verification.models import Appointment, Dossier

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


def clock(world, order):
    order.refresh_from_db()
    return clock_of(order, world.dossier(order))


@pytest.fixture
def asked(world):
    """An order whose reviewer asked for more ten days after it was paid."""
    order = world.order("handled")
    world.at += 10 * DAY
    world.review(order, "lin", "ask", ("B01",))
    return order


@pytest.mark.parametrize("stage", ["held", "awaiting_payment", "handled", "reviewed_once", "approved", "opening"])
def test_no_clock_runs_before_payment_and_while_it_lies_with_us(world, stage):
    order = world.order(stage)
    assert clock_of(order, Dossier.objects.filter(order_no=order.pk).first()) is None
    assert sweep(at=world.at + dt.timedelta(minutes=1)) == 0


def test_materials_have_fifteen_days_from_the_payment(world):
    assert clock(world, world.order("paid")) == Clock("materials", world.at + 15 * DAY)


def test_materials_clock_starts_again_when_more_is_asked(world, asked):
    assert clock(world, asked) == Clock("materials", world.at + 15 * DAY)


def test_order_lapses_with_its_money_when_what_was_asked_does_not_come(world, asked):
    end = world.at + 15 * DAY
    assert sweep(at=end - SECOND) == 0
    assert sweep(at=end) == 1
    order = Order.objects.get()
    assert (order.state, order.ended_reason, world.state(world.plain)) == ("lapsed", "NO_MATERIALS", "spare")
    assert list(Refund.objects.values_list("amount_fen", "reason")) == [(order.price_fen, "NO_MATERIALS")]
    assert order.person.notices.filter(code="LAPSED").count() == 1
    assert sweep(at=end + DAY) == 0


def test_what_was_asked_stops_the_clock_when_it_comes(world, asked):
    Dossier.objects.update(state="submitted", submitted_at=world.at + DAY, round=2)
    assert clock(world, asked) is None
    assert sweep(at=world.at + 60 * DAY) == 0


def test_second_demand_starts_the_clock_once_more(world, asked):
    Dossier.objects.update(state="submitted", round=2)
    world.at += 5 * DAY
    world.review(asked, "zhou", "ask", ("B01",))
    assert clock(world, asked).until == world.at + 15 * DAY


def test_visit_to_the_counter_has_thirty_days_from_the_submission(world):
    order = world.order("submitted")
    end = world.at + 30 * DAY
    assert clock(world, order) == Clock("counter", end)
    assert sweep(at=end - SECOND) == 0
    assert sweep(at=end) == 1
    order = Order.objects.get()
    assert (order.state, order.ended_reason, world.state(world.plain)) == ("lapsed", "NOT_HANDLED", "spare")
    assert Refund.objects.get().amount_fen == order.price_fen


def test_day_booked_in_time_is_waited_for_and_a_later_booking_adds_nothing(world):
    order = world.order("submitted")
    world.book(order)
    end = world.at + 30 * DAY
    Appointment.objects.update(booked_at=end - DAY, day=(end + 20 * DAY).date())
    waited = dt.datetime.combine((end + 20 * DAY).date(), dt.time(23, 59, 59), CHINA)
    assert clock(world, order) == Clock("counter", waited)
    Appointment.objects.create(
        dossier=world.dossier(order),
        counter_id="BJ-01",
        code="LATER2",
        day=(end + 45 * DAY).date(),
        booked_at=end + DAY,
    )
    assert clock(world, order).until == waited
    assert (sweep(at=end), sweep(at=waited)) == (0, 1)


@pytest.mark.parametrize(
    ("stage", "code", "days"), [("paid", "MATERIALS_ENDING", 15), ("submitted", "COUNTER_ENDING", 30)]
)
def test_notice_goes_out_three_days_before_a_clock_ends_once(world, stage, code, days):
    order = world.order(stage)
    end = world.at + days * DAY
    assert remind(at=end - 3 * DAY - SECOND) == 0
    assert [remind(at=end - 3 * DAY), remind(at=end - 3 * DAY), remind(at=end - DAY)] == [1, 0, 0]
    notice = Notice.objects.get(code=code)
    assert (notice.person, notice.link) == (world.hua, f"/console/orders/{order.pk}/")
    assert notice.params["until"] == f"{end.astimezone(CHINA):%Y-%m-%d %H:%M}"


def test_restarted_clock_is_told_of_again(world):
    order = world.order("paid")
    assert remind(at=world.at + 13 * DAY) == 1
    Dossier.objects.filter(order_no=order.pk).update(state="more_information_needed")
    world.dossier(order).reviews.create(
        round=1, reviewer=world.staff("lin"), decision="ask", reasons=["B01"], shown={}, at=world.at + 14 * DAY
    )
    assert [remind(at=world.at + 27 * DAY), remind(at=world.at + 27 * DAY)] == [1, 0]


def test_page_of_the_order_shows_the_clock(world, asked, browser):
    page = browser(world.hua).get(f"/console/orders/{asked.pk}/")
    end = (world.at + 15 * DAY).astimezone(CHINA)
    assert page.context["clock"] == Clock("materials", world.at + 15 * DAY)
    assert f"{end:%Y-%m-%d %H:%M}" in page.content.decode()
