"""Money that left within 72 hours is put before the officer on duty, who has two hours, day and night."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from answerable.complaints import errors
from answerable.complaints.actions import add_shift, answer, assign, dismiss, remind, remove_shift, stop
from answerable.complaints.models import DutyNotice, Report
from answerable.complaints.queries import queue, told, waiting
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Staff
from answerable.trail.actors import system
from answerable.trail.models import Fact

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def shift(world):
    """Sun is on duty for eight hours, on a phone."""
    return add_shift(
        "sun", since=world.at - HOUR, until=world.at + 7 * HOUR, phone="13900000009", staff=world.staff("zheng"), at=world.at
    )  # fmt: skip


@pytest.mark.parametrize(("ago", "is_urgent"), [(0, True), (72, True), (73, False)])
def test_money_that_left_within_72_hours_is_urgent(world, tell, shift, ago, is_urgent):
    made = tell(money_paid=True, paid_at=world.at - ago * HOUR)
    assert made.is_urgent is is_urgent
    assert made.urgent_due_at == (world.at + 2 * HOUR if is_urgent else None)


def test_paid_without_saying_when_counts_as_now(tell, shift):
    assert tell(money_paid=True).is_urgent


@pytest.mark.parametrize("changes", [{"money_paid": False}, {"paid_at": dt.timedelta(hours=1)}])
def test_payment_that_lies_ahead_or_was_none_is_refused(world, tell, changes):
    said = {"money_paid": True, "paid_at": world.at - HOUR} | changes
    if isinstance(said["paid_at"], dt.timedelta):
        said["paid_at"] = world.at + HOUR
    with pytest.raises(errors.PaidAtInvalid):
        tell(**said)


def test_officer_on_duty_has_it_and_is_told_by_sms_once(world, tell, shift, texts, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = tell(money_paid=True, contact="")
    assert (made.officer.username, [n.code for n in made.duty_notices.all()]) == ("sun", ["urgent"])
    (text,) = texts("13900000009")
    assert made.pk in text
    assert [one.report for one in told(world.staff("sun"))] == [made]


def test_nobody_on_duty_alarms_every_risk_officer(world, tell, shift):
    remove_shift(shift, staff=world.staff("zheng"), at=world.at)
    made = tell(money_paid=True)
    officers = list(Staff.objects.filter(roles__contains=["risk"]).order_by("pk").values_list("username", flat=True))
    assert made.officer is None
    assert {(n.staff.username, n.code) for n in made.duty_notices.all()} == {(one, "nobody") for one in officers}
    assert Fact.objects.get(what="report.put_before").after == {"officers": officers, "on_duty": False}


def test_deadline_that_passes_goes_to_whoever_leads_once(world, tell, shift):
    made = tell(money_paid=True)
    assert remind(by=system("test"), at=world.at + 2 * HOUR - dt.timedelta(seconds=1)) == 0
    assert remind(by=system("test"), at=world.at + 2 * HOUR) == 1
    assert remind(by=system("test"), at=world.at + 3 * HOUR) == 0
    late = made.duty_notices.filter(code="overdue").values_list("staff__username", flat=True)
    assert sorted(late) == ["sun", "wang", "zheng"]
    assert list(queue(state="overdue", at=world.at + 2 * HOUR)) == [made]


def test_number_is_stopped_from_the_report_and_the_lane_is_left(world, tell, shift):
    world.order("working")
    made = tell(money_paid=True)
    stop(made, "FRAUD_ORDER", staff=world.staff("sun"), at=world.at)
    made.refresh_from_db()
    assert (world.state(world.plain), made.decision, made.state, made.is_urgent) == (
        "suspended",
        "stopped",
        "in_hand",
        False,
    )
    assert remind(by=system("test"), at=world.at + 3 * HOUR) == 0
    assert not told(world.staff("sun")).exists()


def test_dismissal_says_why_and_the_first_decision_stays(world, tell, shift):
    made, sun = tell(money_paid=True), world.staff("sun")
    with pytest.raises(errors.WhyMissing):
        dismiss(made, " ", staff=sun, at=world.at)
    dismiss(made, "对方已退款", staff=sun, at=world.at)
    with pytest.raises(errors.NotUrgent):
        dismiss(made, "再想", staff=sun, at=world.at)
    assert (Report.objects.get().decision, Report.objects.get().why) == ("dismissed", "对方已退款")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(why="别的")


def test_lead_gives_it_to_another_officer_and_may_not_decide(world, tell, shift):
    made, zheng = tell(money_paid=True), world.staff("zheng")
    assign(made, "sun", staff=zheng, at=world.at)
    assert DutyNotice.objects.filter(code="assigned").count() == 1
    with pytest.raises(errors.OfficerUnknown):
        assign(made, "lin", staff=zheng, at=world.at)
    with pytest.raises(NotPermitted):  # nobody takes another's report
        assign(made, "feng", staff=world.staff("feng"), at=world.at)
    for deed in (
        lambda: dismiss(made, "x", staff=zheng, at=world.at),
        lambda: answer(made, "x", staff=zheng, at=world.at),
    ):
        with pytest.raises(NotPermitted):
            deed()


@pytest.mark.parametrize(
    ("since", "until", "problem"),
    [(1, 0, errors.ShiftInvalid), (0, 73, errors.ShiftInvalid), (-3, -1, errors.ShiftInvalid)],
)
def test_shift_that_cannot_be_is_refused(world, since, until, problem):
    with pytest.raises(problem):
        add_shift(
            "sun", since=world.at + since * HOUR, until=world.at + until * HOUR, phone="13900000009", staff=world.staff("zheng"), at=world.at
        )  # fmt: skip


def test_only_a_lead_edits_the_roster_and_only_risk_officers_stand_on_it(world):
    said = {"since": world.at, "until": world.at + HOUR, "at": world.at}
    with pytest.raises(NotPermitted):
        add_shift("sun", phone="13900000009", staff=world.staff("sun"), **said)
    with pytest.raises(errors.OfficerUnknown):
        add_shift("lin", phone="13900000009", staff=world.staff("zheng"), **said)
    with pytest.raises(errors.PhoneInvalid):
        add_shift("sun", phone="110", staff=world.staff("zheng"), **said)


def test_urgent_then_proven_then_fraud_then_the_rest(world, tell, shift):
    rest = tell(report_class="price")
    fraud = tell()
    proven = tell(report_class="attitude")
    Report.objects.filter(pk=proven.pk).update(mobile_confirmed_at=world.at, calls_matched=2)
    urgent = tell(money_paid=True, report_class="other")
    assert list(waiting()) == [urgent, proven, fraud, rest]
    assert list(queue(lane="proven", at=world.at)) == [proven]
    assert list(queue(report_class="price", at=world.at)) == [rest]
