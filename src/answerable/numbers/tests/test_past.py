"""Who answered on a day past, by the log: holders, a name that changed, a stop, a lapse; sole traders by what opens the log."""

import datetime as dt

import pytest

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Destination, Tenure
from answerable.numbers.past import who_answered
from answerable.parties.actions import know
from answerable.parties.publication import holder_entry
from answerable.parties.tests.test_agents import sign_up
from answerable.trail.actors import system
from answerable.transparency.actions import destroy, publish
from answerable.transparency.integrate import take
from answerable.transparency.models import Standing


def morning(day, hour=9):
    return dt.datetime(2026, 3, day, hour, tzinfo=CHINA)


@pytest.fixture
def firm(world):
    return lambda key: know(world.firm(key), by=system("test"), at=world.at)


@pytest.fixture
def say(world):
    """Write an entry about the plain number on a day of March, and integrate it."""

    def say(kind, day, **said):
        publish(kind, number=world.plain, at=morning(day), **said)
        take()

    return say


@pytest.fixture
def opened(world, say, firm):
    """Open the number for a firm on a day, verified to the 20th."""

    def opened(key, day, until="2026-03-20", agent=None):
        holder = firm(key)
        Tenure.objects.filter(number=world.plain, until=None).update(until=morning(day))
        Tenure.objects.create(number_id=world.plain, holder=holder, since=morning(day), agent=agent)
        named = holder_entry(holder, number=world.plain)
        say("approval", day, holder=named, requirement_set="x", reviewers=["a", "b"], verified_until=until)
        say("opening", day, holder=named)

    return opened


@pytest.fixture
def then(world):
    return lambda day, at=31: who_answered(world.plain, on=dt.date(2026, 3, day), at=morning(at))


def names(answer):
    return [one.term.name for one in answer.held]


def test_holder_answers_from_the_day_of_the_opening_to_the_day_of_the_release(world, opened, say, then):
    opened("hua", 5)
    say("release", 8)
    assert [then(day).kind for day in (4, 5, 7, 8, 9)] == ["nobody", "answered", "answered", "answered", "nobody"]
    (held,) = then(6).held
    firm = world.firm("hua")
    assert (held.term.name, held.term.credit_code, held.address) == (firm.name, firm.credit_code, firm.address)
    assert (held.term.since, held.term.until) == (morning(5), morning(8))


def test_day_on_which_a_number_is_passed_on_names_both_in_order(world, opened, say, then, firm):
    opened("hua", 5)
    giver, receiver = (holder_entry(firm(key), number=world.plain) for key in ("hua", "zhao"))
    say("transfer", 7, holder=receiver, **{"from": giver})
    assert [names(then(day)) for day in (6, 7, 8)] == [
        [giver["name"]],
        [giver["name"], receiver["name"]],
        [receiver["name"]],
    ]


def test_former_name_is_said_for_the_days_it_was_the_name(world, opened, say, then):
    opened("hua", 5)
    say("renamed", 7, holder={"name": "新样本公司", "credit_code": world.credit_code("hua")})
    assert [names(then(day))[-1] for day in (6, 7)] == [world.firm("hua").name, "新样本公司"]
    assert {one.address for one in then(7).held} == {world.firm("hua").address}


def test_nobody_answers_on_a_day_after_the_verification_lapsed(opened, say, then):
    opened("hua", 5, until="2026-03-20")
    assert [then(day).kind for day in (20, 21)] == ["answered", "nobody"]


@pytest.mark.parametrize(("on", "off"), [("stop", "lift"), ("pause", "resume")])
def test_stop_and_pause_are_said_of_their_days_alone(opened, say, then, on, off):
    opened("hua", 5)
    say(on, 7, **({"reason": "0" * 64} if on == "stop" else {}))
    say(off, 9)
    assert [then(day).was_halted for day in (6, 7, 8, 9, 10)] == [False, True, True, True, False]


def test_sole_trader_is_named_by_opening_the_commitment_and_never_after_it_is_destroyed(world, opened, then):
    opened("trader", 5)
    answer = then(6)
    assert names(answer) == [world.firm("trader").name]
    (one,) = answer.said.opened
    assert one.credit_code == world.credit_code("trader")
    assert world.firm("trader").name not in str([entry for _, entry in answer.said.entries])
    destroy(Standing.objects.get().commitments)
    assert names(then(6)) == [""]


def test_line_of_the_number_is_no_holder_and_is_not_opened(world, opened, say, then):
    from answerable.transparency.actions import hide

    opened("trader", 5)
    say("line_proven", 5, line=hide(world.line, number=world.plain), proven_until="2026-12-31")
    assert world.line not in str(then(6).said.opened)


def test_agent_and_kind_of_line_are_those_of_the_day(world, opened, then):
    agent = sign_up(world)
    opened("hua", 5, agent=agent)
    mobile = {
        "number_id": world.plain,
        "line": "13800138000",
        "kind": "mobile",
        "position": 1,
        "proven_until": morning(30),
    }
    Destination.objects.create(**mobile, added_at=morning(5), removed_at=morning(7))
    Destination.objects.create(
        number_id=world.plain,
        line="02161234999",
        kind="fixed",
        position=2,
        proven_until=morning(30),
        added_at=morning(6),
    )
    assert [then(day).rings for day in (5, 6, 8)] == [("mobile",), ("mobile", "fixed"), ("fixed",)]
    assert {one.sold_by for one in then(6).held} == {agent.organisation.name}


def test_today_ends_now(world, opened, say, then):
    opened("hua", 5)
    say("release", 8)
    assert then(8, at=8).held[0].term.name == world.firm("hua").name
    assert who_answered(world.plain, on=dt.date(2026, 3, 5), at=morning(5, 8)).kind == "nobody"


@pytest.mark.parametrize(
    ("number", "kind"), [("4008999999", "not_ours"), ("4002000400", "not_open"), ("110", "not_400")]
)
def test_other_numbers_are_told_apart_for_a_day_too(world, number, kind):
    assert who_answered(number, on=dt.date(2026, 3, 6), at=world.at).kind == kind


def test_day_costs_one_query(world, opened, then, django_assert_num_queries):
    opened("trader", 5)
    with django_assert_num_queries(1):
        then(6)
