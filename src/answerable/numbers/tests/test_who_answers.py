"""Who answers for a number: four answers, in any spelling, at that moment."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.numbers.actions import release, stop
from answerable.numbers.models import Destination, Number, Tenure
from answerable.numbers.queries import who_answers
from answerable.parties.tests.test_agents import sign_up
from answerable.trail.actors import system

BY = system("test")
SPELLINGS = [
    "4008001357", "400-800-1357", "400 800 1357", "４００８００１３５７", "４００－８００－１３５７", "+86 400-800-1357", "0086 4008001357",
    " 400.800.1357 ", "（400）8001357", "86 400 800 1357", "400\u200b8001357", "04008001357",
]  # fmt: skip


def test_verified_organisation_answers_in_any_spelling(world):
    order = world.order("working")
    wanted = ("answered", world.plain, order.enterprise, world.at, True, False)
    for spelling in SPELLINGS:
        said = who_answers(spelling, at=world.at)
        found = (said.kind, said.number, said.holder, said.since, said.is_connected, said.is_stopped)
        assert (spelling, *found) == (spelling, *wanted)


@pytest.mark.parametrize("stage", ["held", "paid", "approved", "opening"])
def test_nobody_answers_for_a_number_that_is_not_in_service(world, stage):
    world.order(stage)
    answer = who_answers(world.plain, at=world.at)
    assert (answer.kind, answer.holder, answer.is_connected) == ("nobody", None, False)


def test_nobody_answers_from_the_second_the_verification_lapses(world):
    world.order("working")
    until = world.number(world.plain).verified_until
    assert who_answers(world.plain, at=until - dt.timedelta(seconds=1)).kind == "answered"
    assert who_answers(world.plain, at=until).kind == "nobody"


def test_holder_of_a_stopped_number_still_answers_for_it(world):
    order = world.order("working")
    stop(world.plain, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    answer = who_answers(world.plain, at=world.at)
    assert (answer.kind, answer.holder, answer.is_connected, answer.is_stopped) == (
        "answered",
        order.enterprise,
        False,
        True,
    )


def test_nobody_answers_for_a_released_number(world):
    world.order("working")
    release(world.plain, by=BY, at=world.at)
    assert who_answers(world.plain, at=world.at).kind == "nobody"


@pytest.mark.parametrize("number", ["4008999999", "400-899-9999", "+86４００８９９９９９９"])
def test_of_a_number_that_is_not_ours_only_the_carrier_is_told(world, number):
    answer = who_answers(number, at=world.at)
    assert (answer.kind, answer.number, answer.holder, answer.carrier.code) == (
        "not_ours",
        "4008999999",
        None,
        "telecom",
    )


@pytest.mark.parametrize("number", ["4002000400", "4003 000 400", "400-500-0400"])
def test_range_that_is_not_open_is_said_to_be_so(world, number):
    answer = who_answers(number, at=world.at)
    assert (answer.kind, answer.carrier, answer.holder) == ("not_open", None, None)


@pytest.mark.parametrize(
    "text", ["", "110", "400", "40080013571", "hello", "13800138000", "400800135'", "4008001357; DROP TABLE", "\x00"]
)
def test_what_is_no_400_number_is_said_to_be_none(world, text):
    assert who_answers(text, at=world.at).kind == "not_400"


@pytest.mark.parametrize(
    ("number", "count"), [("4008001357", 1), ("4008002579", 1), ("4008999999", 2), ("4002000400", 0)]
)
def test_answer_costs_few_queries(world, number, count):
    world.order("working")
    with CaptureQueriesContext(connection) as queries:
        who_answers(number, at=world.at)
    assert len(queries) == count
    with CaptureQueriesContext(connection) as queries:  # whose range it is, is known from now on
        who_answers(number, at=world.at)
    assert len(queries) == min(count, 1)


@pytest.mark.parametrize("name", ["verified_until", "recheck_until", "paid_until"])
def test_answer_says_until_when_it_holds(world, name):
    world.order("working")
    ends = dt.timedelta(seconds=5) + world.at
    Number.objects.filter(pk=world.plain).update(**{name: ends})
    assert who_answers(world.plain, at=world.at).until == ends


def test_answer_holds_until_the_last_proven_line_ends(world):
    world.order("working")
    ends = dt.timedelta(seconds=5) + world.at
    Destination.objects.filter(number=world.plain).update(proven_until=ends)
    assert who_answers(world.plain, at=world.at).until == ends
    later = ends + dt.timedelta(seconds=5)
    Destination.objects.create(
        number_id=world.plain, line="02161234999", kind="fixed", position=2, proven_until=later, added_at=world.at
    )
    assert who_answers(world.plain, at=world.at).until == later


def test_answer_holds_until_the_last_line_of_a_kind_ends(world):
    world.order("working")
    ends = dt.timedelta(seconds=5) + world.at
    Destination.objects.create(
        number_id=world.plain, line="13800138000", kind="mobile", position=2, proven_until=ends, added_at=world.at
    )
    before, after = (who_answers(world.plain, at=at) for at in (world.at, ends))
    assert (before.until, before.rings, after.rings, after.until > ends) == (
        ends,
        ("fixed", "mobile"),
        ("fixed",),
        True,
    )


def test_past_deadline_is_no_end_any_more(world):
    world.order("working")
    Number.objects.filter(pk=world.plain).update(recheck_until=world.at)
    answer = who_answers(world.plain, at=world.at)
    assert (answer.is_connected, answer.is_stopped, answer.until > world.at) == (False, True, True)


def test_answer_says_through_whom_it_was_sold_and_what_it_rings(world):
    agent = sign_up(world)
    order = world.order("working")
    assert (who_answers(world.plain, at=world.at).sold_by, who_answers(world.plain, at=world.at).rings) == (
        "",
        ("fixed",),
    )
    Destination.objects.create(
        number_id=world.plain, line="13800138000", kind="mobile", position=2, proven_until=world.at, added_at=world.at
    )
    assert who_answers(world.plain, at=world.at).rings == ("fixed",)  # not proven any more
    Tenure.objects.filter(number=world.plain).update(until=world.at)
    Tenure.objects.create(number_id=world.plain, holder=order.enterprise, since=world.at, agent=agent)
    assert who_answers(world.plain, at=world.at).sold_by == agent.organisation.name
