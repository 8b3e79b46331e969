"""Keep the file in force while a whole build stands refused for its losses (snapshot.guard).

Calls go on: the heartbeat is copied. Stops go through one by one. Nothing else of that database enters, until two people
say so, the trusted keys change, or the next try, two minutes later, loses no more than it may.

Where that file is damaged, or not this host's, nothing can be written into it: then a stop becomes a file of its own
(snapshot.stops), which a gate that still has the file open asks for; and it is tried again soon, then ever more rarely.
"""

from __future__ import annotations

import time
from pathlib import Path

from answerable.snapshot import force, keys, records, source, stops
from answerable.snapshot.admission import Admission
from answerable.snapshot.guard import LossRefused, decoded, ends, judge
from answerable.snapshot.known import known
from answerable.snapshot.source import Connection
from answerable.snapshot.write import Change, Writer

SOONEST_SECONDS, RETRY_SECONDS = 1.0, 120.0
BATCH = 5000
_NEWER = (
    "SELECT key, record, epoch FROM routing_published WHERE epoch > %s AND record IS NOT NULL AND key LIKE 'n:%%'"
    " ORDER BY epoch FETCH FIRST %s ROWS WITH TIES"
)


BY = "answerable follow"
"""Who stops a number here while nothing can be written into the snapshot; such stops end with the next good file."""


class Patience:
    """What one try knows of the one before: how long to wait until the next, and what was looked at for stops."""

    def __init__(self) -> None:
        self.seen: tuple[str, int] | None = None
        """Of which database, up to which epoch."""
        self.end()

    def end(self) -> None:
        """Begin anew: something has come into force."""
        self._seconds, self.seen = SOONEST_SECONDS, None

    def next_seconds(self) -> float:
        """Return how long to wait: twice as long each time, two minutes at most."""
        seconds, self._seconds = self._seconds, min(self._seconds * 2, RETRY_SECONDS)
        return seconds

    def seen_before(self, folder: Path, refused: LossRefused) -> int:
        """Return up to which epoch stops were looked for here, before this build was refused or before that."""
        said = known(folder)
        before = (said["source"], said["epoch"]) if said is not None else None
        epochs = [seen[1] for seen in (self.seen or before, before) if seen is not None and seen[0] == refused.source]
        return min(max(epochs, default=refused.epoch), refused.epoch)


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
        if source.newest_epoch(queries) < self._seen:
            return False  # another history again: ask it from the beginning
        while rows := queries.execute(_NEWER, (self._seen, BATCH)).fetchall():
            self._let_stops_through([(key, bytes(record)) for key, record, _ in rows])
            self._seen = rows[-1][2]
        beat = source.heartbeat(queries)
        if beat is not None and beat > (records.decode_time(self.writer.get(keys.HEARTBEAT)) or 0):
            self.writer.beat(beat)  # a database that went back has an older one: it makes nothing stale before its time
        self.writer.check_readers()
        return not _is_over(self.folder, self.admission, self._until)

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


class Blind:
    """One refused build, while nothing can be written into the file in force."""

    def __init__(self, refused: LossRefused, folder: Path, admission: Admission | None, patience: Patience) -> None:
        self.folder, self.admission, self._patience, self._source = folder, admission, patience, refused.source
        self._seen = patience.seen_before(folder, refused)
        self._until = time.monotonic() + patience.next_seconds()
        if admission is not None:
            admission.waiting.clear()

    def step(self, queries: Connection) -> bool:
        """Make a file of each stop, and take it back where the number may ring again; say whether to stand by further."""
        if source.newest_epoch(queries) < self._seen:
            return False
        while rows := queries.execute(_NEWER, (self._seen, BATCH)).fetchall():
            here = {stop["number"]: stop["by"] for stop in stops.listed(self.folder)}
            for key, record, epoch in rows:
                self._take(key[2:], bytes(record), epoch, by=here.get(key[2:]))
            self._seen = rows[-1][2]
        self._patience.seen = self._source, self._seen
        return not _is_over(self.folder, self.admission, self._until)

    def _take(self, number: str, data: bytes, epoch: int, *, by: str | None) -> None:
        record = decoded(data)
        if record is None:
            return
        if ends(record):
            if self.admission is not None:
                self.admission.admit(f"n:{number}", data, None)  # uses its permit up
            if by is None:
                reason = record["stop"] or record["business_state"]
                stops.stop(self.folder, number, by=BY, reason=reason, at=time.time(), epoch=epoch)
        elif by == BY and (self.admission is None or self.admission.admit(f"n:{number}", data, None) == data):
            stops.lift(self.folder, number)


def forget(folder: Path) -> None:
    """Take back the stops that were made here while nothing could be written: the file in force says what they said."""
    for stop in stops.listed(folder):
        if stop["by"] == BY:
            stops.lift(folder, stop["number"])


def _is_over(folder: Path, admission: Admission | None, until: float) -> bool:
    """Say whether to try again: two people have spoken, other keys are trusted, or it is time."""
    said = force.forced(folder)
    is_forced = said is not None and said["kind"] == "build"
    has_other_keys = admission is not None and admission.has_other_keys()
    return is_forced or has_other_keys or time.monotonic() > until
