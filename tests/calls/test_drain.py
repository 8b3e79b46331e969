"""A gate is taken out of service without dropping a call: new ones go elsewhere, those in progress end in order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from answerable.gate import control, drain, health
from answerable.gate.settings import LOOK_SECONDS

from .phone import Caller, Line, check
from .world import NUMBER, World, destination, wait

pytestmark = pytest.mark.calls


def begin(world: World, *, limit: float = 60.0, then: drain.Then = "end") -> None:
    drain.begin(world.settings.run_folder, by="龚运维", at=time.time(), limit_seconds=limit, then=then)
    time.sleep(LOOK_SECONDS + 0.1)  # for so long a worker may not have looked


def test_draining_gate_sends_new_calls_elsewhere_and_ends_after_the_last(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        assert world.process is not None
        with Caller(world.settings.port, world.trunk_port) as talking:
            assert talking.invite(NUMBER).status == 200
            assert control.calls_in_progress(world.settings) == 1
            begin(world)
            with Caller(world.settings.port) as stranger:
                check(stranger.invite(NUMBER), "SOURCE_UNKNOWN")
            status = health.options("127.0.0.1", world.settings.port)
            assert status == "SIP/2.0 503 Draining"
            time.sleep(2.5)  # the parent has looked twice
            assert world.process.poll() is None
            assert talking.bye().status == 200
        assert world.process.wait(15) == 0
    assert [record["kind"] for record in world.spool() if record["call"] == talking.call][-1] == "ended"
    assert health.options("127.0.0.1", world.settings.port, timeout_seconds=0.3) is None


def test_new_call_over_a_trunk_is_told_when_to_come_back(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as talking:
            assert talking.invite(NUMBER).status == 200
            begin(world)
            first, talking.call = talking.call, "another-call"
            talking.tag, talking.branch = "t2", "z9hG4bKanother"
            reply = talking.invite(NUMBER)
            check(reply, "DRAINING")
            assert reply.all("Retry-After") == ["60"]
            drain.end(world.settings.run_folder)
            time.sleep(LOOK_SECONDS + 0.1)
            talking.call, talking.branch = "third-call", "z9hG4bKthird"
            assert talking.invite(NUMBER).status == 200
    assert world.stages(first)[:1] == ["invite"]
    assert world.stages("another-call") == ["refused"]


def test_limit_ends_the_wait_and_a_restart_takes_calls_again(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        before = world.kamailios()
        with Caller(world.settings.port, world.trunk_port) as talking:
            assert talking.invite(NUMBER).status == 200
            begin(world, limit=0.0, then="start")
            wait(lambda: not drain.is_draining(world.settings.run_folder), "it has ended")
            wait(world.answers, "it answers again")
            assert not set(before) & set(world.kamailios())
            assert talking.bye().status == 200  # by the ticket, without its dialog
        wait(lambda: world.stages(talking.call)[-1:] == ["ended"], "the end is recorded")
        with Caller(world.settings.port, world.trunk_port) as next_one:
            assert next_one.invite(NUMBER).status == 200


def test_figures_are_asked_over_the_socket(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.start_with_build()
    assert control.calls_in_progress(world.settings) == 0
    memory = control.memory(world.settings)
    assert memory["transactions"] == 0
    assert 0 < memory["used"] < 128 << 20
    with pytest.raises(control.NoAnswer):
        control.ask(world.settings, "no.such")


def test_lines_of_the_gate_are_json_where_asked_for(
    world_of: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERABLE_LOG", "json")
    world = world_of()
    world.start_with_build()
    begin(world, limit=0.0, then="start")
    wait(lambda: not drain.is_draining(world.settings.run_folder), "it has ended")
    wait(world.answers, "it answers again")
    world.stop()
    lines = [json.loads(line) for line in world.log.read_text().splitlines()]
    assert {"kamailio", "gate.host"} <= {line["source"] for line in lines}
    assert "Drained by 龚运维; starts anew." in [line["event"] for line in lines]
