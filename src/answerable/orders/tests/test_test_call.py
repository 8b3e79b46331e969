"""The automatic test call before a number works."""

import datetime as dt

import pytest

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Tenure
from answerable.orders import errors
from answerable.orders.actions import begin_test_call, end_test_call, request_test_call, sweep
from answerable.orders.actions.opening import Outcome, in_business_hours
from answerable.orders.models import Order, TestCall
from answerable.orders.queries import due_test_calls

MINUTE = dt.timedelta(minutes=1)


def outcome(word, status="SIP"):
    return Outcome(word, status, "", 80)


def ring(world, word):
    order = world.order("opening")
    call = TestCall.objects.get(order=order)
    assert begin_test_call(call, at=world.at)
    end_test_call(call, outcome(word), at=world.at)
    return order


@pytest.mark.parametrize("word", ["answered", "busy", "ringing"])
def test_line_that_was_reached_puts_the_number_to_work(world, word):
    order = ring(world, word)
    assert (world.state(world.plain), Order.objects.get().state) == ("working", "completed")
    tenure = Tenure.objects.get(number=world.plain)
    assert (tenure.holder, tenure.since, tenure.until) == (order.enterprise, world.at, None)
    assert TestCall.objects.values_list("state", "reached", "outcome", "sip_status").get() == (
        "done",
        True,
        word,
        "SIP",
    )


@pytest.mark.parametrize("word", ["refused", "unreachable", "no_answer", "failed", ""])
def test_line_that_was_not_reached_leaves_the_number_opening_and_the_applicant_is_told(world, word):
    order = ring(world, word)
    assert (world.state(world.plain), Order.objects.get().state) == ("opening", "paid")
    assert TestCall.objects.get().reached is False
    assert order.person.notices.filter(code="TEST_CALL_FAILED").count() == 1


def test_holders_complaint_contact_is_the_first_line(world):
    assert world.order("working").enterprise.complaint_contact == world.line


def test_another_call_can_be_asked_for_after_a_failed_one(world):
    order = ring(world, "unreachable")
    again = request_test_call(order, person=world.hua, at=world.at + MINUTE)
    assert list(due_test_calls(world.at + MINUTE)) == [again]


def test_waiting_call_is_brought_forward_not_doubled(world):
    order = world.order("opening")
    TestCall.objects.update(due_at=world.at + dt.timedelta(days=1))
    assert list(due_test_calls(world.at)) == []
    request_test_call(order, person=world.hua, at=world.at)
    request_test_call(order, person=world.hua, at=world.at)
    assert [c.due_at for c in TestCall.objects.all()] == [world.at]


def test_second_call_is_refused_while_one_is_made(world):
    order = world.order("opening")
    begin_test_call(TestCall.objects.get(), at=world.at)
    with pytest.raises(errors.TestCallPending):
        request_test_call(order, person=world.hua, at=world.at)


@pytest.mark.parametrize("stage", ["approved", "working"])
def test_number_that_is_not_opening_is_not_rung(world, stage):
    with pytest.raises(errors.OrderConflict):
        request_test_call(world.order(stage), person=world.hua, at=world.at)


def test_call_whose_caller_died_is_left_to_the_next_one(world):
    world.order("opening")
    call = TestCall.objects.get()
    begin_test_call(call, at=world.at)
    assert sweep(at=world.at + 5 * MINUTE - dt.timedelta(seconds=1)) == 0
    assert sweep(at=world.at + 5 * MINUTE) == 1
    assert begin_test_call(call, at=world.at)


def test_result_that_comes_twice_counts_once(world):
    ring(world, "answered")
    end_test_call(TestCall.objects.get(), outcome("unreachable"), at=world.at)
    assert (TestCall.objects.get().outcome, world.state(world.plain)) == ("answered", "working")


@pytest.mark.django_db(transaction=True)
def test_of_two_callers_at_once_one_takes_the_call(world, at_once):
    world.order("opening")
    call = TestCall.objects.get()
    assert sorted(at_once(*[lambda: begin_test_call(call, at=world.at)] * 2)) == [False, True]


@pytest.mark.parametrize(
    ("asked", "rings"),
    [
        ("2026-03-10 10:00", "2026-03-10 10:00"), ("2026-03-10 08:59", "2026-03-10 09:00"), ("2026-03-10 17:30", "2026-03-11 09:00"),
        ("2026-03-13 18:00", "2026-03-16 09:00"), ("2026-02-14 10:00", "2026-02-14 10:00"), ("2026-02-14 18:00", "2026-02-24 09:00"),
        ("2026-10-01 10:00", "2026-10-08 09:00"),
    ],
)  # fmt: skip
def test_automatic_call_keeps_to_business_hours_of_the_chinese_calendar(asked, rings):
    read = dt.datetime.fromisoformat
    assert in_business_hours(read(asked).replace(tzinfo=CHINA)) == read(rings).replace(tzinfo=CHINA)
