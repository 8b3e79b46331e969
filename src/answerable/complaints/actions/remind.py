"""Walk the clocks: remind staff before an answer is due, and raise what nobody decided in time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints.clocks import REMIND_BEFORE
from answerable.complaints.duty import on_duty, staff_with, tell_staff
from answerable.complaints.models import DutyNotice, Report
from answerable.trail.actions import record
from answerable.trail.actors import Actor


def remind(*, by: Actor, at: dt.datetime) -> int:
    """Escalate overdue urgent reports to whoever leads, and remind of answers due within three days; count both."""
    return _raise_overdue(by, at) + _remind_of_answers(by, at)


def _raise_overdue(by: Actor, at: dt.datetime) -> int:
    late = Report.objects.filter(urgent_due_at__lte=at, urgent_escalated_at=None, decision="").exclude(state="answered")
    raised = 0
    for pk in late.values_list("pk", flat=True):
        with transaction.atomic():
            # Compare and set: of two workers one raises it.
            raised += (is_mine := late.filter(pk=pk).update(urgent_escalated_at=at))
            if not is_mine:
                continue
            one = Report.objects.get(pk=pk)
            told = list(dict.fromkeys([*staff_with("lead_complaints"), *(shift.staff for shift in on_duty(at))]))
            for member in told:
                tell_staff(member, one, "overdue", at=at)
            record(
                "report.urgent_overdue", by=by, at=at, subject=("report", pk), after={"told": [m.username for m in told]},
            )  # fmt: skip
    return raised


def _remind_of_answers(by: Actor, at: dt.datetime) -> int:
    due = Report.objects.filter(answer_due_at__lte=at + REMIND_BEFORE).exclude(state="answered")
    reminded = 0
    for one in due.exclude(pk__in=DutyNotice.objects.filter(code="reminder").values("report")):
        with transaction.atomic():
            told = [member for member in staff_with("answer_complaints") if tell_staff(member, one, "reminder", at=at)]
            if told:
                record(
                    "report.reminded",
                    by=by,
                    at=at,
                    subject=("report", one.pk),
                    after={"told": [m.username for m in told]},
                )
                reminded += 1
    return reminded
