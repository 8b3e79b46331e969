"""Pass a number in service on from one holder to another (过户)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.numbers import errors
from answerable.numbers.actions import bind_line
from answerable.numbers.models import Destination, Measure, Number, Tenure
from answerable.parties.models import Enterprise
from answerable.parties.publication import holder_entry
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.actions import hide, publish

TRANSFERABLE = ("working", "paused_by_holder")
"""A stop must be answered for by whoever held the number when it came."""


def is_limited(number: str) -> bool:
    """Say whether the hours of a number are limited: that too stays with whoever held the number when it came."""
    return Measure.objects.filter(number=number, level="limit", ended_at=None).exists()


def pass_on(number: str, to: Enterprise, *, line: str, verified_until: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Give a number to its new holder, without the old one's lines: it rings the new line alone, once that is proven.

    What was paid for stays with the number. Raise StateConflict: stopped, limited, released or passed on meanwhile.
    """
    with transaction.atomic():
        row = Number.objects.select_for_update(of=("self",)).select_related("holder").get(pk=number)
        giver = row.holder
        if giver is None or giver == to or row.business_state not in TRANSFERABLE:
            raise errors.StateConflict(number=number, state=row.business_state)
        if is_limited(number):
            raise errors.StateConflict(number=number, state="limit")
        warnings = Measure.objects.filter(number=number, level="warn", ended_at=None)
        warnings.update(ended_at=at, ended_how="over", ended_by=by.name[:60])  # they were the old holder's
        for bound in Destination.objects.filter(number=number, removed_at=None):
            Destination.objects.filter(pk=bound.pk).update(removed_at=at)
            publish("line_removed", number=number, at=at, line=hide(bound.line, number=number))
            record("destination.removed", by=by, at=at, subject=("destination", bound.pk), number=number)
        Number.objects.filter(pk=number).update(holder=to, verified_until=verified_until)
        Tenure.objects.filter(number=number, until=None).update(until=at)
        Tenure.objects.create(number_id=number, holder=to, since=at)
        said = {"holder": holder_entry(to, number=number), "from": holder_entry(giver, number=number)}
        publish("transfer", number=number, at=at, **said)
        record(
            "number.transferred", by=by, at=at, subject=("number", number), number=number,
            before={"holder": giver.credit_code}, after={"holder": to.credit_code},
        )  # fmt: skip
        bind_line(number, line, by=by, at=at)
