"""Keep copied messages sealed, by the day, and find them again by Call-ID.

A message is sealed under its day's key for its place in the file: none can be moved, changed or read without the key.
The index has a row of fixed size for each, written after the message, so that a torn end is never found: a keyed hash of
the Call-ID, when, where and how long.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import struct
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from answerable.lib import envelope
from answerable.signalling import message as sip
from answerable.signalling.days import DayGone, Days, day_of
from answerable.signalling.hep import Copy

ROW = struct.Struct(">16sdQI")
SPACE_LEFT_BYTES = 1 << 30
"""What the disk must still have: calls' records come before their signalling."""


class Busy(Exception):
    """Another collector writes into this folder."""

    code = "SIGNALLING_BUSY"


class Full(Exception):
    """The folder has all that it may have, or the disk is nearly full."""

    code = "SIGNALLING_FULL"


class Kept(NamedTuple):
    """A message that was kept: when (epoch seconds), between which ends, its bytes, its Call-ID."""

    at: float
    source: str
    target: str
    message: bytes

    @property
    def call(self) -> str:
        return sip.call_id(self.message)


class Writer:
    """Appends; one for each folder, held by a lock."""

    def __init__(self, days: Days, *, most_bytes: int) -> None:
        self._days, self._most = days, most_bytes
        days.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = (days.folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise Busy(f"Another collector writes into {days.folder}.") from error
        self._day, self._key, self._messages, self._index, self._end = "", b"", -1, -1, 0
        self.bytes = sum(path.stat().st_size for path in days.folder.iterdir() if path.is_file())

    def keep(self, copy: Copy, *, received_at: float) -> None:
        """Seal and append a message under the day it was received on; raise Full."""
        if self.bytes >= self._most or self._space() < SPACE_LEFT_BYTES:
            raise Full("No more signalling is kept here.")
        if (day := day_of(received_at)) != self._day:
            self._turn_to(day)
        call = sip.call_id(copy.message)
        plain = json.dumps([copy.at, copy.source, copy.target]).encode() + b"\n" + sip.without_credentials(copy.message)
        sealed = envelope.seal_with(self._key, plain, _context(day, self._end))
        if os.pwrite(self._messages, sealed, self._end) != len(sealed):
            raise Full("The disk did not take a whole message.")
        if os.write(self._index, ROW.pack(_hashed(self._key, call), copy.at, self._end, len(sealed))) != ROW.size:
            os.ftruncate(self._index, os.fstat(self._index).st_size // ROW.size * ROW.size)
            raise Full("The disk did not take a whole row.")
        self._end += len(sealed)
        self.bytes += len(sealed) + ROW.size

    def recount(self) -> None:
        """Count anew what lies in the folder, after days were ended."""
        self.bytes = sum(path.stat().st_size for path in self._days.folder.iterdir() if path.is_file())

    def close(self) -> None:
        for descriptor in (self._messages, self._index):
            if descriptor >= 0:
                os.close(descriptor)
        self._messages = self._index = -1
        self._lock.close()

    def _turn_to(self, day: str) -> None:
        for descriptor in (self._messages, self._index):
            if descriptor >= 0:
                os.close(descriptor)
        self._key = self._days.key(day, may_make=True)
        self._messages = os.open(self._days.messages(day), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._index = os.open(self._days.index(day), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._index, os.fstat(self._index).st_size // ROW.size * ROW.size)  # a row that was cut
        self._end = os.fstat(self._messages).st_size
        self._day = day

    def _space(self) -> int:
        found = os.statvfs(self._days.folder)
        return found.f_bavail * found.f_frsize


def find(days: Days, *, calls: Collection[str], since: float, until: float) -> Iterator[Kept]:
    """Yield what was kept of some calls between two moments, in the order in which it was received.

    A row is looked at once for each day, however many calls are asked for. Days that are over say nothing.
    """
    for day in days.listed():
        if not day_of(since) <= day <= day_of(until + 86_400):  # received, perhaps, past midnight
            continue
        try:
            key = days.key(day)
        except DayGone:
            continue
        wanted = {_hashed(key, call) for call in calls}
        rows = (
            (offset, length)
            for hashed, at, offset, length in _rows(days.index(day))
            if since <= at <= until and hashed in wanted
        )
        yield from _opened(days.messages(day), rows, key, day)


def _rows(path: Path) -> Iterable[tuple[bytes, float, int, int]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    return ROW.iter_unpack(data[: len(data) // ROW.size * ROW.size])


def _opened(path: Path, rows: Iterable[tuple[int, int]], key: bytes, day: str) -> Iterator[Kept]:
    with path.open("rb") as stream:
        for offset, length in rows:
            stream.seek(offset)
            head, _, message = envelope.open_with(key, stream.read(length), _context(day, offset)).partition(b"\n")
            at, source, target = json.loads(head)
            yield Kept(at, source, target, message)


def _hashed(key: bytes, call: str) -> bytes:
    return hmac.new(key, b"call:" + call.encode(), hashlib.sha256).digest()[:16]


def _context(day: str, offset: int) -> bytes:
    return f"signalling:{day}:{offset}".encode()
