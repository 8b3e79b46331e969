"""Let a process go before others on a busy machine: what a stop waits for must not queue behind call load."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

FIRST, LAST = -10, 10
"""Niceness of work that somebody waits for, and of work that may take its time."""


def go_first() -> None:
    """Go before ordinary processes from now on. Without the right to (CAP_SYS_NICE, or LimitNICE= in the unit, which allows the way back too) nothing changes."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)


@contextmanager
def going_last() -> Iterator[None]:
    """Go behind ordinary processes for the length of a long piece of work, where one may come back from there."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    if before < 0:  # who got there may come back
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, LAST)
    try:
        yield
    finally:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, before)
