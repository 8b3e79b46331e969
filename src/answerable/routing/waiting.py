"""The numbers that wait to be compiled: taken in the order of their rows, but those that were just ended before all.

Never a cursor over a sequence: a slow transaction that commits late with a lower id would be missed. Rows of DirtyNumber
are deleted as they are taken, so whatever commits is seen, however late.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from answerable.routing.compile import PUBLISHED_STATES

URGENT = 200
"""Ends taken at once, so that each goes out as soon as it may."""
# ARRAY(…) is asked once. With IN (…), a planner that takes the table for empty asks it anew for each row: minutes.
TAKING = {
    "urgent": "DELETE FROM trail_dirtynumber WHERE id = ANY(ARRAY(SELECT id FROM trail_dirtynumber WHERE is_urgent"
    " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)) RETURNING number",
    "the rest of them": "DELETE FROM trail_dirtynumber WHERE id = ANY(ARRAY(SELECT id FROM trail_dirtynumber"
    " WHERE number = ANY(%s) FOR UPDATE SKIP LOCKED)) RETURNING number",
    "others": "DELETE FROM trail_dirtynumber WHERE id = ANY(ARRAY(SELECT id FROM trail_dirtynumber"
    " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)) RETURNING number",
}


def take(most: int) -> list[str]:
    """Take the next rows, each in one exchange: under load each exchange takes a turn of the scheduler.

    Where a number was ended (stopped, frozen, paused, released: a trigger's row says so, routing's third migration), such
    numbers alone, each with all its rows that can be seen; else up to `most` rows. A number may come twice.
    """
    ended = _deleted("urgent", URGENT)
    if not ended:
        return _deleted("others", most)
    return [*ended, *_deleted("the rest of them", ended)]


def mark(states: tuple[str, ...] = PUBLISHED_STATES) -> int:
    """Mark every number that the gates should know, or know, unless it waits already; return how many. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_dirtynumber (number) SELECT number FROM ("
            " SELECT number FROM numbers_number WHERE business_state = ANY(%s)"
            " UNION SELECT substr(key, 3) FROM routing_published WHERE key LIKE 'n:%%' AND record IS NOT NULL"
            ") AS known WHERE NOT EXISTS (SELECT FROM trail_dirtynumber AS waits WHERE waits.number = known.number)"
            " ORDER BY number",
            [list(states)],
        )
        return int(cursor.rowcount)


def _deleted(which: str, given: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TAKING[which], [given])
        return [number for (number,) in cursor.fetchall()]
