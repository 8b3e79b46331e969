"""Alarms of a gate host's follower: a file for each, a loud line in its log, and a record in the spool.

`alarms/NUMBER` is a record that was refused for its permit. `alarms/snapshot` is a whole build, or many changes, that
would have silenced too many numbers (snapshot.guard).
"""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from answerable.spool.errors import SpoolFull
from answerable.spool.write import SpoolWriter

FOLDER = "alarms"
SNAPSHOT = "snapshot"
log = logging.getLogger(__name__)


def raise_alarm(folder: Path, name: str, kind: str, said: dict[str, Any], why: str) -> bool:
    """Raise an alarm once for what it says; return whether it is a new one. A disk that is full holds nothing up."""
    path = folder / FOLDER / name
    with suppress(OSError, ValueError):
        before = json.loads(path.read_text())
        if {key: before.get(key) for key in said} == said:
            return False
    at = time.time()
    try:
        write_down(
            folder, {"kind": kind, "at": at, **said}
        )  # first: a file that is there says that it was written down
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said | {"at": at, "why": why}, ensure_ascii=False))
    except (OSError, SpoolFull) as error:
        log.error("The alarm about %s could not be written down: %s", name, error)
    return True


def end_alarm(folder: Path, name: str) -> None:
    """Take an alarm back: what it was about is in order again."""
    (folder / FOLDER / name).unlink(missing_ok=True)


def write_down(folder: Path, record: dict[str, Any]) -> None:
    """Write one record into the spool; raise SpoolFull."""
    writer = SpoolWriter(folder, reserve=0)
    try:
        writer.write(record)
    finally:
        writer.close()


def alarms(folder: Path) -> list[dict[str, Any]]:
    """List what stands refused on this host: a whole build first, then single records."""
    found = []
    for path in [folder / FOLDER / SNAPSHOT, *numbers(folder)]:
        with suppress(OSError, ValueError):
            found.append(json.loads(path.read_text()))
    return found


def numbers(folder: Path) -> list[Path]:
    """List the files about single numbers."""
    return sorted((folder / FOLDER).glob("[0-9]" * 10))
