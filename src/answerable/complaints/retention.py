"""How long what a reporter gave is kept, as data; after that its keys are destroyed."""

from __future__ import annotations

import datetime as dt

KEPT_AFTER_ANSWER = dt.timedelta(days=180)
"""Charges may be disputed for five months (电信用户申诉处理办法); a month more for the post."""
KEPT_AFTER_ESCALATION = dt.timedelta(days=365)
"""The regulator's own clocks, and a court's after it."""


def kept_until(answered_at: dt.datetime | None, escalated_at: dt.datetime | None) -> dt.datetime | None:
    """Say until when; None while the report is open."""
    ends = [
        at + period
        for at, period in ((answered_at, KEPT_AFTER_ANSWER), (escalated_at, KEPT_AFTER_ESCALATION))
        if at is not None
    ]
    return max(ends) if answered_at is not None else None
