"""What a holder chooses about its calls, and what of it makes no sense."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from answerable.gate.callers import ANONYMOUS
from answerable.gate.spelling import national
from answerable.lib.lines import fold
from answerable.routing import errors

Hours = list[list[int]]
CLOSED_DATES_MAX, ENTRIES_MAX, CALLS_MAX = 100, 200, 2000
_ENTRY = re.compile(r"\+?[0-9]{2,15}")


@dataclass(frozen=True)
class Choices:
    """How the calls of a number are led; the defaults ring at all hours and go on to the next line whatever happens."""

    hours: Hours | None = None
    """[weekday 0=Monday, start minute, end minute], null is always open."""
    closed_dates: tuple[str, ...] = ()
    ring: str = "serial"
    overflow_busy: bool = True
    overflow_no_answer: bool = True
    overflow_unreachable: bool = True
    refused_callers: tuple[str, ...] = ()
    """Numbers, their beginnings or area codes; `anonymous` is a caller without a number."""
    accepted_callers: tuple[str, ...] | None = None
    """Only these; null is everybody. The refused are asked first."""
    billing_number: str = ""
    """The bound line that is shown to the lines instead of the caller (计费号); empty is the caller's own number."""
    most_calls: int = 0
    """Calls at once; 0 is not limited."""

    def fields(self) -> dict[str, Any]:
        """Return them as a row and a fact hold them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def checked(asked: Choices) -> Choices:
    """Return choices in their one order, or raise what is wrong with them."""
    dates = tuple(sorted({_date(text) for text in asked.closed_dates if text.strip()}))
    if len(dates) > CLOSED_DATES_MAX:
        raise errors.DateInvalid(date=f"> {CLOSED_DATES_MAX}")
    if asked.ring not in {"serial", "parallel"}:
        raise errors.RingInvalid
    if not 0 <= asked.most_calls <= CALLS_MAX:
        raise errors.CallsInvalid(most=CALLS_MAX)
    accepted = asked.accepted_callers
    return replace(
        asked, hours=None if asked.hours is None else _hours(asked.hours), closed_dates=dates,
        refused_callers=_entries(asked.refused_callers), accepted_callers=None if accepted is None else _entries(accepted),
    )  # fmt: skip


def _hours(hours: Hours) -> Hours:
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


def _entries(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Fold entries to the spelling that the gate folds a caller to."""
    found = sorted({_entry(text) for text in texts if text.strip()})
    if len(found) > ENTRIES_MAX:
        raise errors.EntryInvalid(entry=f"> {ENTRIES_MAX}")
    return tuple(found)


def _entry(text: str) -> str:
    entry = national(fold(text))
    if entry in {ANONYMOUS, "匿名"}:
        return ANONYMOUS
    if not entry.isascii() or not _ENTRY.fullmatch(entry):
        raise errors.EntryInvalid(entry=text.strip()[:20])
    return entry
