"""An appeal that is upheld makes the number ring with the decision alone, where a second officer has confirmed before."""

import datetime as dt

import pytest

from answerable.complaints import appeals
from answerable.complaints.errors import AppealDecided, NothingToLift
from answerable.orders.actions import lift, stop, warn
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Membership
from answerable.permits.actions import confirm, fetch_waiting
from answerable.permits.models import Permit, PermitRequest
from answerable.permits.queries import is_permitted, waiting_number
from answerable.permits.signer.errors import CodeWrong

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def stopped(world, approve, signer):
    """A permitted number in service, stopped; the holder has appealed."""
    order, _ = approve()
    signer.forget()
    world.open(order)
    world.work(order)
    Membership.objects.filter(enterprise=order.enterprise).update(proven_at=world.at)
    measure = stop(world.number(order.number_id), "COMPLAINT", staff=world.staff("sun"), at=world.at)
    assert not is_permitted(order.number_id)
    return appeals.appeal(measure, "投诉人拨错了号码", person=world.hua, at=world.at)


@pytest.fixture
def back(world, signer, stopped):
    def run(name="sun"):
        appeals.back(stopped, signer.code(name), staff=world.staff(name), at=world.at)

    return run


def told(world):
    return world.hua.notices.filter(code="LIFTED").count()


def decide(world, signer, filed, name="feng"):
    appeals.uphold(filed, "录音证实拨错", staff=world.staff(name), at=world.at)
    waits = waiting_number(filed.measure.number_id).filter(ground="lift").first()
    return confirm(waits, signer.code(name), staff=world.staff(name), at=world.at)


def test_decision_alone_permits_what_another_officer_has_backed(world, signer, stopped, back):
    back()
    number = stopped.measure.number_id
    assert not is_permitted(number)
    assert decide(world, signer, stopped) is not None
    assert (world.state(number), is_permitted(number), told(world)) == ("working", True, 1)


def test_backing_lifts_nothing_and_signs_nothing(world, stopped, back):
    back("sun")
    back("feng")
    assert fetch_waiting(at=world.at) == 0
    assert (world.state(stopped.measure.number_id), is_permitted(stopped.measure.number_id)) == ("suspended", False)


def test_upheld_appeal_that_nobody_backed_waits_for_the_second_officer(world, signer, stopped):
    assert decide(world, signer, stopped) is None
    number = stopped.measure.number_id
    assert (world.state(number), is_permitted(number), told(world)) == ("working", False, 0)
    waits = waiting_number(number).get(ground="lift")
    assert confirm(waits, signer.code("sun"), staff=world.staff("sun"), at=world.at) is not None
    assert (is_permitted(number), told(world)) == (True, 1)


def test_rejected_appeal_leaves_what_was_backed_unsigned(world, stopped, back):
    back("sun")
    back("feng")
    appeals.reject(stopped, "三段录音属实", staff=world.staff("zheng"), at=world.at)
    fetch_waiting(at=world.at)
    assert not is_permitted(stopped.measure.number_id)


def test_number_stopped_again_needs_new_codes(world, signer, stopped, back):
    back()
    number = world.number(stopped.measure.number_id)
    lift(number, staff=world.staff("sun"), at=world.at)
    stop(number, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at + HOUR)
    before = PermitRequest.objects.get(ground="lift", state="waiting")
    lift(number, staff=world.staff("sun"), at=world.at + 2 * HOUR)
    after = PermitRequest.objects.get(ground="lift", state="waiting")
    assert (after.pk != before.pk, after.confirmations.count()) == (True, 0)


def test_officer_confirms_again_once_the_signer_has_forgotten(world, stopped, signer, back):
    back("sun")
    waits = waiting_number(stopped.measure.number_id).get(ground="lift")
    waits.confirmations.update(at=world.at - dt.timedelta(days=15))
    signer.forget()
    back("sun")
    assert waits.confirmations.get().at == world.at


@pytest.mark.parametrize(("name", "problem"), [("zheng", NotPermitted), ("lin", NotPermitted)])
def test_others_do_not_back(world, signer, stopped, name, problem):
    with pytest.raises(problem):
        appeals.back(stopped, "123456", staff=world.staff(name), at=world.at)


def test_wrong_code_backs_nothing(world, signer, stopped):
    with pytest.raises(CodeWrong):
        appeals.back(stopped, "000000", staff=world.staff("sun"), at=world.at)
    assert not PermitRequest.objects.filter(ground="lift").exists()


def test_only_a_stop_under_appeal_is_backed(world, signer, stopped, back):
    other = warn(stopped.measure.number, "COMPLAINT", staff=world.staff("sun"), at=world.at)
    made = appeals.appeal(other, "x", person=world.hua, at=world.at)
    with pytest.raises(NothingToLift):
        appeals.back(made, "123456", staff=world.staff("sun"), at=world.at)
    appeals.reject(stopped, "x", staff=world.staff("zheng"), at=world.at)
    with pytest.raises(AppealDecided):
        back()
    assert Permit.objects.count() == 1
