"""Read what happened."""

from __future__ import annotations

from django.db.models import QuerySet

from answerable.trail.models import Fact


def of_number(number: str) -> QuerySet[Fact]:
    """List the facts of a number, newest first."""
    return Fact.objects.filter(number=number).order_by("-id")


def of_subject(kind: str, subject_id: object) -> QuerySet[Fact]:
    """List the facts about one thing, newest first."""
    return Fact.objects.filter(subject_kind=kind, subject_id=str(subject_id)).order_by("-id")


def latest() -> QuerySet[Fact]:
    """List all facts, newest first: the auditor's view."""
    return Fact.objects.order_by("-id")
