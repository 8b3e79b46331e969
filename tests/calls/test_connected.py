"""A call from the trunk to the line: SIPp on both sides, media negotiated end to end, every stage written down."""

from __future__ import annotations

import csv
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .phone import Caller, Line
from .world import NUMBER, OWNER, World, destination, free_port, number_record, wait

pytestmark = pytest.mark.calls
SCENARIOS = Path(__file__).parent / "scenarios"


def sipp(scenario: str, port: int, *arguments: str) -> list[str]:
    return ["sipp", "-sf", str(SCENARIOS / scenario), "-i", "127.0.0.1", "-p", str(port), "-nostdin", *arguments]


def test_sipp_call_is_connected_with_media_and_recorded_stage_by_stage(
    world_of: Callable[..., World], tmp_path: Path
) -> None:
    world, line_port = world_of(), free_port()
    world.number(destinations=[destination(line_port)])
    world.build()
    world.start()
    (tmp_path / "numbers.csv").write_text(f"SEQUENTIAL\n{NUMBER};\n")
    landline = subprocess.Popen(sipp("landline.xml", line_port, "-m", "3"), cwd=tmp_path, stdout=subprocess.DEVNULL)
    caller = subprocess.run(
        [
            *sipp("caller.xml", world.trunk_port, "-m", "3", "-r", "3", "-inf", "numbers.csv", "-timeout", "20s"),
            f"127.0.0.1:{world.settings.port}",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert landline.wait(10) == 0
    assert caller.returncode == 0, caller.stdout[-2000:]  # the scenarios check the other side's SDP and Record-Route
    calls = {record["call"] for record in world.spool()}
    assert len(calls) == 3
    for call in calls:
        assert world.stages(call) == ["invite", "ringing", "answered", "ended"]


def test_audio_addresses_reach_the_other_side_unchanged(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            answer = caller.invite(NUMBER)
            assert "m=audio 7000 RTP/AVP 8" in answer.body
            assert "m=audio 6000 RTP/AVP 8" in line.invites()[0].body
            assert caller.bye().status == 200


def test_records_of_a_call_say_who_where_and_when(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        started = time.time()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
            time.sleep(0.1)
            caller.bye()
        wait(lambda: world.stages(caller.call)[-1:] == ["ended"], "the end is recorded")
    invite, ringing, answered, ended = world.spool()
    assert {
        key: invite[key] for key in ("number", "caller", "source", "trunk", "owner", "epoch", "line", "attempt")
    } == {
        "number": NUMBER,
        "caller": "13800138000",
        "source": "trunk",
        "trunk": "联通北京一",
        "owner": OWNER,
        "epoch": 1,
        "line": "01062345678",
        "attempt": 1,
    }
    assert (ringing["sip"], answered["sip"], ended["by"]) == (180, 200, "caller")
    assert started <= invite["at"] <= ringing["at"] <= answered["at"] <= ended["at"] - 0.1


def test_callee_who_hangs_up_is_recorded_as_such(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
            wait(lambda: "ACK" in line.methods(), "the line sees the ACK")
            line.bye()
            assert caller.receive().method == "BYE"
        ended = wait(lambda: world.spool("ended"), "the end is recorded")
    assert [record["by"] for record in ended] == ["callee"]


def test_caller_who_gives_up_while_it_rings_is_recorded_as_cancelled(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("ring") as line:
        world.number(destinations=[destination(line.port), destination(line.port, line="01062345679")])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.send_invite(NUMBER)
            caller.await_ringing()
            assert caller.cancel().status == 487
        wait(lambda: world.spool("cancelled"), "the cancel is recorded")
        assert world.stages(caller.call) == ["invite", "ringing", "cancelled"]
        assert len(line.invites()) == 1  # the second line never rang


@pytest.mark.parametrize(
    "spelling", ["+864008123456", "00864008123456", "864008123456", "400-812-3456", "%34008123456"]
)
def test_every_spelling_of_the_number_is_the_same_number(world_of: Callable[..., World], spelling: str) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(spelling).status == 200
            assert world.spool("invite")[0]["number"] == NUMBER


def test_gate_ends_a_call_at_its_longest_duration(world_of: Callable[..., World]) -> None:
    world = world_of(longest_call_seconds=2)
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.invite(NUMBER)
            assert caller.receive(8).method == "BYE"
        wait(lambda: "BYE" in line.methods(), "the line is told too")
        ended = wait(lambda: world.spool("ended"), "the end is recorded")
    assert [(record["by"], record["code"], record["number"]) for record in ended] == [("gate", "MAX_DURATION", NUMBER)]


def test_nobody_outside_a_call_has_anything_relayed(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.build()
        world.start()
        with Caller(world.settings.port) as stranger:
            forged = f"Route: <sip:127.0.0.1:{world.settings.port};lr=on;att={NUMBER}-{'0' * 24}>\r\n"
            target = f"sip:x@127.0.0.1:{line.port}"
            stranger.number = NUMBER
            stranger.send(stranger.request("BYE", target, to_tag=";tag=x", extra=forged))
            assert stranger.receive().status == 481
        assert line.seen == []
        assert world.spool("ended") == []


def test_two_hundred_calls_leave_whole_records(world_of: Callable[..., World], tmp_path: Path) -> None:
    world, line_port = world_of(caller_a_minute=0), free_port()
    numbers = [f"40081{serial:05d}" for serial in range(20)]
    for number in numbers:
        world.number(**number_record(number, destinations=[destination(line_port)]))
    world.build()
    world.start()
    with (tmp_path / "numbers.csv").open("w") as file:
        csv.writer(file, delimiter=";").writerows([["SEQUENTIAL"], *([number, ""] for number in numbers)])
    landline = subprocess.Popen(sipp("landline.xml", line_port, "-m", "200"), cwd=tmp_path, stdout=subprocess.DEVNULL)
    caller = sipp("caller.xml", world.trunk_port, "-m", "200", "-r", "50", "-inf", "numbers.csv", "-timeout", "40s")
    gate = f"127.0.0.1:{world.settings.port}"
    assert subprocess.run([*caller, gate], cwd=tmp_path, stdout=subprocess.DEVNULL, check=False).returncode == 0
    landline.wait(10)
    kinds = [record["kind"] for record in world.spool()]
    assert {kind: kinds.count(kind) for kind in kinds} == dict.fromkeys(("invite", "ringing", "answered", "ended"), 200)
