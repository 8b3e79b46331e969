"""A gate is taken out of service without dropping a call: new ones go elsewhere, those in progress end in order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from answerable.cli import gate as commands
from answerable.cli import main as cli
from answerable.gate import control, drain, health, succession
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


def test_restart_is_told_when_the_new_program_takes_calls(
    world_of: Callable[..., World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = world_of()
    monkeypatch.setattr(commands, "gate_settings", lambda: world.settings)
    assert cli.main(["gate", "restart", "--by", "龚运维"]) == 1
    assert capsys.readouterr().err == "answerable: No gate runs on this host. (GATE_MISUSED)\n"
    world.start_with_build()
    assert world.process is not None
    before, started = world.kamailios(), succession.started_at(world.settings.run_folder)
    (world.folder.parent / "settings.json").write_text(replace(world.settings, caller_a_minute=7).as_json())
    assert cli.main(["gate", "restart", "--by", "龚运维", "--now"]) == 0
    assert health.options("127.0.0.1", world.settings.port) == health.READY  # not a moment later
    assert "takes calls" in capsys.readouterr().out.splitlines()[-1]
    assert world.process.poll() is None  # the same process for whoever supervises it
    assert not set(before) & set(world.kamailios())
    assert succession.started_at(world.settings.run_folder) > started
    rendered = json.loads((world.settings.run_folder / "settings.json").read_text())
    assert rendered["caller_a_minute"] == 7  # read by a new program, not kept by the old one


def test_restart_with_an_old_snapshot_says_that_no_call_is_connected(
    world_of: Callable[..., World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = world_of()
    monkeypatch.setattr(commands, "gate_settings", lambda: world.settings)
    world.build(heartbeat_age=25 * 3600)
    world.start()
    assert cli.main(["gate", "restart", "--by", "龚运维", "--now"]) == 1
    assert "The gate has started anew. The snapshot's heartbeat is 25.0 hours old" in capsys.readouterr().err


def test_drain_is_followed_to_its_end_or_until_it_is_taken_back(
    world_of: Callable[..., World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = world_of()
    monkeypatch.setattr(commands, "gate_settings", lambda: world.settings)
    status: list[int] = []
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as talking:
            assert talking.invite(NUMBER).status == 200
            asked = threading.Thread(target=lambda: status.append(cli.main(["gate", "drain", "--by", "龚运维"])))
            asked.start()
            wait(lambda: drain.is_draining(world.settings.run_folder), "it drains")
            assert cli.main(["gate", "health"]) == commands.DRAINED
            assert cli.main(["gate", "undrain"]) == 0
            asked.join(10)
            assert talking.bye().status == 200
    said = capsys.readouterr().out
    assert (status, "The drain was taken back" in said) == ([1], True)
    assert cli.main(["gate", "health"]) == 0
    assert cli.main(["gate", "drain", "--by", "龚运维"]) == 0
    assert "The gate has ended" in capsys.readouterr().out
    assert cli.main(["gate", "health"]) == 1
    assert cli.main(["gate", "undrain"]) == 1


def test_question_whether_a_gate_runs_keeps_none_from_starting(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.build()
    asking = threading.Event()

    def ask() -> None:
        while not asking.is_set():
            succession.is_held(world.settings.run_folder)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        world.start()
    finally:
        asking.set()
        for thread in threads:
            thread.join()
    assert succession.is_held(world.settings.run_folder)
