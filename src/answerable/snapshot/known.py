"""What a gate host last knew of its numbers, beside its snapshots: how many rang, up to which epoch of which database.

For the guard, when the file in force cannot be held against a build because it is damaged, gone, or not this host's. A count
only: it tells that too many fall silent, not which.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

from answerable.snapshot import keys
from answerable.snapshot.force import FOLDER, write

FILE = "known.json"
EVERY_SECONDS = 10


class Known(TypedDict):
    """`open` numbers rang."""

    source: str
    epoch: int
    open: int


def keep(folder: Path, get: Callable[[bytes], bytes | None], *, at_once: bool = False) -> None:
    """Write down what the file in force says; not more often than every ten seconds, unless `at_once`."""
    path = folder / FOLDER / FILE
    with suppress(FileNotFoundError):
        if not at_once and 0 <= time.time() - path.stat().st_mtime < EVERY_SECONDS:
            return
    said = Known(
        source=(get(keys.SOURCE) or b"").decode(), epoch=int(get(keys.EPOCH) or 0), open=int(get(keys.OPEN) or 0)
    )
    if said != known(folder):
        write(path, json.dumps(said))


def known(folder: Path) -> Known | None:
    """Return what was written down; None on a host that never had a file."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads((folder / FOLDER / FILE).read_text())
        return Known(source=str(said["source"]), epoch=int(said["epoch"]), open=int(said["open"]))
    return None
