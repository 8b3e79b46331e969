"""Look at the gate host as it is now: does it answer, how old is what it knows, what waits to be shipped."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answerable.gate import control, drain, health
from answerable.gate.exporter.tail import Tail
from answerable.gate.settings import GateSettings
from answerable.snapshot import alarms, force, stops
from answerable.snapshot.read import Snapshot
from answerable.spool import frame, rotate
from answerable.spool.errors import Torn
from answerable.spool.ship import CURSORS, DAMAGED
from answerable.spool.write import RESERVE_BYTES


@dataclass
class State:
    """One look. None: it cannot be told."""

    status: str | None
    """What OPTIONS was answered with."""
    heartbeat_age: float | None
    epoch: int
    draining: bool
    calls: int | None
    memory: dict[str, int] = field(default_factory=dict)
    spool_bytes: int = 0
    """Bytes of records that no receiver has taken yet."""
    spool_lag: float = 0.0
    """Seconds since the oldest of them was written; 0 where none waits."""
    disk_free: int = 0
    damaged: int = 0
    stops: int = 0
    alarms: int = 0
    """Records whose permits were refused."""
    refused: bool = False
    """Whether a whole build, or changes, stand refused for what they would silence."""
    held: int = 0
    """Numbers whose newest record is held back."""

    def problems(self, settings: GateSettings) -> list[str]:
        """Say in the order of the gate's questions why no call is to be sent here; nothing where it is ready."""
        found = []
        if self.draining:
            found.append("draining")
        elif self.status != health.READY:
            found.append(f"OPTIONS is answered with {self.status or 'nothing'}")
        if self.heartbeat_age is None:
            found.append("there is no snapshot")
        elif self.heartbeat_age >= settings.stale_after_hours * 3600:
            found.append(f"the snapshot's heartbeat is {self.heartbeat_age / 3600:.1f} hours old")
        if self.disk_free < room_needed(settings):
            found.append(f"the disk of the spool has {self.disk_free / 1e6:.0f} MB left")
        return found


def room_needed(settings: GateSettings) -> int:
    """Return the bytes that all workers' next files take at once."""
    return (settings.workers + 1) * 2 * RESERVE_BYTES


def look(settings: GateSettings, tail: Tail) -> State:
    """Look at everything once; what cannot be read is left out, for an exporter must answer."""
    status = health.options(settings.address, settings.port, timeout_seconds=1.0)
    age, epoch = _snapshot(settings)
    draining = drain.is_draining(settings.run_folder)
    found = State(status, age, epoch, draining, calls=None)
    try:
        found.calls, found.memory = control.calls_in_progress(settings), control.memory(settings)
    except control.NoAnswer:
        found.calls = None
    found.spool_bytes, found.spool_lag = _waiting(settings.folder, tail)
    place = settings.folder / rotate.FOLDER
    disk = os.statvfs(place if place.exists() else settings.folder)
    found.disk_free = disk.f_bavail * disk.f_frsize
    found.damaged = len(list((place / DAMAGED).glob("*")))
    found.stops, found.alarms = len(stops.listed(settings.folder)), len(alarms.numbers(settings.folder))
    found.refused, found.held = force.refusal(settings.folder) is not None, len(force.held(settings.folder))
    return found


def _snapshot(settings: GateSettings) -> tuple[float | None, int]:
    snapshot = Snapshot(settings.folder)
    try:
        heartbeat, epoch = snapshot.heartbeat(), snapshot.epoch()
    except Exception:  # a file that cannot be read is as none
        return None, 0
    finally:
        snapshot.close()
    return (None if heartbeat is None else max(0.0, time.time() - heartbeat)), epoch


def _waiting(folder: Path, tail: Tail) -> tuple[int, float]:
    """Return bytes that wait, and the age of the oldest record among them."""
    cursors = _json(folder / rotate.FOLDER / CURSORS)
    waiting, oldest = 0, None
    for path in rotate.files(folder):
        at = int(cursors.get(path.name, len(frame.MAGIC)))
        behind = tail.end_of(path.name) - at
        if behind <= 0:
            continue
        waiting += behind
        written = _written_at(path, at)
        oldest = written if oldest is None or (written and written < oldest) else oldest
    return waiting, max(0.0, time.time() - oldest) if oldest else 0.0


def _written_at(path: Path, offset: int) -> float | None:
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            found = frame.unpack(stream.read(64 << 10), 0)
    except (OSError, Torn):
        return None
    return float(found[0].get("at", 0)) if found else None


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
