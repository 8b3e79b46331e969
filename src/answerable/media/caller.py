"""Ring one number through the gate as the platform's own caller, say one sentence to whoever picks up, hang up.

Sippy signs in by SIP digest and rtp.io plays the prompt; no audio byte passes through Python. One call a process:
`ring` starts it, `python -m answerable.media.caller --json --number … --gate … --secret-file … --prompt FILE.8` is it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sippy.CCEvents import CCEventConnect, CCEventDisconnect, CCEventFail, CCEventRing, CCEventTry
from sippy.SipCallId import SipCallId
from sippy.UA import UA

from answerable.media import agent, prompts
from answerable.media.session import AudioFailed, Session
from answerable.spool.records import MEDIA_CALL
from answerable.spool.write import SpoolWriter

USER = "caller"
BUSY = (486, 600, 603)
OURS = 2
"""Exit status of a call that failed for a fault of ours; what it was is the last line of standard error."""


class CallerError(Exception):
    """The call could not be placed at all: our fault, not the line's."""

    code = "CALLER"


@dataclass
class Outcome:
    """What came of a call. `reached`: answered, busy or ringing (it rang and nobody picked up); None = not reached."""

    number: str
    call: str = ""
    reached: str | None = None
    status: int = 0
    phrase: str = ""
    code: str | None = None
    has_rung: bool = False
    had_early_media: bool = False
    rang_after_ms: float | None = None
    answered_after_ms: float | None = None
    talked_ms: float = 0.0
    has_heard_prompt: bool = False

    @property
    def is_reached(self) -> bool:
        return self.reached is not None


class Call:
    """The one call."""

    def __init__(self, number: str, gate: tuple[str, int], *, secret: str, prompt: Path, ring_seconds: float) -> None:
        self.prompt, self.ring_seconds = prompt, ring_seconds
        address = "127.0.0.1" if gate[0].startswith("127.") else _address_towards(gate)
        self.agent = agent.Agent(address, 0)
        self.session = Session(address)
        self.begun = self.answered = self.over = time.monotonic()
        self.begun_at, self.ended_by = time.time(), ""
        self.fault: AudioFailed | None = None
        """What kept the prompt from whoever answered; the call was hung up for it."""
        identity = SipCallId()
        self.outcome = Outcome(number, call=str(identity))
        self.ua = UA(self.agent.config, event_cb=self._event, nh_address=gate, username=USER, password=secret)
        self.ua.disc_cbs = self.ua.fail_cbs = (self._over,)
        body = agent.sdp(address, self.session.port)
        self.ua.recvEvent(CCEventTry((identity, USER, number, body, None, None)))
        self.limit = agent.later(ring_seconds, self.ua.disconnect)

    def _event(self, event: Any, _: Any) -> None:
        found = self.outcome
        if isinstance(event, CCEventRing):
            status, _, body = event.getData()
            if status >= 180 and not found.has_rung:
                found.has_rung, found.rang_after_ms = True, self._elapsed_ms()
            found.had_early_media = found.had_early_media or (status >= 180 and body is not None)
        elif isinstance(event, CCEventConnect):
            found.status, found.phrase, body = event.getData()
            found.reached, found.answered_after_ms = "answered", self._elapsed_ms()
            self.limit.cancel()
            self.answered = time.monotonic()
            self._say_it(agent.audio_of(body))
        elif isinstance(event, CCEventFail):
            found.status, found.phrase = event.getData()[:2]
            found.code = agent.reason_code(event)
        elif isinstance(event, CCEventDisconnect) and found.status == 0:
            found.status, found.phrase = 487, "Request Terminated"

    def _say_it(self, far: tuple[str, int] | None) -> None:
        try:
            if far is not None:
                self.session.play(far, self.prompt)
        except AudioFailed as error:
            self.fault, self.ended_by = error, "caller"
            agent.later(0.01, self.ua.disconnect)  # not from within the answer that it hangs up
            return
        agent.later(prompts.seconds(self.prompt) + 0.3, self._hang_up)

    def _hang_up(self) -> None:
        self.outcome.has_heard_prompt, self.ended_by = True, "caller"
        self.ua.disconnect()

    def _over(self, *_: Any) -> None:
        self.over = time.monotonic()
        if self.outcome.reached == "answered":
            self.outcome.talked_ms = round((time.monotonic() - self.answered) * 1000, 1)
        agent.later(0.3, agent.stop)  # what failed, and the BYE's reply, come after this

    def record(self) -> dict[str, Any]:
        """Make the media side's own record of the call, of what was seen here alone: spool.records, `media_call`."""
        try:
            sent, received = self.session.packets()
        except AudioFailed as error:  # the call took place, whatever became of the audio
            self.fault, sent, received = self.fault or error, 0, 0
        has_answered = self.outcome.reached == "answered"
        return {
            "kind": MEDIA_CALL, "call": self.outcome.call, "at": self.begun_at, "number": self.outcome.number,
            "answered_at": self.begun_at + self.answered - self.begun if has_answered else None,
            "ended_at": self.begun_at + self.over - self.begun, "by": self.ended_by or ("callee" if has_answered else ""),
            "sip": self.outcome.status or None, "packets_sent": sent, "packets_received": received,
        }  # fmt: skip

    def _elapsed_ms(self) -> float:
        return round((time.monotonic() - self.begun) * 1000, 1)

    def run(self) -> Outcome:
        agent.run()
        found = self.outcome
        if found.reached is None:
            found.reached = "busy" if found.status in BUSY else "ringing" if found.has_rung else None
        return found


