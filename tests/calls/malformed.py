"""Send SIP that is wrong in every way, then ask whether the gate still answers: `malformed.py PORT`. Run by its test.

Prints how often the gate answered OPTIONS between the messages; each must be survived by itself.
"""

from __future__ import annotations

import random
import socket
import sys

HEAD = "Via: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK{n}\r\nFrom: <sip:a@b>;tag=x\r\nTo: <sip:{to}@127.0.0.1>\r\n"
TAIL = "Call-ID: nasty{n}\r\nCSeq: 1 {method}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"


def request(n: int, method: str = "INVITE", to: str = "4008123456", extra: str = "") -> bytes:
    text = (
        f"{method} sip:{to}@127.0.0.1 SIP/2.0\r\n" + HEAD.format(n=n, to=to) + extra + TAIL.format(n=n, method=method)
    )
    return text.encode("utf-8", "surrogateescape")


def messages() -> list[bytes]:
    """Write each nasty message; `request` alone would be a good one."""
    good, noise = request(0), random.Random(400)
    return [
        b"",
        b"\r\n\r\n",
        b"\0" * 3000,
        b"INVITE",
        b"INVITE sip:\xff\xfe@127.0.0.1 SIP/2.0\r\n\r\n",
        noise.randbytes(1400),
        good[: len(good) // 2],
        good.replace(b"Content-Length: 0", b"Content-Length: 99999999"),
        good.replace(b"Content-Length: 0", b"Content-Length: -1"),
        good.replace(b"CSeq: 1 INVITE", b"CSeq: 99999999999999999999 INVITE"),
        good.replace(b"CSeq: 1 INVITE", b"CSeq: 1 BYE"),
        good.replace(b"SIP/2.0\r\nVia", b"SIP/9.9\r\nVia", 1),
        good.replace(b"From: <sip:a@b>;tag=x", b"From: \xb2\xe2\xca\xd4 <sip:\xff\xff\xff@b>;tag=\xfe"),  # GBK
        good.replace(b"From: <sip:a@b>;tag=x", b"From: " + b"<" * 4000),
        good.replace(b"Call-ID: nasty0\r\n", b""),
        good.replace(b"Max-Forwards: 70", b"Max-Forwards: 0"),
        good.replace(b"Max-Forwards: 70", b"Max-Forwards: x"),
        request(1, to="4" * 5000),
        request(2, to="%00%0d%0aVia:x"),
        request(3, to="../../stops/4008123456"),
        request(4, extra="Route: <sip:127.0.0.1;lr;att=4008123456-" + "f" * 24 + ">\r\n"),
        request(5, extra="P-Asserted-Identity: " + "<sip:1@b>," * 2000 + "\r\n"),
        request(6, extra="Proxy-Authorization: Digest username=caller\r\n"),
        request(
            7, extra='Proxy-Authorization: Digest username="caller",realm="answerable",nonce="' + "A" * 9000 + '"\r\n'
        ),
        request(8, extra="X: y\r\n" * 3000),
        request(9, extra="Via: SIP/2.0/UDP 127.0.0.1\r\n" * 60),
        request(15, extra="X: " + "y" * 45_000 + "\r\n"),
        request(10, "BYE", extra="To: <sip:x@y>;tag=1\r\n"),
        request(11, "ACK"),
        request(12, "CANCEL"),
        request(13, "PRACK", extra="RAck: 1 1 INVITE\r\n"),
        request(14, "\U0001f4a3"),
        b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bK0f63.0\r\nCSeq: 1 INVITE\r\n\r\n",
        b"SIP/2.0 999999 X\r\n\r\n",
    ]


def is_alive(near: socket.socket, n: int) -> bool:
    near.send(request(1000 + n, "OPTIONS").replace(b"127.0.0.1:5999", b"127.0.0.1:%d" % near.getsockname()[1]))
    try:
        while True:
            if b"OPTIONS" in near.recv(65535):
                return True
    except TimeoutError:
        return False


def main() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.settimeout(2)
        near.connect(("127.0.0.1", int(sys.argv[1])))
        survived = 0
        for n, message in enumerate(messages()):
            near.send(message)
            survived += is_alive(near, n)
        print(survived, len(messages()))


if __name__ == "__main__":
    main()
