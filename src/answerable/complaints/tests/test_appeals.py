"""Appeal and decide (Anti-Telecom-Fraud Law art. 32: checked in time, lifted at once where it holds)."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction

from answerable.complaints import appeals, errors
from answerable.complaints.actions import add_appeal_evidence, erase_due, show_evidence
from answerable.complaints.actions.evidence import path_of
from answerable.complaints.models import Appeal, Evidence
from answerable.numbers.models import Measure
from answerable.orders.actions import limit, stop, warn
from answerable.parties.errors import NotPermitted
from answerable.parties.models import Membership
from answerable.trail.actors import system
from answerable.transparency.models import Pending
from answerable.verification.actions import ask
from answerable.verification.models import Recheck

DAY = dt.timedelta(days=1)


@pytest.fixture
def stopped(world):
    order = world.order("working")
    Membership.objects.filter(enterprise=order.enterprise).update(proven_at=world.at)
    return stop(world.number(world.plain), "COMPLAINT", staff=world.staff("sun"), at=world.at)


@pytest.fixture
def filed(world, stopped):
    return appeals.appeal(stopped, "投诉人拨错了号码", person=world.hua, at=world.at)


def opened():
    kept = [json.loads(bytes(p.leaf)) for p in Pending.objects.order_by("id")]
    return [(e["outcome"], e.get("value")) for e in kept if e["kind"] == "stop_opened"]


def test_appeal_has_a_clock_of_working_days(world, filed):
    assert filed.due_at > world.at
    assert world.hua.notices.filter(code="APPEAL_FILED").count() == 1


def test_stranger_does_not_appeal(world, stopped):
    with pytest.raises(errors.NotTheHolder):
        appeals.appeal(stopped, "x", person=world.zhao, at=world.at)


def test_appeal_needs_words_and_is_filed_once_in_time(world, stopped):
    with pytest.raises(errors.TextMissing):
        appeals.appeal(stopped, " ", person=world.hua, at=world.at)
    with pytest.raises(errors.AppealTooLate):
        appeals.appeal(stopped, "x", person=world.hua, at=world.at + 31 * DAY)
    made = appeals.appeal(stopped, "x", person=world.hua, at=world.at)
    with pytest.raises(errors.AppealedAlready):
        appeals.appeal(stopped, "x", person=world.hua, at=world.at)
    appeals.withdraw_appeal(made, person=world.hua, at=world.at)
    assert appeals.appeal(stopped, "x", person=world.hua, at=world.at).state == "open"


def test_upheld_appeal_lifts_the_stop_without_another_step(world, filed):
    appeals.uphold(filed, "录音证实拨错", staff=world.staff("zheng"), at=world.at)
    filed.measure.refresh_from_db()
    assert (world.state(world.plain), filed.measure.ended_how) == ("working", "in_error")
    assert opened() == [("stopped_in_error", None)]
    assert {n.code for n in world.hua.notices.all()} >= {"LIFTED", "APPEAL_UPHELD"}


def test_rejected_appeal_leaves_the_stop_and_opens_its_reason(world, filed):
    appeals.reject(filed, "三段录音属实", staff=world.staff("zheng"), at=world.at)
    assert world.state(world.plain) == "suspended"
    assert opened() == [("final", "COMPLAINT")]


def test_who_took_the_measure_does_not_decide(world, filed):
    with pytest.raises(errors.DecidedByYou):
        appeals.uphold(filed, "x", staff=world.staff("sun"), at=world.at)
    with pytest.raises(IntegrityError, match="does not decide"), transaction.atomic():
        Appeal.objects.update(state="upheld", decided_by=world.staff("sun"), decided_at=world.at, answer="x")


@pytest.mark.parametrize("name", ["chen", "lin", "qian", "gong"])
def test_others_do_not_decide(world, filed, name):
    with pytest.raises(NotPermitted):
        appeals.uphold(filed, "x", staff=world.staff(name), at=world.at)


def test_appeal_is_decided_once_and_with_words(world, filed):
    zheng = world.staff("zheng")
    with pytest.raises(errors.AnswerMissing):
        appeals.reject(filed, " ", staff=zheng, at=world.at)
    appeals.reject(filed, "x", staff=zheng, at=world.at)
    for deed in (appeals.uphold, appeals.reject):
        with pytest.raises(errors.AppealDecided):
            deed(filed, "x", staff=zheng, at=world.at)


def test_upheld_appeal_ends_every_degree(world, stopped):
    number, sun, zheng = world.number(world.plain), world.staff("sun"), world.staff("zheng")
    asked = ask(number, ground="risk", level=2, reason="COMPLAINT", by=sun, at=world.at)
    measures = [warn(number, "COMPLAINT", staff=sun, at=world.at), limit(number, "COMPLAINT", staff=sun, at=world.at)]
    for measure in [*measures, Measure.objects.get(about=f"recheck:{asked.pk}")]:
        made = appeals.appeal(measure, "x", person=world.hua, at=world.at)
        appeals.uphold(made, "成立", staff=zheng, at=world.at)
    assert Recheck.objects.get(pk=asked.pk).state == "withdrawn"
    assert list(Measure.objects.filter(ended_at=None)) == [stopped]
    assert world.number(world.plain).recheck_until is None


def test_reason_of_a_stop_is_opened_once_nobody_can_appeal_any_more(world, stopped):
    assert appeals.open_reasons(at=world.at + 29 * DAY) == 0
    assert appeals.open_reasons(at=world.at + 31 * DAY) == 1
    assert appeals.open_reasons(at=world.at + 31 * DAY) == 0
    assert opened() == [("final", "COMPLAINT")]


def test_reason_stays_closed_while_an_appeal_is_open(world, filed):
    assert appeals.open_reasons(at=world.at + 31 * DAY) == 0
    assert opened() == []


def test_late_appeal_is_recorded_once(world, filed):
    assert appeals.remind_of_appeals(at=filed.due_at) == 0
    assert appeals.remind_of_appeals(at=filed.due_at + DAY) == 1
    assert appeals.remind_of_appeals(at=filed.due_at + DAY) == 0


def test_holder_adds_files_to_an_open_appeal(world, filed):
    kept = add_appeal_evidence(filed, world.jpeg, person=world.hua, at=world.at)
    assert add_appeal_evidence(filed, world.jpeg, person=world.hua, at=world.at) == kept
    content, mime = show_evidence(kept, page=0, staff=world.staff("zheng"), at=world.at)
    assert (mime, content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert kept.views.get().staff == world.staff("zheng")


def test_stranger_adds_nothing_and_nobody_after_the_decision(world, filed):
    with pytest.raises(errors.NotTheHolder):
        add_appeal_evidence(filed, world.jpeg, person=world.zhao, at=world.at)
    appeals.reject(filed, "三段录音属实", staff=world.staff("zheng"), at=world.at)
    with pytest.raises(errors.AppealDecided):
        add_appeal_evidence(filed, world.jpeg, person=world.hua, at=world.at)
    assert not Evidence.objects.exists()


def test_evidence_is_of_a_report_or_of_an_appeal_and_stays_with_it(world, filed):
    kept = add_appeal_evidence(filed, world.jpeg, person=world.hua, at=world.at)
    for change in ({"appeal": None}, {"position": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Evidence.objects.filter(pk=kept.pk).update(**change)


def test_files_of_an_appeal_end_half_a_year_after_the_decision(world, filed):
    kept = add_appeal_evidence(filed, world.jpeg, person=world.hua, at=world.at)
    appeals.reject(filed, "三段录音属实", staff=world.staff("zheng"), at=world.at)
    assert erase_due(by=system("test"), at=world.at + 179 * DAY) == 0
    assert erase_due(by=system("test"), at=world.at + 181 * DAY) == 1
    assert erase_due(by=system("test"), at=world.at + 182 * DAY) == 0
    kept.refresh_from_db()
    with pytest.raises(errors.EvidenceGone):
        show_evidence(kept, page=0, staff=world.staff("zheng"), at=world.at)
    assert not path_of(kept.pk).exists()
