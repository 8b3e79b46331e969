"""Drain a gate host: new calls go to the next gate, calls in progress end in order, then Kamailio ends.

One small file in the run folder is the switch, as for stops: the route looks for it several times a second, the parent
reads it each second. While it is there trunks are told 503 with Retry-After, for OPTIONS too, so that a carrier that probes
marks this host down. Standard library only: Kamailio's own Python runs `is_draining`.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Literal, TypedDict

from answerable.gate.settings import LOOK_SECONDS
from answerable.lib import names

FILE = "draining"
RETRY_AFTER_SECONDS = 60
USUAL_LIMIT_SECONDS = 1800
Then = Literal["end", "start"]


class Drain(TypedDict):
    """Who drains, since when (epoch seconds), how long at most, and whether the gate ends or starts anew after it."""

    by: str
    at: float
    limit_seconds: float
    then: Then


def begin(run_folder: Path, *, by: str, at: float, limit_seconds: float, then: Then = "end") -> Drain:
    """Turn the switch and return what was ordered; again replaces what was said before. Raise NameMissing where nobody is named."""
    value = Drain(by=names.person(by), at=at, limit_seconds=limit_seconds, then=then)
    writing = run_folder / (FILE + ".new")
    writing.write_text(json.dumps(value, ensure_ascii=False))
    writing.replace(run_folder / FILE)
    return value


def end(run_folder: Path) -> bool:
    """Turn the switch back; say whether it was turned."""
    try:
        (run_folder / FILE).unlink()
    except FileNotFoundError:
        return False
    return True


def is_draining(run_folder: Path | str) -> bool:
    """Say whether new calls are to go elsewhere. What cannot be looked at drains nothing: the gate goes on."""
    return os.path.exists(os.path.join(run_folder, FILE))


class Watch:
    """Looks at the switch for a worker, which asks for every call; a path is dear to walk that often."""

    def __init__(self, run_folder: Path) -> None:
        self._path, self._looked, self._is_draining = str(run_folder / FILE), 0.0, False

    def is_draining(self) -> bool:
        """Say what `is_draining` said at most LOOK_SECONDS ago."""
        now = time.monotonic()
        if now - self._looked > LOOK_SECONDS:
            self._looked, self._is_draining = now, os.path.exists(self._path)
        return self._is_draining


def read(run_folder: Path) -> Drain | None:
    """Return what was ordered; None while nothing is. A file that nobody can read drains as long as usual."""
    path = run_folder / FILE
    try:
        value: Drain = json.loads(path.read_text())
        then: Then = "start" if value["then"] == "start" else "end"
        return Drain(by=value["by"], at=float(value["at"]), limit_seconds=float(value["limit_seconds"]), then=then)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        at = path.stat().st_mtime if path.exists() else 0.0
        return Drain(by="?", at=at, limit_seconds=USUAL_LIMIT_SECONDS, then="end")
