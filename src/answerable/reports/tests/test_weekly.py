"""The regulator's weekly report: what is counted, that it is frozen, corrected by a new version, sent by a named person."""

import csv
import datetime as dt
import hashlib
import io

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from answerable.calls.models import Call
from answerable.complaints.models import Report
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Measure, Number
from answerable.parties.errors import NotPermitted
from answerable.parties.models import AgentSpell
from answerable.parties.tests.test_agents import sign_up
from answerable.reports import errors, queries, tasks
from answerable.reports.actions import correct, make_due, mark_sent, remind
from answerable.reports.counting import count
from answerable.reports.fields import FIELDS
from answerable.reports.models import WeeklyReport
from answerable.reports.weeks import Week
from answerable.routing.models import Trunk
from answerable.stock.models import StockCheck
from answerable.trail.actions import record
from answerable.trail.actors import system
from answerable.trail.models import Fact

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.fixture
def week(world):
    """The week before the world's Tuesday."""
    return Week.before(world.at)


@pytest.fixture
def made(world):
    return make_due(at=world.at)


@pytest.fixture
def zheng(world):
    return world.staff("zheng")


def filled(made, staff, at, **entered):
    return correct(made, {"leads_passed_on": "0"} | entered, why="填写线索", staff=staff, at=at)


# The week


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        (dt.datetime(2026, 3, 1, 23, 59, 59, tzinfo=CHINA), dt.date(2026, 2, 16)),
        (dt.datetime(2026, 3, 2, 0, 0, 0, tzinfo=CHINA), dt.date(2026, 2, 23)),
        (dt.datetime(2026, 3, 1, 16, 0, 0, tzinfo=dt.UTC), dt.date(2026, 2, 23)),
        (dt.datetime(2026, 1, 1, 12, 0, 0, tzinfo=CHINA), dt.date(2025, 12, 22)),
    ],
)
def test_week_runs_from_monday_to_sunday_in_china(at, monday):
    assert Week.before(at).monday == monday


def test_days_off_move_the_day_to_send():
    assert Week(dt.date(2026, 2, 23)).send_by == dt.datetime(2026, 3, 3, 23, 59, 59, tzinfo=CHINA)
    national_day = Week(dt.date(2026, 9, 28))  # over on Sunday 4 October, within the holiday
    assert national_day.send_by.date() > dt.date(2026, 10, 7)


# The figures


def test_form_has_exactly_the_regulators_fields():
    assert list(FIELDS) == [
        "users", "real_name_rate", "old_user_check_rate", "enterprises_stopped", "numbers_stopped", "agents", "agents_cleaned", "trunks",
        "trunks_unauthenticated", "trunks_closed", "trunk_authentication_rate", "spoofed_callers_blocked", "reports_received",
        "reports_handled", "warnings_sent", "leads_passed_on",
    ]  # fmt: skip


def test_every_field_is_counted_and_only_the_leads_are_left_to_a_person(world, week):
    figures = count(week, at=world.at)
    assert list(figures) == list(FIELDS)
    unknown = [code for code, one in figures.items() if one["value"] is None and one["whole"] is None]
    assert unknown == [code for code, field in FIELDS.items() if field.is_entered]
    assert [code for code, one in figures.items() if one["whole"] is not None] == [
        c for c, f in FIELDS.items() if f.is_rate
    ]


def test_only_what_happened_within_the_week_counts(world, week):
    order = world.order("working")
    number, holder, sun = order.number, order.enterprise, world.staff("sun")
    for n, at in enumerate((week.since - SECOND, week.since, week.until - SECOND, week.until)):
        Call.objects.create(
            host="h",
            call=str(n),
            number=number.pk,
            started_at=at,
            end_status="refused",
            refusal="CALLER_IS_400",
            received_at=at,
        )
        Report.objects.create(
            reference=f"R{n}", number=number.pk, report_class="other", received_at=at, answer_due_at=at + 15 * DAY
        )
        for level in ("warn", "suspend"):
            Measure.objects.create(
                number=number, holder=holder, level=level, reason="COMPLAINT", staff=sun, taken_at=at, appeal_until=at + DAY,
                ended_at=at, ended_how="lifted",
            )  # fmt: skip
    Call.objects.create(
        host="h",
        call="other",
        number=number.pk,
        started_at=week.since,
        end_status="refused",
        refusal="STOPPED",
        received_at=week.since,
    )
    figures = count(week, at=world.at)
    said = {
        code: figures[code]["value"]
        for code in (
            "spoofed_callers_blocked",
            "reports_received",
            "warnings_sent",
            "numbers_stopped",
            "enterprises_stopped",
        )
    }
    assert said == {
        "spoofed_callers_blocked": 2,
        "reports_received": 2,
        "warnings_sent": 2,
        "numbers_stopped": 1,
        "enterprises_stopped": 1,
    }


