"""What the operator does about a number, by degree, and the end of it; who did it stands beside it.

Nothing stops or limits a number but a named person, here, or a date that its record carries to the gate.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from answerable.numbers import errors
from answerable.numbers.models import Measure, Number
from answerable.numbers.states import STOP_REASONS
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.actions import open_commitment, publish

APPEAL_WITHIN = dt.timedelta(days=30)


def take(
    number: str,
    level: str,
    reason: str,
    *,
    staff: Staff,
    at: dt.datetime,
    words: str = "",
    about: str = "",
    commitment: str = "",
) -> Measure:
    """Write a measure down; raise ReasonUnknown, or MeasureInForce where the same one is in force already."""
    if reason not in STOP_REASONS:
        raise errors.ReasonUnknown
    with transaction.atomic():
        row = Number.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise errors.NumberUnknown
        try:
            with transaction.atomic():
                measure = Measure.objects.create(
                    number=row,
                    holder=row.holder,
                    level=level,
                    reason=reason,
                    words=words.strip()[:300],
                    about=about,
                    staff=staff,
                    taken_at=at,
                    appeal_until=at + APPEAL_WITHIN,
                    commitment=commitment,
                )
        except IntegrityError:
            raise errors.MeasureInForce(number=number) from None
        record(
            "measure.taken", by=actor_of(staff), at=at, subject=("measure", measure.pk), number=number,
            after={"level": level, "reason": reason},
        )  # fmt: skip
    return measure


def end(measure: Measure, how: str, *, by: Actor, at: dt.datetime) -> None:
    """End a measure once; a stop is ended by lifting it. Raise MeasureOver to whoever comes second."""
    with transaction.atomic():
        still = Measure.objects.filter(pk=measure.pk, ended_at=None)
        if not still.update(ended_at=at, ended_how=how, ended_by=by.name[:60]):
            raise errors.MeasureOver
        record(
            "measure.ended", by=by, at=at, subject=("measure", measure.pk), number=measure.number_id, after={"how": how}
        )  # fmt: skip


def end_about(about: str, *, at: dt.datetime) -> None:
    """End the measures that rest on something that is over; the fact is its caller's."""
    Measure.objects.filter(about=about, ended_at=None).update(ended_at=at, ended_how="lifted")


def open_reason(measure: Measure, *, at: dt.datetime) -> None:
    """Open a stop's reason in the public log, or say there that the stop was in error; once.

    A stop in error is told without its reason: that would accuse somebody of what did not hold.
    """
    with transaction.atomic():
        if not Measure.objects.filter(pk=measure.pk, level="suspend", opened_at=None).update(opened_at=at):
            return
        opening = open_commitment(measure.commitment)
        said: dict[str, str] | None = None
        if measure.ended_how == "in_error":
            said = {"outcome": "stopped_in_error"}
        elif opening is not None:
            said = {"outcome": "final", "salt": opening[0].hex(), "value": opening[1]}
        if said is not None:
            publish("stop_opened", number=measure.number_id, at=at, reason=measure.commitment, **said)
