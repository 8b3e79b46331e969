"""Narrow what is published to what is permitted, so that a record which waits for its permit is no alarm at the gates.

The gates ask themselves; this only keeps an honest publisher from asking for more than there is.
"""

from __future__ import annotations

from answerable.permits.models import Permit
from answerable.permits.queries import newest_of
from answerable.snapshot.permits import commit, read, rings, uses_up
from answerable.snapshot.records import NumberRecord


def narrow(records: dict[str, NumberRecord | None]) -> dict[str, NumberRecord | None]:
    """Return the records with their permits, and none that would ring beyond them. One query a batch."""
    permits = newest_of([number for number, record in records.items() if record and (rings(record) or uses_up(record))])
    return {number: _narrow(record, permits.get(number)) if record else None for number, record in records.items()}


def _narrow(record: NumberRecord, permit: Permit | None) -> NumberRecord:
    if uses_up(record):
        return {**record, "used_up": permit.serial} if permit else record
    if not rings(record):
        return record
    if permit is None or permit.used_up_at is not None:
        return {**record, "verified_until": 0}
    said = read(permit.text)
    if said.holder != commit(said.salt, "holder", record["owner"]):
        return {**record, "verified_until": 0}
    allowed = dict(said.lines)
    lines = [
        {**line, "proven_until": min(line["proven_until"], allowed.get(commit(said.salt, "line", line["line"]), 0))}
        for line in record["destinations"]
    ]
    until = min(record["verified_until"], said.valid_until)
    return {**record, "verified_until": until, "destinations": lines, "permit": permit.text}  # type: ignore[typeddict-item]
