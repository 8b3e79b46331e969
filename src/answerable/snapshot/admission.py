"""Admit records into the snapshot: one that would ring needs a permit; one that stops never does.

A permit's signature is verified once, when its bytes are new; what follows from the record is asked each time. What is
refused changes nothing and raises an alarm: the log, a file in `alarms`, a record in the spool.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import lmdb

from answerable.snapshot import keys, records, serials, trust
from answerable.snapshot.permits import (
    PermitRefused,
    Trust,
    read,
    require_match,
    require_trusted,
    rings,
    uses_up,
    verify,
)
from answerable.snapshot.records import NumberRecord
from answerable.spool.write import SpoolFull, SpoolWriter

MEMORY, ALARMS = "permits", "alarms"
MEMORY_BYTES = 1 << 30
AT_ONCE = 200
"""New signatures verified while a batch waits (20 ms); more are verified in the background, so that no stop waits."""
log = logging.getLogger(__name__)


class Known(NamedTuple):
    """The newest permit that was admitted for a number: its serial, and its bytes' hash."""

    serial: int
    digest: bytes


class Admission:
    """Decides, for one gate host, what may enter its snapshot."""

    def __init__(self, folder: Path, trunk: str) -> None:
        self.folder, self.trunk = folder, trunk
        self.waiting: dict[str, bytes] = {}
        """Records whose permits are new and are still to be verified, in the order they came."""
        (folder / MEMORY).mkdir(parents=True, exist_ok=True)
        self._memory: Any = lmdb.open(str(folder / MEMORY), map_size=MEMORY_BYTES, mode=0o640)
        self._stamp: tuple[int, int] | None = None
        self._trust: Trust = {}
        self.load_keys()

    def load_keys(self) -> None:
        """Read the trusted keys; a file that cannot be read trusts nobody, loudly."""
        self._stamp = trust.stamp(self.folder)
        try:
            self._trust = trust.load(self.folder)
        except (trust.BadKeys, OSError) as error:
            log.error("%s", error)
            self._trust = {}

    def has_other_keys(self) -> bool:
        """Say whether the file of trusted keys has changed since it was read."""
        return trust.stamp(self.folder) != self._stamp

    def close(self) -> None:
        self._memory.close()

    def admit(self, key: str, data: bytes | None, previous: bytes | None, *, may_verify: bool = True) -> bytes | None:
        """Return what is to stand under `key`: the new record, or what stood there where its permit is refused.

        With `may_verify` off, a record whose permit is new waits for `work`.
        """
        number = keys.number_of(key)
        if number is None:
            return data
        self.waiting.pop(key, None)
        record = _decoded(data)
        if data is None or (record is not None and uses_up(record)):
            self._use_up(number, record)
        if record is None or not rings(record):
            return data
        try:
            if not may_verify and not self._is_known(record):
                self.waiting[key] = data or b""
                return self._stays(record, previous)
            self._check(record)
        except PermitRefused as refused:
            self._alarm(number, data or b"", refused)
            return self._stays(record, previous)
        (self.folder / ALARMS / number).unlink(missing_ok=True)
        return data

    def work(self, seconds: float, previous: Any) -> list[tuple[str, bytes | None]]:
        """Verify what waits for so long; return what is to be written. `previous` gives what stands under a key."""
        done: list[tuple[str, bytes | None]] = []
        until = time.monotonic() + seconds
        while self.waiting and time.monotonic() < until:
            key = next(iter(self.waiting))
            data = self.waiting[key]
            stood = previous(key.encode())
            admitted = self.admit(key, data, stood)
            if admitted != stood:
                done.append((key, admitted))
        return done

    def is_new(self, data: bytes | None) -> bool:
        """Say whether a record's permit would have to be verified."""
        record = _decoded(data)
        return record is not None and rings(record) and not self._is_known(record)

    def _check(self, record: NumberRecord) -> None:
        """Ask everything of a record that would ring, and remember its permit; raise PermitRefused."""
        permit, number = record.get("permit", ""), record["number"]
        if not permit:
            raise PermitRefused("PERMIT_MISSING", "A record that would ring comes without a permit.")
        digest = hashlib.sha256(permit.encode()).digest()
        known = self._known(number)
        statement = read(permit) if known.digest == digest else verify(permit, self._trust)
        require_trusted(statement, self._trust)
        require_match(statement, record, self.trunk)
        if statement.serial <= serials.used_up(self.folder, number):
            raise PermitRefused("PERMIT_USED_UP", "The number was stopped since; lifting needs a new permit.")
        if statement.serial < known.serial:
            raise PermitRefused("PERMIT_REPLAYED", "A newer permit of this number is known here.")
        if known.digest != digest:
            with self._memory.begin(write=True) as transaction:
                transaction.put(number.encode(), statement.serial.to_bytes(8, "big") + digest)

    def _is_known(self, record: NumberRecord) -> bool:
        return self._known(record["number"]).digest == hashlib.sha256(record.get("permit", "").encode()).digest()

    def _known(self, number: str) -> Known:
        with self._memory.begin() as transaction:
            raw: bytes | None = transaction.get(number.encode())
        return Known(int.from_bytes(raw[:8], "big"), raw[8:]) if raw else Known(0, b"")

    def _stays(self, record: NumberRecord, previous: bytes | None) -> bytes:
        """Return what stands, if it still may; else the new record as one that connects nobody."""
        before = _decoded(previous)
        if before is not None and previous is not None:
            with suppress(PermitRefused):
                if rings(before):
                    self._check(before)
                return previous
        return records.encode({**record, "verified_until": 0, "permit": ""})

    def _use_up(self, number: str, record: NumberRecord | None) -> None:
        """Use up what a stop ends. Nothing here may hold the stop up."""
        serial = max(self._known(number).serial, record.get("used_up", 0) if record else 0)
        try:
            if serial:
                serials.use_up(self.folder, number, serial)
        except OSError as error:
            log.error("The used-up serial of %s could not be written: %s", number, error)

    def _alarm(self, number: str, data: bytes, refused: PermitRefused) -> None:
        """Say it once for each record and cause."""
        said = {"number": number, "code": refused.code, "record": hashlib.sha256(data).hexdigest()}
        path = self.folder / ALARMS / number
        with suppress(OSError, ValueError):
            before = json.loads(path.read_text())
            if {name: before.get(name) for name in said} == said:
                return
        log.error("A record of %s was refused, it changes nothing: %s (%s)", number, refused, refused.code)
        at = time.time()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(said | {"at": at, "why": str(refused)}))
            writer = SpoolWriter(self.folder, reserve=0)
            try:
                writer.write({"kind": "permit_alarm", "at": at, **said})
            finally:
                writer.close()
        except (OSError, SpoolFull) as error:
            log.error("The alarm about %s could not be written down: %s", number, error)


def _decoded(data: bytes | None) -> NumberRecord | None:
    """Decode a record; one that does not check is unknown to the gate, which refuses it by itself."""
    try:
        return records.decode_number(data) if data is not None else None
    except records.BadRecord:
        return None


def alarms(folder: Path) -> list[dict[str, Any]]:
    """List the records that stand refused on this host."""
    found = []
    for path in sorted((folder / ALARMS).glob("[0-9]" * 10)):
        with suppress(OSError, ValueError):
            found.append(json.loads(path.read_text()))
    return found
