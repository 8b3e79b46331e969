"""Whether a reporter really called: the confirmed mobile against the number's call record; and how often it reports."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Count, Max, Min

from answerable.calls.models import Call
from answerable.complaints.clocks import CALLS_WITHIN
from answerable.complaints.models import Report

COUNTED_WITHIN = dt.timedelta(days=30)


@dataclass(frozen=True)
class Calls:
    """How often a mobile called a number within five months, and when first and last."""

    count: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None


def spellings(caller: str) -> list[str]:
    """Return how a trunk may write a caller, however it was told: as it is, with 0, 86, +86 or 0086."""
    bare = re.sub(r"^(\+86|0086|86(?=[0-9]{10,11}$))?0*", "", caller)
    return [prefix + bare for prefix in ("", "0", "86", "+86", "0086")] if bare else []


def calls_from(mobile: str, number: str, *, at: dt.datetime) -> Calls:
    """Count the calls that a mobile made to a number, answered or not."""
    found = Call.objects.filter(
        number=number, caller__in=spellings(mobile), started_at__gt=at - CALLS_WITHIN, started_at__lte=at
    ).aggregate(count=Count("pk"), first_at=Min("started_at"), last_at=Max("started_at"))
    return Calls(**found)


def numbers_reported(made: Report) -> int:
    """Count the different numbers that this mobile reported within 30 days: many may be malice, which a person judges."""
    if not made.mobile_hash:
        return 0
    same = Report.objects.filter(
        mobile_hash=made.mobile_hash, received_at__gt=made.received_at - COUNTED_WITHIN, received_at__lte=made.received_at + COUNTED_WITHIN
    )  # fmt: skip
    return same.values("number").distinct().count()