def test_report_is_handled_once_at_its_first_decision_or_answer(world, week):
    sun, before, within = world.staff("sun"), week.since - DAY, week.since + DAY
    for n, (decided, answered) in enumerate(((within, within + DAY), (before, within), (None, within), (None, None))):
        Report.objects.create(
            reference=f"R{n}", number=world.plain, report_class="other", received_at=before, answer_due_at=within, answered_at=answered,
            state="answered" if answered else "received", decision="proof_asked" if decided else "", decided_at=decided,
            decided_by=sun if decided else None,
        )  # fmt: skip
    assert count(week, at=world.at)["reports_handled"]["value"] == 2


def test_real_name_rate_is_of_numbers_in_service_and_unverified_ones(world, week):
    world.order("working")
    Number.objects.filter(pk=world.second).update(business_state="unverified")
    lapsed = world.order("working", world.third, line="02161234568").number_id
    Number.objects.filter(pk=lapsed).update(verified_until=world.at)
    figure = count(week, at=world.at)["real_name_rate"]
    assert (figure["part"], figure["whole"]) == (1, 3)


def test_users_and_old_users_are_those_at_the_edges_of_the_week(world):
    old = world.order("working").number_id
    week = Week.before(world.at + 14 * DAY)
    world.at = week.until - SECOND
    world.order("working", world.second, line="02161234568")
    now = week.until + SECOND

    def checked():
        figure = count(week, at=now)["old_user_check_rate"]
        return figure["part"], figure["whole"]

    assert count(week, at=now)["users"]["value"] == 1  # one organisation, two numbers
    assert checked() == (0, 1)
    check = StockCheck.objects.create(
        started_by=world.staff("zheng"),
        started_at=week.since,
        moved_at=week.since,
        total=2,
        checked=1,
        upto="4000000000",
    )
    assert checked() == (0, 1)  # it has not come so far
    StockCheck.objects.filter(pk=check.pk).update(upto=old)
    assert checked() == (1, 1)
    StockCheck.objects.filter(pk=check.pk).update(state="finished", branch="elsewhere")
    assert checked() == (0, 1)  # it looked at another branch
    StockCheck.objects.filter(pk=check.pk).update(branch="", moved_at=now - 366 * DAY)
    assert checked() == (0, 1)  # too long ago


def test_agents_and_trunks_are_counted(world):
    agent, week = sign_up(world), Week.before(world.at + 14 * DAY)
    Trunk.objects.create(name="a", address="192.0.2.1", is_enabled=True)
    Trunk.objects.create(name="b", address="192.0.2.2", is_enabled=False)
    figures = count(week, at=world.at)
    assert [figures[code]["value"] for code in ("agents", "trunks", "trunks_unauthenticated", "trunks_closed")] == [
        1,
        2,
        0,
        1,
    ]
    assert (figures["trunk_authentication_rate"]["part"], figures["trunk_authentication_rate"]["whole"]) == (1, 1)
    by = world.staff("zheng")
    AgentSpell.objects.create(agent=agent, state="ended", since=week.until, by=by)
    assert count(week, at=world.at)["agents"]["value"] == 1
    AgentSpell.objects.create(agent=agent, state="ended", since=week.until - SECOND, by=by)
    assert count(week, at=world.at)["agents"]["value"] == 0


# What is kept


def test_report_is_made_once_and_frozen_with_its_files(world, made):
    assert make_due(at=world.at) is None
    assert made.version == 1
    for name in ("csv", "pdf"):
        assert hashlib.sha256(bytes(getattr(made, name))).hexdigest() == getattr(made, f"{name}_sha256")
    assert bytes(made.pdf).startswith(b"%PDF-")
    rows = list(csv.DictReader(io.StringIO(bytes(made.csv).decode("utf-8-sig"))))
    assert [row["field"] for row in rows] == list(FIELDS)
    assert {row["week"] for row in rows} == {str(made.week)}
    fact = Fact.objects.get(what="weekly_report.made")
    assert (fact.after["pdf_sha256"], fact.who_kind) == (made.pdf_sha256, "system")


