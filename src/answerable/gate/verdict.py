"""Gather what gate.decide asks for: the number's record, a local stop, the clock, what is being called at this moment.

Only gate.kemi imports this. Nothing is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import KSR

from answerable.gate import caps, hunt, transaction
from answerable.gate.callers import caller_of
from answerable.gate.decide import Call, Connect, Limits, Refuse, decide, decide_load, decide_probe
from answerable.snapshot import keys, records, stops
from answerable.spool import frame

if TYPE_CHECKING:
    from answerable.gate.kemi import Gate


def asked(state: transaction.State) -> tuple[bytes, ...]:
    """Name what of the snapshot a verdict rests on, to be read as of one moment."""
    return keys.number(state["number"]), keys.HEARTBEAT, keys.EPOCH


def give(
    gate: Gate,
    state: transaction.State,
    callers: tuple[str, ...],
    known: list[bytes | None],
    trunk: records.TrunkRecord | None = None,
) -> Connect | Refuse:
    """Have it decided on what the snapshot has for `asked`; write what the records are to tell into the state.

    Without `trunk` a call that has begun goes on: it is not counted in again.
    """
    dialled = state["number"]
    data, beat, epoch = known
    heartbeat = records.decode_time(beat)
    now, stale_after = gate.clock.now(heartbeat), gate.config.stale_after_hours * 3600
    caller = caller_of(state["caller"])
    is_draining = trunk is not None and gate.drain.is_draining()
    call = Call(state["source"], callers, gate.spool.can_take_call(), caller, is_draining)
    told = {name: state[name] for name in ("call", "number", "caller", "source", "trunk")}
    told["epoch"] = int(epoch or 0)
    if call.source == "caller":
        (probe,) = gate.snapshot.read(keys.probe(dialled))
        if probe is not None:
            state["told"] = frame.members(told)
            until = transaction.decode(records.decode_probe, probe, dialled)
            refused = decide_probe(
                until and until["until"], call, now=now, heartbeat=heartbeat, stale_after=stale_after
            )
            return refused or Connect((_probe_line(gate, dialled),))
    record = transaction.decode(records.load_number, data, dialled)
    if record is not None and record["number"] != dialled:
        record = None  # a record that lies under another number's key is nobody's
    if record is not None:
        told["owner"] = record["owner"]
        state["overflow"], state["shown"] = hunt.overflow(record["overflow"]), record.get("shown")
    state["told"] = frame.members(told)
    is_stopped = record is not None and stops.is_stopped(gate.folder, dialled)
    verdict = decide(record, call, now, heartbeat, is_stopped, stale_after=stale_after)
    if trunk is None or record is None or isinstance(verdict, Refuse):
        return verdict
    return _count_in(gate, state, record, trunk, caller, now=now) or verdict


def _count_in(
    gate: Gate,
    state: transaction.State,
    record: records.NumberRecord,
    trunk: records.TrunkRecord,
    caller: str,
    *,
    now: float,
) -> Refuse | None:
    """Count the call in, and out again when there is no room for it."""
    limits = Limits(trunk.get("most_a_second", 0), gate.config.caller_a_minute, gate.config.number_a_second)
    refused = decide_load(record, caps.load_of(record, trunk["name"], caller, now, limits), limits)
    if record.get("most_calls"):
        if refused:
            caps.give_back(record["number"])
        else:
            state["is_counted"] = True
            KSR.pv.sets("$avp(counted)", record["number"])
    return refused


def _probe_line(gate: Gate, line: str) -> records.Destination:
    uri, ring = f"sip:{line}@{gate.config.landline_trunk}", gate.config.probe_ring_seconds
    return records.Destination(line=line, uri=uri, proven_until=0, ring_seconds=ring)
