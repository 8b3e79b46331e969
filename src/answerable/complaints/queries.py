"""Read reports and appeals."""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.complaints.models import Appeal, Report
from answerable.numbers.models import Measure
from answerable.parties.models import Person
from answerable.parties.queries import proven_for


def by_reference(reference: str) -> Report | None:
    """Find a report by its reference: whoever has it may read its state."""
    return Report.objects.filter(pk=reference.strip().upper()).first()


def waiting() -> QuerySet[Report]:
    """List what waits for the operator: paid money first, then the nearest deadline."""
    return Report.objects.exclude(state="answered").order_by("-money_paid", "answer_due_at")


def measure_of(person: Person, measure_id: int) -> Measure | None:
    """Find a measure against an organisation the person is proven to act for."""
    return Measure.objects.filter(pk=measure_id, holder__in=proven_for(person)).first()


def appeals_by_state(*states: str) -> QuerySet[Appeal]:
    """List appeals, the nearest clock first; without a state all of them."""
    rows = Appeal.objects.select_related("measure__holder", "measure__staff", "decided_by").order_by("due_at")
    return rows.filter(state__in=states) if states else rows
