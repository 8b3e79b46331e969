"""Send the cases of `torture` from inside a closed namespace and say what came of each: `attack.py TARGET LINE [FUZZ]`.

Prints JSON: for each case the status that came (0: none), and whether the line was rung. With FUZZ a number: sends that
many damaged copies instead, at a bounded rate, and prints how many answers came. Plays the line too: it is busy.
"""

from __future__ import annotations

import json
import random
import re
import select
import socket
import sys
import threading
import time

from torture import CASES, Case

WAIT_SECONDS, RATE = 2.0, 2500


class Line:
    """A busy fixed line: notes the Call-ID of each INVITE and answers 486."""

    def __init__(self, port: int) -> None:
        self.rung: list[bytes] = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            data, peer = self.socket.recvfrom(65535)
            if data.startswith(b"INVITE "):
                found = re.search(rb"torture-(\d+)", data)
                self.rung.append(found[1] if found else b"?")
                self.socket.sendto(busy(data), peer)


def busy(invite: bytes) -> bytes:
    head = re.sub(rb"\r\n[ \t]+", b" ", invite.partition(b"\r\n\r\n")[0])
    kept = [line for line in head.split(b"\r\n")[1:] if re.match(rb"(?i)(via|v|from|f|to|t|call-id|i|cseq)\s*:", line)]
    kept = [line + b";tag=line" if re.match(rb"(?i)(to|t)\s*:", line) else line for line in kept]
    return b"\r\n".join([b"SIP/2.0 486 Busy Here", *kept, b"Content-Length: 0", b"", b""])


def status_of(data: bytes) -> int:
    found = re.match(rb"SIP/2\.0 (\d{3}) ", data)
    return int(found[1]) if found else 0


def torture(target: tuple[str, int], line: Line) -> dict[str, tuple[int, bool]]:
    """Send every case from a socket of its own, all at once, and collect."""
    sockets: dict[socket.socket, Case] = {}
    finals: dict[str, int] = {}
    for serial, case in enumerate(CASES):
        near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        near.bind(("127.0.0.1", 0))
        near.connect(target)
        near.send(case.message(near.getsockname()[1], serial))
        sockets[near] = case
    until = time.monotonic() + WAIT_SECONDS
    while (left := until - time.monotonic()) > 0:
        for near in select.select(list(sockets), [], [], left)[0]:
            if (status := status_of(near.recv(65535))) >= 200:
                finals.setdefault(sockets[near].name, status)
    rung = {CASES[int(serial)].name for serial in line.rung if serial != b"?"}
    return {case.name: (finals.get(case.name, 0), case.name in rung) for case in CASES}


def fuzz(target: tuple[str, int], count: int, seed: int) -> int:
    """Send damaged copies: bytes changed, cut out, doubled; lines swapped. Return how many answers came."""
    noise, answers = random.Random(seed), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        near.bind(("127.0.0.1", 0))
        near.setblocking(False)
        started = time.monotonic()
        for serial in range(count):
            case = CASES[noise.randrange(len(CASES) - 1)]  # the last is large alone
            near.sendto(damaged(case.message(near.getsockname()[1], seed + serial), noise), target)
            while (ahead := serial / RATE - (time.monotonic() - started)) > 0:
                time.sleep(min(ahead, 0.01))
            while select.select([near], [], [], 0)[0]:
                near.recv(65535)
                answers += 1
    return answers


def damaged(message: bytes, noise: random.Random) -> bytes:
    data = bytearray(message)
    for _ in range(noise.randrange(1, 6)):
        place, kind = noise.randrange(len(data)), noise.randrange(5)
        if kind == 0:
            data[place] = noise.randrange(256)
        elif kind == 1:
            del data[place : place + noise.randrange(1, 12)]
        elif kind == 2:
            data[place:place] = data[place : place + noise.randrange(1, 80)]
        elif kind == 3:
            data[place:place] = noise.choice(
                (b"\0", b"%00", b"\r\n", b'"', b"<", b">", b";;", b",", b"%", b"\xff\xfe", b" ")
            )
        else:
            lines = bytes(data).split(b"\r\n")
            one, other = noise.randrange(len(lines)), noise.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            data = bytearray(b"\r\n".join(lines))
        if not data:
            data = bytearray(b"\r\n")
    return bytes(data[:65_000])


def main() -> None:
    target, line = ("127.0.0.1", int(sys.argv[1])), Line(int(sys.argv[2]))
    if len(sys.argv) > 3:
        print(fuzz(target, int(sys.argv[3]), int(sys.argv[4])))
    else:
        print(json.dumps(torture(target, line)))


if __name__ == "__main__":
    main()
