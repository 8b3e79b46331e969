"""The reporting week: Monday 00:00 to the next, China time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from answerable.lib.workdays import CHINA, add_workdays

SEND_WITHIN_WORKDAYS = 2


@dataclass(frozen=True)
class Week:
    """One week, by its Monday. `until` is not part of it any more."""

    monday: dt.date

    @classmethod
    def before(cls, at: dt.datetime) -> Week:
        """Return the last week that is over at a moment."""
        today = at.astimezone(CHINA).date()
        return cls(today - dt.timedelta(days=today.weekday() + 7))

    @property
    def sunday(self) -> dt.date:
        """Return its last day."""
        return self.monday + dt.timedelta(days=6)

    @property
    def since(self) -> dt.datetime:
        """Return its first moment."""
        return dt.datetime.combine(self.monday, dt.time(), CHINA)

    @property
    def until(self) -> dt.datetime:
        """Return the first moment after it."""
        return dt.datetime.combine(self.monday + dt.timedelta(days=7), dt.time(), CHINA)

    @property
    def send_by(self) -> dt.datetime:
        """Return by when its report is to be sent: the end of the second working day after it."""
        return add_workdays(self.until - dt.timedelta(seconds=1), SEND_WITHIN_WORKDAYS)
