"""Store what came from the spools, in one statement, and say what of it is new."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from answerable.calls.fold import at_of
from answerable.spool.records import SpoolRecord

_STORE = """
    INSERT INTO calls_gaterecord (host, boot, process, sequence, kind, call, at, data)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[],
                         %s::jsonb[])
    ON CONFLICT (host, boot, process, sequence) DO NOTHING
    RETURNING host, boot, process, sequence
"""
_COUNT = """
    INSERT INTO calls_strangercount (host, address, minute, dialled, count)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::bigint[])
    ON CONFLICT (host, address, minute) DO UPDATE SET count = calls_strangercount.count + EXCLUDED.count
"""
_EARLIER = "SELECT host, call, data FROM calls_gaterecord WHERE call = ANY(%s) AND kind <> 'media_call'"


def store(records: list[SpoolRecord]) -> list[SpoolRecord]:
    """Store records and return those that are new: a record is unique by (host, boot, process, sequence)."""
    named = {(r["host"], r["boot"], str(r["process"]), int(r["sequence"])): r for r in records}
    rows = [
        (*name, str(r["kind"])[:20], call_of(r), at_of(r), json.dumps(r, ensure_ascii=False))
        for name, r in named.items()
    ]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_STORE, _columns(rows))
        return [named[name] for name in cursor.fetchall()]


def count(strangers: list[SpoolRecord]) -> None:
    """Add counts of strangers, which must be new ones, to their address and minute."""
    summed: dict[tuple[Any, ...], list[Any]] = {}
    for r in strangers:
        name = (r["host"], str(r["address"])[:45], at_of(r))
        summed.setdefault(name, [str(r.get("dialled") or "")[:16], 0])[1] += int(r["count"])
    if summed:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, _columns([(*name, *rest) for name, rest in sorted(summed.items())]))


def records_of(calls: set[tuple[str, str]]) -> dict[tuple[str, str], list[SpoolRecord]]:
    """Read all the gates' records of calls, each named by (host, Call-ID)."""
    kept: dict[tuple[str, str], list[SpoolRecord]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [sorted({call for _, call in calls})])
        for host, call, data in cursor.fetchall():
            if (host, call) in calls:
                kept.setdefault((host, call), []).append(json.loads(data))
    return kept


def call_of(record: SpoolRecord) -> str:
    return str(record.get("call") or "")[:255]


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