@pytest.mark.parametrize(
    "change",
    [{"figures": {}}, {"csv": b"x"}, {"why": "x"}, {"version": 2}, {"send_by": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)}],
)
def test_database_refuses_to_change_or_lose_a_report(made, change):
    for deed in (lambda: WeeklyReport.objects.update(**change), WeeklyReport.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_correction_is_a_new_version_that_says_who_and_why(world, made, zheng):
    later = world.at + DAY
    new = correct(
        made,
        {"leads_passed_on": "3", "real_name_rate_part": "1", "real_name_rate_whole": "2", "users": ""},
        why="补填",
        staff=zheng,
        at=later,
    )
    assert (new.version, new.corrected, new.made_by, new.counted_at) == (
        2,
        ["real_name_rate", "leads_passed_on"],
        zheng,
        made.made_at,
    )
    assert (new.figures["leads_passed_on"]["value"], new.figures["users"]) == (3, made.figures["users"])
    assert "50.00" in bytes(new.csv).decode()
    made.refresh_from_db()
    assert made.figures["leads_passed_on"]["value"] is None
    with pytest.raises(errors.ReportReplaced):
        filled(made, zheng, later)


WRONG = (
    ({"users": "1"}, " ", errors.CorrectionReasonMissing), ({"users": "1"}, "x" * 301, errors.CorrectionReasonMissing),
    ({"users": "-1"}, "x", errors.CorrectionInvalid), ({"users": "1.5"}, "x", errors.CorrectionInvalid),
    ({"users": "１"}, "x", errors.CorrectionInvalid), ({"users": "9" * 11}, "x", errors.CorrectionInvalid),
    ({"real_name_rate_part": "9", "real_name_rate_whole": "8"}, "x", errors.CorrectionInvalid),
    ({}, "x", errors.NothingCorrected), ({"unknown": "5"}, "x", errors.NothingCorrected),
)  # fmt: skip


def test_wrong_correction_makes_nothing(world, made, zheng):
    for entered, why, error in WRONG:
        with pytest.raises(error):
            correct(made, entered, why=why, staff=zheng, at=world.at)
    assert WeeklyReport.objects.count() == 1


def test_report_with_an_empty_field_is_not_sent(world, made, zheng):
    with pytest.raises(errors.ReportIncomplete, match="Leads passed on"):
        mark_sent(made, "R-1", staff=zheng, at=world.at)


def test_newest_version_is_sent_once_by_a_named_person_with_a_receipt(world, made, zheng):
    new = filled(made, zheng, world.at)
    for receipt in ("", "  ", "x" * 101):
        with pytest.raises(errors.ReceiptMissing):
            mark_sent(new, receipt, staff=zheng, at=world.at)
    mark_sent(new, "回执 1", staff=zheng, at=world.at)
    assert not queries.unsent().exists()
    with pytest.raises(errors.ReportSentAlready):
        mark_sent(new, "回执 2", staff=zheng, at=world.at)
    newer = filled(new, zheng, world.at, leads_passed_on="7")
    assert list(queries.unsent()) == [newer]
    with pytest.raises(errors.ReportReplaced):
        mark_sent(new, "回执 3", staff=zheng, at=world.at)
    new.refresh_from_db()
    assert (new.receipt, new.sent_by) == ("回执 1", zheng)


def test_who_may_not_send_may_not_correct_either(world, made):
    for username in ("gong", "sun", "lin"):
        with pytest.raises(NotPermitted):
            mark_sent(made, "x", staff=world.staff(username), at=world.at)
        with pytest.raises(NotPermitted):
            filled(made, world.staff(username), world.at)


def test_late_report_is_reminded_of_once(world, made, zheng):
    assert remind(at=made.send_by) == 0
    assert (remind(at=made.send_by + SECOND), remind(at=made.send_by + DAY)) == (1, 0)
    new = filled(made, zheng, made.send_by + DAY)
    mark_sent(new, "x", staff=zheng, at=made.send_by + DAY)
    assert remind(at=made.send_by + 2 * DAY) == 0
    assert Fact.objects.filter(what="weekly_report.overdue").count() == 1


def test_new_installation_owes_no_report_of_the_time_before(world, week):
    assert not queries.was_running(week)
    record("numbers.imported", by=system("test"), at=week.until, subject=("file", "x"))
    assert not queries.was_running(week)
    record("numbers.imported", by=system("test"), at=week.until - SECOND, subject=("file", "x"))
    assert queries.was_running(week)


def test_job_makes_the_report_by_itself(world):
    tasks.weekly(timestamp=0)  # nothing was ever done here
    assert not WeeklyReport.objects.exists()
    record("numbers.imported", by=system("test"), at=world.at - 30 * DAY, subject=("file", "x"))
    for _ in range(2):
        tasks.weekly(timestamp=0)
    assert WeeklyReport.objects.get().week == Week.before(timezone.now()).monday
