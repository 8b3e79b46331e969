"""Say what a gate host knows about one number, and what two snapshots say differently: for people, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import lmdb

from answerable.snapshot import alarms, force, keys, records, serials, source, stops, trust
from answerable.snapshot.guard import decoded, judge
from answerable.snapshot.memory import Memory, digest_of
from answerable.snapshot.permits import PermitRefused, read, require_match, require_trusted, rings
from answerable.snapshot.read import Snapshot, link, open_sealed
from answerable.snapshot.records import NumberRecord
from answerable.snapshot.source import Connection

Pair = tuple[bytes, bytes]


def show(folder: Path, number: str, trunk: str) -> dict[str, Any]:
    """Return everything on this host that decides a call to a number, and by which permit it rings."""
    snapshot, is_there = Snapshot(folder), link(folder).exists()
    try:
        data, beat, epoch = snapshot.read(keys.number(number), keys.HEARTBEAT, keys.EPOCH)
    finally:
        snapshot.close()
    said: dict[str, Any] = {
        "number": number, "epoch": int(epoch or 0), "heartbeat": records.decode_time(beat),
        "file": snapshot.fault or ("in force" if is_there else "none"),
        "record": None, "stopped_here": next((stop for stop in stops.listed(folder) if stop["number"] == number), None),
        "held_back": number in force.held(folder), "refused": refused_here(folder).get(number), "used_up": serials.used_up(folder, number),
    }  # fmt: skip
    with suppress(OSError, ValueError):
        said["alarm"] = json.loads((folder / alarms.FOLDER / number).read_text())
    if data is None:
        return said
    try:
        record = records.decode_number(data)
    except records.BadRecord as bad:
        return said | {"record": f"refused: {bad}"}
    return said | {"record": record, "rings": rings(record), "permit": _permit(folder, record, trunk)}


def _permit(folder: Path, record: NumberRecord, trunk: str) -> dict[str, Any] | str:
    """Say what a record's permit allows and how it stands on this host."""
    text = record.get("permit", "")
    if not text:
        return "none: it would not be admitted if it rang" if rings(record) else "none, and none is needed"
    try:
        statement = read(text)
        standing = "verified here" if _is_verified(folder, record["number"], text) else "not verified here"
        require_trusted(statement, trust.load(folder))
        require_match(statement, record, trunk)
        if statement.serial <= serials.used_up(folder, record["number"]):
            standing = "PERMIT_USED_UP: a stop on this host has used it up"
    except (PermitRefused, trust.BadKeys) as refused:
        return f"{refused.code}: {refused}"
    said = {
        "serial": statement.serial,
        "key": statement.key,
        "valid_until": statement.valid_until,
        "issued_at": statement.issued_at,
    }
    return said | {"lines": len(statement.lines), "standing": standing}


def _is_verified(folder: Path, number: str, permit: str) -> bool:
    """Say whether this host has verified these very bytes as the number's newest permit."""
    try:
        memory = Memory(folder, readonly=True)
    except lmdb.Error:
        return False
    try:
        return memory.get(number).digest == digest_of(permit)
    finally:
        memory.close()


def in_file(path: Path) -> Iterator[Pair]:
    """Yield a file's numbers in the order of their keys; raise NotOurs for a file that this host did not seal."""
    environment = open_sealed(str(path.resolve(strict=True)))
    try:
        with environment.begin() as transaction:
            cursor = transaction.cursor()
            if cursor.set_range(b"n:"):
                for key, value in cursor.iternext():
                    if not key.startswith(b"n:"):
                        break
                    yield key, value
    finally:
        environment.close()


def in_database(queries: Connection) -> Iterator[Pair]:
    """Yield what is published, in the order of the keys."""
    return chain.from_iterable(source.numbers(queries))


def differences(before: Iterator[Pair], after: Iterator[Pair], now: float) -> Iterator[dict[str, Any]]:
    """Yield each number of which the two say other things: which fields, and what becomes of its calls."""
    left, right = next(before, None), next(after, None)
    while left is not None or right is not None:
        key = min(one[0] for one in (left, right) if one is not None)
        old = new = None
        if left is not None and left[0] == key:
            old, left = left[1], next(before, None)
        if right is not None and right[0] == key:
            new, right = right[1], next(after, None)
        if old != new:
            yield _difference(key, old, new, now)


def refused_here(folder: Path) -> dict[str, str]:
    """Return the numbers that wait for two people on this host: `held back` one by one, or what a refused build `would lose`."""
    said = force.refusal(folder)
    lost = force.lost(folder, said) if said is not None and said["kind"] == "build" else set()
    return dict.fromkeys(map(str, sorted(lost)), "would lose") | dict.fromkeys(sorted(force.held(folder)), "held back")


def with_refused(found: Iterable[dict[str, Any]], refused: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Say of each difference what is refused of it; then the refused numbers of which the published record is the same."""
    left = dict(refused)
    for one in found:
        why = left.pop(one["number"], "")
        yield one | ({"refused": why} if why else {})
    for number, why in left.items():
        yield {"number": number, "calls": "falls silent", "fields": [], "refused": why, "why": UNTRUSTED}


UNTRUSTED = "The published record is the one in force, but this host does not admit its permit (any more): `gate alarms` says why."


def _difference(key: bytes, old: bytes | None, new: bytes | None, now: float) -> dict[str, Any]:
    first, second = decoded(old), decoded(new)
    one, other = dict(first or {}), dict(second or {})
    fields = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    change = judge(old, new, now)
    if change.is_stop:
        calls = "stopped"
    elif change.is_loss:
        calls = "falls silent"
    elif change.will_ring and not change.rang:
        calls = "begins to ring"
    else:
        calls = "rings on" if change.will_ring else "silent"
    return {
        "number": key[2:].decode(), "calls": calls, "fields": fields, "before": _state(old, first), "after": _state(new, second),
    }  # fmt: skip


def _state(data: bytes | None, record: NumberRecord | None) -> str:
    if record is not None:
        return record["business_state"]
    return "absent" if data is None else "damaged"
