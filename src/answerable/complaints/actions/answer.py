"""Answer a report."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.contact import open_mobile
from answerable.complaints.models import Report
from answerable.lib.workdays import CHINA
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.notices import tell
from answerable.parties.queries import require
from answerable.trail.actions import record


def answer(made: Report, text: str, *, staff: Staff, at: dt.datetime) -> Report:
    """Answer a report once; the reporter reads it under the reference, and is told by SMS where a mobile was left.

    Raise AlreadyAnswered to whoever comes second: a reporter may have read the first answer.
    """
    require(staff, "answer_complaints")
    if not text.strip():
        raise errors.AnswerMissing
    with transaction.atomic():
        answered = Report.objects.filter(pk=made.pk).exclude(state="answered")
        if not answered.update(state="answered", answered_at=at, answer=text.strip()[:1000]):
            first = Report.objects.values_list("answered_at", flat=True).get(pk=made.pk)
            raise errors.AlreadyAnswered(when=f"{first.astimezone(CHINA):%Y-%m-%d %H:%M}" if first else "")
        record("report.answered", by=actor_of(staff), at=at, subject=("report", made.pk))
        if mobile := open_mobile(made):
            tell(mobile, "REPORT_ANSWERED", reference=made.pk)
    made.refresh_from_db()
    return made
