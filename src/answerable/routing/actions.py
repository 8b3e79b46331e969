"""Change how a number's calls are led."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from django.db import transaction

from answerable.routing import errors
from answerable.routing.models import Plan
from answerable.trail.actions import record
from answerable.trail.actors import Actor

Hours = list[list[int]]
CLOSED_DATES_MAX = 100


def set_plan(
    number: str,
    *,
    hours: Hours | None,
    closed_dates: list[str],
    overflow_busy: bool,
    overflow_no_answer: bool,
    by: Actor,
    at: dt.datetime,
) -> Plan:
    """Set opening hours and overflow; hours are [weekday 0=Monday, start minute, end minute], null is always open."""
    if hours is not None:
        hours = _checked(hours)
    dates = sorted({_date(text) for text in closed_dates if text.strip()})
    if len(dates) > CLOSED_DATES_MAX:
        raise errors.DateInvalid(date=f"> {CLOSED_DATES_MAX}")
    with transaction.atomic():
        plan, _ = Plan.objects.update_or_create(
            number=number,
            defaults={
                "hours": hours,
                "closed_dates": dates,
                "overflow_busy": overflow_busy,
                "overflow_no_answer": overflow_no_answer,
            },
        )
        record(
            "plan.set",
            by=by,
            at=at,
            subject=("number", number),
            number=number,
            after={
                "hours": hours,
                "closed_dates": dates,
                "overflow_busy": overflow_busy,
                "overflow_no_answer": overflow_no_answer,
            },
        )
    return plan


def _checked(hours: Hours) -> Hours:
    ordered = sorted(hours)
    for span in ordered:
        if len(span) != 3 or not 0 <= span[0] <= 6 or not 0 <= span[1] < span[2] <= 1440:
            raise errors.HoursInvalid
    for before, after in pairwise(ordered):
        if before[0] == after[0] and after[1] < before[2]:
            raise errors.HoursInvalid
    return ordered


def _date(text: str) -> str:
    try:
        return dt.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise errors.DateInvalid(date=text.strip()[:20]) from None
