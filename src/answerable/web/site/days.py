"""The day that a visitor of the public look-up asks about."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from django.utils.translation import gettext_noop

WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY = dt.date(2000, 1, 1)
NO_DAY = gettext_noop("日期须是今天或以前的一天，例如 2026-03-10。")


def read_day(text: str) -> dt.date | None:
    """Read a day from 2000 up to today, China time; None for anything else."""
    try:
        day = dt.date.fromisoformat(text) if WRITTEN.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and FIRST_DAY <= day <= timezone.localdate() else None
