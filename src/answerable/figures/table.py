"""All figures as one long table, for a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from answerable.figures.opening import days_to_open
from answerable.figures.reviewing import agreement, first_pass, returns
from answerable.figures.scope import Scope
from answerable.figures.waiting import waiting
from answerable.verification.reasons import REASONS

COLUMNS = ("figure", "month", "carrier", "about", "measure", "value")


def table(scope: Scope, *, at: dt.datetime) -> Iterator[tuple[object, ...]]:
    """Write every figure as figure, month, carrier, about, measure, value."""
    yield COLUMNS
    queue = waiting(scope, at=at)
    for (_, label), count in queue.buckets:
        yield ("queue_age", "", scope.carrier, label, "count", count)
    yield ("queue_age", "", scope.carrier, "", "oldest_days", f"{queue.oldest_days:.1f}")
    for one in first_pass(scope):
        yield ("first_pass", one.month, scope.carrier, "", "decided", one.decided)
        yield ("first_pass", one.month, scope.carrier, "", "passed", one.passed)
    for reason in returns(scope).reasons:
        yield ("reason", "", scope.carrier, f"{reason.code} {REASONS[reason.code].title_zh}", "count", reason.count)
    for row in agreement(scope):
        for measure in ("flagged", "agreed", "false_alarms", "misses"):
            yield ("agreement", "", scope.carrier, row.check, measure, getattr(row, measure))
    for days in days_to_open(scope):
        yield ("days_to_open", days.month, days.carrier, "", "count", days.count)
        yield ("days_to_open", days.month, days.carrier, "", "median", f"{days.median:.1f}")
        yield ("days_to_open", days.month, days.carrier, "", "p90", f"{days.p90:.1f}")
