"""Put an urgent report before the risk officer on duty, and tell members of staff about a report."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from answerable.complaints.models import DutyNotice, DutyShift, Report
from answerable.lib import vault
from answerable.lib.workdays import CHINA
from answerable.parties.models import Staff
from answerable.parties.notices import tell
from answerable.parties.roles import PERMISSIONS
from answerable.trail.actions import record
from answerable.trail.actors import system

TEXTS = {
    "urgent": "REPORT_URGENT",
    "nobody": "REPORT_URGENT",
    "assigned": "REPORT_URGENT",
    "overdue": "REPORT_URGENT_OVERDUE",
}


def on_duty(at: dt.datetime) -> QuerySet[DutyShift]:
    """List the shifts that run at a moment, the earliest begun first."""
    running = DutyShift.objects.filter(since__lte=at, until__gt=at, removed_at=None, staff__is_active=True)
    return running.select_related("staff").order_by("since", "pk")


def staff_with(permission: str) -> QuerySet[Staff]:
    """List the active members of staff who hold a permission."""
    roles = [role for role, held in PERMISSIONS.items() if permission in held]
    return Staff.objects.filter(is_active=True, roles__overlap=roles).order_by("pk")


def put_before_officer(made: Report, *, at: dt.datetime) -> None:
    """Give an urgent report to whoever is on duty; nobody on duty alarms every risk officer. In the caller's transaction."""
    officers = [shift.staff for shift in on_duty(at)]
    code = "urgent" if officers else "nobody"
    made.officer = officers[0] if officers else None
    made.save(update_fields=["officer"])
    told = list(dict.fromkeys(officers or staff_with("answer_complaints")))
    for one in told:
        tell_staff(one, made, code, at=at)
    record(
        "report.put_before", by=system("duty"), at=at, subject=("report", made.pk),
        after={"officers": [one.username for one in told], "on_duty": bool(officers)},
    )  # fmt: skip


def phone_of(shift: DutyShift) -> str:
    """Open the mobile that a shift named."""
    return vault.open_bytes(bytes(shift.phone), f"duty:{shift.staff.username}").decode()


def tell_staff(staff: Staff, made: Report, code: str, *, at: dt.datetime) -> bool:
    """Tell a member of staff once of one thing: at the desk, and by SMS where a duty of theirs named a phone."""
    running = DutyShift.objects.filter(staff=staff, removed_at=None, since__lte=at).select_related("staff")
    shift = running.order_by("-until").first()
    phone = phone_of(shift) if shift else ""
    text = TEXTS.get(code)
    _, is_new = DutyNotice.objects.get_or_create(
        report=made, staff=staff, code=code, defaults={"at": at, "by_sms": bool(phone and text)}
    )
    if is_new and phone and text:
        until = made.urgent_due_at or made.answer_due_at
        tell(phone, text, reference=made.pk, until=f"{until.astimezone(CHINA):%m-%d %H:%M}")
    return is_new
