"""Earlier cases of the same number, holder, handler, line and sign-in address; each once, under the nearest."""

import datetime as dt

import pytest

from answerable.complaints.actions import report
from answerable.numbers.models import Destination
from answerable.orders.actions import warn
from answerable.parties.models import Membership, SmsCode
from answerable.tracing.collect.earlier import earlier
from answerable.verification.actions import ask as verify_again


def earlier_order(world, number, **more):
    """Bring a number into service two days ago."""
    now, world.at = world.at, world.at - dt.timedelta(days=2)
    order = world.order("working", number, **more)
    world.at = now
    return order


@pytest.fixture
def other(world, number):
    """赵's number with a report, a warning, and a re-verification that was asked a day ago."""
    order = earlier_order(world, world.second, person=world.zhao, firm="zhao", line="02161230000")
    before = world.at - dt.timedelta(days=1)
    report(order.number_id, report_class="fraud", text="", money_paid=False, contact="", called_on=None, at=before)
    warn(order.number, "COMPLAINT", staff=world.staff("sun"), at=before)
    verify_again(order.number, ground="risk", reason="COMPLAINT", level=1, by=world.staff("sun"), at=before)
    return order


def shares(case):
    return sorted({(one.shares, one.what, one.number) for one in earlier(case)})


def three(share, number):
    return [(share, "measure", number), (share, "recheck", number), (share, "report", number)]


def test_nothing_is_shared_with_a_stranger(ask, other):
    assert earlier(ask(build=False)) == []


def test_own_number_and_holder(world, number, ask):
    second = earlier_order(world, world.third, line="02161230000")
    before = world.at - dt.timedelta(hours=2)
    for one in (number, second.number_id):
        report(one, report_class="price", text="", money_paid=False, contact="", called_on=None, at=before)
    assert shares(ask(build=False)) == [("holder", "report", world.third), ("number", "report", number)]


def test_handler_who_acts_for_another_organisation(world, ask, other):
    Membership.objects.create(person=world.hua, enterprise=other.enterprise, role="handler", since=world.at)
    assert shares(ask(build=False)) == three("handler", other.number_id)


def test_line_that_another_number_rang(world, ask, other):
    Destination.objects.filter(number=other.number_id).update(line=world.line)
    assert shares(ask(build=False)) == three("line", other.number_id)


def test_address_from_which_both_signed_in(world, ask, other):
    for mobile in (world.hua.mobile, world.zhao.mobile):
        SmsCode.objects.create(
            mobile=mobile,
            code_hash="0",
            sent_at=world.at,
            expires_at=world.at + dt.timedelta(minutes=5),
            address="192.0.2.7",
        )
    assert shares(ask(build=False)) == three("address", other.number_id)


def test_authoritys_case_is_told_to_those_alone_who_deal_with_them(world, ask, take_request):
    from answerable.tracing.models import TraceCase

    asked = take_request()
    world.at += dt.timedelta(minutes=1)
    own = ask(build=False)
    assert earlier(own) == []
    world.at += dt.timedelta(minutes=1)
    found = earlier(TraceCase.objects.get(pk=take_request(document_no="2").pk))
    assert sorted((one.what, one.reference) for one in found) == sorted([("trace", asked.pk), ("trace", own.pk)])
