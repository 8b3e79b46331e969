"""Gather what one INVITE shows, have it decided (gate.verdict), do it, write it down. kamailio.cfg calls these methods.

Runs in Kamailio's own Python (standard library and lmdb only), one instance in every worker process. Nothing here may
block or raise: a blocked worker answers nobody, and what goes wrong refuses the call.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import KSR

from answerable.gate import caps, capture, drain, hunt, message, settings, source, ticket, transaction, verdict
from answerable.gate.clock import Clock, since_boot
from answerable.gate.decide import Connect, Refuse
from answerable.gate.refusals import REFUSALS, Refusal
from answerable.gate.spelling import national
from answerable.gate.strangers import Strangers
from answerable.snapshot import keys, records
from answerable.snapshot.read import Snapshot
from answerable.spool import frame
from answerable.spool.errors import SpoolFull
from answerable.spool.write import SpoolWriter

BUSY = (486, 600, 603)
FAULT, DONE, RING = -1, 1, 2
"""What a method tells kamailio.cfg: something broke; it has replied or written; now send the request on."""


def guarded(route: Callable[..., int]) -> Callable[..., int]:
    """Return FAULT instead of raising: kamailio.cfg then refuses, or passes on what the caller must have all the same."""

    def run(self: Gate, *given: Any) -> int:
        try:
            return route(self, *given)
        except Exception:
            KSR.err(f"gate fault: {traceback.format_exc()}\n")
            if route.__name__ in ("new_call", "failed"):
                self._note_fault()
            return FAULT

    return run


class Gate:
    """The decisions of one worker."""

    def __init__(self, config: settings.GateSettings, secret: bytes) -> None:
        self.config = config
        self.secret = secret
        self.caller_secret = config.caller_secret()
        self.folder = str(config.folder)
        self.snapshot = Snapshot(config.folder, look_seconds=settings.LOOK_SECONDS)
        self.drain = drain.Watch(config.run_folder)
        self.spool = SpoolWriter(config.folder)
        self.clock = Clock(config.run_folder)
        self.strangers = Strangers(config.folder)

    def child_init(self, rank: int) -> int:
        return 0  # files are opened at the first message: each process its own, after the fork

    @guarded
    def new_call(self, msg: Any) -> int:
        """Decide one INVITE."""
        found = transaction.headers()
        call = transaction.first(found, "call-id")
        if not call.isascii():  # RFC 3261 section 25.1
            KSR.sl.send_reply(400, "Bad Call-ID")
            return DONE
        address, port, user = KSR.pv.get("$si"), KSR.pv.get("$sp"), transaction.text("$rU")
        caller = message.user(transaction.first(found, "from"))[:64]
        state: transaction.State = {
            "call": call, "number": national(user)[:64], "caller": caller, "tried": [], "held": []
        }  # fmt: skip
        exact, whole, digest, *known = self.snapshot.read(
            keys.trunk(address, port), keys.trunk(address), keys.DIGEST, *verdict.asked(state)
        )
        trunk = source.recognise(self, state, (exact, whole), is_digest=digest is not None)
        if trunk is None:
            return DONE
        if self.config.capture and state["source"] != "unknown":
            capture.transaction()
        given = verdict.give(self, state, message.callers(found), known, trunk)
        if isinstance(given, Refuse):
            return self._refuse(state, given.refusal, given.reason)
        if "route" in found:
            KSR.hdr.remove("Route")  # where it goes is decided here
        KSR.pv.sets("$avp(ticket)", ticket.issue(self.secret, state["call"], state["number"]))
        if given.talk_seconds is not None and given.talk_seconds < self.config.longest_call_seconds:
            KSR.pv.seti("$avp(longest)", max(1, given.talk_seconds))
        outcome = DONE
        try:
            outcome = self._ring(state, given)
        finally:
            if outcome != RING and state.get("is_counted"):
                caps.give_back(state["number"])  # no dialog will
        return outcome

    @guarded
    def is_draining(self, msg: Any) -> int:
        """Say whether calls are to go elsewhere."""
        return DONE if self.drain.is_draining() else FAULT

    def _ring(self, state: transaction.State, given: Connect) -> int:
        """Ring what has not been tried; the record is written before any line can ring."""
        lines, is_first = [], not state["tried"]
        for line in hunt.untried(state, given):
            if not line.get("one_at_a_time") or caps.lock(line["line"], state["call"], line["ring_seconds"]):
                lines.append(line)
                if not given.is_parallel:
                    break
            elif not (self._pass_over(state, line) or given.is_parallel):
                break
        if not lines:
            return self._refuse(state, REFUSALS["ALL_BUSY"])
        state["held"] = [line["line"] for line in lines if line.get("one_at_a_time")]
        if is_first:
            try:
                for attempt, line in enumerate(lines, 1):
                    self._write(state, kind="invite", line=line["line"], attempt=attempt)
            except SpoolFull:
                hunt.let_go(state["held"])
                return self._refuse(state, REFUSALS["RECORDER_FULL"])
            hunt.show(state, self.config.address)
        hunt.dial(state, lines, self.config)
        return RING

    def _pass_over(self, state: transaction.State, line: records.Destination) -> bool:
        """Pass over a line that another caller is being put through to; say whether the next may be tried."""
        state.setdefault("passed", []).append(line["line"])
        self._note(state, kind="attempt_failed", line=line["line"], attempt=0, sip=0, code="ALL_BUSY")
        return "busy" in state["overflow"]

    @guarded
    def answered(self, msg: Any, shown: str) -> int:
        """Write down that a line has answered, once: `shown` is status, branch and what `keep` set apart."""
        status, branch, tried, held, told = shown.split(" ", 4)
        lines, at, noted = tried.split(","), int(branch), KSR.pv.get("$avp(answered)") or ""
        if at >= len(lines) or branch in noted.split(","):
            return DONE
        KSR.pv.sets("$avp(answered)", f"{noted},{branch}")
        state: transaction.State = {"told": told, "tried": lines}
        self._note_ringing(state)
        self._note(state, kind="answered", line=lines[at], attempt=at + 1, sip=int(status))
        if held:
            hunt.let_go(held.split(","))
        return DONE

    def _note_ringing(self, state: transaction.State) -> None:
        """Write down which lines have rung and when. kamailio.cfg notes it: Python is not entered for that alone."""
        for branch, status, ago in transaction.rung():
            if branch < len(state["tried"]):
                moment = {"at": self.clock.now(None) - ago, "up": round(since_boot() - ago, 4)}
                line = state["tried"][branch]
                self._note(state, kind="ringing", line=line, attempt=branch + 1, sip=status, **moment)

    @guarded
    def failed(self, msg: Any) -> int:
        """Go on to the next line, or tell the caller."""
        state = transaction.kept()
        if state is None:
            return DONE
        self._note_ringing(state)
        if KSR.tm.t_is_canceled() > 0:
            return self._cancelled(state)
        status = int(KSR.pv.get("$T_reply_code") or 0)
        is_timeout = KSR.tm.t_branch_timeout() > 0
        has_replied = KSR.tm.t_branch_replied() > 0
        if status in BUSY:
            code = "ALL_BUSY"
        elif (is_timeout and has_replied) or status in (480, 487):
            code = "NO_ANSWER"
        else:
            code = "UNREACHABLE"
        is_silent = is_timeout and not has_replied
        return self._round_failed(state, 0 if is_timeout else status, code, is_silent=is_silent)

    @guarded
    def unsent(self, msg: Any) -> int:
        """Go on to the next line where nothing could be sent to this one, unless it was not to be sent any more."""
        state = transaction.kept()
        if state is None:
            return DONE
        if KSR.tm.t_is_canceled() > 0:  # a CANCEL came before there was a line to cancel
            return self._cancelled(state)
        return self._round_failed(state, 0, "UNREACHABLE", is_silent=True)

    def _cancelled(self, state: transaction.State) -> int:
        """Write down that the caller hung up before a line answered; Kamailio has replied."""
        hunt.let_go(state["held"])
        for attempt, line in hunt.ringing(state):
            self._note(state, kind="cancelled", by="caller", sip=487, line=line, attempt=attempt)
        return DONE

    def _round_failed(self, state: transaction.State, status: int, code: str, *, is_silent: bool = False) -> int:
        """Write the failed attempts down; ask the gate's questions again before the next line rings."""
        for attempt, line in hunt.ringing(state):
            self._note(state, kind="attempt_failed", sip=status, code=code, line=line, attempt=attempt)
        if self.config.gateways and (is_silent or status == 503) and hunt.dial_elsewhere(state, self.config, is_silent):
            return RING
        hunt.let_go(state["held"])
        if hunt.KINDS[code] in state.get("overflow", ()):
            known = self.snapshot.read(*verdict.asked(state))
            given = verdict.give(self, state, message.callers(transaction.headers()), known)
            if isinstance(given, Refuse):
                return self._refuse(state, given.refusal, given.reason)
            if hunt.untried(state, given):
                return self._ring(state, given)
        return self._refuse(state, REFUSALS[code])

    @guarded
    def is_ours(self, msg: Any) -> int:
        """Say whether a message within a call belongs to one that the gate let through."""
        return DONE if self._ticketed() else FAULT

    @guarded
    def ended(self, msg: Any, by: str) -> int:
        """Write down which side hung up. FAULT: the call was never let through."""
        number = self._ticketed()
        if number is None:
            return FAULT
        self._note({"told": ""}, call=transaction.text("$ci"), number=number, kind="ended", by=by, sip=200, code=None)
        return DONE

    @guarded
    def cut(self, msg: Any, shown: str) -> int:
        """Write down a call that the gate itself ends: `shown` is the Call-ID and the call's ticket."""
        call, parameter = shown.split(" ", 1)
        number = ticket.number_of(parameter)
        self._note({"told": ""}, call=call, number=number, kind="ended", by="gate", sip=200, code="MAX_DURATION")
        return DONE

    def _ticketed(self) -> str | None:
        """Return the number of the call that the message at hand has a ticket of, or None."""
        return ticket.check(self.secret, transaction.text("$ci"), [transaction.text("$hdr(Route)")])

    def _note_fault(self) -> None:
        """Write a fault of our own down as far as the call is known; kamailio.cfg refuses it."""
        try:
            if not self.spool.can_take_call():
                return  # what room is left belongs to the calls in progress
            row = REFUSALS["GATE_FAULT"]
            known = {"call": transaction.text("$ci"), "number": national(transaction.text("$rU"))[:64]}
            self._note(
                {"told": frame.members(known)},
                kind="refused",
                code=row.code,
                sip=row.status,
                cause=row.cause,
                reason=None,
            )
        except Exception:
            KSR.err(f"gate fault, of which nothing can be told: {traceback.format_exc()}\n")

    def _refuse(self, state: transaction.State, refusal: Refusal, reason: str | None = None) -> int:
        """Write the refusal down, for the enterprise must see why its callers were refused, and reply with its code."""
        extra = {"line": state["tried"][-1], "attempt": len(state["tried"])} if state["tried"] else {}
        transaction.hold()
        if refusal.code == "SOURCE_UNKNOWN":
            self.strangers.count(KSR.pv.get("$si"), state["number"])
        elif state["tried"] or self.spool.can_take_call():  # what room is left belongs to the calls in progress
            words = {"code": refusal.code, "sip": refusal.status, "cause": refusal.cause, "reason": reason}
            self._note(state, kind="refused", **words, **extra)
        if refusal.code == "DRAINING":
            KSR.hdr.append_to_reply(f"Retry-After: {drain.RETRY_AFTER_SECONDS}\r\n")
        transaction.reply(refusal)
        return DONE

    def _write(self, state: transaction.State, **fields: Any) -> None:
        self.spool.write({"at": self.clock.now(None), **fields}, state["told"])

    def _note(self, state: transaction.State, **fields: Any) -> None:
        try:
            self._write(state, **fields)
        except SpoolFull as error:
            KSR.err(f"a record is lost: {state['told']} {fields} {error}\n")


def start(run_folder: str) -> Gate:
    """Make the worker's gate from what gate.host wrote down."""
    place = Path(run_folder)
    return Gate(settings.from_json((place / "settings.json").read_text()), (place / ticket.FILE).read_bytes())
