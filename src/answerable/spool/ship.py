"""Ship the spool to its receiver: nothing is lost, nothing counts twice.

Order of deeds: the file is on the disk (fsync), the receiver has taken the batch, the file is deleted or its cursor
saved. A crash between any two delivers the same batch again, and the receiver's uniqueness (records.identity) drops it.
So a cursor that cannot be saved (a full disk) costs time and nothing else.
"""

from __future__ import annotations

import heapq
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from answerable.spool import counts, frame, read, rotate
from answerable.spool.errors import Torn
from answerable.spool.records import SpoolRecord

log = logging.getLogger(__name__)
BATCH = 5000
CURSORS = "cursors.json"
DAMAGED = "damaged"
RETRY_SECONDS = 2.0
SYNC_SECONDS = 1.0
Deliver = Callable[[list[SpoolRecord]], None]
"""Takes a batch whole or raises; must be safe to call again with the same records."""


class Stopping(Protocol):
    """Something that says when to stop, such as threading.Event."""

    def is_set(self) -> bool: ...


def run(folder: Path, deliver: Deliver, stopping: Stopping, *, every_seconds: float = 0.3) -> None:
    """Ship until `stopping` is set; a receiver that fails is asked again. What waits is on the disk each second."""
    threading.Thread(target=_sync_each_second, args=(folder, stopping), daemon=True).start()
    shipper = Shipper(folder, deliver)
    while not stopping.is_set():
        pause = every_seconds
        try:
            if shipper.ship():
                continue
        except Exception:  # whatever the receiver raises, the records stay here
            log.exception("The receiver did not take the records; they wait in the spool.")
            pause = RETRY_SECONDS
        until = time.monotonic() + pause
        while time.monotonic() < until and not stopping.is_set():
            time.sleep(0.05)


def ship(folder: Path, deliver: Deliver, *, now: float | None = None) -> int:
    """Deliver one batch and return how many records it had. 0 = nothing waits. `now` (epoch seconds) ends minutes."""
    return Shipper(folder, deliver).ship(now=now)


class Shipper:
    """One shipper of one folder; keeps the cursors in mind in case the disk takes none."""

    def __init__(self, folder: Path, deliver: Deliver) -> None:
        self._folder = folder
        self._deliver = deliver
        self._cursors = _load_cursors(folder)

    def ship(self, *, now: float | None = None) -> int:
        """Deliver one batch, oldest record first and each file in its own order."""
        waiting = rotate.files(self._folder)
        here = {path.name for path in waiting}
        cursors = {name: offset for name, offset in self._cursors.items() if name in here}
        taken: list[list[SpoolRecord]] = []
        finished: list[Path] = []
        for path in waiting:
            if (room := BATCH - sum(map(len, taken))) <= 0:
                break
            try:
                taken.append(_take(path, cursors, finished, room))
            except FileNotFoundError:
                continue  # somebody removed it; its writer begins another
            except OSError as error:  # somebody else's, or a bad place of the disk: no reason to hold the others up
                log.error("%s cannot be read and waits: %s", path.name, error.strerror)
        taken += _take_counts(self._folder, finished, time.time() if now is None else now)
        batch = _in_order(taken)
        if batch:
            self._deliver(batch)
        for path in finished:
            path.unlink(missing_ok=True)
            cursors.pop(path.name, None)
        if cursors != self._cursors:
            self._cursors = cursors
            _save_cursors(self._folder, cursors)
        return len(batch)


def _in_order(taken: list[list[SpoolRecord]]) -> list[SpoolRecord]:
    """Merge files by time without changing any file's own order, even where a clock was set back within it."""

    def dated(records: list[SpoolRecord], index: int) -> list[tuple[float, int, int, SpoolRecord]]:
        latest, found = 0.0, []
        for place, record in enumerate(records):
            latest = max(latest, float(record.get("at", 0)))
            found.append((latest, index, place, record))
        return found

    return [item[3] for item in heapq.merge(*(dated(records, index) for index, records in enumerate(taken)))]


