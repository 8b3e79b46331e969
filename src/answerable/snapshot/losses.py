"""The guard of losses for single changes: what many of them silence within an hour counts as one.

One number that falls silent is business: a line that is no longer proven, an application that came to nothing. More than
one in a hundred within an hour (and more than twenty, so that a small host can live) is a fault of the control plane's,
one record at a time. Those are held: the record in force stays, everything else goes through, and two people decide
(snapshot.force). A held number goes on by what was last known of it, each end of validity in it stays in force, and a stop,
or a record by which it rings, passes at once.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from answerable.snapshot import force, keys
from answerable.snapshot.alarms import SNAPSHOT, end_alarm
from answerable.snapshot.guard import SHARE, judge

HOUR = 3600
FEW = 20
"""So many an hour are let through however small the host is."""
log = logging.getLogger(__name__)
Key = str | bytes
Get = Callable[[bytes], bytes | None]
Counts = list[list[int]]
"""How many numbers fell silent in each minute (epoch seconds) of the last hour."""


def recent(counts: Counts, now: float) -> Counts:
    """Return the counts of the last hour alone."""
    return [[minute, count] for minute, count in counts if minute > now - HOUR]


def are_too_many(counts: Counts, more: int, total: int) -> bool:
    """Say whether so many more losses, after those of the last hour, are no business any more; `total` numbers ring."""
    return sum(count for _, count in counts) + more > max(FEW, total * SHARE)


def added(counts: Counts, more: int, now: float) -> Counts:
    """Return the counts with so many more of this minute."""
    minute = int(now) // 60 * 60
    if counts and counts[-1][0] == minute:
        return [*counts[:-1], [minute, counts[-1][1] + more]]
    return [*counts, [minute, more]]


class Losses:
    """Counts what falls silent in the file in force, and holds back what is too much."""

    def __init__(self, folder: Path, get: Get) -> None:
        self.folder, self._get = folder, get
        self.held: set[str] = force.held(folder)
        """Numbers whose newest record is held back."""

    def sift(
        self, changes: Iterable[tuple[str, bytes | None]], *, source: str, epoch: int, is_excused: Callable[[str], bool]
    ) -> list[tuple[Key, bytes | None]]:
        """Return the changes that may be written, with the counts that belong to them; hold the others."""
        passed: dict[str, bytes | None] = {}
        lost: dict[str, bytes | None] = {}
        fallen: dict[str, int] = {}
        now, opened, released = time.time(), 0, set[str]()
        for key, data in changes:
            number = keys.number_of(key)
            if number is None:
                passed[key] = data
                continue
            change = judge(self._get(key.encode()), data, now)
            if change.is_loss and not is_excused(key):
                lost[key], fallen[key] = data, change.rang - change.will_ring
                continue
            passed[key] = data
            opened += change.will_ring - change.rang
            released.add(number)
        counts = recent(json.loads(self._get(keys.LOSSES) or b"[]"), now)
        total = int(self._get(keys.OPEN) or 0)
        is_too_many = are_too_many(counts, len(lost), total)
        if to_hold := {key for key in lost if is_too_many or key[2:] in self.held}:  # one that is held stays held
            self._hold(to_hold, source=source, epoch=epoch, total=total)
            lost = {key: data for key, data in lost.items() if key not in to_hold}
        if released & self.held:
            self._release(released)
        return [
            *passed.items(),
            *lost.items(),
            *self._counts(counts, now, len(lost), total + opened - sum(map(fallen.__getitem__, lost))),
        ]

    def pass_held(self, rows: list[tuple[str, bytes | None]]) -> list[tuple[Key, bytes | None]]:
        """Return what two people let through, with its counts, and forget that it was held."""
        now = time.time()
        changes = [judge(self._get(key.encode()), data, now) for key, data in rows]
        self._release({key[2:] for key, _ in rows})
        total = int(self._get(keys.OPEN) or 0) + sum(one.will_ring - one.rang for one in changes)
        return [*rows, (keys.OPEN, str(max(0, total)).encode())]

    def forget(self) -> None:
        """Forget what was held: a whole build has come into force, under its own guard."""
        self._release(set(self.held))

    def _counts(self, counts: Counts, now: float, lost: int, total: int) -> list[tuple[Key, bytes | None]]:
        rows: list[tuple[Key, bytes | None]] = []
        if total != int(self._get(keys.OPEN) or 0):
            rows.append((keys.OPEN, str(max(0, total)).encode()))
        if lost:
            rows.append((keys.LOSSES, json.dumps(added(counts, lost, now)).encode()))
        return rows

    def _hold(self, lost: set[str], *, source: str, epoch: int, total: int) -> None:
        self.held |= {key[2:] for key in lost}
        numbers = [int(number) for number in self.held]
        try:
            force.refuse(self.folder, kind="changes", source=source, epoch=epoch, total=total, lost=numbers)
        except OSError as error:  # a full disk lets nothing through that is to be held, and holds no stop up
            log.error("What is held back could not be written down: %s", error)

    def _release(self, numbers: set[str]) -> None:
        if self.held:
            self.held -= numbers
            force.keep_held(self.folder, self.held)
            if not self.held:
                end_alarm(self.folder, SNAPSHOT)
