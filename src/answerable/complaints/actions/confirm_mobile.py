"""Confirm the mobile that was left with a report, by a code sent to it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.callers import calls_from
from answerable.complaints.contact import open_mobile
from answerable.complaints.models import Report
from answerable.parties.actions import send_sms_code, use_code
from answerable.trail.actions import record
from answerable.trail.actors import PUBLIC


def send_code(made: Report, *, at: dt.datetime, address: str | None) -> None:
    """Send a code to the mobile that was left. Raise MobileMissing, MobileConfirmed, CodeTooSoon or CodeCap."""
    send_sms_code(_unconfirmed(made), at=at, address=address, about=f"report:{made.pk}")


def confirm_mobile(made: Report, code: str, *, at: dt.datetime) -> Report:
    """Use the code, and look the mobile up in the number's call record. Raise CodeWrong or CodeExpired.

    The code commits apart from the rest: a wrong try stays counted.
    """
    mobile = _unconfirmed(made)
    use_code(mobile, code, at=at, about=f"report:{made.pk}")
    calls = calls_from(mobile, made.number, at=at)
    with transaction.atomic():
        Report.objects.filter(pk=made.pk, mobile_confirmed_at=None).update(
            mobile_confirmed_at=at, calls_matched=calls.count, first_call_at=calls.first_at, last_call_at=calls.last_at
        )
        record("report.mobile_confirmed", by=PUBLIC, at=at, subject=("report", made.pk), after={"calls": calls.count})
    made.refresh_from_db()
    return made


def _unconfirmed(made: Report) -> str:
    mobile = open_mobile(made)
    if not mobile:
        raise errors.MobileMissing
    if made.mobile_confirmed_at:
        raise errors.MobileConfirmed
    return mobile
