"""What passes the gate is copied to the collector and found again, for calls over a trunk alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from answerable.lib import keys
from answerable.lib.envelope import MasterKey
from answerable.signalling import store
from answerable.signalling.days import Days
from answerable.signalling.message import outline

from .phone import Caller, Line, check
from .world import NUMBER, SOURCE, World, destination, free_port, wait

pytestmark = pytest.mark.calls


class Captured:
    """A gate that copies to a real collector with a folder of its own."""

    def __init__(self, var: Path, make: Callable[..., World]) -> None:
        keys.make_all(var / "keys")
        self.days = Days(var / "signalling", MasterKey.load(var / "keys"))
        self.where = f"127.0.0.1:{free_port()}"
        self.environment = os.environ | {
            "PYTHONPATH": str(SOURCE), "ANSWERABLE_VAR": str(var), "ANSWERABLE_CAPTURE": self.where,
        }  # fmt: skip
        self.world = make(capture=self.where, capture_key_file=var / "keys" / keys.CAPTURE)

    def collect(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "answerable.cli.main", "capture"]
        process = subprocess.Popen(command, env=self.environment)
        wait((self.days.folder / "status.json").exists, "the collector collects")
        return process

    def course(self, call: str) -> list[str]:
        found = sorted(store.find(self.days, calls=[call], since=0, until=1e11), key=lambda kept: kept.at)
        return [outline(kept.message)["what"] for kept in found]


@pytest.fixture
def captured(tmp_path: Path, world_of: Callable[..., World]) -> Captured:
    return Captured(tmp_path / "var", world_of)


@pytest.fixture
def collector(captured: Captured) -> Iterator[subprocess.Popen[bytes]]:
    process = captured.collect()
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_course_of_a_call_is_kept_from_invite_to_bye(captured: Captured, collector: subprocess.Popen[bytes]) -> None:
    world = captured.world
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER, extra='Authorization: Digest username="u", response="feedfeed"\r\n')
            caller.bye()
        both_ways = ["INVITE", "100 Trying", "INVITE", "180 Ringing", "180 Ringing", "200 OK", "200 OK", "ACK"]
        expected = [*both_ways, "BYE", "BYE", "200 OK", "200 OK"]
        wait(lambda: len(captured.course(caller.call)) == len(expected), "everything is kept")
        assert captured.course(caller.call) == expected
        kept = b"".join(one.message for one in store.find(captured.days, calls=[caller.call], since=0, until=1e11))
        assert b"feedfeed" not in kept
        assert kept.count(b"Authorization: (not kept)") == 2


def test_refusal_is_kept_and_a_stranger_is_not(captured: Captured, collector: subprocess.Popen[bytes]) -> None:
    world = captured.world
    world.number()
    world.start_with_build()
    with Caller(world.settings.port) as stranger:
        check(stranger.invite(NUMBER), "SOURCE_UNKNOWN")
    with Caller(world.settings.port, world.trunk_port) as caller:
        check(caller.invite("4008999999"), "NUMBER_UNKNOWN")
    wait(lambda: captured.course(caller.call)[2:], "the refusal is kept")
    first, *others = captured.course(caller.call)
    assert first == "INVITE"
    assert sorted(others) == ["404 Unallocated Number", "ACK"]  # another worker may copy the ACK first
    assert captured.course(stranger.call) == []


def test_calls_go_on_where_the_collector_is_away(captured: Captured) -> None:
    world = captured.world
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        for _ in range(3):
            with Caller(world.settings.port, world.trunk_port) as caller:
                assert caller.invite(NUMBER).status == 200
                assert caller.bye().status == 200
