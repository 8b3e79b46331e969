"""Order numbers and terms."""

from __future__ import annotations

import calendar
import datetime as dt
import secrets

from answerable.lib.workdays import CHINA

LETTERS = "ABCDEFGHJKLMNPQRTUWXY346789"
"""No letter or digit that is mistaken for another one on a bank transfer."""


SIGN_WITHIN = dt.timedelta(days=7)
"""To hand in the sealed contract where no number has to be held for it: of a renewal, or of a number taken over."""


def new_order_no(at: dt.datetime) -> str:
    """Make an order number that a person can write on a transfer: A, the day, and six letters or digits."""
    return f"A{at.astimezone(CHINA):%y%m%d}" + "".join(secrets.choice(LETTERS) for _ in range(6))


def add_months(at: dt.datetime, months: int) -> dt.datetime:
    """Add calendar months; the 31st becomes a shorter month's last day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
