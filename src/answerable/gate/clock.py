"""Tell the time at the gate: never earlier than the newest heartbeat plus what has passed since it was first seen.

A clock set back must neither bring a lapsed verification back nor make an old heartbeat look young. A clock set forward
by mistake and corrected leaves no trace.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

HEARD = "heard.json"


def boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def since_boot() -> float:
    """Count the seconds since the machine started, sleep included; nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """The gate's clock. `keep` writes down when a heartbeat was first seen, so that a restart does not forget it."""

    def __init__(
        self, run_folder: Path, *, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] = since_boot
    ) -> None:
        self._path = run_folder / HEARD
        self._wall, self._elapsed = wall, elapsed
        self._heartbeat: float | None = None
        self._seen_at = 0.0

    def now(self, heartbeat: float | None) -> float:
        """Return the later of the wall clock and the newest heartbeat with the time since it was first seen."""
        if heartbeat is not None and (self._heartbeat is None or heartbeat > self._heartbeat):
            self._heartbeat, self._seen_at = heartbeat, self._first_seen_at(heartbeat)
        if self._heartbeat is None:
            return self._wall()
        return max(self._wall(), self._heartbeat + self._elapsed() - self._seen_at)

    def keep(self, heartbeat: float | None) -> None:
        """Write down a heartbeat that is new; the gate's parent does, for its workers."""
        before = self._heartbeat
        self.now(heartbeat)
        if self._heartbeat is None or self._heartbeat == before:
            return
        writing = self._path.with_suffix(".new")
        writing.write_text(json.dumps({"boot": boot(), "heartbeat": self._heartbeat, "seen_at": self._seen_at}))
        writing.replace(self._path)

    def _first_seen_at(self, heartbeat: float) -> float:
        with suppress(OSError, ValueError, KeyError, TypeError):
            heard = json.loads(self._path.read_text())
            if heard["boot"] == boot() and heard["heartbeat"] >= heartbeat:
                return min(float(heard["seen_at"]), self._elapsed())
        return self._elapsed()
