"""Read copies; each query is narrowed to who may have them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from answerable.exports.models import Export
from answerable.parties.models import Enterprise, Person
from answerable.parties.queries import proven_for

SHOWN = 20


def exports_of(person: Person) -> QuerySet[Export]:
    """List the copies a person asked for, of organisations they are proven to act for, newest first."""
    return (
        Export.objects.filter(person=person, enterprise__in=proven_for(person))
        .select_related("enterprise")
        .order_by("-asked_at")
    )


def export_of(person: Person, export_id: UUID) -> Export | None:
    """Fetch one of them; None for anybody else's."""
    return exports_of(person).filter(pk=export_id).first()


def exports_about(enterprise: Enterprise) -> QuerySet[Export]:
    """List an organisation's copies for the compliance officer, newest first."""
    return Export.objects.filter(enterprise=enterprise).select_related("person", "staff").order_by("-asked_at")
