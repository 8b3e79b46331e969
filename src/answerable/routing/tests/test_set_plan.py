"""Opening hours and overflow."""

import pytest

from answerable.routing import errors
from answerable.routing.actions import set_plan, set_trunk, switch_trunk_off
from answerable.routing.choices import Choices
from answerable.routing.errors import DateInvalid, HoursInvalid
from answerable.routing.models import Plan, Published, Trunk
from answerable.routing.publisher import publish_sources
from answerable.routing.queries import plan_of
from answerable.snapshot.records import decode_trunk
from answerable.trail.actors import system
from answerable.trail.models import DirtyNumber, Fact

HA1 = "64f57de709773fc56a41f35e6e645da4"
"""MD5 of tianjin:answerable: and sixteen p."""


def put(world, **changes):
    return set_plan(world.plain, Choices(**changes), by=system("test"), at=world.at)


def test_number_without_a_plan_rings_at_all_hours_and_overflows(world):
    plan = plan_of(world.plain)
    assert (plan.hours, plan.closed_dates, plan.overflow_busy, plan.overflow_no_answer) == (None, [], True, True)


def test_plan_is_kept_in_order_and_published(world):
    plan = put(
        world,
        hours=[[4, 540, 1080], [0, 780, 1080], [0, 540, 720]],
        closed_dates=("2026-10-02", " 2026-10-01 ", "", "2026-10-01"),
    )
    assert plan.hours == [[0, 540, 720], [0, 780, 1080], [4, 540, 1080]]
    assert plan.closed_dates == ["2026-10-01", "2026-10-02"]
    assert DirtyNumber.objects.get().number == world.plain


def test_hours_may_touch_and_fill_the_day_and_none_means_closed(world):
    assert put(world, hours=[[0, 0, 720], [0, 720, 1440]]).hours == [[0, 0, 720], [0, 720, 1440]]
    assert put(world, hours=[]).hours == []


@pytest.mark.parametrize(
    "hours",
    [
        [[0, 600, 600]],
        [[0, 1080, 540]],
        [[7, 540, 1080]],
        [[-1, 540, 1080]],
        [[0, 540, 1441]],
        [[0, -1, 600]],
        [[0, 540]],
        [[0, 540, 720], [0, 719, 900]],
    ],
    ids=str,
)
def test_hours_that_make_no_sense_change_nothing(world, hours):
    with pytest.raises(HoursInvalid):
        put(world, hours=hours)
    assert not Plan.objects.exists()


@pytest.mark.parametrize("date", ["2026-02-30", "1 October", "20261301", "2026/10/01", "x" * 300])
def test_date_that_is_none_changes_nothing(world, date):
    with pytest.raises(DateInvalid):
        put(world, closed_dates=(date,))
    assert not Plan.objects.exists()


def test_more_than_a_hundred_closed_dates_are_refused(world):
    with pytest.raises(DateInvalid):
        put(world, closed_dates=(f"20{y:02d}-01-{d:02d}" for y in range(26, 31) for d in range(1, 22)))


def test_lists_are_kept_in_the_spelling_of_the_gate(world):
    plan = put(world, refused_callers=("+86 138-0013-8000", "０７５５", "匿名", "", "0755"), accepted_callers=())
    assert plan.refused_callers == ["0755", "13800138000", "anonymous"]
    assert plan.accepted_callers == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"refused_callers": ("1380013800a",)}, errors.EntryInvalid),
        ({"refused_callers": ("1",)}, errors.EntryInvalid),
        ({"accepted_callers": ("一三八",)}, errors.EntryInvalid),
        ({"refused_callers": tuple(f"138{n:04d}" for n in range(201))}, errors.EntryInvalid),
        ({"ring": "all"}, errors.RingInvalid),
        ({"most_calls": -1}, errors.CallsInvalid),
        ({"most_calls": 2001}, errors.CallsInvalid),
        ({"billing_number": "01000000000"}, errors.BillingNumberInvalid),
    ],
)
def test_choice_that_makes_no_sense_changes_nothing(world, changes, problem):
    with pytest.raises(problem):
        put(world, **changes)
    assert not Plan.objects.filter(pk=world.plain).exists()


def test_trunk_that_signs_in_is_set_once_and_its_password_stands_nowhere(world):
    by = {"by": system("test"), "at": world.at}
    Trunk.objects.create(name="shanghai", address="192.0.2.5")
    set_trunk("tianjin", user="tianjin", password="p" * 16, **by)
    set_trunk("tianjin", user="tianjin", password="q" * 16, most_a_second=50, **by)
    assert Trunk.objects.filter(name="tianjin").values_list("address", "user", "most_a_second").get() == (
        None,
        "tianjin",
        50,
    )
    for name, user, password, rate in (
        ("shanghai", "x", "p" * 16, 0), ("other", "tianjin", "p" * 16, 0), ("other", "x", "short", 0), ("other", "a b", "p" * 16, 0),
        ("o ther", "x", "p" * 16, 0), ("other", "x", "p" * 16, -1), ("other", "*", "p" * 16, 0),
    ):  # fmt: skip
        with pytest.raises(errors.TrunkInvalid):
            set_trunk(name, user=user, password=password, most_a_second=rate, **by)
    switch_trunk_off("shanghai", **by)
    with pytest.raises(errors.TrunkUnknown):
        switch_trunk_off("shanghai", **by)
    facts = Fact.objects.filter(what__startswith="trunk.")
    assert facts.count() == 3
    assert not any(letter * 16 in str(fact.after) for fact in facts for letter in "pq")


def test_trunk_that_signs_in_is_published_with_the_mark_that_makes_gates_ask(world):
    set_trunk("tianjin", user="tianjin", password="p" * 16, by=system("test"), at=world.at)
    publish_sources()
    rows = dict(Published.objects.exclude(record=None).values_list("key", "record"))
    assert decode_trunk(bytes(rows["trunk-user:tianjin"]))["ha1"] == HA1
    assert "trunk-user:*" in rows
    switch_trunk_off("tianjin", by=system("test"), at=world.at)
    publish_sources()
    gone = dict(Published.objects.filter(key__in=["trunk-user:tianjin", "trunk-user:*"]).values_list("key", "record"))
    assert gone == {"trunk-user:tianjin": None, "trunk-user:*": None}
