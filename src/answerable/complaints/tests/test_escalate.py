"""Whoever is not content, or got no answer in fifteen days, takes a ready file to the regulator, whose clocks are shown."""

import datetime as dt
import json

import pytest

from answerable.complaints import errors
from answerable.complaints.actions import answer, escalate, remind
from answerable.complaints.actions.escalate import file_of
from answerable.complaints.clocks import regulator_clocks
from answerable.complaints.models import DutyNotice, Escalation
from answerable.complaints.tests.conftest import WU
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number, Tenure
from answerable.parties.models import Staff
from answerable.trail.actors import system


def test_after_an_answer_the_file_is_made_once_and_holds_no_mobile(world, tell):
    made = tell()
    with pytest.raises(errors.EscalationTooEarly):
        escalate(made, "没有退款", at=world.at)
    answer(made, "查无此事", staff=world.staff("sun"), at=world.at)
    with pytest.raises(errors.WhyMissing):
        escalate(made, " ", at=world.at)
    escalation = escalate(made, "没有退款", at=world.at)
    data = json.loads(file_of(escalation, "json"))
    assert file_of(escalation, "pdf").startswith(b"%PDF-")
    assert (data["answer"], data["why"], data["reference"], WU in str(data)) == ("查无此事", "没有退款", made.pk, False)
    assert "查无此事".encode() not in bytes(escalation.data)
    with pytest.raises(errors.EscalatedAlready):
        escalate(made, "再来", at=world.at)


def test_without_an_answer_it_may_be_made_when_the_fifteen_days_are_over(world, tell):
    made = tell()
    with pytest.raises(errors.EscalationTooEarly):
        escalate(made, "没人理", at=made.answer_due_at - dt.timedelta(seconds=1))
    assert escalate(made, "没人理", at=made.answer_due_at).report == made


def test_regulators_days_skip_the_spring_festival_and_say_when_a_year_is_not_loaded():
    """2026: the Spring Festival is off from 15 to 23 February; Saturday 28 February is a make-up workday."""
    clocks = regulator_clocks(dt.datetime(2026, 2, 13, 10, 0, tzinfo=CHINA))
    days = [d.astimezone(CHINA).date() for d in (clocks.take_due_at, clocks.answer_due_at)]
    assert (days[0], days[1] - days[0], clocks.is_calendar_loaded) == (
        dt.date(2026, 2, 27),
        dt.timedelta(days=30),
        True,
    )
    assert regulator_clocks(dt.datetime(2090, 3, 1, tzinfo=CHINA)).is_calendar_loaded is False


def test_staff_is_reminded_once_three_days_before_an_answer_is_due(world, tell):
    made = tell()
    due = made.answer_due_at - dt.timedelta(days=3)
    assert [remind(by=system("test"), at=when) for when in (due - dt.timedelta(seconds=1), due, due)] == [0, 1, 0]
    officers = Staff.objects.filter(roles__contains=["risk"]).values_list("username", flat=True)
    assert set(DutyNotice.objects.values_list("staff__username", "code")) == {(one, "reminder") for one in officers}


def test_file_names_who_answered_when_the_report_came_and_the_words_end_with_its_key(world, tell):
    order = world.order("working")
    made = tell()
    Tenure.objects.filter(number=order.number_id).update(until=world.at + dt.timedelta(hours=1))
    Number.objects.filter(pk=order.number_id).update(business_state="released", holder=None)
    answer(made, "查无此事", staff=world.staff("sun"), at=world.at)
    escalation = escalate(made, "我叫吴某", at=world.at + dt.timedelta(days=1))
    assert json.loads(file_of(escalation, "json"))["holder"] == order.enterprise.name
    stored = Escalation.objects.filter(pk=made.pk).values().get()
    assert not any("吴某" in str(value) for value in stored.values())
