"""The public reports without an account; the operator answers within fifteen days."""

import datetime as dt
import json
import re

import pytest

from answerable.complaints import errors
from answerable.complaints.actions import answer, report
from answerable.complaints.models import Report
from answerable.complaints.queries import by_reference, waiting
from answerable.lib import vault
from answerable.parties.errors import NotPermitted
from answerable.parties.sms import gateway
from answerable.trail.models import Fact


def tell(world, **changes):
    """吴 Wu, who was cheated, tells what happened."""
    said = {
        "report_class": "fraud",
        "text": "要我转账",
        "money_paid": True,
        "contact": "",
        "called_on": None,
        "at": world.at,
    }
    return report(changes.pop("number", world.plain), **(said | changes))


def test_report_gets_a_reference_and_a_clock_of_fifteen_days(world):
    made = tell(world)
    assert re.fullmatch(r"J260310[A-Z0-9]{6}", made.reference)
    assert (made.state, made.answer_due_at) == ("received", world.at + dt.timedelta(days=15))
    assert by_reference(f" {made.reference.lower()} ") == made


def test_day_in_the_reference_is_a_day_in_china(world):
    assert tell(world, at=dt.datetime(2026, 3, 9, 20, 0, tzinfo=dt.UTC)).reference.startswith("J260310")


def test_contact_is_sealed_and_in_no_fact(world):
    made = tell(world, contact="+86 139 0000 0004")
    assert b"13900000004" not in bytes(made.contact)
    assert vault.open_bytes(made.contact, f"report:{made.reference}") == b"13900000004"
    assert "13900000004" not in str(list(Fact.objects.values()))


def test_contact_may_stay_empty(world):
    assert bytes(tell(world).contact) == b""


@pytest.mark.parametrize("contact", ["110", "12345678901", "nobody", "139٠٠٠٠٠٠٠٤"])
def test_wrong_contact_is_refused(world, contact):
    with pytest.raises(errors.ContactInvalid):
        tell(world, contact=contact)
    assert not Report.objects.exists()


@pytest.mark.parametrize("number", ["4008999999", "4002000400", "", "110"])
def test_number_that_is_not_ours_is_refused(world, number):
    with pytest.raises(errors.NumberNotOurs):
        tell(world, number=number)


def test_unknown_class_is_refused(world):
    with pytest.raises(errors.ClassUnknown):
        tell(world, report_class="anger")


def test_long_text_is_cut_not_refused(world):
    assert len(tell(world, text="转" * 5000).text) == 1000


def test_paid_money_comes_first_then_the_nearest_deadline(world):
    third = tell(world, money_paid=False)
    second = tell(world, at=world.at + dt.timedelta(hours=1))
    first = tell(world)
    assert list(waiting()) == [first, second, third]


def test_answer_is_read_under_the_reference_and_leaves_the_list(world):
    answer(tell(world), "已停机", staff=world.staff("sun"), at=world.at)
    made = Report.objects.get()
    assert (made.state, made.answer, made.answered_at, waiting().exists()) == ("answered", "已停机", world.at, False)


def test_second_answer_is_refused_and_the_first_stays(world):
    made = tell(world)
    answer(made, "已停机", staff=world.staff("sun"), at=world.at)
    with pytest.raises(errors.AlreadyAnswered) as refused:
        answer(made, "没有问题", staff=world.staff("sun"), at=world.at + dt.timedelta(hours=1))
    assert refused.value.params == {"when": "2026-03-10 10:00"}
    made = Report.objects.get()
    assert (made.answer, made.answered_at) == ("已停机", world.at)
    assert Fact.objects.filter(what="report.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_kept(world, at_once):
    made, sun = tell(world), world.staff("sun")
    results = at_once(*[lambda text=text: answer(made, text, staff=sun, at=world.at) for text in ("甲", "乙")])
    assert sorted(type(r).__name__ for r in results) == ["AlreadyAnswered", "Report"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_empty_answer_answers_nothing(world, text):
    with pytest.raises(errors.AnswerMissing):
        answer(tell(world), text, staff=world.staff("sun"), at=world.at)
    assert Report.objects.get().state == "received"


@pytest.mark.parametrize(("contact", "texts"), [("13900000004", 1), ("", 0)])
def test_reporter_who_left_a_mobile_is_told_of_the_answer_once(
    world, contact, texts, django_capture_on_commit_callbacks
):
    made = tell(world, contact=contact)
    with django_capture_on_commit_callbacks(execute=True):
        answer(made, "已停机", staff=world.staff("sun"), at=world.at)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(errors.AlreadyAnswered):
        answer(made, "再答", staff=world.staff("sun"), at=world.at)
    file = gateway().file
    sent = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    assert [(m["mobile"], made.reference in m["text"]) for m in sent] == [("13900000004", True)] * texts


@pytest.mark.parametrize("username", ["chen", "lin", "qian", "gong"])
def test_nobody_but_the_risk_officer_answers(world, username):
    with pytest.raises(NotPermitted):
        answer(tell(world), "x", staff=world.staff(username), at=world.at)


@pytest.mark.parametrize("reference", ["", "J260310", "J260310ZZZZZZ", "%", "' OR 1=1"])
def test_unknown_reference_finds_nothing(world, reference):
    tell(world)
    assert by_reference(reference) is None
