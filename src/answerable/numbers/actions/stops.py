"""Stop and lift, pause and resume: the holder answers on, no call is connected."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.numbers import errors
from answerable.numbers.actions.life import move
from answerable.numbers.actions.measures import take
from answerable.numbers.models import Measure, Number
from answerable.numbers.states import STOP_REASONS
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.trail.actors import Actor
from answerable.transparency.actions import hide, publish


def stop(number: str, reason: str, *, staff: Staff, at: dt.datetime, words: str = "", about: str = "") -> Measure:
    """Suspend a number with a reason; bites at the gate within a second. Raise ReasonUnknown or StateConflict."""
    if reason not in STOP_REASONS:
        raise errors.ReasonUnknown
    with transaction.atomic():
        state = Number.objects.select_for_update().values_list("business_state", flat=True).get(pk=number)
        move(
            number,
            "suspended",
            what="number.stopped",
            by=actor_of(staff),
            at=at,
            stop_reason=reason,
            stopped_at=at,
            state_before_stop=state,
        )
        commitment = hide(reason, number=number)
        measure = take(number, "suspend", reason, staff=staff, at=at, words=words, about=about, commitment=commitment)
        publish("stop", number=number, at=at, reason=commitment)
    return measure


def lift(number: str, *, by: Actor, at: dt.datetime, is_in_error: bool = False) -> None:
    """Lift a stop: the number goes back to where it was."""
    with transaction.atomic():
        found = Number.objects.select_for_update().filter(pk=number).first()
        if found is None:
            raise errors.NumberUnknown
        back = found.state_before_stop or "working"
        move(
            number,
            back,
            what="number.lifted",
            by=by,
            at=at,
            since=["suspended"],
            measures_end="in_error" if is_in_error else "lifted",
            stop_reason="",
            stopped_at=None,
            state_before_stop="",
        )
        publish("lift", number=number, at=at)


def pause(number: str, *, until: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Pause a working number for its holder (停机保号): no call is connected, the holder still answers for it."""
    with transaction.atomic():
        move(
            number, "paused_by_holder", what="number.paused", by=by, at=at, since=["working"], paused_until=until
        )  # fmt: skip
        publish("pause", number=number, at=at)


def resume(number: str, *, by: Actor, at: dt.datetime) -> None:
    """End a pause; raise NotVerifiedAnyMore where the verification has ended meanwhile: it must be renewed first."""
    with transaction.atomic():
        row = Number.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise errors.NumberUnknown
        if row.business_state == "paused_by_holder" and (row.verified_until is None or row.verified_until <= at):
            raise errors.NotVerifiedAnyMore
        move(
            number, "working", what="number.resumed", by=by, at=at, since=["paused_by_holder"],
            only={"verified_until__gt": at}, paused_until=None,
        )  # fmt: skip
        publish("resume", number=number, at=at)
