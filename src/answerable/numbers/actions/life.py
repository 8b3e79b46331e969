"""Every change in a number's life goes through `move`, which lets nobody win twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from answerable.numbers import errors
from answerable.numbers.models import Destination, Measure, Number, Tenure
from answerable.numbers.states import ANSWERED_FOR, MOVES, RELEASABLE, STOP_REASONS, Network
from answerable.parties.models import Agent, Enterprise, Person
from answerable.parties.publication import holder_entry
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.transparency.actions import publish

HOLD_LASTS = dt.timedelta(minutes=30)
HOLDS_AT_ONCE = 3
AGING_LASTS = dt.timedelta(days=120)


def move(
    number: str,
    to: str,
    *,
    what: str,
    by: Actor,
    at: dt.datetime,
    since: Collection[str] | None = None,
    only: dict[str, object] | None = None,
    measures_end: str = "over",
    **fields: object,
) -> None:
    """Move a number to state `to` by compare-and-set, record the fact, mark it dirty; raise StateConflict to the loser.

    `since` narrows the states it may come from, `only` asks for more (who holds it); `fields` are set with it. Measures
    end with what they were about: a stop where the number leaves it, all of them where nobody holds the number any more.
    """
    allowed = {state for state, targets in MOVES.items() if to in targets}
    with transaction.atomic():
        before = Number.objects.select_for_update().filter(pk=number).values("business_state", "stop_reason").first()
        if before is None:
            raise errors.NumberUnknown
        states = allowed & set(since) if since is not None else allowed
        changed = Number.objects.filter(pk=number, business_state__in=states, **(only or {})).update(
            business_state=to, state_since=at, **fields
        )
        if not changed:
            raise errors.StateConflict(number=number, state=before["business_state"])
        record(
            what,
            by=by,
            at=at,
            subject=("number", number),
            number=number,
            before=before,
            after={"business_state": to, **({"stop_reason": fields["stop_reason"]} if "stop_reason" in fields else {})},
        )
        _end_measures(number, before["business_state"], to, how=measures_end, by=by, at=at)


def _end_measures(number: str, state: str, to: str, *, how: str, by: Actor, at: dt.datetime) -> None:
    still = Measure.objects.filter(number=number, ended_at=None)
    if to not in {"released", "spare"}:
        if state != "suspended":
            return
        still = still.filter(level="suspend")
    still.update(ended_at=at, ended_how=how, ended_by=by.name[:60])


def hold(number: str, person: Person, *, by: Actor, at: dt.datetime) -> dt.datetime:
    """Hold a spare number for 30 minutes; raise NumberTaken to whoever comes second. Returns the end of the hold."""
    until = at + HOLD_LASTS
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if Number.objects.filter(held_by=person, business_state="held").count() >= HOLDS_AT_ONCE:
            raise errors.TooManyHolds(count=HOLDS_AT_ONCE)
        try:
            move(number, "held", what="number.held", by=by, at=at, since=["spare"], held_by=person, held_until=until)
        except errors.StateConflict:
            raise errors.NumberTaken(number=number) from None
    return until


def reserve(number: str, person: Person, *, until: dt.datetime, by: Actor, at: dt.datetime) -> None:
    """Keep a spare number for an agent's customer until a day that its caller has checked; raise NumberTaken."""
    try:
        move(number, "held", what="number.reserved", by=by, at=at, since=["spare"], held_by=person, held_until=until)
    except errors.StateConflict:
        raise errors.NumberTaken(number=number) from None


def free(number: str, *, why: str, by: Actor, at: dt.datetime) -> None:
    """Put a number that never worked back into the pool: its holder, lines and clocks go. Stopped ones only in opening."""
    with transaction.atomic():
        _require(number, is_stopped_in_opening=True)
        move(
            number,
            "spare",
            what="number.freed",
            by=by,
            at=at,
            held_by=None,
            held_until=None,
            holder=None,
            verified_until=None,
            paid_until=None,
            network_state="none",
            stop_reason="",
            stopped_at=None,
            state_before_stop="",
        )
        Destination.objects.filter(number=number, removed_at=None).update(removed_at=at)
        Tenure.objects.filter(number=number, until=None).update(until=at)


