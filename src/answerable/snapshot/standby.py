"""Keep the file in force while a whole build stands refused for its losses (snapshot.guard).

Calls go on: the heartbeat is copied. Stops go through one by one. Nothing else of that database enters, until two people
say so, the trusted keys change, or the next try, two minutes later, loses no more than it may.
"""

from __future__ import annotations

import time
from pathlib import Path

from answerable.snapshot import force, keys, records, source
from answerable.snapshot.admission import Admission
from answerable.snapshot.guard import LossRefused, judge
from answerable.snapshot.source import Connection
from answerable.snapshot.write import Change, Writer

RETRY_SECONDS = 120.0
BATCH = 5000


class Standby:
    """One refused build, and the file that stays in force meanwhile."""

    def __init__(self, refused: LossRefused, writer: Writer, folder: Path, admission: Admission | None) -> None:
        self.writer, self.folder, self.admission = writer, folder, admission
        self._seen, self._until = refused.epoch, time.monotonic() + RETRY_SECONDS
        if admission is not None:
            admission.waiting.clear()
        self._let_stops_through(list(refused.tally.stops))

    def step(self, queries: Connection) -> bool:
        """Copy the heartbeat and what stops; say whether to stand by further."""
        newest = source.newest_epoch(queries)
        if newest < self._seen:
            return False  # another history again: ask it from the beginning
        while rows := queries.execute(
            "SELECT key, record, epoch FROM routing_published WHERE epoch > %s AND record IS NOT NULL AND key LIKE 'n:%%'"
            " ORDER BY epoch FETCH FIRST %s ROWS WITH TIES",
            (self._seen, BATCH),
        ).fetchall():
            self._let_stops_through([(key, bytes(record)) for key, record, _ in rows])
            self._seen = rows[-1][2]
        beat = source.heartbeat(queries)
        if beat is not None and beat > (records.decode_time(self.writer.get(keys.HEARTBEAT)) or 0):
            self.writer.beat(beat)  # a database that went back has an older one: it makes nothing stale before its time
        self.writer.check_readers()
        said = force.forced(self.folder)
        is_forced = said is not None and said["kind"] == "build"
        has_other_keys = self.admission is not None and self.admission.has_other_keys()
        return not (is_forced or has_other_keys or time.monotonic() > self._until)

    def _let_stops_through(self, rows: list[tuple[str, bytes]]) -> None:
        changes: list[Change] = []
        now, opened = time.time(), int(self.writer.get(keys.OPEN) or 0)
        for key, data in rows:
            previous = self.writer.get(key.encode())
            if judge(previous, data, now).is_stop:
                changes.append((key, data if self.admission is None else self.admission.admit(key, data, previous)))
        if changes:
            changes.append((keys.OPEN, str(max(0, opened - len(changes))).encode()))
            self.writer.apply(changes, int(self.writer.get(keys.EPOCH) or 0))
