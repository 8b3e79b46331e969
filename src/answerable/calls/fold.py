"""Fold a call's gate records into one row. Pure: the same records give the same row in any order of arrival."""

from __future__ import annotations

import datetime as dt
from typing import Any

ORDER = {"invite": 0, "ringing": 1, "attempt_failed": 2, "answered": 3, "refused": 4, "cancelled": 5, "ended": 6}


def at_of(record: dict[str, Any]) -> dt.datetime:
    """Return a record's moment (the gate's clock)."""
    return dt.datetime.fromtimestamp(float(record["at"]), dt.UTC)


def fold(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the fields of `Call` for one call. A lost `answered` shows as an end without one, never as no call."""
    records = sorted(records, key=lambda r: (float(r["at"]), ORDER.get(r["kind"], 9), r["sequence"]))
    first = records[0]
    row: dict[str, Any] = {
        "number": str(first.get("number", ""))[:20],
        "owner": "",
        "caller": "",
        "source": "",
        "epoch": None,
        "started_at": at_of(first),
        "ringing_at": None,
        "answered_at": None,
        "ended_at": None,
        "line": "",
        "end_status": "in_progress",
        "refusal": "",
        "sip_status": None,
        "cause": None,
        "ended_by": "",
        "stages": [
            {"at": r["at"], "kind": r["kind"], **{k: r[k] for k in ("line", "sip", "code") if r.get(k)}}
            for r in records
        ],
    }
    for record in records:
        _apply(row, record)
    return row


def _apply(row: dict[str, Any], record: dict[str, Any]) -> None:
    kind, at = record["kind"], at_of(record)
    for field, width in (("owner", 18), ("caller", 40)):
        row[field] = row[field] or str(record.get(field) or "")[:width]
    row["source"] = row["source"] or str(record.get("trunk") or record.get("source") or "")[:60]
    row["epoch"] = row["epoch"] if row["epoch"] is not None else record.get("epoch")
    if kind in {"invite", "ringing", "answered"}:
        row["line"] = str(record.get("line") or row["line"])[:16]
    if kind == "ringing":
        row["ringing_at"] = row["ringing_at"] or at
    elif kind == "answered":
        row["answered_at"] = row["answered_at"] or at
    elif kind == "refused":
        has_rung = row["line"] != ""
        row.update(
            ended_at=at,
            end_status="missed" if has_rung else "refused",
            refusal=str(record.get("code") or "")[:30],
            sip_status=record.get("sip"),
            cause=record.get("cause"),
        )
    elif kind == "cancelled":
        row.update(ended_at=at, end_status="abandoned", sip_status=record.get("sip"), ended_by="caller")
    elif kind == "ended" and row["ended_at"] is None:
        row.update(
            ended_at=at, end_status="answered", sip_status=record.get("sip"), ended_by=str(record.get("by") or "")[:10]
        )