def back_to_ledger(number: str, *, by: Actor, at: dt.datetime) -> None:
    """Put a number whose taking over came to nothing back as unverified: holder and line stay, without any proof.

    A stop stays as well: it is no way out of one to cancel.
    """
    with transaction.atomic():
        row = Number.objects.select_for_update().get(pk=number)
        Destination.objects.filter(number=number, removed_at=None).update(proven_until=None)
        if row.business_state == "suspended":
            Number.objects.filter(pk=number).update(verified_until=None, state_before_stop="unverified")
        elif row.business_state != "unverified":
            move(number, "unverified", what="number.back_to_ledger", by=by, at=at, verified_until=None)


def _require(number: str, *, is_stopped_in_opening: bool) -> None:
    """Tell a stopped number that never worked, whose order is cancelled, from one that worked, which is released."""
    found = Number.objects.select_for_update().filter(pk=number, business_state="suspended").first()
    if found is not None and (found.state_before_stop == "opening") is not is_stopped_in_opening:
        raise errors.StateConflict(number=number, state=found.business_state)


def begin_tenure(number: str, holder: Enterprise, *, at: dt.datetime, agent: Agent | None = None) -> None:
    """Write down who answers for a number from `at` on, and through whom it was sold (no agent: at the operator)."""
    Tenure.objects.create(number_id=number, holder=holder, since=at, agent=agent)
    publish("opening", number=number, at=at, holder=holder_entry(holder, number=number))


def require_releasable(number: str) -> None:
    """Raise StoppedForCause where whoever answers for a number must do so first.

    The row stays locked: a stop that comes at the same moment is either seen here or finds the number released.
    """
    reason = Number.objects.select_for_update().values_list("stop_reason", flat=True).filter(pk=number).first()
    if reason and reason not in RELEASABLE:
        reason_zh, reason_en = STOP_REASONS[reason]
        raise errors.StoppedForCause(reason_zh=reason_zh, reason_en=reason_en)


def release(number: str, *, by: Actor, at: dt.datetime) -> None:
    """Release a number at its holder's request (销号): nobody answers for it from now on; it ages 4 months.

    Raise StoppedForCause: whoever must answer for a number cannot escape by giving it up.
    """
    with transaction.atomic():
        _require(number, is_stopped_in_opening=False)
        require_releasable(number)
        move(
            number,
            "released",
            what="number.released",
            by=by,
            at=at,
            since=[*ANSWERED_FOR],
            stop_reason="",
            stopped_at=None,
            holder=None,
            verified_until=None,
            paid_until=None,
            network_state="deactivated",
            state_before_stop="",
            paused_until=None,
        )
        Destination.objects.filter(number=number, removed_at=None).update(removed_at=at)
        Tenure.objects.filter(number=number, until=None).update(until=at)
        publish("release", number=number, at=at)
        move(number, "aging", what="number.aging", by=by, at=at, aging_until=at + AGING_LASTS)


def end_aging(number: str, *, by: Actor, at: dt.datetime) -> None:
    """Put an aged number back into the pool."""
    move(
        number,
        "spare",
        what="number.spare",
        by=by,
        at=at,
        since=["aging"],
        only={"aging_until__lte": at},
        aging_until=None,
        network_state="none",
    )


def prolong(
    number: str,
    *,
    by: Actor,
    at: dt.datetime,
    verified_until: dt.datetime | None = None,
    paid_until: dt.datetime | None = None,
) -> None:
    """Set a later end of verification or of what is paid."""
    changes = {k: v for k, v in (("verified_until", verified_until), ("paid_until", paid_until)) if v is not None}
    with transaction.atomic():
        Number.objects.filter(pk=number).update(**changes)
        record(
            "number.prolonged",
            by=by,
            at=at,
            subject=("number", number),
            number=number,
            after={k: v.isoformat() for k, v in changes.items()},
        )


def set_network_state(number: str, state: str, *, by: Actor, at: dt.datetime) -> bool:
    """Take over the network state that the carrier reports; return whether it is new. Raise NetworkStateUnknown, NumberUnknown."""
    if state not in Network.values:
        raise errors.NetworkStateUnknown(known=", ".join(Network.values))
    with transaction.atomic():
        row = Number.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise errors.NumberUnknown
        if row.network_state == state:
            return False
        Number.objects.filter(pk=number).update(network_state=state)
        record(
            "number.network",
            by=by,
            at=at,
            subject=("number", number),
            number=number,
            before={"network_state": row.network_state},
            after={"network_state": state},
        )
    return True


def set_recheck(number: str, until: dt.datetime | None) -> None:
    """Set the nearest deadline of what is asked again; the database refuses one that is later than what is open.

    The fact is its caller's: what was asked, fulfilled or withdrawn.
    """
    Number.objects.filter(pk=number).update(recheck_until=until)
