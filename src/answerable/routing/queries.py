"""Read call plans."""

from __future__ import annotations

from answerable.routing.models import Heartbeat, Plan, Published


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
