"""What the gates are told about a number."""

import datetime as dt

import pytest

from answerable.numbers.actions import bind_line, order_lines, release, stop
from answerable.numbers.models import Destination
from answerable.routing.actions import set_plan
from answerable.routing.choices import Choices
from answerable.routing.compile import compile_numbers
from answerable.snapshot.records import decode_number, encode
from answerable.trail.actors import system

BY = system("test")
YEAR = dt.timedelta(days=365)


def record(world, number=None):
    number = number or world.plain
    return compile_numbers([number])[number]


def test_working_number_is_told_whole(world):
    order = world.order("working")
    year = int((world.at + YEAR).timestamp())
    assert record(world) == {
        "v": 2, "number": world.plain, "owner": order.enterprise.credit_code, "business_state": "working", "network_state": "activated",
        "verified_until": year, "paid_until": year, "stop": None, "hours": None, "limited_hours": None, "closed_dates": [], "open_dates": [],
        "destinations": [{"line": world.line, "uri": "sip:02161234567@127.0.0.1:5461", "proven_until": year, "ring_seconds": 25, "one_at_a_time": True}],
        "overflow": {"busy": True, "no_answer": True, "unreachable": True}, "most_calls": 0,
    }  # fmt: skip


def test_stopped_number_is_told_with_its_reason(world):
    world.order("working")
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    assert (record(world)["business_state"], record(world)["stop"]) == ("suspended", "FRAUD_ORDER")


def test_released_number_has_no_owner_no_end_and_no_line(world):
    world.order("working")
    release(world.plain, by=BY, at=world.at)
    told = record(world)
    assert (told["owner"], told["verified_until"], told["paid_until"], told["destinations"]) == ("", 0, 0, [])


def test_line_that_is_not_proven_is_told_as_never_proven(world):
    world.order("working")
    bind_line(world.plain, "02161234568", by=BY, at=world.at)
    assert [d["proven_until"] > 0 for d in record(world)["destinations"]] == [True, False]


def test_lines_are_told_in_their_order_without_those_removed(world):
    world.order("working")
    second, third = (bind_line(world.plain, f"0216123456{n}", by=BY, at=world.at) for n in (8, 9))
    first = Destination.objects.get(line=world.line)
    order_lines(world.plain, [(third.pk, 30), (first.pk, 25), (second.pk, 20)], by=BY, at=world.at)
    Destination.objects.filter(pk=second.pk).update(removed_at=world.at)
    assert [(d["line"], d["ring_seconds"]) for d in record(world)["destinations"]] == [
        ("02161234569", 30),
        ("02161234567", 25),
    ]


def test_plan_is_told(world):
    world.order("working")
    choices = Choices(
        hours=[[0, 540, 1080]], closed_dates=("2026-10-01",), overflow_busy=False, ring="parallel", refused_callers=("170",),
        billing_number=world.line, most_calls=5,
    )  # fmt: skip
    set_plan(world.plain, choices, by=BY, at=world.at)
    told = record(world)
    assert (told["hours"], told["closed_dates"], told["overflow"]) == (
        [[0, 540, 1080]],
        ["2026-10-01"],
        {"busy": False, "no_answer": True, "unreachable": True},
    )
    assert (told["ring"], told["callers"], told["shown"], told["most_calls"]) == (
        "parallel", {"refuse": ["170"], "accept": None}, world.line, 5
    )  # fmt: skip
    assert decode_number(encode(told)) == told


def test_billing_number_that_is_bound_no_more_is_shown_to_nobody(world):
    world.order("working")
    set_plan(world.plain, Choices(billing_number=world.line), by=BY, at=world.at)
    Destination.objects.filter(line=world.line).update(removed_at=world.at)
    assert "shown" not in record(world)


@pytest.mark.parametrize("stage", ["held", "paid", "submitted", "handled", "reviewed_once"])
def test_before_the_verdict_nothing_is_told_as_verified(world, stage):
    world.order(stage)
    assert record(world)["verified_until"] == 0


def test_number_that_is_not_ours_is_none(world):
    assert compile_numbers(["4008999999"]) == {"4008999999": None}


@pytest.mark.parametrize("count", [1, 3])
def test_batch_costs_three_queries_whatever_its_size(world, django_assert_num_queries, count):
    with django_assert_num_queries(3):
        compile_numbers(list(world.pool.values())[:count])
