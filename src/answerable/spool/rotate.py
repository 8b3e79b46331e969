"""Make, name and take over spool files. One file belongs to one process, which holds a lock on it while it lives.

The lock, not a process number, tells whether a writer lives: it goes with the process however that ends.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from answerable.spool.frame import MAGIC

FOLDER = "spool"
SUFFIX = ".spool"
ROTATE_BYTES = 8 << 20
UNFINISHED = (".new", ".making")
"""What a file is called until it has what makes it one; its maker takes microseconds."""
UNFINISHED_SECONDS = 600


@cache
def boot() -> str:
    """Name this run of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def host() -> str:
    return socket.gethostname()


def process_name() -> str:
    """Name this process for ever: its number comes again, its number at this nanosecond does not."""
    return f"{os.getpid()}-{time.time_ns()}"


def create(folder: Path, name: str) -> tuple[int, Path]:
    """Make a file, lock it and only then give it its name, so that no shipper ever meets it without its lock."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    path = place / (name + SUFFIX)
    making = place / (name + ".new")
    descriptor = os.open(making, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.pwrite(descriptor, MAGIC, 0)
        os.link(making, path)  # unlike a rename, never over a file that is there
    except OSError:
        os.close(descriptor)
        raise
    finally:
        making.unlink(missing_ok=True)
    return descriptor, path


def clear(folder: Path) -> None:
    """Remove what a process that was killed had begun to make ten minutes ago or earlier: no record was in it yet."""
    oldest = time.time() - UNFINISHED_SECONDS
    for path in (folder / FOLDER).glob("*"):
        with suppress(OSError):
            if path.suffix in UNFINISHED and path.stat().st_mtime < oldest:
                path.unlink()


def is_abandoned(descriptor: int) -> bool:
    """Say whether no writer holds the file any more."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


def files(folder: Path) -> list[Path]:
    """List the spool's files, oldest first."""
    return sorted((folder / FOLDER).glob("*" + SUFFIX), key=lambda path: path.stem.split("-")[-2:])
