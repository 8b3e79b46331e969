"""How many days pass from an order to a number in service."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from answerable.figures.scope import Scope

_DAYS = """
SELECT to_char(o.completed_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, n.carrier_id, count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.completed_at - o.created_at) / 86400),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM o.completed_at - o.created_at) / 86400)
FROM orders_order o JOIN numbers_number n ON n.number = o.number_id
WHERE o.kind = 'new' AND o.state = 'completed' AND o.completed_at >= %s AND (%s = '' OR n.carrier_id = %s)
GROUP BY GROUPING SETS ((month, n.carrier_id), (month)) ORDER BY month, n.carrier_id NULLS FIRST
"""


@dataclass(frozen=True)
class DaysToOpen:
    """Of the numbers opened in a month: how many, and the median and ninth decile of their days; no carrier: of all."""

    month: str
    carrier: str
    count: int
    median: float
    p90: float


def days_to_open(scope: Scope) -> list[DaysToOpen]:
    """Answer by month and carrier, and by month alone, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [scope.since, scope.carrier, scope.carrier])
        return [
            DaysToOpen(month, carrier or "", count, float(median), float(p90))
            for month, carrier, count, median, p90 in cursor.fetchall()
        ]
