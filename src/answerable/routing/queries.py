"""Read call plans."""

from __future__ import annotations

import time
from typing import NamedTuple

from django.db.models import QuerySet

from answerable.numbers.models import Number
from answerable.permits.narrow import narrow
from answerable.routing.compile import compile_numbers
from answerable.routing.models import Heartbeat, HeldNumber, Plan, Published, Tally
from answerable.snapshot.guard import is_in_force
from answerable.snapshot.permits import rings
from answerable.snapshot.records import NumberRecord


def plan_of(number: str) -> Plan:
    """Return a number's plan; the default rings at all hours and overflows on busy and no answer."""
    return Plan.objects.filter(pk=number).first() or Plan(number=number)


def heartbeat() -> Heartbeat | None:
    """Return the publisher's newest sign of life."""
    return Heartbeat.objects.filter(pk=1).first()


def published(number: str) -> Published | None:
    """Return what the gates know about a number."""
    return Published.objects.filter(pk=f"n:{number}").first()


def listed_lines() -> set[str]:
    """Return the lines that the gates know as ones to be called back."""
    keys = Published.objects.filter(key__startswith="probe:", record__isnull=False).values_list("key", flat=True)
    return {key.removeprefix("probe:") for key in keys}


class Held(NamedTuple):
    """A number whose newest record is held back, what the tables say of it (None: not ours), and why it would be silent."""

    row: HeldNumber
    number: Number | None
    why: str
    """GONE, STATE, NOT_VERIFIED, NO_LINE, OVER; NONE where it would ring by now."""


def held() -> QuerySet[HeldNumber]:
    """List the numbers whose newest records are held back for what they would silence, by number."""
    return HeldNumber.objects.select_related("passed_by", "passed_with").order_by("number")


def with_reasons(rows: list[HeldNumber]) -> list[Held]:
    """Say of held numbers what the tables say now, and why they would fall silent: compiled as the publisher does."""
    wanted = [row.pk for row in rows]
    known, records = Number.objects.select_related("holder").in_bulk(wanted), narrow(compile_numbers(wanted))
    return [Held(row, known.get(row.pk), _why(records[row.pk], time.time())) for row in rows]


def _why(record: NumberRecord | None, now: float) -> str:
    if record is None:
        return "GONE"
    if record["stop"] is not None or record["business_state"] not in ("working", "opening"):
        return "STATE"
    if record["verified_until"] == 0:
        return "NOT_VERIFIED"
    if not rings(record):
        return "NO_LINE"
    return "NONE" if is_in_force(record, now) else "OVER"


def open_numbers() -> int:
    """Return how many numbers ring by what is published; 0 before the publisher has counted them."""
    return Tally.objects.filter(pk=1).values_list("open", flat=True).first() or 0
