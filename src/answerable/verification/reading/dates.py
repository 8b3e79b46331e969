"""Dates as Chinese papers print them: 2019年06月20日, 2019.06.20, 二〇一九年六月二十日, and ranges with 长期."""

from __future__ import annotations

import re
from datetime import date

_NUMERALS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0", "o": "0"}
_DAY = re.compile(r"([12][0-9]{3})\D{1,2}([01]?[0-9])\D{1,2}([0-3]?[0-9])日?")
_COMPACT = re.compile(r"(?<![0-9])([12][0-9]{3})([01][0-9])([0-3][0-9])(?![0-9])")
_MONTH = re.compile(r"([12][0-9]{3})\D{1,2}([01]?[0-9])(?![0-9])")
LONG_TERM = re.compile(r"长期|永久|不约定|无固定|永续")


def read_days(text: str) -> list[date]:
    """Return every date of a text, in order; what is no day of the calendar is left out."""
    plain = _in_digits(text)
    days = [_day(found) for found in _DAY.finditer(plain)] or [_day(found) for found in _COMPACT.finditer(plain)]
    return [day for day in days if day]


def read_day(text: str) -> date | None:
    """Return the first date of a text."""
    return next(iter(read_days(text)), None)


def read_month(text: str) -> date | None:
    """Return the first day of the month that a text names."""
    found = _MONTH.search(_in_digits(text))
    return date(int(found[1]), int(found[2]), 1) if found and 1 <= int(found[2]) <= 12 else None


def read_end(text: str) -> tuple[date | None, bool]:
    """Read the end of a term: (date, False), (None, True) for 长期, which has no end, (None, False) if unreadable."""
    if LONG_TERM.search(text):
        return None, True
    days = read_days(text)
    return (days[-1], False) if len(days) >= 2 else (None, False)


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _in_digits(text: str) -> str:
    """Turn Chinese numerals into digits: 二〇一九 digit by digit, 二十一 by its tens."""
    text = re.sub(r"[\s:：]", "", text)
    text = re.sub(r"([一二三])?十([一二三四五六七八九])?", _tens, text)
    return "".join(_NUMERALS.get(c, c) if c not in "Oo" else c for c in text)


def _tens(found: re.Match[str]) -> str:
    return f"{_NUMERALS.get(found[1] or '一', '1')}{_NUMERALS.get(found[2] or '〇', '0')}"
