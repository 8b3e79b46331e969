"""What the collector says of itself, in one small file beside what it keeps: for the control plane's figures and for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

FILE = "status.json"
SECONDS = 1.0
"""How often it is written."""
REASONS = ("stranger", "garbage", "storm", "full", "fault")
"""Why a copy is dropped: address or key, no message of a call, too much of one call, no room, our fault."""


class Status(TypedDict):
    """As of `at` (epoch seconds): messages kept and dropped (by why) since the collector's start, bytes kept, and how many may be."""

    at: float
    kept: int
    dropped: dict[str, int]
    bytes: int
    most_bytes: int


def write(folder: Path, status: Status) -> None:
    """Replace what was said before; raise OSError."""
    writing = folder / (FILE + ".new")
    writing.write_text(json.dumps(status))
    writing.replace(folder / FILE)


def read(folder: Path) -> Status | None:
    """Return what was said last; None where no collector ever said anything that can be read."""
    try:
        said = json.loads((folder / FILE).read_text())
        dropped = {str(why): int(count) for why, count in _pairs(said["dropped"])}
        return Status(
            at=float(said["at"]), kept=int(said["kept"]), dropped=dropped, bytes=int(said["bytes"]),
            most_bytes=int(said.get("most_bytes", 0)),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _pairs(value: object) -> list[tuple[object, int]]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return list(value.items())
