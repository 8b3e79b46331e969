"""Hold the gate's records against the media side's, call by call: two witnesses that do not know of each other.

The media side writes one record (`media_call`) of each call whose audio it sends or receives. Today that is the
platform's own caller; a worker that anchors callers' audio writes the same kind. Calls of the platform's caller must be
in both; another call must be at the gate when the media side has it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from answerable.calls.models import Call, GateRecord, MediaCall, RecordDifference
from answerable.spool.records import MEDIA_CALL
from answerable.trail.actions import record
from answerable.trail.actors import system

COMPARISON = ("comparison", "records of calls")
"""What the fact of a comparison is about."""
LOOKS_BACK = dt.timedelta(days=8)
"""A record that comes later than this is not compared any more."""
SETTLES = dt.timedelta(hours=1)
"""Of a call that was over later than this ago a record may still be on its way."""
TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True)
class Told:
    """What one side says of a call. `end`: the gate's end_status, or answered / not_answered of the media side."""

    number: str
    started_at: dt.datetime
    over_at: dt.datetime
    end: str
    seconds: float | None
    was_answered: bool


def reconcile(*, at: dt.datetime) -> tuple[int, int]:
    """Store each disagreement once; settle those that late records have ended. Return how many were found and settled.

    Each comparison is a fact, so that an empty list is told from one that nobody made.
    """
    since = at - LOOKS_BACK
    calls = _calls(since)
    gate, media = _gate(calls), _media(calls)
    found, unsettled = [], set()
    for call in sorted(gate.keys() | media.keys()):
        sides = gate.get(call), media.get(call)
        if any(told is not None and told.over_at > at - SETTLES for told in sides):
            unsettled.add(call)
        elif (kind := _disagree(*sides)) is not None:
            found.append(_difference(call, kind, *sides, at))
    now = {(one.call, one.kind) for one in found}
    with transaction.atomic():
        before = set(RecordDifference.objects.filter(call__in=[one.call for one in found]).values_list("call", "kind"))
        RecordDifference.objects.bulk_create(found, ignore_conflicts=True)
        live = _live(since)
        over = [one.pk for one in live if (one.call, one.kind) not in now and one.call not in unsettled]
        settled = live.filter(pk__in=over).update(settled_at=at)
        new = len(now - before)
        after = {"calls": len(gate.keys() | media.keys()), "found": new, "settled": settled}
        record("records.compared", by=system("worker"), at=at, subject=COMPARISON, after=after)
    return new, settled


def _live(since: dt.datetime) -> QuerySet[RecordDifference]:
    return RecordDifference.objects.filter(closed_at=None, settled_at=None, started_at__gte=since)


def _calls(since: dt.datetime) -> set[str]:
    """Name the calls that are compared: each whole, with what either side has of it.

    The two sides' clocks tell a call's beginning differently, so that one that began at the edge of the look-back has one side
    within it and one before; and what was found then is to be looked at as long as it is listed.
    """
    ours = Call.objects.filter(source="caller", started_at__gte=since).values_list("call", flat=True)
    heard = MediaCall.objects.filter(started_at__gte=since).values_list("call", flat=True)
    return {*ours, *heard, *_live(since).values_list("call", flat=True)}


def _media(calls: set[str]) -> dict[str, Told]:
    rows = MediaCall.objects.filter(call__in=calls).order_by("started_at")
    return {row.call: Told(row.number, row.started_at, row.ended_at, *_heard(row)) for row in rows}


def _heard(row: MediaCall) -> tuple[str, float | None, bool]:
    if row.answered_at is None:
        return "not_answered", None, False
    return "answered", (row.ended_at - row.answered_at).total_seconds(), True


def _gate(calls: set[str]) -> dict[str, Told]:
    """Read what the gates had of calls. Of one that went on through a second gate the one that was answered counts."""
    hosts = set(GateRecord.objects.filter(call__in=calls).exclude(kind=MEDIA_CALL).values_list("host", flat=True))
    rows = Call.objects.filter(host__in=hosts, call__in=calls)
    found: dict[str, Told] = {}
    for row in rows.order_by("answered_at", "started_at"):  # answered ones first: nulls come last
        over_at, was_answered = row.ended_at or row.started_at, row.answered_at is not None
        told = Told(row.number, row.started_at, over_at, row.end_status, _seconds(row), was_answered)
        found.setdefault(row.call, told)
    return found


def _seconds(row: Call) -> float | None:
    if row.answered_at is None or row.ended_at is None:
        return None
    return (row.ended_at - row.answered_at).total_seconds()


def _disagree(gate: Told | None, media: Told | None) -> str | None:
    if gate is not None and gate.end == "in_progress":
        return None  # its end is on its way, or close_unknown will close it
    if gate is None or media is None:
        return "media_only" if gate is None else "gate_only"
    if gate.was_answered != (media.end == "answered"):
        return "answer"
    if media.seconds is None:
        return None
    is_close = gate.seconds is not None and abs(gate.seconds - media.seconds) <= TOLERANCE_SECONDS
    return None if is_close else "duration"


def _difference(call: str, kind: str, gate: Told | None, media: Told | None, at: dt.datetime) -> RecordDifference:
    number, started_at = next((told.number, told.started_at) for told in (gate, media) if told is not None)
    return RecordDifference(
        call=call, number=number, kind=kind, started_at=started_at, found_at=at,
        gate=gate.end if gate else "", gate_seconds=gate.seconds if gate else None,
        media=media.end if media else "", media_seconds=media.seconds if media else None,
    )  # fmt: skip
