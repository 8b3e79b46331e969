"""Remember what a gate host has admitted: for each number the newest permit, and the very record that was admitted.

So a signature is verified once, an older permit is not taken again, and a full build passes what is byte for byte as it was
without asking anything of it twice. In an LMDB of its own: it outlives every snapshot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lmdb

FOLDER = "permits"
BYTES_AT_MOST = 4 << 30
PENDING_AT_MOST = 20_000
SERIAL_BYTES, PERMIT_BYTES = 8, 40


class Known(NamedTuple):
    """The newest permit admitted for a number (serial, hash), and the mark of the record that was admitted last."""

    serial: int = 0
    digest: bytes = b""
    mark: bytes = b""


class Memory:
    """One gate host's memory. What is put becomes durable with `flush`."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        if not readonly:
            (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        self._environment: Any = lmdb.open(
            str(folder / FOLDER), map_size=BYTES_AT_MOST, mode=0o640, readonly=readonly, create=not readonly
        )
        self._pending: dict[str, Known] = {}
        self.has_new_permits = False
        """Whether a permit was put that is not durable yet: what it opens waits for `flush`."""

    def get(self, number: str) -> Known:
        if number in self._pending:
            return self._pending[number]
        with self._environment.begin() as transaction:
            return _known(transaction.get(number.encode()) or b"")

    def marks(self, numbers: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the marks of many numbers' admitted records, as far as there are any; `numbers` ascend."""
        marks: dict[bytes, bytes] = {}
        with self._environment.begin() as transaction:
            cursor = transaction.cursor()
            if numbers and cursor.set_range(numbers[0]):
                last = numbers[-1]
                for number, raw in cursor.iternext():  # half of what it costs to look each of them up
                    if number > last:
                        break
                    marks[number] = raw[PERMIT_BYTES:]
        if self._pending:
            marks |= {one: self._pending[one.decode()].mark for one in numbers if one.decode() in self._pending}
        return marks

    def put(self, number: str, known: Known) -> None:
        """Remember; a new permit is to be flushed before anything rings by it."""
        before = self.get(number)
        if known == before:
            return
        self.has_new_permits |= known[:2] != before[:2]
        self._pending[number] = known
        if len(self._pending) >= PENDING_AT_MOST:
            self.flush()

    def flush(self) -> None:
        """Bring what was put to the disk."""
        if self._pending:
            rows = [(number.encode(), _raw(known)) for number, known in sorted(self._pending.items())]
            with self._environment.begin(write=True) as transaction:
                transaction.cursor().putmulti(rows)
            self._pending.clear()
        self.has_new_permits = False

    def close(self) -> None:
        self.flush()
        self._environment.close()


def digest_of(permit: str) -> bytes:
    """Return what a permit's bytes are known by."""
    return hashlib.sha256(permit.encode()).digest()


def _known(raw: bytes) -> Known:
    digest = raw[SERIAL_BYTES:PERMIT_BYTES]
    return Known(int.from_bytes(raw[:SERIAL_BYTES], "big"), digest if any(digest) else b"", raw[PERMIT_BYTES:])


def _raw(known: Known) -> bytes:
    return (
        known.serial.to_bytes(SERIAL_BYTES, "big") + known.digest.rjust(PERMIT_BYTES - SERIAL_BYTES, b"\0") + known.mark
    )
