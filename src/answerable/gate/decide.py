"""Decide whether one call is connected. This file is the whole promise; everything else in the project serves it.

A call to a 400 number is connected if and only if, at that moment and as the gate knew it at its last heartbeat, a
real organisation is verified as its holder, the line it rings is proven to be that organisation's, and nothing stops
the number.

The verdict is holder × destination × network state × money × orders, and each is good until its own end:

| what        | in the record                                       | good until                          |
|-------------|-----------------------------------------------------|-------------------------------------|
| holder      | owner, verified_until                               | verified_until                      |
| destination | destinations[].proven_until                         | proven_until, line by line          |
| network     | network_state, business_state                       | the heartbeat grows stale           |
| money       | paid_until, talk_seconds                            | paid_until                          |
| orders      | stop, limited_hours; the stop files beside the gate | the heartbeat grows stale; lifted   |

A record does not outlive its heartbeat: what the carrier or an officer changes must have had its chance to arrive.

Pure: no clock, no file, no network. `now` is the later of the wall clock and the newest heartbeat seen (gate.clock).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from answerable.gate.callers import is_welcome
from answerable.gate.refusals import REFUSALS, Refusal
from answerable.gate.spelling import is_400, shows_400
from answerable.snapshot.records import Destination, NumberRecord

STALE_AFTER_SECONDS = 24 * 3600
SHANGHAI_SECONDS = 8 * 3600  # no summer time since 1991
Source = Literal["trunk", "caller", "unknown"]


class Call(NamedTuple):
    """What one INVITE shows: where it comes from, who it says is calling, and whether its record could be kept."""

    source: Source
    callers: tuple[str, ...] = ()
    """Every value of From, P-Asserted-Identity, Remote-Party-ID and Diversion, as it came."""
    is_recordable: bool = True
    caller: str = ""
    """Who calls, as gate.callers folds it."""
    is_draining: bool = False
    """Whether new calls are to go to the next gate."""


class Load(NamedTuple):
    """What else goes on as this call comes, itself counted: calls of its number, and new ones in this second or minute."""

    number_calls: int = 1
    number_second: int = 1
    trunk_second: int = 1
    caller_minute: int = 1


class Limits(NamedTuple):
    """The operator's own limits of new calls; 0 is none."""

    trunk_a_second: int = 0
    caller_a_minute: int = 0
    number_a_second: int = 0


class Connect(NamedTuple):
    """Ring these lines, in this order or all at once; after so many seconds of talk the money is used up."""

    destinations: tuple[Destination, ...]
    is_parallel: bool = False
    talk_seconds: int | None = None


class Refuse(NamedTuple):
    """Do not connect; `reason` is the stop's own reason where there is one."""

    refusal: Refusal
    reason: str | None = None


def decide(  # noqa: PLR0911, PLR0912  the questions, in order and in one place
    record: NumberRecord | None,
    call: Call,
    now: float,
    heartbeat: float | None,
    stopped_here: bool,
    *,
    stale_after: float = STALE_AFTER_SECONDS,
) -> Connect | Refuse:
    """Ask the gate's questions in order; the first that fails is the answer."""
    refused = refuse_call_itself(call, now, heartbeat, stale_after)
    if refused:
        return refused
    if record is None:
        return _refuse("NUMBER_UNKNOWN")
    if stopped_here:
        return _refuse("STOPPED_AT_GATE")
    if record["stop"] is not None:
        return _refuse("STOPPED", record["stop"])
    if record["business_state"] not in ("working", "opening"):
        return _refuse("NOT_IN_SERVICE")
    is_opening = record["business_state"] == "opening"
    if is_opening and call.source != "caller":
        return _refuse("NOT_YET_OPEN")
    if not is_opening and call.source == "caller":
        return _refuse("NOT_OPENING")
    if record["network_state"] not in ("activated", "loaded"):
        return _refuse("NETWORK_NOT_ACTIVE")
    if not record["owner"] or record["verified_until"] <= now:
        return _refuse("NOT_VERIFIED")
    if record["paid_until"] <= now:
        return _refuse("UNPAID")
    if not is_opening and not is_open(record, now):
        return _refuse("CLOSED_HOURS")  # the test call may ring outside them: its time was chosen by the holder
    if not is_opening and not _is_within(record["limited_hours"], now):
        return _refuse("LIMITED")
    if not is_opening and not is_welcome(call.caller, record.get("callers")):
        return _refuse("CALLER_BARRED")
    if not record["destinations"]:
        return _refuse("NO_ROUTE")
    proven = [line for line in record["destinations"] if line["proven_until"] > now]
    if not proven:
        return _refuse("DESTINATION_NOT_PROVEN")
    routable = tuple(line for line in proven if is_routable(line))
    if not routable:
        return _refuse("NO_ROUTE")
    if not call.is_recordable:
        return _refuse("RECORDER_FULL")  # a call of which nothing can be told later is not connected
    left = int(record["paid_until"] - now) + 1
    return Connect(routable, record.get("ring") == "parallel", min(left, record.get("talk_seconds", left)))


