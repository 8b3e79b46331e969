"""Read calls. The enterprise sees its own numbers' calls of its own time as holder, refused ones too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat, Extract, StrIndex, Substr

from answerable.calls.differences import COMPARISON
from answerable.calls.models import Call, GateRecord, RecordDifference, StrangerCount
from answerable.numbers.models import Number
from answerable.trail.models import Fact
from answerable.trail.queries import of_subject


def calls_of(number: Number) -> QuerySet[Call]:
    """List the calls to a number since its present holder answers for it, newest first.

    A caller the gate blocked for showing a 400 number, or a source that is no trunk, is the operator's affair, not listed.
    """
    return (
        Call.objects.filter(number=number.pk, started_at__gte=_since(number))
        .exclude(refusal__in=["SOURCE_UNKNOWN", "CALLER_IS_400"])
        .order_by("-started_at")
    )


def _since(number: Number) -> dt.datetime:
    tenure = number.tenures.filter(until=None).first()
    return tenure.since if tenure else number.state_since


@dataclass(frozen=True)
class Totals:
    """How a number's calls ended since its present holder answers for it."""

    answered: int
    missed: int
    refused: int
    since: dt.datetime


def totals(number: Number) -> Totals:
    """Count a number's calls by their end, in one query."""
    found = calls_of(number).aggregate(
        answered=Count("pk", filter=Q(end_status="answered")),
        missed=Count("pk", filter=Q(end_status__in=["missed", "abandoned"])),
        refused=Count("pk", filter=Q(end_status="refused")),
    )
    return Totals(**found, since=_since(number))


def latest() -> QuerySet[Call]:
    """List all calls, newest first: operations and risk."""
    return Call.objects.order_by("-started_at")


def permit_alarms() -> QuerySet[GateRecord]:
    """List the records that a gate host refused for their permits, newest first."""
    return GateRecord.objects.filter(kind="permit_alarm").order_by("-at")


def refused_snapshots() -> QuerySet[GateRecord]:
    """List the builds and changes that a gate host refused for what they would silence, and who forced which, newest first."""
    return GateRecord.objects.filter(kind__in=["snapshot_refused", "snapshot_forced"]).order_by("-at")


def gate_stops() -> QuerySet[GateRecord]:
    """List the stops and lifts that staff made on a gate host, newest first."""
    return GateRecord.objects.filter(kind__in=["gate_stop", "gate_lift"]).order_by("-at")


NEWEST_CALLS = 200


def ingest_lags() -> dict[str, float]:
    """Return for each gate host among the newest calls how many seconds after its start its newest call arrived."""
    found: dict[str, float] = {}
    newest = Call.objects.order_by("-pk").values_list("host", "started_at", "received_at")[:NEWEST_CALLS]
    for host, started_at, received_at in newest:
        found.setdefault(host, max(0.0, (received_at - started_at).total_seconds()))
    return found


def strangers(*, since: dt.datetime) -> QuerySet[StrangerCount, Any]:
    """Sum the calls of each address that is no trunk since a moment, the most persistent first: rows of address, calls,
    first, last, and dialled (in its first minute). The database sums; a flood has a million rows a day."""
    said = Concat(Cast(Extract("minute", "epoch"), CharField()), Value(" "), "dialled")
    return (
        StrangerCount.objects.filter(minute__gte=since)
        .values("address")
        .annotate(calls=Sum("count"), first=Min("minute"), last=Max("minute"))
        .annotate(dialled=Substr(Min(said), StrIndex(Min(said), Value(" ")) + 1))
        .order_by("-calls", "address")
    )


def last_comparison() -> Fact | None:
    """Return the fact of the last comparison of the two records: when, and how many calls."""
    return of_subject(*COMPARISON).first()


def record_differences(*, are_open: bool) -> QuerySet[RecordDifference]:
    """List the calls in which the gate's record and the media side's disagree, or did, newest first."""
    found = RecordDifference.objects.select_related("closed_by").order_by("-started_at", "-pk")
    live = Q(closed_at=None, settled_at=None)
    return found.filter(live) if are_open else found.exclude(live)
