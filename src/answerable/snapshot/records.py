"""Write and read the snapshot's values: framed JSON with a version, checked field by field when they are read.

A value that does not check raises BadRecord. The gate treats such a number as unknown, tools show the sentence: a file
that somebody cut or that another version wrote can refuse calls, never connect one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict, cast

from answerable.snapshot import frame

VERSION = 2
"""Raise it when a field changes: the publisher then writes every record anew at its next start."""


MARK = frame.mark(VERSION)
"""The first bytes of every record of this version."""


REALM = "answerable"
"""What a gate calls itself when it asks to sign in; the digest of a trunk's password is made with it (RFC 3261 section 22.4)."""


class BadRecord(ValueError):
    """The bytes are not a record of this version."""

    code = "BAD_RECORD"


class Destination(TypedDict):
    """A bound line: where it rings, for how long, and until when it is proven to be the holder's."""

    line: str
    uri: str
    proven_until: int
    ring_seconds: int
    one_at_a_time: NotRequired[bool]
    """While it is being dialled no second caller rings it; off for a switchboard, which takes several."""


class Overflow(TypedDict):
    """When the next line is tried; without `unreachable` such a line counts as one that does not answer."""

    busy: bool
    no_answer: bool
    unreachable: NotRequired[bool]


class Callers(TypedDict):
    """Who may call, by the caller's number, its beginning or its area code; `anonymous` is a caller without a number."""

    refuse: list[str]
    accept: list[str] | None
    """Only these, where it is no null; `refuse` is asked first."""


class NumberRecord(TypedDict):
    """Everything the gate may know about a number. Times are epoch seconds, 0 = never; hours are in Asia/Shanghai."""

    v: int
    number: str
    owner: str
    business_state: str
    network_state: str
    verified_until: int
    paid_until: int
    stop: str | None
    hours: list[list[int]] | None
    """null = always open, else [weekday 0 = Monday, first minute, end minute]; past midnight needs a second entry."""
    limited_hours: list[list[int]] | None
    """The only times at which a limited number rings, whatever its holder's hours are; null = not limited."""
    closed_dates: list[str]
    open_dates: list[str]
    """Make-up workdays (调休上班): Monday's hours apply."""
    destinations: list[Destination]
    overflow: Overflow
    ring: NotRequired[Literal["serial", "parallel"]]
    """One line after the other (the default), or all at once."""
    callers: NotRequired[Callers]
    shown: NotRequired[str]
    """The billing number (计费号) that the line sees instead of the caller's; none = the caller's own."""
    most_calls: NotRequired[int]
    """Calls at once; 0 = not limited."""
    talk_seconds: NotRequired[int]
    """What the balance still pays for, in one call."""
    permit: NotRequired[str]
    """What the follower asks for before this record may ring (snapshot.permits); the gate itself does not read it."""
    used_up: NotRequired[int]
    """Of a stopped number: the newest serial that opens nothing any more, for a gate host that never saw it ring."""


class TrunkRecord(TypedDict):
    """A carrier's trunk, known by its source address."""

    name: str
    kind: Literal["trunk"]
    most_a_second: NotRequired[int]
    """New calls a second; 0 = not limited."""
    ha1: NotRequired[str]
    """Of a trunk that signs in (RFC 8760): MD5 of user:realm:password, in hexadecimal."""


class ProbeRecord(TypedDict):
    """A line that the platform's own caller may ring until then; the control plane counts three a day.

    It rings as sip:LINE@ the landline trunk that the gate was started with.
    """

    until: int


def encode(record: Mapping[str, Any]) -> bytes:
    """Encode a number, trunk or probe record; a number record is checked first, so that no bad one is published."""
    value = {"v": VERSION, **record}
    if "destinations" in value or "number" in value:
        _check_number(value)
    return frame.seal(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(), VERSION)


def decode_number(data: bytes) -> NumberRecord:
    """Decode a number's record, or raise BadRecord."""
    return _check_number(_object(data))


def load_number(data: bytes) -> NumberRecord:
    """Decode a record that the follower has checked field by field before it let it in, or raise BadRecord."""
    return cast(NumberRecord, _object(data))


def decode_trunk(data: bytes) -> TrunkRecord:
    """Decode a trunk's record, or raise BadRecord."""
    value = _object(data)
    if value.get("kind") != "trunk" or not isinstance(value.get("name"), str):
        raise BadRecord("A trunk's record must have a name and the kind 'trunk'.")
    if not _is_time(value.get("most_a_second", 0)) or not isinstance(value.get("ha1", ""), str):
        raise BadRecord("A trunk's calls a second and its password's digest must be a number and a text.")
    return cast(TrunkRecord, value)


