"""Read call plans."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from answerable.numbers.models import Number
from answerable.routing.models import Heartbeat, HeldNumber, Plan, Published, Tally


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
    """A number whose newest record is held back, and what the tables say of it now (None: it is not ours any more)."""

    row: HeldNumber
    number: Number | None


def held() -> QuerySet[HeldNumber]:
    """List the numbers whose newest records are held back for what they would silence, by number."""
    return HeldNumber.objects.select_related("passed_by", "passed_with").order_by("number")


def with_numbers(rows: list[HeldNumber]) -> list[Held]:
    """Put beside held numbers what the tables say of them. One query."""
    known = Number.objects.select_related("holder").in_bulk([row.pk for row in rows])
    return [Held(row, known.get(row.pk)) for row in rows]


def open_numbers() -> int:
    """Return how many numbers ring by what is published; 0 before the publisher has counted them."""
    return Tally.objects.filter(pk=1).values_list("open", flat=True).first() or 0
