"""The gate is killed, part by part and whole, with calls up: it comes back alone on its port and loses no record."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from answerable.gate import host
from answerable.spool import ship
from answerable.spool.records import identity

from .phone import Caller, Line
from .world import NUMBER, World, destination, parent_of, wait

pytestmark = pytest.mark.calls


@pytest.fixture
def line() -> Line:
    return Line()


def up(world_of: Callable[..., World], line: Line) -> World:
    world = world_of()
    world.number(destinations=[destination(line.port)])
    world.build()
    return world.start()


def came_back(world: World, before: list[int]) -> None:
    """Check that the gate answers again, by new processes alone."""
    wait(lambda: not set(before) & set(world.kamailios()), "the old processes are gone", seconds=10)
    wait(world.answers, "the gate answers again", seconds=20)
    mains = [pid for pid in world.kamailios() if parent_of(pid) not in world.kamailios()]
    assert len(mains) == 1
    assert parent_of(mains[0]) == (world.process and world.process.pid)


@pytest.mark.parametrize("victim", ["main", "worker", "all of Kamailio"])
def test_killed_gate_restarts_by_itself_and_records_the_end_of_calls_it_forgot(
    world_of: Callable[..., World], line: Line, victim: str
) -> None:
    with line:
        world = up(world_of, line)
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
            wait(lambda: "ACK" in line.methods(), "the call is up at both ends")
            before, main = world.kamailios(), world.main_process()
            chosen = {"main": [main], "worker": [next(pid for pid in before if pid != main)]}.get(victim, before)
            for pid in chosen:
                os.kill(pid, signal.SIGKILL)
            came_back(world, before)
            assert caller.bye().status == 200  # of a dialog that this Kamailio has never seen
            wait(lambda: world.stages(caller.call)[-1:] == ["ended"], "the end is recorded")
        assert line.methods() == ["INVITE", "ACK", "BYE"]
        assert world.stages(caller.call) == ["invite", "ringing", "answered", "ended"]
        ended = world.spool("ended")[0]
        assert (ended["number"], ended["by"]) == (NUMBER, "caller")
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200


def test_gate_killed_with_its_parent_leaves_nothing_that_a_new_one_must_share_the_port_with(
    world_of: Callable[..., World], line: Line
) -> None:
    with line:
        world = up(world_of, line)
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
            before, main = world.kamailios(), world.main_process()
            assert world.process is not None
            os.kill(main, signal.SIGSTOP)  # it cannot tell its workers to end
            os.kill(world.process.pid, signal.SIGKILL)
            os.kill(main, signal.SIGKILL)
            world.process.wait(5)
            assert wait(world.kamailios, "workers are left over") != []
            world.start()
            came_back(world, before)
            assert caller.bye().status == 200
            wait(lambda: world.stages(caller.call)[-1:] == ["ended"], "the end is recorded")


def test_parent_killed_alone_takes_kamailio_with_it(world_of: Callable[..., World], line: Line) -> None:
    with line:
        world = up(world_of, line)
        assert world.process is not None
        os.kill(world.process.pid, signal.SIGKILL)
        world.process.wait(5)
        wait(lambda: world.kamailios() == [], "Kamailio has ended", seconds=10)


def test_sigterm_ends_everything_and_frees_the_port(world_of: Callable[..., World], line: Line) -> None:
    with line:
        world = up(world_of, line)
        assert world.process is not None
        world.process.send_signal(signal.SIGTERM)
        assert world.process.wait(10) == 0
        assert world.kamailios() == []
        host.refuse_taken_port(world.settings)  # raises when it is taken


def test_port_that_somebody_else_has_is_refused_with_a_sentence(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.build()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # Kamailio would share it silently
        other.bind(("127.0.0.1", world.settings.port))
        world.launch()
        assert world.process is not None
        assert world.process.wait(15) == 1
    assert f"udp 127.0.0.1:{world.settings.port} cannot be bound" in world.log.read_text()


def test_second_gate_in_the_same_folder_is_refused_and_harms_nothing(
    world_of: Callable[..., World], line: Line
) -> None:
    with line:
        world = up(world_of, line)
        before = world.kamailios()
        file = world.folder.parent / "settings.json"
        command = [sys.executable, "-m", "answerable.gate.host", str(file)]
        second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert (second.returncode, "A gate already runs" in second.stderr) == (1, True)
        assert (world.kamailios(), world.answers()) == (before, True)


def test_snapshot_is_replaced_while_calls_run(world_of: Callable[..., World], line: Line) -> None:
    with line:
        world = up(world_of, line)
        kamailios = world.kamailios()
        statuses = []
        for serial in range(20):
            if serial % 4 == 3:
                world.build()  # a new file and a new inode behind the link
            with Caller(world.settings.port, world.trunk_port) as caller:
                statuses.append(caller.invite(NUMBER).status)
                caller.bye()
        assert statuses == [200] * 20
        assert set(kamailios) <= set(world.kamailios())
        epochs = [record["epoch"] for record in world.spool("invite")]
        assert epochs == sorted(epochs)
        assert epochs[-1] == world.epoch
        assert len(list((world.folder / "snapshot").glob("*.lmdb"))) <= 2


def test_no_record_of_fifteen_calls_is_lost_or_shipped_twice_over_two_deaths(
    world_of: Callable[..., World], line: Line
) -> None:
    received: dict[tuple[str, str, str, int], dict[str, Any]] = {}

    def deliver(batch: list[dict[str, Any]]) -> None:
        for record in batch:
            received.setdefault(identity(record), record)

    with line:
        world = up(world_of, line)
        callers = []
        for _ in range(15):
            caller = Caller(world.settings.port)
            world.trunk(caller.port)
            callers.append(caller)
        world.build()
        for caller in callers:
            assert caller.invite(NUMBER).status == 200
        for half in (callers[:7], callers[7:]):
            before = world.kamailios()
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            came_back(world, before)
            ship.ship(world.folder, deliver)
            for caller in half:
                assert caller.bye().status == 200
                caller.socket.close()
        world.stop()
        while ship.ship(world.folder, deliver):
            pass
    stages: dict[str, list[str]] = {caller.call: [] for caller in callers}
    for record in sorted(received.values(), key=lambda kept: kept["at"]):
        stages[record["call"]].append(record["kind"])
    assert list(stages.values()) == [["invite", "ringing", "answered", "ended"]] * 15
    assert list((world.folder / "spool").glob("*.spool")) == []
