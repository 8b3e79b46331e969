"""Compile numbers into the records the gate decides on. A record that could connect rests on a handling fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch

from answerable.numbers.models import Destination, Measure, Number
from answerable.numbers.states import LIMITED_HOURS
from answerable.routing.models import Plan
from answerable.snapshot.records import VERSION, NumberRecord
from answerable.verification.models import Dossier

PUBLISHED_STATES = ("opening", "working", "suspended", "paused_by_holder", "frozen", "released", "aging", "unverified")
"""States in which the gate must know the number to say the right thing; all others are unknown to it, or spare: not in service."""

READ = (
    "business_state", "network_state", "verified_until", "recheck_until", "paid_until", "stop_reason", "holder__credit_code",
)  # fmt: skip
"""What of a number a record says: it is read for all of them, after an upgrade by the million."""


def compile_numbers(numbers: Iterable[str]) -> dict[str, NumberRecord | None]:
    """Return each number's record, or None for one that is not ours (any more). Three queries a batch."""
    wanted = list(numbers)
    approved = Dossier.objects.filter(
        number=OuterRef("pk"), enterprise=OuterRef("holder"), kind="holder", state="approved", handling__isnull=False
    )
    limits = Measure.objects.filter(number=OuterRef("pk"), level="limit", ended_at=None)
    bound = Destination.objects.filter(removed_at=None).only(
        "number", "line", "proven_until", "ring_seconds", "is_switchboard"
    )
    rows = (
        Number.objects.filter(pk__in=wanted)
        .select_related("holder")
        .only(*READ)
        .annotate(is_handled=Exists(approved), is_limited=Exists(limits))
        .prefetch_related(Prefetch("destinations", bound, to_attr="bound"))
    )
    plans = Plan.objects.in_bulk(wanted)
    found = {row.pk: _record(row, plans.get(row.pk) or Plan(number=row.pk)) for row in rows}
    return {number: found.get(number) for number in wanted}


def _record(row: Number, plan: Plan) -> NumberRecord:
    # Without an approved, handled dossier of this very holder nothing is published as verified, whatever the row says.
    is_handled: bool = row.is_handled  # type: ignore[attr-defined]
    bound: list[Destination] = row.bound  # type: ignore[attr-defined]
    record: NumberRecord = {
        "v": VERSION,
        "number": row.pk,
        "owner": row.holder.credit_code if row.holder else "",
        "business_state": row.business_state,
        "network_state": row.network_state,
        "verified_until": _seconds(row.in_force_until) if is_handled else 0,
        "paid_until": _seconds(row.paid_until),
        "stop": row.stop_reason or None,
        "hours": plan.hours,
        "limited_hours": LIMITED_HOURS if row.is_limited else None,  # type: ignore[attr-defined]
        "closed_dates": plan.closed_dates,
        "open_dates": [],
        "destinations": [
            {
                "line": d.line,
                "uri": f"sip:{d.line}@{settings.LANDLINE_TRUNK}",
                "proven_until": _seconds(d.proven_until),
                "ring_seconds": d.ring_seconds,
                "one_at_a_time": not d.is_switchboard,
            }
            for d in bound
        ],
        "overflow": {
            "busy": plan.overflow_busy,
            "no_answer": plan.overflow_no_answer,
            "unreachable": plan.overflow_unreachable,
        },
        "most_calls": plan.most_calls,
    }
    if plan.ring == "parallel":
        record["ring"] = "parallel"
    if plan.refused_callers or plan.accepted_callers is not None:
        record["callers"] = {"refuse": plan.refused_callers, "accept": plan.accepted_callers}
    if any(d.line == plan.billing_number for d in bound):  # one that is bound no more is shown to nobody
        record["shown"] = plan.billing_number
    return record


def _seconds(at: dt.datetime | None) -> int:
    return int(at.timestamp()) if at else 0
