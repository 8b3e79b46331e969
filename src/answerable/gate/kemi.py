"""Kamailio's route: gather what one message shows, let gate.decide decide, do it, write it down.

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

from answerable.gate import capture, drain, message, settings, ticket, transaction
from answerable.gate.clock import Clock
from answerable.gate.decide import Call, Connect, Refuse, Source, decide, decide_probe
from answerable.gate.refusals import REFUSALS, Refusal
from answerable.gate.spelling import national
from answerable.snapshot import keys, records, stops
from answerable.snapshot.read import Snapshot
from answerable.spool.write import SpoolFull, SpoolWriter

REALM = "answerable"
NO_CREDENTIALS, NONCE_EXPIRED, NONCE_REUSED = -5, -4, -6
STRANGERS_NOTED_A_SECOND = 20
BUSY = (486, 600, 603)
SANITY_MESSAGE, SANITY_URI = 1895, 7
"""All but the length of the body, which may have octets behind it (RFC 3261 18.3); Proxy-Require is answered 420."""


def guarded(route: Callable[..., int]) -> Callable[..., int]:
    """Refuse instead of raising: an exception in a route would leave the caller without an answer.

    Not where the caller has one already: a reply that cannot be noted is passed on all the same.
    """
    refuses = route.__name__ in ("ksr_request_route", "ksr_failure_manage")

    def run(self: Gate, msg: Any, *rest: Any) -> int:
        try:
            return route(self, msg, *rest)
        except Exception:
            KSR.err(f"gate fault: {traceback.format_exc()}\n")
            if refuses and transaction.text("$rm") == "INVITE":
                self.refuse_for_fault()
            return 1

    return run


class Gate:
    """The route of one worker."""

    def __init__(self, config: settings.GateSettings, secret: bytes) -> None:
        self.config = config
        self.secret = secret
        self.caller_secret = config.caller_secret()
        self.folder, self.run_folder = str(config.folder), str(config.run_folder)
        self.snapshot = Snapshot(config.folder)
        self.spool = SpoolWriter(config.folder)
        self.clock = Clock(config.run_folder)
        self.strangers = (0, 0)

    def child_init(self, rank: int) -> int:
        return 0  # files are opened at the first message: each process its own, after the fork

    @guarded
    def ksr_request_route(self, msg: Any) -> int:  # noqa: PLR0911  one kind of message after the other
        if KSR.maxfwd.process_maxfwd(20) < 0:
            KSR.sl.send_reply(483, "Too Many Hops")
            return 1
        if int(KSR.pv.get("$ml")) > transaction.LONGEST_BYTES:
            KSR.sl.send_reply(513, "Message Too Large")
            return 1
        if KSR.sanity.sanity_check(SANITY_MESSAGE, SANITY_URI) < 0 or self._is_cut():
            return 1  # it has replied
        method = transaction.text("$rm")
        if method == "CANCEL":
            if KSR.tm.t_check_trans() > 0:
                KSR.tm.t_relay()
            return 1
        if KSR.siputils.has_totag() > 0:
            return self._within_call(method)
        if method == "ACK":
            return 1  # of a reply that was sent without a transaction
        if KSR.tmx.t_precheck_trans() > 0:
            KSR.tm.t_check_trans()
            return 1
        if KSR.tm.t_check_trans() == 0:
            return 1
        if method == "INVITE":
            return self._new_call()
        if method == "OPTIONS":
            self._answer_probe()
        else:
            KSR.sl.send_reply(405, "Method Not Allowed")
        return 1

    def _is_cut(self) -> bool:
        """Reply where a message ends before its body does. Octets behind the body are let be."""
        if int(KSR.pv.get("$cl") or 0) <= int(KSR.pv.get("$bs") or 0):
            return False
        KSR.sl.send_reply(400, "Content-Length Beyond The Message")
        return True

    def refuse_for_fault(self) -> None:
        """Refuse after a fault of our own, and write down what is known."""
        number = national(transaction.text("$rU"))[:64]
        state = {"call": transaction.text("$ci"), "number": number, "tried": []}
        self._refuse(state, REFUSALS["GATE_FAULT"])

    def _within_call(self, method: str) -> int:
        """Relay what belongs to a call that the gate let through; write its end down with or without its dialog."""
        if method == "ACK" and KSR.tm.t_check_trans() > 0:
            KSR.tm.t_relay()  # of a reply from a line that was not a success
            return 1
        found = transaction.headers()
        call = transaction.first(found, "call-id")
        number = ticket.check(self.secret, call, found.get("route", []))
        if number is None or KSR.rr.loose_route() <= 0:
            if method != "ACK":
                KSR.sl.send_reply(481, "Call Does Not Exist")
            return 1
        if method != "ACK" and KSR.tm.t_check_trans() == 0:
            return 1  # a repetition: written down already
        if self.config.capture:
            (capture.message if method == "ACK" else capture.transaction)()
        if method == "BYE":
            by = "caller" if KSR.rr.is_direction("downstream") > 0 else "callee"
            self._note({"call": call, "number": number}, kind="ended", by=by, sip=200, code=None)
        if KSR.tm.t_relay() < 0 and method != "ACK":
            KSR.sl.sl_reply_error()
        return 1

    def _new_call(self) -> int:
        """Decide one INVITE."""
        found = transaction.headers()
        dialled = national(transaction.text("$rU"))[:64]
        state: dict[str, Any] = {
            "call": transaction.first(found, "call-id"),
            "number": dialled,
            "caller": message.user(transaction.first(found, "from"))[:64],
            "callers": message.callers(found),
            "tried": [],
        }
        if not self._recognise(state):
            return 1
        if self.config.capture and state["source"] != "unknown":
            capture.transaction()
        if state["source"] != "unknown" and drain.is_draining(self.run_folder):
            self._send_elsewhere()
            return self._refuse(state, REFUSALS["DRAINING"])
        verdict = self._decide(state)
        if isinstance(verdict, Refuse):
            return self._refuse(state, verdict.refusal, verdict.reason)
        KSR.hdr.remove("Route")  # where it goes is decided here
        KSR.rr.record_route()
        KSR.rr.add_rr_param(ticket.issue(self.secret, state["call"], dialled))
        KSR.dialog.dlg_manage()
        return self._ring(state, verdict)

    def _answer_probe(self) -> None:
        """Answer OPTIONS: the same to everybody, and nothing in it but whether calls are to come here."""
        if drain.is_draining(self.run_folder):
            self._send_elsewhere()
            KSR.sl.send_reply(503, "Draining")
        else:
            KSR.sl.send_reply(200, "OK")

    def _send_elsewhere(self) -> None:
        KSR.hdr.append_to_reply(f"Retry-After: {drain.RETRY_AFTER_SECONDS}\r\n")

    def _recognise(self, state: dict[str, Any]) -> bool:
        """Tell the source of a call: a trunk by its address, the platform's caller by its password. False = replied."""
        address, port = KSR.pv.get("$si"), int(KSR.pv.get("$sp"))
        for data in self.snapshot.read(keys.trunk(address, port), keys.trunk(address)):
            if data is not None:
                try:
                    state["source"], state["trunk"] = "trunk", records.decode_trunk(data)["name"]
                except records.BadRecord as error:
                    KSR.err(f"trunk {address}:{port}: {error}\n")
                    continue
                return True
        state["source"], state["trunk"] = "unknown", None
        if KSR.pike.pike_check_req() < 0:
            return False  # a flood from one stranger: no answer, no record
        if self.caller_secret and state["caller"] == self.config.caller_user:
            code = KSR.auth.pv_auth_check(REALM, self.caller_secret, 0, 1)  # 1: From must be who signed in
            if code in (NO_CREDENTIALS, NONCE_EXPIRED, NONCE_REUSED):
                KSR.auth.auth_challenge(REALM, 1)
                return False
            if code > 0:
                KSR.auth.consume_credentials()
                state["source"] = "caller"
        return True

    def _decide(self, state: dict[str, Any]) -> Connect | Refuse:
        """Read everything as of one moment and decide. Asked again before each further line rings."""
        dialled = state["number"]
        wanted = (keys.number(dialled), keys.probe(dialled), keys.HEARTBEAT, keys.EPOCH)
        data, probe, beat, epoch = self.snapshot.read(*wanted)
        heartbeat = records.decode_time(beat)
        now, stale_after = self.clock.now(heartbeat), self.config.stale_after_hours * 3600
        source: Source = state["source"]
        call = Call(source, tuple(state["callers"]), self.spool.can_take_call())
        state["epoch"] = int(epoch or 0)
        if source == "caller" and probe is not None:
            until = transaction.decode(records.decode_probe, probe, dialled)
            refused = decide_probe(
                until and until["until"], call, now=now, heartbeat=heartbeat, stale_after=stale_after
            )
            return refused or Connect((self._probe_line(dialled),))
        record = transaction.decode(records.decode_number, data, dialled)
        if record is not None and record["number"] != dialled:
            record = None  # a record that lies under another number's key is nobody's
        if record is not None:
            state["owner"], state["overflow"] = record["owner"], record["overflow"]
        is_stopped = record is not None and stops.is_stopped(self.folder, dialled)
        return decide(record, call, now, heartbeat, is_stopped, stale_after=stale_after)

    def _probe_line(self, line: str) -> records.Destination:
        uri, ring = f"sip:{line}@{self.config.landline_trunk}", self.config.probe_ring_seconds
        return records.Destination(line=line, uri=uri, proven_until=0, ring_seconds=ring)

    def _ring(self, state: dict[str, Any], verdict: Connect) -> int:
        """Ring the first line that has not been tried; the record is written before the line can ring."""
        line = next(line for line in verdict.destinations if line["line"] not in state["tried"])
        state["tried"].append(line["line"])
        if len(state["tried"]) == 1:
            try:
                self._write(state, kind="invite", line=line["line"], attempt=1)
            except SpoolFull:
                return self._refuse(state, REFUSALS["RECORDER_FULL"])
        transaction.keep(state)
        KSR.pv.sets("$ru", line["uri"])
        KSR.tm.t_set_fr(line["ring_seconds"] * 1000, self.config.no_response_seconds * 1000)
        KSR.tm.t_on_reply("ksr_reply_manage")
        KSR.tm.t_on_failure("ksr_failure_manage")
        if KSR.tm.t_relay() < 0:
            return self._line_failed(state, 0, "UNREACHABLE")
        return 1

    @guarded
    def ksr_reply_manage(self, msg: Any) -> int:
        """Write down that a line rings or has answered, each once."""
        status, state = int(KSR.pv.get("$rs")), transaction.kept()
        attempt = int(KSR.pv.get("$T_branch_idx") or 0)
        kind = "ringing" if 180 <= status <= 183 else "answered" if 200 <= status <= 299 else ""
        if not kind or state is None or not 0 <= attempt < len(state["tried"]):
            return 1
        mark = f"{kind} {attempt}"
        if mark not in state.setdefault("noted", []):
            state["noted"].append(mark)
            transaction.keep(state)
            self._note(state, kind=kind, line=state["tried"][attempt], attempt=attempt + 1, sip=status)
        return 1

    @guarded
    def ksr_failure_manage(self, msg: Any) -> int:
        """Go on to the next line, or tell the caller."""
        state = transaction.kept()
        if state is None:
            return 1
        if KSR.tm.t_is_canceled() > 0:
            self._note(state, kind="cancelled", by="caller", sip=487, **transaction.attempt(state))
            return 1
        status = int(KSR.pv.get("$T_reply_code") or 0)
        is_timeout = KSR.tm.t_branch_timeout() > 0
        if status in BUSY:
            code = "ALL_BUSY"
        elif (is_timeout and KSR.tm.t_branch_replied() > 0) or status in (480, 487):
            code = "NO_ANSWER"
        else:
            code = "UNREACHABLE"
        return self._line_failed(state, 0 if is_timeout else status, code)

    def _line_failed(self, state: dict[str, Any], status: int, code: str) -> int:
        """Write the failed attempt down; ask the gate's questions again before the next line rings."""
        self._note(state, kind="attempt_failed", sip=status, code=code, **transaction.attempt(state))
        overflow = state.get("overflow") or {"busy": False, "no_answer": False}
        if overflow["busy" if code == "ALL_BUSY" else "no_answer"]:
            verdict = self._decide(state)
            if isinstance(verdict, Refuse):
                return self._refuse(state, verdict.refusal, verdict.reason)
            if any(line["line"] not in state["tried"] for line in verdict.destinations):
                return self._ring(state, verdict)
        return self._refuse(state, REFUSALS[code])

    def _refuse(self, state: dict[str, Any], refusal: Refusal, reason: str | None = None) -> int:
        """Write the refusal down, for the enterprise must see why its callers were refused, and reply with its code."""
        extra: dict[str, Any] = transaction.attempt(state) if state["tried"] else {}
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

    @guarded
    def ksr_local_request(self, msg: Any, event: str) -> int:
        """Write down a call that the gate itself ends, as its first BYE goes out.

        Not at the dialog's own event: that misses when both replies to the gate's two BYEs come at the same moment.
        """
        if KSR.pv.get("$rm") != "BYE" or KSR.dialog.dlg_get(*(transaction.text(n) for n in ("$ci", "$ft", "$tt"))) < 0:
            return 1
        state = transaction.kept_in_dialog()
        if state is not None and KSR.pv.get("$dlg_var(over)") is None:
            KSR.pv.sets("$dlg_var(over)", "1")
            self._note(state, kind="ended", by="gate", sip=200, code="MAX_DURATION")
        return 1

    def _write(self, state: dict[str, Any], **fields: Any) -> None:
        common = {name: state.get(name) for name in ("call", "number", "caller", "source", "trunk", "owner", "epoch")}
        self.spool.write({"at": self.clock.now(None), **common, **fields})

    def _note(self, state: dict[str, Any], **fields: Any) -> None:
        try:
            self._write(state, **fields)
        except SpoolFull as error:
            KSR.err(f"record of {state['call']} is lost: {fields} {error}\n")


def start(run_folder: str) -> Gate:
    """Make the worker's gate from what gate.host wrote down."""
    place = Path(run_folder)
    return Gate(settings.from_json((place / "settings.json").read_text()), (place / "ticket.key").read_bytes())
