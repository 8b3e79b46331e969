"""Read traces. The operator's own and the authorities' are two lists: who works one does not see the other."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from answerable.lib import keystore
from answerable.tracing.models import TraceBundle, TraceCase

OPEN = ("waiting", "open")


def own_traces() -> QuerySet[TraceCase]:
    """List the operator's own traces: those without an answer first, the nearest clock first; then the newest."""
    return _in_order(TraceCase.objects.exclude(ground="authority"))


def authority_traces() -> QuerySet[TraceCase]:
    """List the traces that an authority asked for, in the same order."""
    return _in_order(TraceCase.objects.filter(ground="authority")).select_related(
        "request__taken_by", "request__confirmed_by", "request__refused_by", "request__hold__confirmed_by"
    )


def _in_order(found: QuerySet[TraceCase]) -> QuerySet[TraceCase]:
    waits = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    due = Case(When(state__in=OPEN, then=F("due_at")), default=None)
    found = found.select_related("number", "holder", "asked_by").annotate(waits=waits, due=due)
    return found.order_by("waits", "due", "-opened_at")


def waiting_own() -> QuerySet[TraceCase]:
    """List the operator's own traces without an answer."""
    return own_traces().filter(state__in=OPEN)


def waiting_authority() -> QuerySet[TraceCase]:
    """List what authorities wait for."""
    return authority_traces().filter(state__in=OPEN)


def overdue(found: QuerySet[TraceCase], at: dt.datetime) -> QuerySet[TraceCase]:
    """Narrow to those whose clock has run out."""
    return found.filter(state__in=OPEN, due_at__lte=at)


def own_bundle(bundle_id: UUID) -> TraceBundle | None:
    """Find a bundle of one of the operator's own traces."""
    return TraceBundle.objects.select_related("case").exclude(case__ground="authority").filter(pk=bundle_id).first()


def authority_bundle(bundle_id: UUID) -> TraceBundle | None:
    """Find a bundle that an authority asked for."""
    return TraceBundle.objects.select_related("case").filter(case__ground="authority", pk=bundle_id).first()


def officers(case: TraceCase) -> list[dict[str, str]]:
    """Open who came with an authority's document (name, card_no), for whoever compares it with the original."""
    request = case.request
    return list(keystore.open_json(request.officers, keystore.trace_key(case.pk), f"officers:{case.pk}"))
