"""Guard against silence: nothing takes more than one number in a hundred off a gate at once, but stops and two people.

A number is lost when it rang and would not ring any more, without a record that says somebody ended it: its record is
gone, no longer verified, damaged, or refused for its permit. That is what a wrong backup, a broken import or a fault of
the publisher's looks like; two people can say that it is meant (snapshot.force). A stop is never lost, never counted and
never held back. A number whose end comes with time is not lost either: no publication took it away.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lmdb

from answerable.snapshot import records
from answerable.snapshot.admission import Admitted
from answerable.snapshot.known import known
from answerable.snapshot.permits import rings
from answerable.snapshot.read import link, open_sealed
from answerable.snapshot.records import NumberRecord
from answerable.snapshot.seal import NotOurs

SHARE = 0.01
ENDED = ("suspended", "frozen", "paused_by_holder", "released", "aging")
"""States in which somebody ended or paused a number; the record says it, so that it is no loss."""


class LossRefused(Exception):
    """A build would silence too many numbers: the file in force stays."""

    code = "SNAPSHOT_LOSS"

    def __init__(self, tally: Tally, source: str, epoch: int) -> None:
        super().__init__(
            f"{tally.fallen:,} of {tally.rang:,} numbers that ring would fall silent without a stop, and {tally.damaged:,}"
            f" published records cannot be read, at epoch {epoch} of {source}."
        )
        self.tally, self.source, self.epoch = tally, source, epoch


class Tally:
    """What a build changes: how many numbers rang, how many will, which are lost, and which are stopped.

    `known`: how many rang, by what the host has written down, where there is no file to compare with (snapshot.known).
    """

    def __init__(self, known: int | None = None) -> None:
        self.known = known
        self.open = self.opening = self.excused = self.damaged = 0
        self.lost = array("Q")
        self.stops: list[tuple[str, bytes]] = []
        """Records that stop a number which rings now: they go through even where the build does not."""

    @property
    def rang(self) -> int:
        return self.open if self.known is None else self.known

    @property
    def fallen(self) -> int:
        """How many fall silent; by count alone where nothing says which."""
        return len(self.lost) if self.known is None else max(0, self.known - self.opening - self.excused)

    def is_too_much(self) -> bool:
        return self.fallen > self.rang * SHARE

    def is_unreadable(self) -> bool:
        """Say whether more published records are damaged, or of another version, than a file in force may be left for."""
        return self.damaged > (self.opening + self.damaged) * SHARE


class Comparison:
    """Walks the file in force beside the records of a new one. Both in the order of their keys; as of one moment each.

    With `is_sound` off the file is damaged and not looked at; then, and where it is not this host's, counts are compared.
    """

    def __init__(self, folder: Path, *, is_sound: bool = True) -> None:
        self.now = time.time()
        self._environment = _opened(folder) if is_sound else None
        said = known(folder) if self._environment is None else None
        self.tally = Tally(said["open"] if said is not None else None)
        self._transaction: Any = self._environment.begin() if self._environment is not None else None
        cursor: Any = self._transaction.cursor() if self._transaction is not None else None
        has_numbers = cursor is not None and cursor.set_range(b"n:")
        self._items: Iterator[tuple[bytes, bytes]] = cursor.iternext() if has_numbers else iter(())
        self._next = next(self._items, None)

    def previous(self, key: bytes) -> bytes | None:
        """Return what the file in force has under a key."""
        found: bytes | None = self._transaction.get(key) if self._transaction is not None else None
        return found

    def page(self, admitted: list[Admitted]) -> None:
        """Compare the next records with what the file in force has up to the last of them."""
        before = self._before(admitted[-1][0]) if admitted else {}
        tally, take = self.tally, before.pop
        for key, data, said, is_excused in admitted:
            old = take(key, None)
            is_ringing = rings_by(data) if said is None else said
            tally.opening += is_ringing
            if old == data:
                tally.open += is_ringing
            elif old is not None:
                self._differs(key, old, data, is_excused=is_excused)
            if is_excused and not is_ringing:
                tally.excused += 1
            if data is None:
                tally.damaged += 1
        for key, old in before.items():
            self._differs(key, old, None)

    def finish(self) -> Tally:
        """Count what the file in force has beyond the last record; return everything."""
        for key, old in self._before(b"n:~").items():
            self._differs(key, old, None)
        return self.tally

    def close(self) -> None:
        if self._environment is not None:
            self._transaction.abort()
            self._environment.close()
            self._environment = None

    def _before(self, last: bytes) -> dict[bytes, bytes]:
        """Take the numbers of the file in force up to and with a key."""
        taken: dict[bytes, bytes] = {}
        found, items = self._next, self._items
        while found is not None and found[0] <= last:
            taken[found[0]] = found[1]
            found = next(items, None)
        self._next = found
        return taken

    def _differs(self, key: bytes, old: bytes, new: bytes | None, *, is_excused: bool = False) -> None:
        change = judge(old, new, self.now)
        self.tally.open += change.rang
        if change.is_stop and new is not None:
            self.tally.stops.append((key.decode(), new))
        elif change.is_loss and not is_excused:
            self.tally.lost.append(int(key[2:]))


class Change:
    """What one record makes of one number."""

    __slots__ = ("is_loss", "is_stop", "rang", "will_ring")

    def __init__(self, before: NumberRecord | None, after: NumberRecord | None, now: float) -> None:
        self.rang = before is not None and rings(before)
        self.will_ring = after is not None and rings(after)
        self.is_stop = self.rang and after is not None and ends(after)
        was_silenced = self.rang and not self.will_ring
        was_cut_short = is_in_force(before, now) and not is_in_force(after, now)
        self.is_loss = (was_silenced or was_cut_short) and not self.is_stop


def judge(old: bytes | None, new: bytes | None, now: float) -> Change:
    """Say what it means that `new` follows `old` under a number's key."""
    return Change(decoded(old), decoded(new), now)


def ends(record: NumberRecord) -> bool:
    """Say whether a record says that somebody ended or paused the number."""
    return record["stop"] is not None or record["business_state"] in ENDED


def is_in_force(record: NumberRecord | None, now: float) -> bool:
    """Say whether a number rings at this moment, as far as holder and lines go."""
    return (
        record is not None
        and rings(record)
        and record["verified_until"] > now
        and any(line["proven_until"] > now for line in record["destinations"])
    )


def rings_by(data: bytes | None) -> bool:
    record = decoded(data)
    return record is not None and rings(record)


def decoded(data: bytes | None) -> NumberRecord | None:
    try:
        return records.decode_number(data) if data is not None else None
    except records.BadRecord:
        return None


def _opened(folder: Path) -> Any:
    """Open the file in force; None where there is none that could be believed."""
    try:
        return open_sealed(str(link(folder).resolve(strict=True)))
    except (OSError, lmdb.InvalidError, NotOurs):  # any other fault of LMDB's is no reason to compare with nothing
        return None
