"""The lines a number rings: bound, proven, ordered, unbound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from answerable.numbers import errors
from answerable.numbers.models import Destination, Number
from answerable.numbers.queries import carrier_of_line
from answerable.numbers.rules import refuse_line
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.actions import hide, publish

LINES_MAX = 10


def bind_line(
    number: str, text: str, *, by: Actor, at: dt.datetime, ring_seconds: int = 25, mobiles: bool | None = None
) -> Destination:
    """Add a destination, unproven: it does not ring before its own proof is approved. Raise LineRefused with the reason."""
    with transaction.atomic():
        Number.objects.select_for_update().get(pk=number)
        present = Destination.objects.filter(number=number, removed_at=None)
        count = present.count()
        line = refuse_line(text, is_first=count == 0, mobiles=mobiles)
        if count >= LINES_MAX:
            raise errors.TooManyLines(count=LINES_MAX)
        if present.filter(line=line.digits).exists():
            raise errors.LineBound
        last = present.last()
        destination = Destination.objects.create(
            number_id=number,
            line=line.digits,
            kind=line.kind,
            carrier=carrier_of_line(line.digits),
            position=(last.position + 1) if last else 1,
            ring_seconds=ring_seconds,
            added_at=at,
        )
        record(
            "destination.bound",
            by=by,
            at=at,
            subject=("destination", destination.pk),
            number=number,
            after={"position": destination.position},
        )
    return destination


def replace_first_line(number: str, text: str, *, by: Actor, at: dt.datetime) -> Destination:
    """Set the first line while the application is open (no proof yet); raise LineRefused."""
    with transaction.atomic():
        Number.objects.select_for_update().get(pk=number)
        first = Destination.objects.filter(number=number, removed_at=None, position=1).first()
        if first is not None:
            if first.proven_until is not None:
                raise errors.NotProven
            if first.line == refuse_line(text, is_first=True).digits:
                return first
            Destination.objects.filter(pk=first.pk).update(removed_at=at)
        return bind_line(number, text, by=by, at=at)


def prove_line(number: str, line: str, *, until: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Give a bound line its end of validity; only the approval of its proof calls this."""
    with transaction.atomic():
        if not Destination.objects.filter(number=number, line=line, removed_at=None).update(proven_until=until):
            raise errors.NumberUnknown
        publish(
            "line_proven", number=number, at=at, line=hide(line, number=number), proven_until=until.date().isoformat()
        )
        record(
            "destination.proven",
            by=by,
            at=at,
            subject=("number", number),
            number=number,
            after={"proven_until": until.isoformat()},
        )


def remove_line(number: str, destination_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Unbind a line; the first fixed line stays as long as no other proven fixed line could take its place."""
    with transaction.atomic():
        Number.objects.select_for_update().get(pk=number)
        lines = list(Destination.objects.filter(number=number, removed_at=None))
        leaving = next((d for d in lines if d.pk == destination_id), None)
        if leaving is None:
            raise errors.NumberUnknown
        rest = [d for d in lines if d.pk != destination_id]
        if not any(d.kind == "fixed" and d.proven_until and d.proven_until > at for d in rest):
            raise errors.NotProven
        Destination.objects.filter(pk=destination_id).update(removed_at=at)
        # A fixed line moves up to the first place, so that "the first is a fixed line" stays true.
        for position, destination in enumerate(
            sorted(rest, key=lambda d: (d.kind != "fixed" and leaving.position == 1, d.position)), 1
        ):
            Destination.objects.filter(pk=destination.pk).update(position=position)
        publish("line_removed", number=number, at=at, line=hide(leaving.line, number=number))
        record("destination.removed", by=by, at=at, subject=("destination", destination_id), number=number)


def order_lines(
    number: str, order: list[tuple[int, int]], *, switchboards: Collection[int] = (), by: Actor, at: dt.datetime
) -> None:
    """Set order and ring time of the bound lines: (destination id, ring seconds) in calling order; the first is fixed.

    Those among `switchboards` take several callers at once.
    """
    with transaction.atomic():
        Number.objects.select_for_update().get(pk=number)
        lines = {d.pk: d for d in Destination.objects.filter(number=number, removed_at=None)}
        if not order or {pk for pk, _ in order} != lines.keys() or lines[order[0][0]].kind != "fixed":
            raise errors.NotProven
        for position, (pk, ring_seconds) in enumerate(order, 1):
            Destination.objects.filter(pk=pk).update(
                position=position, ring_seconds=min(max(ring_seconds, 5), 60), is_switchboard=pk in switchboards
            )
        record("destination.ordered", by=by, at=at, subject=("number", number), number=number)


def end_line_proof(number: str, line: str, *, until: dt.datetime) -> dt.datetime | None:
    """Let a line's proof end at `until` if it would last longer; return the end it had then. The fact is the caller's."""
    bound = Destination.objects.select_for_update().filter(number=number, line=line, removed_at=None).first()
    if bound is None or bound.proven_until is None or bound.proven_until <= until:
        return None
    Destination.objects.filter(pk=bound.pk).update(proven_until=until)
    return bound.proven_until


def restore_line_proof(number: str, line: str, *, ended: dt.datetime, until: dt.datetime) -> None:
    """Give a line the end back that its proof had; one that was proven anew meanwhile keeps the new end."""
    Destination.objects.filter(number=number, line=line, removed_at=None, proven_until=ended).update(proven_until=until)
