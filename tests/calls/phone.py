"""Telephones for tests: a caller on a trunk, a landline behind one; plain SIP over UDP that says what it is told."""

from __future__ import annotations

import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass, field

from answerable.gate.refusals import REFUSALS

SDP = "v=0\r\no=u 1 1 IN IP4 {own}\r\ns=-\r\nc=IN IP4 {own}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"


@dataclass
class Message:
    """A SIP message as it came."""

    text: str

    @property
    def first(self) -> str:
        return self.text.split("\r\n", 1)[0]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return "" if self.status else self.first.split()[0]

    @property
    def body(self) -> str:
        return self.text.partition("\r\n\r\n")[2]

    def all(self, name: str) -> list[str]:
        return re.findall(rf"^{name}\s*:\s*(.*?)\r?$", self.text.partition("\r\n\r\n")[0], re.IGNORECASE | re.MULTILINE)

    def get(self, name: str) -> str:
        return (self.all(name) or [""])[0]


class Caller:
    """One call from a trunk, step by step."""

    audio_port = 6000

    def __init__(self, gate: int, port: int = 0, *, address: str = "127.0.0.1", own: str = "") -> None:
        self.gate = (address, gate)
        self.own = own or address
        self.shown = f"<sip:13800138000@{self.own}>"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.own, port))
        self.port = self.socket.getsockname()[1]
        self.call = secrets.token_hex(8)
        self.tag = secrets.token_hex(4)
        self.branch = "z9hG4bK" + secrets.token_hex(6)
        self.provisional: list[Message] = []
        self.final: Message | None = None
        self.number = ""

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def request(
        self, method: str, uri: str, *, cseq: int = 1, to_tag: str = "", extra: str = "", body: str = ""
    ) -> str:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return (
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {self.own}:{self.port};branch={self.branch}\r\n"
            f"From: {self.shown};tag={self.tag}\r\n"
            f"To: <sip:{self.number}@{self.gate[0]}>{to_tag}\r\nCall-ID: {self.call}\r\n"
            f"CSeq: {cseq} {method}\r\nContact: <sip:u@{self.own}:{self.port}>\r\nMax-Forwards: 70\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def invite(self, number: str, *, shown: str | None = None, extra: str = "", seconds: float = 8.0) -> Message:
        """Send INVITE, wait for the final reply and acknowledge it."""
        self.send_invite(number, shown=shown, extra=extra)
        return self.await_final(seconds)

    def send_invite(self, number: str, *, shown: str | None = None, extra: str = "") -> None:
        self.number, self.shown = number, shown or self.shown
        self.uri = f"sip:{number}@{self.gate[0]}:{self.gate[1]}"
        self.send(self.request("INVITE", self.uri, extra=extra, body=SDP.format(own=self.own, port=self.audio_port)))

    def await_ringing(self, lines: int = 1) -> None:
        """Wait until so many lines were heard to ring."""
        while len([reply for reply in self.provisional if reply.status == 180]) < lines:
            self.provisional.append(self.receive(8.0))

    def await_final(self, seconds: float = 8.0) -> Message:
        while True:
            reply = self.receive(seconds)
            if self._is_mine(reply, "INVITE"):
                if reply.status >= 200:
                    break
                self.provisional.append(reply)
        self.final = reply
        if reply.status < 300:
            self.branch = "z9hG4bK" + secrets.token_hex(6)
            self.send(self.within("ACK", cseq=1))
        else:
            tag = ";" + reply.get("To").partition(";")[2]
            self.send(self.request("ACK", self.uri, to_tag=tag))
        return reply

    def within(self, method: str, *, cseq: int = 2) -> str:
        """Write a request within the call, along its Record-Route."""
        assert self.final is not None
        target = re.search(r"<([^>]*)>", self.final.get("Contact"))
        routes = "".join(f"Route: {route}\r\n" for route in reversed(self.final.all("Record-Route")))
        tag = ";" + self.final.get("To").partition(";")[2]
        return self.request(method, target[1] if target else self.uri, cseq=cseq, to_tag=tag, extra=routes)

    def bye(self, seconds: float = 5.0) -> Message:
        time.sleep(0.03)  # else the BYE may pass the ACK in another worker
        self.branch = "z9hG4bK" + secrets.token_hex(6)
        self.send(self.within("BYE"))
        while not self._is_mine(reply := self.receive(seconds), "BYE"):
            pass  # a 180 that its 200 has passed, or what is repeated of a call before at this port
        return reply

    def _is_mine(self, reply: Message, method: str) -> bool:
        return reply.status > 0 and reply.get("CSeq").endswith(method) and reply.get("Call-ID") == self.call

    def cancel(self) -> Message:
        self.send(self.request("CANCEL", self.uri))
        return self.await_final()

    def answer(self, request: Message) -> None:
        """Reply 200 to a request that came within the call."""
        kept = [f"{name}: {value}" for name in ("Via", "From", "To", "Call-ID", "CSeq") for value in request.all(name)]
        self.send("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]))

    def send(self, text: str | bytes) -> None:
        self.socket.sendto(text if isinstance(text, bytes) else text.encode(), self.gate)

    def receive(self, seconds: float = 5.0) -> Message:
        self.socket.settimeout(seconds)
        return Message(self.socket.recv(65535).decode("utf-8", "replace"))


@dataclass
class Line:
    """A fixed line: answers, is busy, rings without end, or says nothing. `status` answers with any other code."""

    mode: str = "answer"
    status: int = 486
    port: int = 0
    audio_port: int = 7000
    own: str = "127.0.0.1"
    seen: list[Message] = field(default_factory=list)

    def __enter__(self) -> Line:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.own, self.port))
        self.port = self.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.sendto(b"", (self.own, self.port))
        self._thread.join(2)
        self.socket.close()

    def invites(self) -> list[Message]:
        return [message for message in self.seen if message.method == "INVITE"]

    def methods(self) -> list[str]:
        return [message.method for message in self.seen if message.method]

    def _serve(self) -> None:
        while True:
            data, peer = self.socket.recvfrom(65535)
            if not data:
                return
            message = Message(data.decode("utf-8", "replace"))
            self.seen.append(message)
            if message.method in ("BYE", "CANCEL"):
                self._reply(message, peer, 200, "OK")
                if message.method == "CANCEL":
                    self._reply(self.invites()[-1], peer, 487, "Request Terminated")
            elif message.method == "OPTIONS":
                self._reply(message, peer, 200, "OK")
            elif message.method == "INVITE" and self.mode != "silent":
                self._answer(message, peer)

    def _answer(self, invite: Message, peer: tuple[str, int]) -> None:
        if self.mode == "status":
            self._reply(invite, peer, self.status, "As Told")
            return
        self._reply(invite, peer, 180, "Ringing")
        if self.mode == "answer":
            time.sleep(0.06)  # nobody picks up sooner, and the gate's workers may pass a 180 and a 200 each other
            self._reply(invite, peer, 200, "OK", SDP.format(own=self.own, port=self.audio_port))

    def _reply(self, request: Message, peer: tuple[str, int], status: int, phrase: str, body: str = "") -> None:
        to = request.get("To")
        lines = [f"SIP/2.0 {status} {phrase}", *(f"Via: {via}" for via in request.all("Via"))]
        lines += [f"Record-Route: {route}" for route in request.all("Record-Route")]
        lines += [f"From: {request.get('From')}", f"To: {to}" + ("" if "tag=" in to else f";tag=L{self.port}")]
        lines += [f"Call-ID: {request.get('Call-ID')}", f"CSeq: {request.get('CSeq')}"]
        lines += [f"Contact: <sip:line@{self.own}:{self.port}>"]
        lines += ["Content-Type: application/sdp"] if body else []
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        self.socket.sendto(text.encode(), peer)

    def bye(self, call: str = "", *, to: tuple[str, int] | None = None) -> None:
        """Hang up as the callee, along the Record-Route of the INVITE, the last one's or that of a call; or send it `to`."""
        invite = [message for message in self.invites() if call in ("", message.get("Call-ID"))][-1]
        target = re.search(r"<([^>]*)>", invite.get("Contact"))
        routes = "".join(f"Route: {route}\r\n" for route in invite.all("Record-Route"))
        hop = re.search(r"sip:([\d.]+):(\d+)", invite.get("Record-Route"))
        assert target
        assert hop
        self.socket.sendto(
            (
                f"BYE {target[1]} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {self.own}:{self.port};branch=z9hG4bK{secrets.token_hex(6)}\r\n"
                f"{routes}From: {invite.get('To')};tag=L{self.port}\r\nTo: {invite.get('From')}\r\n"
                f"Call-ID: {invite.get('Call-ID')}\r\nCSeq: 7 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
            ).encode(),
            to or (hop[1], int(hop[2])),
        )


def check(reply: Message, code: str) -> None:
    """Check that a reply is this refusal, with its Reason."""
    refusal = REFUSALS[code]
    assert reply.first == f"SIP/2.0 {refusal.status} {refusal.phrase}"
    assert reply.all("Reason") == [f'Q.850;cause={refusal.cause};text="{code}"']
