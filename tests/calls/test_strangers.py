"""Calls from addresses that are no trunk, at a real gate: counted by address and minute, through a killed Kamailio."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from answerable.spool import ship

from .phone import Caller, check
from .world import NUMBER, World, wait

pytestmark = pytest.mark.calls


def test_strangers_are_counted_through_the_death_of_every_worker_and_never_recorded_singly(
    world_of: Callable[..., World],
) -> None:
    world = world_of()
    world.number()
    world.build()
    world.start()
    for _ in range(30):
        with Caller(world.settings.port) as stranger:
            check(stranger.invite(NUMBER), "SOURCE_UNKNOWN")
    before = world.kamailios()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait(lambda: not set(before) & set(world.kamailios()), "the old processes are gone", seconds=10)
    found: list[dict[str, Any]] = []
    while ship.ship(world.folder, found.extend, now=time.time() + 61):
        pass
    assert {(record["kind"], record["address"], record["dialled"]) for record in found} == {
        ("strangers", "127.0.0.1", NUMBER)
    }
    assert sum(record["count"] for record in found) == 30
    assert len(found) <= 2 * world.settings.workers  # one a process and minute, and a minute may end meanwhile
