"""Working days of mainland China, with make-up workdays (State Council's yearly notice)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import chinese_calendar

CHINA = ZoneInfo("Asia/Shanghai")


def is_loaded(year: int) -> bool:
    """Say whether the State Council's notice for `year` is in the calendar; nobody knows a year before it is announced."""
    try:
        chinese_calendar.is_workday(dt.date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def is_workday(day: dt.date) -> bool:
    """Tell a working day; a year that is not announced yet counts Monday to Friday."""
    if is_loaded(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def add_workdays(start: dt.datetime, days: int) -> dt.datetime:
    """Return the end (23:59:59 China time) of the `days`-th working day after `start`'s day."""
    day = start.astimezone(CHINA).date()
    while days:
        day += dt.timedelta(days=1)
        days -= is_workday(day)
    return dt.datetime.combine(day, dt.time(23, 59, 59), CHINA)
