"""Gather what one INVITE shows, let gate.decide decide, do it, write it down. kamailio.cfg calls these methods.

Runs in Kamailio's own Python (standard library and lmdb only), one instance in every worker process. Nothing here may
block or raise: a blocked worker answers nobody, and what goes wrong refuses the call.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import KSR

from answerable.gate import caps, hunt, message, settings, source, ticket, transaction
from answerable.gate.callers import caller_of
from answerable.gate.clock import Clock
from answerable.gate.decide import Call, Connect, Refuse, decide, decide_load, decide_probe
from answerable.gate.refusals import REFUSALS, Refusal
from answerable.gate.spelling import national
from answerable.snapshot import keys, records, stops
from answerable.snapshot.read import Snapshot
from answerable.spool.write import SpoolFull, SpoolWriter

STRANGERS_NOTED_A_SECOND = 20
BUSY = (486, 600, 603)


def guarded(route: Callable[..., int]) -> Callable[..., int]:
    """Return -1 instead of raising: kamailio.cfg then refuses, or passes on what the caller must have all the same."""

    def run(self: Gate, *given: Any) -> int:
        try:
            return route(self, *given)
        except Exception:
            KSR.err(f"gate fault: {traceback.format_exc()}\n")
            return self.note_fault() if route.__name__ in ("new_call", "failed") else -1

    return run


class Gate:
    """The decisions of one worker."""

    def __init__(self, config: settings.GateSettings, secret: bytes) -> None:
        self.config = config
        self.secret = secret
        self.caller_secret = config.caller_secret()
        self.folder = str(config.folder)
        self.snapshot = Snapshot(config.folder)
        self.spool = SpoolWriter(config.folder)
        self.clock = Clock(config.run_folder)
        self.strangers = (0, 0)

    def child_init(self, rank: int) -> int:
        return 0  # files are opened at the first message: each process its own, after the fork

    @guarded
    def new_call(self, msg: Any, shown: str) -> int:
        """Decide one INVITE; `shown` is source address, source port and the dialled user part."""
        address, port, user = shown.split(" ", 2)
        found = transaction.headers()
        caller = message.user(transaction.first(found, "from"))[:64]
        state: transaction.State = {
            "call": transaction.first(found, "call-id"), "number": national(user)[:64], "caller": caller, "tried": [], "held": []
        }  # fmt: skip
        exact, whole, digest, *known = self.snapshot.read(
            keys.trunk(address, port), keys.trunk(address), keys.DIGEST, *_asked(state)
        )
        trunk = source.recognise(self, state, (exact, whole), is_digest=digest is not None)
        if trunk is None:
            return 1
        verdict = self._decide(state, message.callers(found), known, trunk)
        if isinstance(verdict, Refuse):
            return self._refuse(state, verdict.refusal, verdict.reason)
        if "route" in found:
            KSR.hdr.remove("Route")  # where it goes is decided here
        KSR.rr.record_route()
        self._track(state, verdict)
        return self._ring(state, verdict)

    def _track(self, state: transaction.State, verdict: Connect) -> None:
        """Mark the call as the gate's own, and follow its dialog, which ends it at its longest duration."""
        KSR.rr.add_rr_param(ticket.issue(self.secret, state["call"], state["number"]))
        KSR.dialog.dlg_manage()
        KSR.pv.sets("$dlg_var(number)", state["number"])
        if state.pop("is_counted", False):
            KSR.pv.sets("$dlg_var(counted)", state["number"])
        if verdict.talk_seconds is not None and verdict.talk_seconds < self.config.longest_call_seconds:
            KSR.dialog.dlg_set_timeout(max(1, verdict.talk_seconds))

    def _decide(
        self,
        state: transaction.State,
        callers: tuple[str, ...],
        known: list[bytes | None],
        trunk: records.TrunkRecord | None = None,
    ) -> Connect | Refuse:
        """Decide on what the snapshot has for `_asked`, all as of one moment. Without `trunk` no call is counted in."""
        dialled = state["number"]
        data, beat, epoch = known
        heartbeat = records.decode_time(beat)
        now, stale_after = self.clock.now(heartbeat), self.config.stale_after_hours * 3600
        caller = caller_of(state["caller"])
        call = Call(state["source"], callers, self.spool.can_take_call(), caller)
        state["epoch"] = int(epoch or 0)
        if call.source == "caller":
            (probe,) = self.snapshot.read(keys.probe(dialled))
            if probe is not None:
                until = transaction.decode(records.decode_probe, probe, dialled)
                refused = decide_probe(
                    until and until["until"], call, now=now, heartbeat=heartbeat, stale_after=stale_after
                )
                return refused or Connect((self._probe_line(dialled),))
        record = transaction.decode(records.load_number, data, dialled)
        if record is not None and record["number"] != dialled:
            record = None  # a record that lies under another number's key is nobody's
        if record is not None:
            state["owner"], state["overflow"], state["shown"] = record["owner"], record["overflow"], record.get("shown")
        is_stopped = record is not None and stops.is_stopped(self.folder, dialled)
        verdict = decide(record, call, now, heartbeat, is_stopped, stale_after=stale_after)
        if trunk is None or record is None or isinstance(verdict, Refuse):
            return verdict
        return self._decide_load(state, record, trunk, now) or verdict

    def _decide_load(
        self, state: transaction.State, record: records.NumberRecord, trunk: records.TrunkRecord, now: float
    ) -> Refuse | None:
        """Count the call in, and out again when there is no room for it."""
        limits = {"trunk_a_second": trunk.get("most_a_second", 0), "caller_a_minute": self.config.caller_a_minute}
        refused = decide_load(record, caps.load_of(state, record, now, **limits), **limits)
        state["is_counted"] = bool(record.get("most_calls")) and refused is None
        if refused and record.get("most_calls"):
            caps.give_back(record["number"])
        return refused

    def _probe_line(self, line: str) -> records.Destination:
        uri, ring = f"sip:{line}@{self.config.landline_trunk}", self.config.probe_ring_seconds
        return records.Destination(line=line, uri=uri, proven_until=0, ring_seconds=ring)

    def _ring(self, state: transaction.State, verdict: Connect) -> int:
        """Ring what has not been tried; the record is written before any line can ring."""
        lines, is_first = [], not state["tried"]
        for line in hunt.untried(state, verdict):
            if not line.get("one_at_a_time") or caps.lock(line["line"], state["call"], line["ring_seconds"]):
                lines.append(line)
                if not verdict.is_parallel:
                    break
            elif not self._pass_over(state, line):
                break
        if not lines:
            return self._refuse(state, REFUSALS["ALL_BUSY"])
        state["held"] = [line["line"] for line in lines if line.get("one_at_a_time")]
        if is_first:
            try:
                for attempt, line in enumerate(lines, 1):
                    self._write(state, kind="invite", line=line["line"], attempt=attempt)
            except SpoolFull:
                return self._refuse(state, REFUSALS["RECORDER_FULL"])
            hunt.show(state, self.config.address)
        if not hunt.dial(state, lines, self.config):
            return self._round_failed(state, 0, "UNREACHABLE")
        return 1

    def _pass_over(self, state: transaction.State, line: records.Destination) -> bool:
        """Pass over a line that another caller is being put through to; say whether the next may be tried."""
        state.setdefault("passed", []).append(line["line"])
        self._note(
            state, kind="attempt_failed", line=line["line"], attempt=len(state["tried"]) + 1, sip=0, code="ALL_BUSY"
        )
        return bool(state["overflow"]["busy"])

    @guarded
    def replied(self, msg: Any) -> int:
        """Write down that a line rings or has answered, each once."""
        status, state = int(KSR.pv.get("$rs")), transaction.kept()
        branch = int(KSR.pv.get("$T_branch_idx") or 0)
        kind = "ringing" if 180 <= status <= 183 else "answered" if 200 <= status <= 299 else ""
        if not kind or state is None or not 0 <= branch < len(state["tried"]):
            return 1
        if transaction.is_first(f"{kind}{branch}"):
            self._note(state, kind=kind, line=state["tried"][branch], attempt=branch + 1, sip=status)
            if kind == "answered":
                hunt.let_go(state)
        return 1

    @guarded
    def failed(self, msg: Any) -> int:
        """Go on to the next line, or tell the caller."""
        state = transaction.kept()
        if state is None:
            return 1
        if KSR.tm.t_is_canceled() > 0:
            hunt.let_go(state)
            for attempt, line in hunt.ringing(state):
                self._note(state, kind="cancelled", by="caller", sip=487, line=line, attempt=attempt)
            return 1
        status = int(KSR.pv.get("$T_reply_code") or 0)
        is_timeout = KSR.tm.t_branch_timeout() > 0
        has_replied = KSR.tm.t_branch_replied() > 0
        if status in BUSY:
            code = "ALL_BUSY"
        elif (is_timeout and has_replied) or status in (480, 487):
            code = "NO_ANSWER"
        else:
            code = "UNREACHABLE"
        is_gateway_down = (is_timeout and not has_replied) or status == 503
        return self._round_failed(state, 0 if is_timeout else status, code, is_gateway_down=is_gateway_down)

    def _round_failed(self, state: transaction.State, status: int, code: str, *, is_gateway_down: bool = False) -> int:
        """Write the failed attempts down; ask the gate's questions again before the next line rings."""
        for attempt, line in hunt.ringing(state):
            self._note(state, kind="attempt_failed", sip=status, code=code, line=line, attempt=attempt)
        if is_gateway_down and self.config.gateways and hunt.dial_elsewhere(state, self.config):
            return 1
        hunt.let_go(state)
        overflow = state.get("overflow") or {"busy": False, "no_answer": False}
        kind = {"ALL_BUSY": "busy", "NO_ANSWER": "no_answer", "UNREACHABLE": "unreachable"}[code]
        if overflow.get(kind, overflow["no_answer"]):
            verdict = self._decide(state, message.callers(transaction.headers()), self.snapshot.read(*_asked(state)))
            if isinstance(verdict, Refuse):
                return self._refuse(state, verdict.refusal, verdict.reason)
            if hunt.untried(state, verdict):
                return self._ring(state, verdict)
        return self._refuse(state, REFUSALS[code])

    @guarded
    def is_ours(self, msg: Any) -> int:
        """Say whether a message within a call belongs to one that the gate let through, and has forgotten."""
        return 1 if self._ticket() else -1

    @guarded
    def ended(self, msg: Any) -> int:
        """Write down that one side hung up; -1 when the call was never let through."""
        found = self._ticket()
        if found is None:
            return -1
        by = "caller" if KSR.rr.is_direction("downstream") > 0 else "callee"
        self._note(found, kind="ended", by=by, sip=200, code=None)
        return 1

    def _ticket(self) -> transaction.State | None:
        found = transaction.headers()
        call = transaction.first(found, "call-id")
        number = ticket.check(self.secret, call, found.get("route", []))
        return None if number is None else {"call": call, "number": number}

    @guarded
    def cut(self, msg: Any, event: str = "") -> int:
        """Write down a call that the gate itself ends, as its first BYE goes out."""
        if KSR.dialog.dlg_get(*(KSR.pv.get(name) for name in ("$ci", "$ft", "$tt"))) < 0:
            return 1
        number = KSR.pv.get("$dlg_var(number)")
        if number is not None and KSR.pv.get("$dlg_var(over)") is None:
            KSR.pv.sets("$dlg_var(over)", "1")
            state = {"call": KSR.pv.get("$ci"), "number": number}
            self._note(state, kind="ended", by="gate", sip=200, code="MAX_DURATION")
        return 1

    def note_fault(self) -> int:
        """Write a fault of our own down as far as the call is known; kamailio.cfg refuses it."""
        try:
            row = REFUSALS["GATE_FAULT"]
            state = {"call": KSR.pv.get("$ci"), "number": national(KSR.pv.get("$rU") or "")[:64]}
            self._note(state, kind="refused", code=row.code, sip=row.status, cause=row.cause, reason=None)
        except Exception:
            KSR.err(f"gate fault, of which nothing can be told: {traceback.format_exc()}\n")
        return -1

    def _refuse(self, state: transaction.State, refusal: Refusal, reason: str | None = None) -> int:
        """Write the refusal down, for the enterprise must see why its callers were refused, and reply with its code."""
        extra = {"line": state["tried"][-1], "attempt": len(state["tried"])} if state["tried"] else {}
        transaction.hold()
        # What room is left belongs to the calls in progress, and a flood of strangers must not fill the disk.
        if state["tried"] or (self.spool.can_take_call() and self._is_worth_noting(refusal)):
            words = {"code": refusal.code, "sip": refusal.status, "cause": refusal.cause, "reason": reason}
            self._note(state, kind="refused", **words, **extra)
        transaction.reply(refusal)
        return 1

    def _is_worth_noting(self, refusal: Refusal) -> bool:
        second, count = self.strangers
        if refusal.code != "SOURCE_UNKNOWN":
            return True
        now = int(time.monotonic())
        self.strangers = (now, count + 1) if now == second else (now, 1)
        return self.strangers[1] <= STRANGERS_NOTED_A_SECOND

    def _write(self, state: transaction.State, **fields: Any) -> None:
        common = {name: state.get(name) for name in ("call", "number", "caller", "source", "trunk", "owner", "epoch")}
        self.spool.write({"at": self.clock.now(None), **common, **fields})

    def _note(self, state: transaction.State, **fields: Any) -> None:
        try:
            self._write(state, **fields)
        except SpoolFull as error:
            KSR.err(f"record of {state['call']} is lost: {fields} {error}\n")


def _asked(state: transaction.State) -> tuple[bytes, ...]:
    return keys.number(state["number"]), keys.HEARTBEAT, keys.EPOCH


def start(run_folder: str) -> Gate:
    """Make the worker's gate from what gate.host wrote down."""
    place = Path(run_folder)
    return Gate(settings.from_json((place / "settings.json").read_text()), (place / "ticket.key").read_bytes())
