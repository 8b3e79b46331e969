"""Which process is a gate's parent: it holds the folder's lock, and hands it on to the program that lies on the disk now."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

LOCK, STARTED = "host.lock", "started"
ENDINGS = {signal.SIGTERM, signal.SIGINT}
PATIENCE_SECONDS = 1.0


class AlreadyRunning(Exception):
    """Another parent runs a gate from this folder."""

    code = "ALREADY_RUNNING"


def hold(lock: IO[str], run_folder: Path) -> None:
    """Take the folder's lock, which no child and no successor inherits; raise AlreadyRunning.

    Tried for a second: whoever asks whether a gate runs takes it for a moment.
    """
    os.set_inheritable(lock.fileno(), False)
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() > until:
                raise AlreadyRunning(f"A gate already runs from {run_folder.parent}.") from error
            time.sleep(0.01)
        else:
            return


def is_held(run_folder: Path) -> bool:
    """Say whether a gate's parent holds this folder: its lock goes with it."""
    try:
        with (run_folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def note_start(run_folder: Path) -> None:
    """Write down when this parent started."""
    (run_folder / STARTED).write_text(repr(time.time()))


def started_at(run_folder: Path) -> float:
    """Return when the gate was started last (epoch seconds), also by a restart; 0 where nobody knows."""
    try:
        return float((run_folder / STARTED).read_text())
    except (OSError, ValueError):
        return 0.0


def become_the_new_program() -> OSError:
    """Become what lies on the disk now, under the same process id; return only where that fails, and why.

    The environment stays what it was at the start: no process can read its service's new one. The caller holds ENDINGS
    back, so that one which comes meanwhile is the successor's to obey.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
    except OSError as error:
        return error
