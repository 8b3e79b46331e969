"""Ship the spool to its receiver: nothing is lost, nothing counts twice.

Order of deeds: the file is on the disk (fsync), the receiver has taken the batch, the cursor is on the disk, the file
is deleted. A crash between any two delivers the same batch again, and the receiver's uniqueness (records.identity)
drops it.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from answerable.spool import frame, read, rotate
from answerable.spool.records import SpoolRecord

log = logging.getLogger(__name__)
BATCH = 500
CURSORS = "cursors.json"
DAMAGED = "damaged"
RETRY_SECONDS = 2.0
Deliver = Callable[[list[SpoolRecord]], None]
"""Takes a batch whole or raises; must be safe to call again with the same records."""


class Stopping(Protocol):
    """Something that says when to stop, such as threading.Event."""

    def is_set(self) -> bool: ...


def run(folder: Path, deliver: Deliver, stopping: Stopping, *, every_seconds: float = 0.3) -> None:
    """Ship until `stopping` is set; a receiver that fails is asked again."""
    while not stopping.is_set():
        pause = every_seconds
        try:
            if ship(folder, deliver):
                continue
        except Exception:  # whatever the receiver raises, the records stay here
            log.exception("The receiver did not take the records; they wait in the spool.")
            pause = RETRY_SECONDS
        until = time.monotonic() + pause
        while time.monotonic() < until and not stopping.is_set():
            time.sleep(0.05)


def ship(folder: Path, deliver: Deliver) -> int:
    """Deliver one batch, oldest record first, and return how many records it had. 0 = nothing waits."""
    cursors = _load_cursors(folder)
    batch: list[SpoolRecord] = []
    finished: list[Path] = []
    for path in rotate.files(folder):
        taken = _take(path, cursors, finished)
        batch.extend(taken)
    if batch:
        deliver(sorted(batch, key=lambda record: float(record.get("at", 0))))
        _save_cursors(folder, cursors)
    for path in finished:
        path.unlink()
        cursors.pop(path.name, None)
    if finished:
        _save_cursors(folder, cursors)
    return len(batch)


def _take(path: Path, cursors: dict[str, int], finished: list[Path]) -> list[SpoolRecord]:
    """Take up to a batch from one file and move its cursor; list the file as finished when its writer is gone."""
    taken: list[SpoolRecord] = []
    offset = cursors.get(path.name, len(frame.MAGIC))
    descriptor = os.open(path, os.O_RDONLY)
    try:
        abandoned = rotate.is_abandoned(descriptor)  # before reading: what comes later is not missed
        os.fsync(descriptor)
        for record, after in read.records_from(descriptor, offset):
            taken.append(record)
            offset = after
            if len(taken) == BATCH:
                break
        else:
            if abandoned:
                finished.append(path)
    except frame.Torn as error:
        if abandoned:
            _set_aside(path, str(error), taken)
    finally:
        os.close(descriptor)
    cursors[path.name] = offset
    return taken


def _set_aside(path: Path, why: str, taken: list[SpoolRecord]) -> None:
    """Keep a damaged file for people to look at, once all that is whole before the damage has been delivered."""
    if taken:
        return
    place = path.parent / DAMAGED
    place.mkdir(exist_ok=True)
    path.rename(place / path.name)
    log.error("%s is damaged and was set aside: %s", path.name, why)


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
    with writing.open("w") as file:
        json.dump(cursors, file)
        file.flush()
        os.fsync(file.fileno())
    writing.replace(path)
