"""Edit the duty roster."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.contact import read_mobile
from answerable.complaints.duty import staff_with
from answerable.complaints.models import DutyShift
from answerable.lib import vault
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.trail.actions import record

LONGEST_HOURS = 72


def add_shift(
    username: str, *, since: dt.datetime | None, until: dt.datetime | None, phone: str, staff: Staff, at: dt.datetime
) -> DutyShift:
    """Put a risk officer on duty; shifts may overlap. Raise OfficerUnknown, ShiftInvalid or PhoneInvalid."""
    require(staff, "lead_complaints")
    officer = staff_with("answer_complaints").filter(username=username).first()
    if officer is None:
        raise errors.OfficerUnknown
    if since is None or until is None or not since < until <= since + dt.timedelta(hours=LONGEST_HOURS) or until <= at:
        raise errors.ShiftInvalid(most=LONGEST_HOURS)
    try:
        mobile = read_mobile(phone)
    except errors.ContactInvalid:
        mobile = ""
    if not mobile:
        raise errors.PhoneInvalid from None
    with transaction.atomic():
        shift = DutyShift.objects.create(
            staff=officer, since=since, until=until, phone=vault.seal_bytes(mobile.encode(), f"duty:{officer.username}"), added_by=staff,
            added_at=at,
        )  # fmt: skip
        record(
            "duty.added", by=actor_of(staff), at=at, subject=("shift", shift.pk),
            after={"staff": username, "since": since.isoformat(), "until": until.isoformat()},
        )  # fmt: skip
    return shift


def remove_shift(shift: DutyShift, *, staff: Staff, at: dt.datetime) -> None:
    """Take a shift off the roster; the row stays. Taken off twice is taken off once."""
    require(staff, "lead_complaints")
    with transaction.atomic():
        if DutyShift.objects.filter(pk=shift.pk, removed_at=None).update(removed_at=at):
            record(
                "duty.removed",
                by=actor_of(staff),
                at=at,
                subject=("shift", shift.pk),
                before={"staff": shift.staff.username},
            )
