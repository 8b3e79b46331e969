"""The one door through which facts are written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import connection

from answerable.trail.actors import Actor
from answerable.trail.models import DirtyNumber, Fact

DIRTY_CHANNEL = "dirty"


def record(
    what: str,
    *,
    by: Actor,
    at: dt.datetime,
    subject: tuple[str, object],
    number: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Fact:
    """Record one fact in the caller's transaction and mark its number dirty, waking the publisher on commit."""
    fact = Fact.objects.create(
        at=at,
        who_kind=by.kind,
        who_id=by.id,
        who_name=by.name,
        what=what,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        number=number,
        before=dict(before or {}),
        after=dict(after or {}),
    )
    if number:
        mark_dirty(number)
    return fact


def mark_dirty(number: str) -> None:
    """Ask the publisher to compile `number` again once this transaction commits."""
    mark_many([number])


def mark_many(numbers: Iterable[str]) -> None:
    """Ask the publisher to compile numbers again once this transaction commits."""
    DirtyNumber.objects.bulk_create([DirtyNumber(number=number) for number in numbers], batch_size=5000)
    with connection.cursor() as cursor:
        # PostgreSQL delivers a NOTIFY only at commit, so that the publisher never wakes for a rolled-back action.
        cursor.execute("SELECT pg_notify(%s, '')", [DIRTY_CHANNEL])