def ring(
    number: str, gate: str, *, secret_file: Path, prompt: Path, ring_seconds: float = 60.0, spool: Path | None = None
) -> Outcome:
    """Ring a number in `opening`, or a listed line, in a process of its own. `gate` is host:port.

    `spool` is the folder whose spool takes this side's record of the call. Raises CallerError when the call could not be
    placed.
    """
    command = [sys.executable, "-m", "answerable.media.caller", "--json", "--number", number, "--gate", gate]
    command += ["--secret-file", str(secret_file), "--prompt", str(prompt), "--ring-seconds", str(ring_seconds)]
    command += ["--spool", str(spool)] if spool else []
    longest = ring_seconds + prompts.seconds(prompt) + 45
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=longest, check=False)
    except subprocess.TimeoutExpired as error:
        raise CallerError(f"The caller gave no outcome within {longest:.0f} s.") from error
    said = result.stderr.strip().rpartition("\n")[2]
    if result.returncode == OURS:
        raise CallerError(said)
    try:
        value: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise CallerError(f"The caller gave no outcome, it ended with status {result.returncode}: {said}") from error
    return Outcome(**value)


def write_down(record: dict[str, Any], spool: Path) -> None:
    """Append a call's record and bring it to the disk. One that finds no room is told by the comparison: only the gate has
    the call."""
    writer = SpoolWriter(spool, reserve=0, role="media-")
    try:
        writer.write(record)
        writer.sync()
    except OSError as error:  # SpoolFull is one
        print(f"The record of call {record['call']} is lost: {error}", file=sys.stderr)
    finally:
        writer.close()


def _address_towards(gate: tuple[str, int]) -> str:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(gate)
        return str(probe.getsockname()[0])


def main() -> int:
    parser = argparse.ArgumentParser(prog="answerable.media.caller", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--number", required=True, help="a number being opened, or a listed line")
    parser.add_argument("--gate", default="127.0.0.1:5460", metavar="HOST:PORT")
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--prompt", type=Path, required=True, help="raw A-law, name.8")
    parser.add_argument("--ring-seconds", type=float, default=60.0)
    parser.add_argument("--spool", type=Path, help="the folder whose spool takes the record of the call")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        status = _make(given)
    except AudioFailed as error:
        print(f"The call could not be made, or not heard: {error}", file=sys.stderr, flush=True)
        status = OURS
    except Exception:  # else rtp.io's threads would keep the process
        traceback.print_exc()
        status = OURS
    os._exit(status)  # rtp.io's threads do not end by themselves


def _make(given: argparse.Namespace) -> int:
    """Make the call; say what came of it only once this side's record is on the disk. Raise AudioFailed."""
    host, _, port = given.gate.rpartition(":")
    secret = given.secret_file.read_text().strip()
    call = Call(
        given.number,
        (host, int(port)),
        secret=secret,
        prompt=given.prompt.resolve(),
        ring_seconds=given.ring_seconds,
    )
    outcome = call.run()
    if given.spool is not None:
        write_down(call.record(), given.spool)
    if call.fault is not None:
        raise call.fault
    words = f"{outcome.number}: {outcome.reached or 'not reached'} ({outcome.status} {outcome.phrase})"
    print(json.dumps(asdict(outcome), ensure_ascii=False) if given.json else words, flush=True)
    return 0 if outcome.is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
