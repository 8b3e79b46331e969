"""Ask the gate whether it answers, as a trunk's keep-alive would: SIP OPTIONS over UDP."""

from __future__ import annotations

import secrets
import socket
import time
from dataclasses import dataclass

from answerable.gate import drain
from answerable.gate.settings import GateSettings
from answerable.snapshot.read import Snapshot

READY, DRAINING = "SIP/2.0 200 OK", "SIP/2.0 503 Draining"


@dataclass(frozen=True)
class Health:
    """What the gate answered, and what it knows."""

    answers: bool
    """Whether it says anything at all: a gate that is drained answers 503, a dead one nothing."""
    takes_calls: bool
    draining: bool
    answered_ms: float
    epoch: int
    heartbeat_age_seconds: float | None

    def problem(self, stale_after_seconds: float) -> str:
        """Say why no new call is connected here; nothing where calls are."""
        age = self.heartbeat_age_seconds
        if not self.answers:
            return (
                "The gate does not answer: it was drained and has ended."
                if self.draining
                else "The gate does not answer."
            )
        if self.draining:
            return "The gate is drained: calls in progress go on, new ones are sent to the next gate."
        if not self.takes_calls:
            return "The gate answers, but does not take calls; its journal says why."
        if age is None:
            return "There is no snapshot here, or a damaged one: `answerable follow` builds it."
        return (
            ""
            if age < stale_after_seconds
            else f"The snapshot's heartbeat is {age / 3600:.1f} hours old: is `follow` up?"
        )


def options(address: str, port: int, *, timeout_seconds: float = 2.0) -> str | None:
    """Send OPTIONS and return the status line, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.settimeout(timeout_seconds)
        near.bind(("", 0))
        try:
            near.connect((address, port))
        except OSError:  # no such host, or no way to it
            return None
        here, name = near.getsockname(), secrets.token_hex(8)
        request = (
            f"OPTIONS sip:{address}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {here[0]}:{here[1]};branch=z9hG4bK{name}\r\n"
            f"From: <sip:health@{here[0]}>;tag={name}\r\nTo: <sip:{address}:{port}>\r\n"
            f"Call-ID: {name}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n"
        )
        try:
            near.send(request.encode())
            return near.recv(4096).split(b"\r\n", 1)[0].decode("utf-8", "replace")
        except OSError:
            return None


def health(settings: GateSettings, *, timeout_seconds: float = 2.0) -> Health:
    """Ask the running gate, and read the snapshot beside it."""
    started = time.monotonic()
    status = options(settings.address, settings.port, timeout_seconds=timeout_seconds)
    answered_ms = (time.monotonic() - started) * 1000
    snapshot = Snapshot(settings.folder)
    try:
        heartbeat, epoch = snapshot.heartbeat(), snapshot.epoch()
    finally:
        snapshot.close()
    age = None if heartbeat is None else time.time() - heartbeat
    is_draining = drain.is_draining(settings.run_folder) or status == DRAINING
    return Health(status is not None, status == READY, is_draining, round(answered_ms, 2), epoch, age)
