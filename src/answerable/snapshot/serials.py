"""The used-up serials of a gate host: one small file per number that was stopped, written also without the control plane.

They lie beside the snapshot, never inside it: a rebuild, a restored database or a replayed permit does not lift a stop.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "serials"
EVERY = 1 << 62
"""What a file that nobody can read counts as: it was written to stop, so it stops."""


def used_up(folder: Path, number: str) -> int:
    """Return the highest serial of a number that opens nothing any more; 0 for none."""
    try:
        return int((folder / FOLDER / number).read_text())
    except FileNotFoundError:
        return 0
    except (OSError, ValueError):
        return EVERY


def use_up(folder: Path, number: str, serial: int) -> None:
    """Use up every serial of a number up to this one; it never goes back."""
    if serial <= used_up(folder, number):
        return
    path = folder / FOLDER / number
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_suffix(f".{os.getpid()}")
    with writing.open("w") as file:
        file.write(str(serial))
        file.flush()
        os.fsync(file.fileno())
    writing.replace(path)


def files(folder: Path) -> list[Path]:
    """List the files of all numbers that have used a permit up."""
    return list((folder / FOLDER).glob("[0-9]" * 10))
