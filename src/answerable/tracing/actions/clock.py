"""Walk the clock of twenty-four hours: remind by SMS those on duty, and record what ran out."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from answerable.complaints.duty import on_duty, phone_of
from answerable.lib.workdays import CHINA
from answerable.parties.notices import tell
from answerable.tracing.models import TraceCase
from answerable.tracing.scope import REMIND_BEFORE
from answerable.trail.actions import record
from answerable.trail.actors import Actor


def follow(*, by: Actor, at: dt.datetime) -> int:
    """Remind once before a deadline, and record once that it has passed; count both."""
    open_ones = TraceCase.objects.filter(state__in=["waiting", "open"])
    soon = open_ones.filter(due_at__gt=at, due_at__lte=at + REMIND_BEFORE, reminded_at=None)
    return _each(soon, "reminded", by, at) + _each(open_ones.filter(due_at__lte=at, overdue_at=None), "overdue", by, at)


def _each(found: QuerySet[TraceCase], what: str, by: Actor, at: dt.datetime) -> int:
    done = 0
    for case in found:
        with transaction.atomic():
            field = f"{what}_at"
            # Compare and set: of two workers one tells.
            done += (is_mine := TraceCase.objects.filter(pk=case.pk, **{field: None}).update(**{field: at}))
            if is_mine:
                _tell(case, what, by, at)
    return done


def _tell(case: TraceCase, what: str, by: Actor, at: dt.datetime) -> None:
    shifts = [] if case.ground == "authority" else list(on_duty(at))  # an authority's case is no risk officer's affair
    code = "TRACE_OVERDUE" if what == "overdue" else "TRACE_DUE"
    until = f"{case.due_at.astimezone(CHINA):%m-%d %H:%M}"
    for shift in shifts:
        tell(phone_of(shift), code, reference=case.pk, until=until)
    record(
        f"trace.{what}", by=by, at=at, subject=("trace", case.pk),
        after={"told": [shift.staff.username for shift in shifts]},
    )  # fmt: skip
