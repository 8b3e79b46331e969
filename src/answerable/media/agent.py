"""Drive Sippy: one SIP user agent on one UDP port, in one process (Sippy's event loop and settings are global)."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import Any

from sippy.Core.EventDispatcher import ED2
from sippy.MsgBody import MsgBody
from sippy.SipConf import SipConf
from sippy.SipTransactionManager import SipTransactionManager
from sippy.Time.Timeout import Timeout


class _Quiet:
    """Sippy's logger, saying nothing: its messages carry who calls whom."""

    level = 100

    def write(self, *_: Any, **__: Any) -> None: ...

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


class Agent:
    """The process's user agent. `on_request` gets what belongs to no call of ours."""

    def __init__(self, address: str, port: int, on_request: Callable[[Any, Any], Any] | None = None) -> None:
        port = port or free_port(address)
        SipConf.my_address, SipConf.my_port, SipConf.my_uaname = address, port, "answerable"
        self.address, self.port = address, port
        self.config: dict[str, Any] = {"_sip_address": address, "_sip_port": port, "_sip_logger": _Quiet()}
        self._on_request = on_request
        self.config["_sip_tm"] = SipTransactionManager(self.config, self._receive)

    def _receive(self, request: Any, transaction: Any) -> Any:
        if request.getHFBody("to").getTag() is not None:
            return (request.genResponse(481, "Call Leg/Transaction Does Not Exist"), None, None)
        if request.getMethod() == "OPTIONS":
            return (request.genResponse(200, "OK"), None, None)
        if self._on_request is not None:
            return self._on_request(request, transaction)
        return (request.genResponse(501, "Not Implemented"), None, None)


def run() -> None:
    """Run the event loop until `stop`."""
    ED2.loop()


def stop() -> None:
    ED2.breakLoop()


def later(seconds: float, do: Callable[[], Any]) -> Any:
    """Do something later, in the loop; the returned timer can be cancelled."""
    return Timeout(do, max(seconds, 0.001))


def sdp(address: str, port: int) -> Any:
    """Write an offer or answer: A-law, 20 ms."""
    body = MsgBody(
        f"v=0\r\no=- 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
        "a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
    )
    body.needs_update = False
    return body


def audio_of(body: Any) -> tuple[str, int] | None:
    """Read where the other side wants its audio."""
    text = str(body or "")
    address = re.search(r"^c=IN IP4 (\S+)", text, re.MULTILINE)
    port = re.search(r"^m=audio (\d+)", text, re.MULTILINE)
    return (address[1], int(port[1])) if address and port else None


def free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def reason_code(event: Any) -> str | None:
    """Read the gate's code from a reply's Reason header."""
    found = re.search(r'text="([A-Z0-9_]+)"', str(getattr(event, "reason_rfc3326", None) or ""))
    return found[1] if found else None
