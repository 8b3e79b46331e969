"""Place single calls and take their times, as a trunk would see them."""

from __future__ import annotations

import secrets
import socket
import time
from dataclasses import dataclass, field

SDP = "v=0\r\no=p 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 16000 RTP/AVP 8\r\n"


@dataclass
class Times:
    """When each status came, in milliseconds since the INVITE went out."""

    final: int = 0
    at: dict[int, float] = field(default_factory=dict)


class Prober:
    """One trunk that calls, one call after the other."""

    def __init__(self, gate: int, port: int) -> None:
        self.gate = ("127.0.0.1", gate)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(5)
        self.caller = ""

    def close(self) -> None:
        self.socket.close()

    def call(self, number: str) -> Times:
        """Call a number, hang up when it answers, and return the times; TimeoutError where nothing comes."""
        call, begun = secrets.token_hex(8), time.perf_counter()
        self.caller = f"138{secrets.randbelow(10**8):08d}"  # one caller may not call so often
        times = Times()
        self._send("INVITE", number, call, body=SDP)
        while times.final == 0:
            text = self._receive(call)
            status = int(text.split(" ", 2)[1])
            times.at.setdefault(status, (time.perf_counter() - begun) * 1000)
            if status >= 200:
                times.final = status
        tag = next((line for line in text.split("\r\n") if line.startswith("To:")), "").partition(";tag=")[2]
        if times.final >= 300:
            self._send("ACK", number, call, tag=tag)
            return times
        routes = [line[13:].strip() for line in text.split("\r\n") if line.lower().startswith("record-route:")]
        contact = text.partition("Contact: <")[2].partition(">")[0]
        self._send("ACK", number, call, tag=tag, target=contact, routes=routes, branch="a")
        time.sleep(0.005)  # else the BYE may pass the ACK in another worker
        self._send("BYE", number, call, tag=tag, target=contact, routes=routes, branch="b", cseq=2)
        while "BYE" not in self._receive(call):
            pass
        return times

    def _send(
        self, method: str, number: str, call: str, *, tag: str = "", target: str = "", routes: list[str] | None = None,
        branch: str = "", cseq: int = 1, body: str = "",
    ) -> None:  # fmt: skip
        here = f"127.0.0.1:{self.socket.getsockname()[1]}"
        own = target or f"sip:{number}@127.0.0.1:{self.gate[1]}"
        text = f"{method} {own} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{call}{branch}\r\n"
        text += "".join(f"Route: {route}\r\n" for route in reversed(routes or []))
        text += f"From: <sip:{self.caller}@{here}>;tag=p{call}\r\nTo: <sip:{number}@127.0.0.1>{f';tag={tag}' if tag else ''}\r\n"
        text += f"Call-ID: {call}\r\nCSeq: {cseq} {method}\r\nContact: <sip:p@{here}>\r\nMax-Forwards: 70\r\n"
        text += "Content-Type: application/sdp\r\n" if body else ""
        self.socket.sendto(f"{text}Content-Length: {len(body)}\r\n\r\n{body}".encode(), self.gate)

    def _receive(self, call: str) -> str:
        """Wait for the next reply to this call; what belongs to an earlier one is passed over."""
        while True:
            text = self.socket.recv(65535).decode("utf-8", "replace")
            if call in text and text.startswith("SIP/2.0"):
                return text
