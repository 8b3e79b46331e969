"""Take over what the gates wrote, exactly once; close what a person looked into."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from answerable.calls import arrivals, errors
from answerable.calls.fold import fold, gather, media_call, strays
from answerable.calls.models import Call, MediaCall, RecordDifference
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.spool.records import MEDIA_CALL, STRANGERS, SpoolRecord
from answerable.trail.actions import record

LONGEST_CALL = dt.timedelta(hours=4, minutes=10)
LONGEST_SETUP = dt.timedelta(minutes=15)


def ingest(records: list[SpoolRecord], *, at: dt.datetime) -> int:
    """Store a batch and fold again the calls that it says something new of; return how many rows of calls were written.

    A batch that comes twice changes nothing: a record is unique by (host, boot, process, sequence), and folding reads all
    records of a call. A gate's records are no facts: the gate is not an actor of the trail.
    """
    try:
        return _ingest(records, at, is_alone=False)
    except _Stray:
        return _ingest(records, at, is_alone=True)


class _Stray(Exception):
    """An end came of a call that another host let through: two hosts' batches at once would not see each other's."""


def _ingest(records: list[SpoolRecord], at: dt.datetime, *, is_alone: bool) -> int:
    with transaction.atomic():
        arrivals.lock(is_alone=is_alone)
        new = arrivals.store(records)
        arrivals.count([record for record in new if record["kind"] == STRANGERS])
        MediaCall.objects.bulk_create(
            [MediaCall(**media_call(record)) for record in new if record["kind"] == MEDIA_CALL], ignore_conflicts=True
        )
        calls = {arrivals.call_of(record) for record in new if record.get("call") and record["kind"] != MEDIA_CALL}
        by_host = arrivals.records_of(calls) if calls else {}
        if not is_alone and any(map(strays, by_host.values())):
            raise _Stray
        return _fold_again(by_host, at)


def _fold_again(calls: dict[str, dict[str, list[SpoolRecord]]], at: dt.datetime) -> int:
    """Fold calls; a row that told nothing but the end of another host's call goes once that call is known."""
    rows: list[dict[str, Any]] = []
    for call, by_host in sorted(calls.items()):
        gathered = gather(by_host)
        rows += [{"host": host, "call": call, "received_at": at, **fold(gathered[host])} for host in sorted(gathered)]
        if told_elsewhere := by_host.keys() - gathered.keys():
            Call.objects.filter(call=call, host__in=told_elsewhere).delete()
    arrivals.put(rows)
    return len(rows)


def close_unknown(*, at: dt.datetime) -> int:
    """Close calls whose end nobody saw (a gate died in mid-call) as end_unknown, once no call could still be up."""
    started = Call.objects.filter(end_status="in_progress")
    return started.filter(answered_at__lte=at - LONGEST_CALL).update(end_status="end_unknown") + started.filter(
        answered_at=None, started_at__lte=at - LONGEST_SETUP
    ).update(end_status="end_unknown")


def close_difference(difference: RecordDifference, *, why: str, staff: Staff, at: dt.datetime) -> None:
    """Close a disagreement of the two records with what was found out. Raise ReasonMissing, DifferenceClosed."""
    require(staff, "reconcile_calls")
    words = why.strip()
    if not 0 < len(words) <= 300:
        raise errors.ReasonMissing
    with transaction.atomic():
        live = RecordDifference.objects.filter(pk=difference.pk, closed_at=None, settled_at=None)
        if not live.update(closed_at=at, closed_by=staff, why=words):
            raise errors.DifferenceClosed
        after = {"call": difference.call, "kind": difference.kind, "why": words}
        subject = ("record_difference", difference.pk)
        record("record_difference.closed", by=actor_of(staff), at=at, subject=subject, after=after)
