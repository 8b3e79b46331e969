"""A stop on the gate host itself: bites at once, needs nothing but a file, goes only by lift or confirmation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.gate import stop
from answerable.snapshot import stops
from answerable.snapshot.read import MAP_BYTES

from .phone import Caller, Line, check
from .world import NUMBER, World, destination

pytestmark = pytest.mark.calls


def call(world: World) -> Caller:
    with Caller(world.settings.port, world.trunk_port) as caller:
        caller.invite(NUMBER)
    return caller


def test_stop_bites_the_very_next_call_and_lift_lets_the_next_one_through(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        first = call(world).final
        assert first is not None
        assert first.status == 200
        stop.stop(world.folder, NUMBER, by="孙", reason="fraud_report", at=time.time())
        second = call(world).final
        assert second is not None
        check(second, "STOPPED_AT_GATE")
        assert len(line.invites()) == 1
        assert stop.lift(world.folder, NUMBER, by="孙", at=time.time()) is True
        third = call(world).final
        assert third is not None
        assert third.status == 200
    kept = [record for record in world.spool() if record["kind"] in ("gate_stop", "gate_lift")]
    assert [(record["kind"], record["number"], record["by"]) for record in kept] == [
        ("gate_stop", NUMBER, "孙"),
        ("gate_lift", NUMBER, "孙"),
    ]
    assert kept[0]["reason"] == "fraud_report"
    assert stop.lift(world.folder, NUMBER, by="孙", at=time.time()) is False


def test_stop_does_not_wait_for_a_writer_that_hangs(world_of: Callable[..., World]) -> None:
    import lmdb

    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        path = str((world.folder / "snapshot" / "current").resolve())
        environment = lmdb.open(path, subdir=False, lock=True, map_size=MAP_BYTES, max_readers=512)
        hanging = environment.begin(write=True)
        done = threading.Event()

        def stop_it() -> None:
            stops.stop(world.folder, NUMBER, by="孙", reason="fraud_report", at=time.time())
            done.set()

        thread = threading.Thread(target=stop_it)
        thread.start()
        assert done.wait(1)
        thread.join()
        final = call(world).final
        assert final is not None
        check(final, "STOPPED_AT_GATE")
        hanging.abort()
        environment.close()


def test_stop_survives_a_new_snapshot_and_a_new_gate(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        stop.stop(world.folder, NUMBER, by="孙", reason="fraud_report", at=time.time())
        world.build()
        world.stop()
        world.start()
        final = call(world).final
        assert final is not None
        check(final, "STOPPED_AT_GATE")
        assert line.seen == []


def test_stop_folder_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "stops").write_text("not a folder")
    assert stops.is_stopped(tmp_path, NUMBER) is True