def _take(path: Path, cursors: dict[str, int], finished: list[Path], room: int) -> list[SpoolRecord]:
    """Take up to `room` records from one file and move its cursor; list it as finished when its writer is gone."""
    taken: list[SpoolRecord] = []
    descriptor = os.open(path, os.O_RDONLY)
    try:
        abandoned = rotate.is_abandoned(descriptor)  # before reading: what comes later is not missed
        offset: int | None = cursors.get(path.name, len(frame.MAGIC))
        while offset is not None and len(taken) < room:
            offset = _take_whole(descriptor, offset, taken, room)
            cursors[path.name] = offset
            if not abandoned or len(taken) == room:
                break
            if read.is_clean_after(descriptor, offset):
                finished.append(path)
                break
            if not _keep_damaged(path, offset):
                break
            offset = read.next_whole(descriptor, offset)
        else:
            if offset is None:
                finished.append(path)
        if taken:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return taken


def _take_whole(descriptor: int, offset: int, taken: list[SpoolRecord], room: int) -> int:
    """Take whole records until there is none; return the offset after the last."""
    with suppress(Torn):
        for record, after in read.records_from(descriptor, offset):
            taken.append(record)
            offset = after
            if len(taken) == room:
                break
    return offset


def _keep_damaged(path: Path, offset: int) -> bool:
    """Keep a second name of a damaged file for people to look at; what is whole in it is shipped all the same.

    Return False when there is no room for the name: then the file has to wait.
    """
    place = path.parent / DAMAGED
    try:
        place.mkdir(exist_ok=True)
        with suppress(FileExistsError):
            os.link(path, place / path.name)
            log.error("%s is damaged at byte %d; it is kept in %s.", path.name, offset, place)
    except OSError as error:
        log.warning("%s is damaged and waits: %s", path.name, error.strerror)
        return False
    return True


def _take_counts(folder: Path, finished: list[Path], now: float) -> list[list[SpoolRecord]]:
    """Take the counts of minutes that are over, at most a batch; their files are finished with it."""
    taken: list[list[SpoolRecord]] = []
    for path in counts.files(folder):
        if sum(map(len, taken)) >= BATCH:
            break
        try:
            if counts.seal(path, int(now) // 60):
                taken.append(counts.records(path))
                finished.append(path)
        except ValueError:
            if _keep_damaged(path, 0):
                finished.append(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.error("%s cannot be read and waits: %s", path.name, error.strerror)
    return taken


def _sync_each_second(folder: Path, stopping: Stopping) -> None:
    """Bring to the disk what waits, whether a receiver takes it or not: a power cut costs a second at most."""
    while not stopping.is_set():
        sync(folder)
        time.sleep(SYNC_SECONDS)


def sync(folder: Path) -> None:
    """fsync every file that waits, and the folder that names them; clear away what nobody finished."""
    rotate.clear(folder)
    for path in (*rotate.files(folder), *counts.files(folder), folder / rotate.FOLDER):
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _load_cursors(folder: Path) -> dict[str, int]:
    """Load the cursors of files that still exist; without them everything is delivered again and dropped there."""
    with suppress(OSError, ValueError):
        stored = json.loads((folder / rotate.FOLDER / CURSORS).read_text())
        here = {path.name for path in rotate.files(folder)}
        return {str(name): int(offset) for name, offset in stored.items() if name in here}
    return {}


def _save_cursors(folder: Path, cursors: dict[str, int]) -> None:
    path = folder / rotate.FOLDER / CURSORS
    writing = path.with_suffix(".new")
    try:
        with writing.open("w") as file:
            json.dump(cursors, file)
            file.flush()
            os.fsync(file.fileno())
        writing.replace(path)
    except OSError as error:
        log.warning("The cursors cannot be saved (%s): after a restart records are delivered again.", error.strerror)
