"""Eligibility before money: whoever cannot pass is told why, and nothing is held or ordered."""

import datetime as dt

import pytest

from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.orders.eligibility import INDUSTRIES, bars
from answerable.orders.errors import NotEligible
from answerable.orders.models import Order
from answerable.parties.errors import AuthorisationNotInForce
from answerable.parties.models import Authorisation, Enterprise, Membership
from answerable.trail.models import Fact
from answerable.verification.models import RequirementSet
from answerable.verification.slots import required


def left_behind(world):
    return (
        Order.objects.filter(person=world.zhao).count(), Number.objects.filter(held_by=world.zhao).count(), Fact.objects.filter(who_id=str(world.zhao.pk)).count(),
        Membership.objects.filter(person=world.zhao).count(),
    )  # fmt: skip


def reasons(world, firm="zhao", **changes):
    asked = {"carrier": "telecom", "industry": "manufacturing", "use": "own"} | changes
    return [bar.reason for bar in bars(world.firm(firm), **({"person": world.hua, "day": world.at.date()} | asked))]


def refuse(world, **changes):
    with pytest.raises(NotEligible) as refused:
        world.start(world.third, **({"person": world.zhao, "firm": "zhao"} | changes))
    return refused.value.text("zh-hans")


def test_ordinary_firm_may_go_on(world):
    assert reasons(world) == []


@pytest.mark.parametrize(
    ("changes", "reason", "word"),
    [
        ({"firm": "trader"}, "E02", "个体工商户"), ({"firm": "gone"}, "E04", "注销"), ({"firm": "listed"}, "E09", "黑名单"),
        ({"industry": "loans"}, "E05", "行业"), ({"industry": "no such"}, "E05", "行业"), ({"use": "no such"}, "E11", "用途"),
    ],
)  # fmt: skip
def test_bar_refuses_with_its_reason_and_nothing_is_held(world, changes, reason, word):
    assert reasons(world, **changes) == [reason]
    assert word in refuse(world, **changes)
    assert left_behind(world) == (0, 0, 0, 0)
    assert not Enterprise.objects.exists()


@pytest.mark.parametrize("industry", [code for code, (*_, refused) in INDUSTRIES.items() if refused])
def test_refused_industry_is_refused(world, industry):
    assert reasons(world, industry=industry) == ["E05"]


def test_sole_trader_may_have_a_number_of_the_carrier_that_takes_them(world):
    assert reasons(world, "trader", carrier="unicom") == []
    assert world.start(world.unicom, person=world.zhao, firm="trader").state == "held"


@pytest.mark.parametrize("firm", ["zhao", "trader"])
def test_kind_of_organisation_without_a_requirement_set_in_force_is_refused_before_any_money(world, firm):
    Authorisation.objects.update(since=dt.date(2025, 1, 1))
    begins = RequirementSet.objects.filter(carrier="unicom").first().effective_from
    before = dt.datetime.combine(begins - dt.timedelta(days=1), dt.time(12), CHINA)
    assert reasons(world, firm, carrier="unicom", day=before.date()) == ["E02"]
    with pytest.raises(NotEligible):
        world.start(world.unicom, person=world.zhao, firm=firm, at=before)
    assert left_behind(world) == (0, 0, 0, 0)
    assert reasons(world, firm, carrier="unicom", day=begins) == []


@pytest.mark.parametrize("use", ["call_centre", "platform_agency", "outsourced"])
def test_use_that_is_a_telecom_business_may_go_on_and_its_dossier_asks_for_the_licence(world, use):
    """MIIT 452 (七)三: a licence where the number is used to run telecom business."""
    assert reasons(world, "hua", use=use) == []
    order = world.start(use=use)
    world.sign(order)
    world.pay(order)
    asked = {one.slot: one.why_zh for one in required(world.dossier(order))}
    assert asked["telecom_licence"] == f"因用途为{order.get_use_display()}"


def test_own_use_asks_for_no_telecom_licence(world):
    assert "telecom_licence" not in {one.slot for one in required(world.dossier(world.order("paid")))}


def test_third_application_under_way_is_refused(world):
    world.order("held", world.plain)
    assert reasons(world, "hua") == []
    world.order("paid", world.unicom)
    assert reasons(world, "hua") == ["E10"]
    with pytest.raises(NotEligible):
        world.start(world.third)
    assert world.state(world.third) == "spare"


def test_quota_counts_what_is_held_and_what_is_under_way_with_this_carrier(world):
    enterprise = world.order("working", world.plain).enterprise
    world.order("held", world.second)
    Enterprise.objects.filter(pk=enterprise.pk).update(quota=2)
    assert reasons(world, "hua") == ["E08"]
    assert reasons(world, "hua", carrier="unicom") == []
    with pytest.raises(NotEligible):
        world.start(world.third)
    assert world.state(world.third) == "spare"


def test_number_that_is_paid_counts_once(world):
    enterprise = world.order("paid", world.plain).enterprise
    Enterprise.objects.filter(pk=enterprise.pk).update(quota=2)
    assert reasons(world, "hua") == []


def test_everything_that_stands_in_the_way_is_told_at_once(world):
    assert reasons(world, "gone", industry="crypto", use="no such") == ["E04", "E05", "E11"]


def test_without_an_authorisation_in_force_nobody_can_apply(world):
    Authorisation.objects.update(until=world.at.date().replace(day=9))
    with pytest.raises(AuthorisationNotInForce):
        world.start()
    assert left_behind(world) == (0, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_applications_at_once_do_not_both_pass_the_limit(world, at_once):
    enterprise = world.order("held", world.second).enterprise
    Enterprise.objects.filter(pk=enterprise.pk).update(quota=2)
    results = at_once(lambda: world.start(world.plain), lambda: world.start(world.third))
    assert sorted(type(r).__name__ for r in results) == ["NotEligible", "Order"]
    assert Order.objects.count() == 2
