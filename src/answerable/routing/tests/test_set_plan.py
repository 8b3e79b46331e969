"""Opening hours and overflow."""

import pytest

from answerable.routing.actions import set_plan
from answerable.routing.errors import DateInvalid, HoursInvalid
from answerable.routing.models import Plan
from answerable.routing.queries import plan_of
from answerable.trail.actors import system
from answerable.trail.models import DirtyNumber


def put(world, **changes):
    asked = {"hours": None, "closed_dates": [], "overflow_busy": True, "overflow_no_answer": True} | changes
    return set_plan(world.plain, **asked, by=system("test"), at=world.at)


def test_number_without_a_plan_rings_at_all_hours_and_overflows(world):
    plan = plan_of(world.plain)
    assert (plan.hours, plan.closed_dates, plan.overflow_busy, plan.overflow_no_answer) == (None, [], True, True)


def test_plan_is_kept_in_order_and_published(world):
    plan = put(
        world,
        hours=[[4, 540, 1080], [0, 780, 1080], [0, 540, 720]],
        closed_dates=["2026-10-02", " 2026-10-01 ", "", "2026-10-01"],
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
        put(world, closed_dates=[date])
    assert not Plan.objects.exists()


def test_more_than_a_hundred_closed_dates_are_refused(world):
    with pytest.raises(DateInvalid):
        put(world, closed_dates=[f"20{y:02d}-01-{d:02d}" for y in range(26, 31) for d in range(1, 22)])
