"""Receive what the gates copy, and keep it: the collector. It answers nobody, and nothing that it is sent can end it."""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import socket
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from answerable.lib import envelope
from answerable.signalling import hep, status
from answerable.signalling import message as sip
from answerable.signalling.days import Days, day_of
from answerable.signalling.store import Full, Writer

LONGEST_PACKET = 65_535
MOST_BYTES = 50 << 30
"""What is kept at most where nobody says otherwise (ANSWERABLE_CAPTURE_MOST_GB)."""
MESSAGES_A_CALL = 400
"""A call has about twenty; a storm within one call must not push others out."""
CALLS_REMEMBERED = 100_000
BUFFER_BYTES = 8 << 20
log = logging.getLogger(__name__)


class Stopping(Protocol):
    """Something that says when to stop, such as threading.Event."""

    def is_set(self) -> bool: ...


class Collector:
    """Judges one packet after the other: kept, or dropped and counted by why."""

    def __init__(
        self, days: Days, *, key: str, allowed: Collection[str] = ("127.0.0.1",), most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.days, self.writer, self._most_bytes = days, Writer(days, most_bytes=most_bytes), most_bytes
        self._key, self._allowed, self._clock = key.encode(), frozenset(allowed), clock
        self._calls: OrderedDict[str, int] = OrderedDict()
        self._day = ""
        self.kept = 0
        self.dropped: Counter[str] = Counter()
        """Why: stranger (address or key), garbage, storm (too much of one call), full, fault."""

    def take(self, packet: bytes, address: str) -> None:
        """Keep one packet, or count why not. Never raises."""
        try:
            why = self._judge(packet, address)
        except Exception:  # whatever it is, the next packet is another call's
            log.exception("A copied message was not kept.")
            why = "fault"
        if why:
            self.dropped[why] += 1
            if self.dropped[why] == 1:
                log.warning("Copied messages are dropped: %s. status.json counts the rest.", why)

    def _judge(self, packet: bytes, address: str) -> str:  # noqa: PLR0911  one reason after the other
        if address not in self._allowed:
            return "stranger"
        try:
            copy = hep.read(packet)
        except hep.BadPacket:
            return "garbage"
        if not self._key or not hmac.compare_digest(copy.key, self._key):
            return "stranger"
        call = sip.call_id(copy.message)
        if not call:
            return "garbage"
        if self._count(call) > MESSAGES_A_CALL:
            return "storm"
        now = self._clock()
        self.end_days(now)
        try:
            self.writer.keep(copy, received_at=now)
        except Full:
            return "full"
        self.kept += 1
        return ""

    def _count(self, call: str) -> int:
        self._calls[call] = self._calls.pop(call, 0) + 1
        if len(self._calls) > CALLS_REMEMBERED:
            self._calls.popitem(last=False)
        return self._calls[call]

    def end_days(self, now: float) -> None:
        """Destroy the days whose time is over; asked often, done once a day."""
        if (today := day_of(now)) == self._day:
            return
        for day in self.days.end(dt.date.fromisoformat(today)):
            log.info("The signalling of %s is over; its key is destroyed.", day)
        self.writer.recount()
        self._day = today  # at the end: what failed is tried again

    def write_status(self) -> None:
        """Write down what was kept and dropped since the start, for the control plane's figures."""
        said = status.Status(
            at=self._clock(),
            kept=self.kept,
            dropped=dict(self.dropped),
            bytes=self.writer.bytes,
            most_bytes=self._most_bytes,
        )
        status.write(self.days.folder, said)


def run(
    address: str, port: int, folder: Path, master: envelope.MasterKey, stopping: Stopping, *, key: str,
    allowed: Collection[str], most_bytes: int = MOST_BYTES,
) -> None:  # fmt: skip
    """Collect until `stopping` is set."""
    collector = Collector(Days(folder, master), key=key, allowed=allowed, most_bytes=most_bytes)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
            near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            near.bind((address, port))
            near.settimeout(0.2)
            log.info("Collects signalling on udp %s:%d.", address, port)
            _receive(near, collector, stopping)
    finally:
        with _aloud():
            collector.write_status()
        collector.writer.close()


def _receive(near: socket.socket, collector: Collector, stopping: Stopping) -> None:
    told = 0.0
    while not stopping.is_set():
        try:
            packet, peer = near.recvfrom(LONGEST_PACKET)
            collector.take(packet, peer[0])
        except TimeoutError:
            with _aloud():
                collector.end_days(time.time())
        if time.monotonic() - told > status.SECONDS:
            told = time.monotonic()
            with _aloud():
                collector.write_status()


@contextmanager
def _aloud() -> Iterator[None]:
    """Say what the disk did not take, and go on."""
    try:
        yield
    except OSError as error:
        log.error("The collector's folder cannot be written: %s", error)
