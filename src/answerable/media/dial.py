"""Call a 400 number as a carrier's trunk would, for the demo and for people: INVITE with audio, hold, BYE.

`python -m answerable.media.dial --number 4008123456 --gate 127.0.0.1:5460 --from-port 5462 --hold 2` prints JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from sippy.CCEvents import CCEventConnect, CCEventDisconnect, CCEventFail, CCEventRing, CCEventTry
from sippy.SipCallId import SipCallId
from sippy.UA import UA

from answerable.media import agent
from answerable.media.audio import Audio

LONGEST_SECONDS = 90.0


class DialError(Exception):
    """The call could not be placed at all."""

    code = "DIAL"


@dataclass
class Dialled:
    """What came of a call. Times count from the INVITE; `code` is the gate's, from the Reason header."""

    number: str
    call: str = ""
    invited_at: float = 0.0
    """Wall clock of the INVITE, epoch seconds."""
    status: int = 0
    phrase: str = ""
    code: str | None = None
    rang_after_ms: float | None = None
    final_after_ms: float | None = None
    talked_ms: float = 0.0
    ended_by: str | None = None
    packets_sent: int = 0
    packets_received: int = 0

    @property
    def status_line(self) -> str:
        return f"SIP/2.0 {self.status} {self.phrase}" if self.status else "no answer to the INVITE"


class Dialling:
    """One call."""

    def __init__(
        self, number: str, gate: tuple[str, int], *, address: str, port: int, caller: str, hold: float
    ) -> None:
        self.agent = agent.Agent(address, port)
        self.audio = Audio(address)
        self.hold = hold
        self.begun = self.answered = time.monotonic()
        identity = SipCallId()
        self.found = Dialled(number, call=str(identity), invited_at=time.time())
        over = (self._over,)
        self.ua = UA(self.agent.config, event_cb=self._event, nh_address=gate, disc_cbs=over, fail_cbs=over)
        body = agent.sdp(address, self.audio.port)
        self.ua.recvEvent(CCEventTry((identity, caller, number, body, None, None)))
        agent.later(LONGEST_SECONDS, self.ua.disconnect)

    def _event(self, event: Any, _: Any) -> None:
        if isinstance(event, CCEventRing):
            if event.getData()[0] >= 180 and self.found.rang_after_ms is None:
                self.found.rang_after_ms = self._elapsed_ms()
        elif isinstance(event, CCEventConnect):
            self.found.status, self.found.phrase, body = event.getData()
            self.found.final_after_ms = self._elapsed_ms()
            self.answered = time.monotonic()
            self.audio.start(agent.audio_of(body))
            agent.later(self.hold, self._hang_up)
        elif isinstance(event, CCEventFail):
            self.found.status, self.found.phrase = event.getData()[:2]
            self.found.code = agent.reason_code(event)
            self.found.final_after_ms = self._elapsed_ms()
        elif isinstance(event, CCEventDisconnect) and self.found.ended_by is None:
            self.found.ended_by = "callee"

    def _hang_up(self) -> None:
        if self.found.ended_by is None:
            self.found.ended_by = "caller"
            self.ua.disconnect()

    def _over(self, *_: Any) -> None:
        if 200 <= self.found.status < 300:
            self.found.talked_ms = round((time.monotonic() - self.answered) * 1000, 1)
        agent.later(0.3, agent.stop)  # the BYE's reply

    def _elapsed_ms(self) -> float:
        return round((time.monotonic() - self.begun) * 1000, 1)

    def run(self) -> Dialled:
        agent.run()
        self.audio.stop()
        self.found.packets_sent, self.found.packets_received = self.audio.sent, self.audio.received
        return self.found


def dial(
    number: str,
    gate: str,
    *,
    from_port: int = 0,
    address: str = "127.0.0.1",
    caller: str = "13800138000",
    hold_seconds: float = 1.0,
) -> Dialled:
    """Place one call in a process of its own and return what came of it. `gate` is host:port."""
    command = [sys.executable, "-m", "answerable.media.dial", "--number", number, "--gate", gate]
    command += ["--from-port", str(from_port), "--address", address, "--caller", caller, "--hold", str(hold_seconds)]
    longest = LONGEST_SECONDS + hold_seconds + 30
    result = subprocess.run(command, capture_output=True, text=True, timeout=longest, check=False)
    if not result.stdout:
        raise DialError(f"The caller gave no outcome: {result.stderr.strip()[-500:]}")
    value = json.loads(result.stdout)
    value.pop("status_line")
    return Dialled(**value)


def main() -> int:
    parser = argparse.ArgumentParser(prog="answerable.media.dial", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--number", required=True)
    parser.add_argument("--gate", default="127.0.0.1:5460", metavar="HOST:PORT")
    parser.add_argument("--from-port", type=int, default=0, help="the trunk's port; another one is no trunk")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--caller", default="13800138000")
    parser.add_argument("--hold", type=float, default=1.0, metavar="SECONDS")
    given = parser.parse_args()
    host, _, port = given.gate.rpartition(":")
    call = Dialling(
        given.number,
        (host, int(port)),
        address=given.address,
        port=given.from_port,
        caller=given.caller,
        hold=given.hold,
    )
    found = call.run()
    print(json.dumps({"status_line": found.status_line, **asdict(found)}, ensure_ascii=False), flush=True)
    return 0 if 200 <= found.status < 300 else 1


if __name__ == "__main__":
    sys.exit(main())
