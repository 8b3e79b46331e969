"""The clocks of a report: ours, and the regulator's, which we only track."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from answerable.lib.workdays import CHINA, add_workdays, is_loaded

ANSWER_WITHIN = dt.timedelta(days=15)
"""The operator answers within 15 days, calendar days (电信用户申诉处理办法)."""
REMIND_BEFORE = dt.timedelta(days=3)
URGENT_PAID_WITHIN = dt.timedelta(hours=72)
"""Money that left so short a time ago may still be held by the bank."""
URGENT_DECIDED_WITHIN = dt.timedelta(hours=2)
"""Hours of the clock, day and night: working days do not count here."""
REGULATOR_TAKES_WITHIN_WORKDAYS = 5
REGULATOR_ANSWERS_WITHIN = dt.timedelta(days=30)
CALLS_WITHIN = dt.timedelta(days=150)
"""Call records are kept, and charges disputed, for five months."""


@dataclass(frozen=True)
class RegulatorClocks:
    """Until when the regulator's desk says whether it takes a complaint, and answers it; not ours to keep."""

    take_due_at: dt.datetime
    answer_due_at: dt.datetime
    is_calendar_loaded: bool


def regulator_clocks(at: dt.datetime) -> RegulatorClocks:
    """Count the regulator's clocks from the moment a file for it was made.

    Where the State Council has not announced a year yet, its days count Monday to Friday and `is_calendar_loaded` is False.
    """
    take = add_workdays(at, REGULATOR_TAKES_WITHIN_WORKDAYS)
    return RegulatorClocks(
        take_due_at=take,
        answer_due_at=take + REGULATOR_ANSWERS_WITHIN,
        is_calendar_loaded=is_loaded(take.astimezone(CHINA).year),
    )
