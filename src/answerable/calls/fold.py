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
    dated = in_order(records)
    records = [record for _, record in dated]
    first = records[0]
    row: dict[str, Any] = {
        "number": str(first.get("number", ""))[:20],
        "owner": "",
        "caller": "",
        "source": "",
        "epoch": None,
        "started_at": dated[0][0],
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
    for at, record in dated:
        _apply(row, record, at)
    return row


def gather(by_host: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Give the ends that a host wrote of a call that it did not let through to the host that did (gate.shared).

    One Call-ID may have gone through several hosts, each of which is a call of its own; then the end is that of the call
    that was answered and has none, the latest if there are several.
    """
    elsewhere = strays(by_host)
    begun = {host: list(records) for host, records in by_host.items() if host not in elsewhere}
    if not elsewhere or not begun:
        return by_host
    target = max(begun, key=lambda host: _awaits_an_end(begun[host]))
    begun[target] += [record for host in sorted(elsewhere) for record in by_host[host]]
    return begun


def strays(by_host: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Name the hosts that know nothing of a call but its end."""
    return {host for host, records in by_host.items() if all(record["kind"] == "ended" for record in records)}


def _awaits_an_end(records: list[dict[str, Any]]) -> tuple[bool, bool, float]:
    kinds = {record["kind"] for record in records}
    return "answered" in kinds, "ended" not in kinds, max(float(record["at"]) for record in records)


def in_order(records: list[dict[str, Any]]) -> list[tuple[dt.datetime, dict[str, Any]]]:
    """Order records with their moments. One boot's records go by the host's time since its start (`up`), which no clock
    step changes: its first record says when, and each other how long after.
    """
    if not all("up" in record for record in records):  # of a gate before `up`
        found = sorted(records, key=lambda r: (float(r["at"]), ORDER.get(r["kind"], 9), r["sequence"]))
        return [(at_of(record), record) for record in found]
    boots: dict[str, list[dict[str, Any]]] = {}
    for record in sorted(records, key=lambda r: (float(r["up"]), ORDER.get(r["kind"], 9), r["sequence"])):
        boots.setdefault(str(record.get("boot")), []).append(record)
    found_in = sorted(boots.values(), key=lambda kept: float(kept[0]["at"]))
    return [(_moment(kept[0], record), record) for kept in found_in for record in kept]


def _moment(first: dict[str, Any], record: dict[str, Any]) -> dt.datetime:
    return at_of(first) + dt.timedelta(seconds=float(record["up"]) - float(first["up"]))


def _apply(row: dict[str, Any], record: dict[str, Any], at: dt.datetime) -> None:
    kind = record["kind"]
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


def media_call(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `MediaCall` for a media side's record of one call."""
    answered = record.get("answered_at")
    return {
        "host": record["host"],
        "process": str(record["process"]),
        "call": str(record.get("call") or "")[:255],
        "number": str(record.get("number") or "")[:20],
        "started_at": at_of(record),
        "answered_at": None if answered is None else at_of({"at": answered}),
        "ended_at": at_of({"at": record.get("ended_at") or record["at"]}),
        "by": str(record.get("by") or "")[:10],
        "sip_status": record.get("sip"),
        "packets_sent": int(record.get("packets_sent") or 0),
        "packets_received": int(record.get("packets_received") or 0),
    }
