"""Read reports."""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.complaints.models import Report


def by_reference(reference: str) -> Report | None:
    """Find a report by its reference: whoever has it may read its state."""
    return Report.objects.filter(pk=reference.strip().upper()).first()


def waiting() -> QuerySet[Report]:
    """List what waits for the operator: paid money first, then the nearest deadline."""
    return Report.objects.exclude(state="answered").order_by("-money_paid", "answer_due_at")
