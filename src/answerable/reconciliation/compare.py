"""Compare the carrier's register with ours on both axes, in the database: one statement a kind, whatever the size."""

# ruff: noqa: S608  (every query is made of the constants below)
from __future__ import annotations

import datetime as dt

from django.db import connection

DAYS = {"unregistered": 3, "unknown": 3, "name": 15, "stopped_loaded": 1, "paid_unloaded": 1}
"""Days to put a difference right, by kind."""

THERE = "(r.business_state || ' / ' || r.network_state)"
HERE = "(n.business_state || ' / ' || n.network_state)"
IN_SERVICE = "('working', 'suspended', 'paused_by_holder')"

KINDS: dict[str, str] = {
    "unregistered": f"""
        SELECT n.number, {HERE} AS ours, '—' AS theirs FROM numbers_number n
        LEFT JOIN reconciliation_registerrow r ON r.number = n.number
        WHERE n.carrier_id = %(carrier)s AND n.business_state IN {IN_SERVICE} AND (r.number IS NULL OR r.business_state = 'closed')""",
    "unknown": f"""
        SELECT r.number, coalesce(n.business_state, '—') AS ours, {THERE} AS theirs FROM reconciliation_registerrow r
        LEFT JOIN numbers_number n ON n.number = r.number
        WHERE r.carrier_id = %(carrier)s AND r.business_state <> 'closed'
        AND (n.number IS NULL OR n.business_state IN ('spare', 'held', 'awaiting_payment', 'released', 'aging'))""",
    "name": f"""
        SELECT n.number, left(e.name || ' ' || e.credit_code, 200) AS ours, left(r.name || ' ' || r.credit_code, 200) AS theirs
        FROM reconciliation_registerrow r JOIN numbers_number n ON n.number = r.number JOIN parties_enterprise e ON e.id = n.holder_id
        WHERE r.carrier_id = %(carrier)s AND n.business_state IN {IN_SERVICE} AND r.business_state <> 'closed'
        AND (replace(replace(r.name, '（', '('), '）', ')') <> replace(replace(e.name, '（', '('), '）', ')')
             OR (r.credit_code <> '' AND r.credit_code <> e.credit_code))""",
    "stopped_loaded": f"""
        SELECT n.number, {HERE} AS ours, {THERE} AS theirs FROM reconciliation_registerrow r JOIN numbers_number n ON n.number = r.number
        WHERE r.carrier_id = %(carrier)s AND r.network_state IN ('activated', 'loaded')
        AND (n.business_state IN ('suspended', 'frozen', 'released', 'aging') OR r.business_state IN ('stopped', 'closed'))""",
    "paid_unloaded": f"""
        SELECT n.number, {HERE} AS ours, {THERE} AS theirs FROM reconciliation_registerrow r JOIN numbers_number n ON n.number = r.number
        WHERE r.carrier_id = %(carrier)s AND n.business_state = 'working' AND n.paid_until > %(at)s AND r.business_state = 'in_service'
        AND r.network_state IN ('deactivated', 'unloaded', 'deleted')""",
}  # fmt: skip


def compare(carrier: str, *, at: dt.datetime) -> tuple[int, int]:
    """Write down new differences and close those that agree by now; return how many of each.

    What was explained is open again, with a new clock, once it differs in another way: the explanation was of something else.
    """
    found = put_right = 0
    with connection.cursor() as cursor:
        for kind, query in KINDS.items():
            said: dict[str, str | dt.datetime] = {
                "carrier": carrier,
                "at": at,
                "kind": kind,
                "due": at + dt.timedelta(days=DAYS[kind]),
            }
            cursor.execute(  # the queries are the constants above
                f"""UPDATE reconciliation_difference d SET state = 'put_right', put_right_at = %(at)s
                WHERE d.carrier_id = %(carrier)s AND d.kind = %(kind)s AND d.state <> 'put_right'
                AND d.number NOT IN (SELECT number FROM ({query}) q)""",
                said,
            )
            put_right += cursor.rowcount
            cursor.execute(
                f"""INSERT INTO reconciliation_difference AS d (carrier_id, number, kind, ours, theirs, found_at, due_at, state, why)
                SELECT %(carrier)s, number, %(kind)s, ours, theirs, %(at)s, %(due)s, 'open', '' FROM ({query}) q
                ON CONFLICT (number, kind) WHERE NOT (state = 'put_right') DO UPDATE SET
                ours = EXCLUDED.ours, theirs = EXCLUDED.theirs, state = 'open', owner_id = NULL, why = '', explained_at = NULL,
                due_at = CASE d.state WHEN 'explained' THEN EXCLUDED.due_at ELSE d.due_at END
                WHERE (d.ours, d.theirs) IS DISTINCT FROM (EXCLUDED.ours, EXCLUDED.theirs)""",
                said,
            )
            found += cursor.rowcount
    return found, put_right