def decide_load(record: NumberRecord, load: Load, limits: Limits) -> Refuse | None:
    """Decide whether a call that `decide` lets through still has room. None = connect."""
    if 0 < limits.trunk_a_second < load.trunk_second:
        return _refuse("TRUNK_RATE")
    if 0 < limits.caller_a_minute < load.caller_minute:
        return _refuse("CALLER_RATE")
    if 0 < limits.number_a_second < load.number_second:
        return _refuse("NUMBER_RATE")
    if 0 < record.get("most_calls", 0) < load.number_calls:
        return _refuse("CAPACITY")
    return None


def refuse_call_itself(call: Call, now: float, heartbeat: float | None, stale_after: float) -> Refuse | None:
    """Ask what needs no record. It comes first, so that a stranger gets the same answer whatever the number."""
    if call.source not in ("trunk", "caller"):
        return _refuse("SOURCE_UNKNOWN")
    if call.is_draining:
        return _refuse("DRAINING")
    if any(shows_400(caller) for caller in call.callers):
        return _refuse("CALLER_IS_400")
    if heartbeat is None or not now - heartbeat <= stale_after:
        return _refuse("SNAPSHOT_STALE")
    return None


def decide_probe(
    until: int | None,
    call: Call,
    now: float,
    heartbeat: float | None,
    *,
    stale_after: float = STALE_AFTER_SECONDS,
) -> Refuse | None:
    """Decide a call-back to a listed line: the platform's own caller alone, until then. None = connect."""
    refused = refuse_call_itself(call, now, heartbeat, stale_after)
    if refused:
        return refused
    if call.source != "caller" or until is None or until <= now:
        return _refuse("NUMBER_UNKNOWN")
    return None if call.is_recordable else _refuse("RECORDER_FULL")


def is_open(record: NumberRecord, now: float) -> bool:
    """Say whether `now` lies in the opening hours; a closed date wins over a make-up workday."""
    if record["closed_dates"] or record["open_dates"]:
        day = _date((int(now) + SHANGHAI_SECONDS) // 86_400)
        if day in record["closed_dates"]:
            return False
        if day in record["open_dates"]:
            return _is_within(record["hours"], now, weekday=0)
    return _is_within(record["hours"], now)


@lru_cache(4)
def _date(days: int) -> str:
    """Spell a day, counted from 1 January 1970, as it stands in a record; nearly every call asks for the same one."""
    return (date(1970, 1, 1) + timedelta(days)).isoformat()


def _is_within(hours: list[list[int]] | None, now: float, weekday: int | None = None) -> bool:
    """Say whether `now` lies in [weekday 0 = Monday, first minute, end minute]; None is always."""
    if hours is None:
        return True
    days, seconds = divmod(int(now) + SHANGHAI_SECONDS, 86_400)
    on = (days + 3) % 7 if weekday is None else weekday  # 1 January 1970 was a Thursday
    minute = seconds // 60
    return any(on == day and start <= minute < end for day, start, end in hours)


def is_routable(line: Destination) -> bool:
    """Say whether a line has an address that can ring and is not itself a 400 number, which would come back here."""
    scheme, _, rest = line["uri"].partition(":")
    user, _, host = rest.partition("@")
    return scheme == "sip" and bool(user and host) and not is_400(user) and line["ring_seconds"] > 0


def _refuse(code: str, reason: str | None = None) -> Refuse:
    return Refuse(REFUSALS[code], reason)
