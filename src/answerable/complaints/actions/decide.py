"""Decide what happens to a number because of a report: stop it, do not, or give the report to another officer."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.duty import staff_with, tell_staff
from answerable.complaints.models import Report
from answerable.numbers.models import Number
from answerable.orders.actions import stop as stop_number
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.trail.actions import record


def settle(made: Report, decision: str, *, staff: Staff, at: dt.datetime, why: str = "") -> bool:
    """Write the first decision about a report down, in the caller's transaction; a later one leaves it. Say if it was first."""
    Report.objects.filter(pk=made.pk, state="received").update(state="in_hand")
    undecided = Report.objects.filter(pk=made.pk, decision="").exclude(state="answered")
    is_first = undecided.update(decision=decision, decided_by=staff, decided_at=at, why=why[:300])
    made.refresh_from_db()
    return bool(is_first)


def stop(made: Report, reason: str, *, staff: Staff, at: dt.datetime) -> None:
    """Stop the number at once because of a report; its holder is told the reason, never of the report."""
    require(staff, "answer_complaints")
    with transaction.atomic():
        stop_number(Number.objects.get(pk=made.number), reason, staff=staff, at=at)
        settle(made, "stopped", staff=staff, at=at)
        record("report.stopped", by=actor_of(staff), at=at, subject=("report", made.pk), after={"reason": reason})


def dismiss(made: Report, why: str, *, staff: Staff, at: dt.datetime) -> None:
    """Decide not to stop, saying why for staff alone; the reporter is still answered. Raise WhyMissing or NotUrgent."""
    require(staff, "answer_complaints")
    if not why.strip():
        raise errors.WhyMissing
    with transaction.atomic():
        if not settle(made, "dismissed", staff=staff, at=at, why=why.strip()):
            raise errors.NotUrgent
        record("report.dismissed", by=actor_of(staff), at=at, subject=("report", made.pk))


def assign(made: Report, username: str, *, staff: Staff, at: dt.datetime) -> None:
    """Give an urgent report to another risk officer, who is told; whoever leads, or has it, may. Raise OfficerUnknown, NotUrgent."""
    require(staff, "see_complaints")
    to = staff_with("answer_complaints").filter(username=username).first()
    if to is None:
        raise errors.OfficerUnknown
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if not locked.is_urgent:
            raise errors.NotUrgent
        if locked.officer_id not in {None, staff.pk}:
            require(staff, "lead_complaints")
        before = locked.officer.username if locked.officer else ""
        locked.officer = to
        locked.save(update_fields=["officer"])
        tell_staff(to, locked, "assigned", at=at)
        record(
            "report.assigned", by=actor_of(staff), at=at, subject=("report", made.pk), before={"officer": before},
            after={"officer": username},
        )  # fmt: skip