def decode_probe(data: bytes) -> ProbeRecord:
    """Decode a probe's record, or raise BadRecord."""
    value = _object(data)
    if not _is_time(value.get("until")):
        raise BadRecord("A probe's record must say until when.")
    return cast(ProbeRecord, value)


def encode_time(at: float) -> bytes:
    """Encode a heartbeat."""
    return repr(float(at)).encode()


def decode_time(data: bytes | None) -> float | None:
    """Decode a heartbeat; None for one that is absent or makes no sense, which counts as stale."""
    try:
        at = float(data or b"")
    except ValueError:
        return None
    return at if math.isfinite(at) and at > 0 else None


def is_whole(data: bytes) -> bool:
    """Say whether bytes are as `encode` of this version wrote them, without decoding: every reader still does that."""
    return frame.holds(data, MARK)


def _object(data: bytes) -> dict[str, Any]:
    if wrong := frame.fault(data, VERSION):
        raise BadRecord(wrong)
    try:
        value = json.loads(data[frame.BYTES :])
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"Not JSON: {data[frame.BYTES : 40]!r}") from error
    if not isinstance(value, dict):
        raise BadRecord("Not a JSON object.")
    if value.get("v") != VERSION:
        raise BadRecord(f"Version {value.get('v')!r}; this gate reads version {VERSION}.")
    return value


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_text_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_hours(value: object) -> bool:
    return value is None or (
        isinstance(value, list)
        and all(
            isinstance(row, list)
            and len(row) == 3
            and all(type(item) is int for item in row)
            and 0 <= row[0] <= 6
            and 0 <= row[1] < row[2] <= 1440
            for row in value
        )
    )


def _is_destination(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("line"), str)
        and isinstance(value.get("uri"), str)
        and _is_time(value.get("proven_until"))
        and type(value.get("ring_seconds")) is int
        and 1 <= value["ring_seconds"] <= 180
        and isinstance(value.get("one_at_a_time", False), bool)
    )


def _is_overflow(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("busy"), bool)
        and isinstance(value.get("no_answer"), bool)
        and isinstance(value.get("unreachable", False), bool)
    )


def _is_callers(value: object) -> bool:
    return (
        isinstance(value, dict)
        and _is_text_list(value.get("refuse"))
        and (value.get("accept") is None or _is_text_list(value["accept"]))
    )


def _check_number(value: dict[str, Any]) -> NumberRecord:
    """Name every field that does not hold what it should."""
    number, lines, shown = value.get("number"), value.get("destinations"), value.get("shown", "0")
    checks = {
        "v": value.get("v") == VERSION,
        "number": isinstance(number, str) and len(number) == 10 and number.isascii() and number.isdigit(),
        "owner": isinstance(value.get("owner"), str),
        "business_state": isinstance(value.get("business_state"), str),
        "network_state": isinstance(value.get("network_state"), str),
        "verified_until": _is_time(value.get("verified_until")),
        "paid_until": _is_time(value.get("paid_until")),
        "stop": "stop" in value and (value["stop"] is None or isinstance(value["stop"], str)),
        "hours": "hours" in value and _is_hours(value["hours"]),
        "limited_hours": "limited_hours" in value and _is_hours(value["limited_hours"]),
        "closed_dates": _is_text_list(value.get("closed_dates")),
        "open_dates": _is_text_list(value.get("open_dates")),
        "destinations": isinstance(lines, list) and all(_is_destination(line) for line in lines),
        "overflow": _is_overflow(value.get("overflow")),
        "ring": value.get("ring", "serial") in ("serial", "parallel"),
        "callers": "callers" not in value or _is_callers(value["callers"]),
        "shown": isinstance(shown, str) and shown.isascii() and shown.isdigit(),
        "most_calls": _is_time(value.get("most_calls", 0)),
        "talk_seconds": _is_time(value.get("talk_seconds", 0)),
        "permit": isinstance(value.get("permit", ""), str),
        "used_up": _is_time(value.get("used_up", 0)) and value.get("used_up", 0) < 1 << 62,
    }
    wrong = [name for name, holds in checks.items() if not holds]
    if wrong:
        raise BadRecord(f"Record of {number!r} does not check: {', '.join(wrong)}.")
    return cast(NumberRecord, value)
