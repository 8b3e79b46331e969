"""What comes twice, at the same moment, in a storm, or from somebody else: one call stays one call."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest

from .phone import SDP, Caller, Line, Message
from .world import NUMBER, World, destination, wait

pytestmark = pytest.mark.calls


@pytest.fixture
def line() -> Iterator[Line]:
    with Line() as made:
        yield made


@pytest.fixture
def world(world_of: Callable[..., World], line: Line) -> World:
    made = world_of()
    made.number(destinations=[destination(line.port)])
    return made.start_with_build()


@pytest.fixture
def caller(world: World) -> Iterator[Caller]:
    with Caller(world.settings.port, world.trunk_port) as made:
        yield made


def test_repeated_invite_rings_once_and_is_one_call(world: World, line: Line, caller: Caller) -> None:
    for _ in range(6):
        caller.send_invite(NUMBER)
    assert caller.await_final().status == 200
    assert caller.bye().status == 200
    wait(lambda: world.stages(caller.call)[-1:] == ["ended"], "the end is recorded")
    assert world.stages(caller.call) == ["invite", "ringing", "answered", "ended"]
    assert len({invite.get("Via") for invite in line.invites()}) == 1


@pytest.mark.parametrize("after", [0.0, 0.055, 0.062, 0.07])
def test_cancel_that_crosses_the_answer_ends_the_call_once(
    world: World, line: Line, caller: Caller, after: float
) -> None:
    caller.send_invite(NUMBER)
    time.sleep(after)  # the line answers 60 ms after it rings
    caller.send(caller.request("CANCEL", caller.uri))
    final = caller.await_final()
    if final.status == 200:
        assert caller.bye().status == 200
        expected = ["answered", "ended"]
    else:
        assert final.status == 487
        expected = ["cancelled"]
    # The line's 180 may come to another worker and be written after the end.
    wait(lambda: expected[-1] in world.stages(caller.call), "the end is recorded")
    stages = [stage for stage in world.stages(caller.call) if stage not in ("invite", "ringing")]
    assert stages == expected
    assert world.kamailios()


def test_cancel_right_behind_its_invite_is_written_down_as_what_the_caller_was_told(
    world_of: Callable[..., World], line: Line
) -> None:
    """Among so many a few meet their call after it is known and before a line is: Kamailio then sends nothing on."""
    world = world_of(caller_a_minute=0, number_a_second=0)
    world.number(destinations=[destination(line.port)])
    world.start_with_build()
    expected = {}
    for serial in range(150):
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.send_invite(NUMBER)
            time.sleep(serial % 10 * 0.0002)
            caller.send(caller.request("CANCEL", caller.uri))
            is_answered = caller.await_final().status == 200
            expected[caller.call] = ["answered", "ended"] if is_answered else ["cancelled"]
            assert not is_answered or caller.bye().status == 200

    def outcomes() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {call: [] for call in expected}
        for record in world.spool():
            if record["kind"] not in ("invite", "ringing"):
                found[record["call"]].append(record["kind"])
        return found

    wait(lambda: all(len(outcomes()[call]) >= len(ends) for call, ends in expected.items()), "all ends are recorded")
    # One in two thousand Kamailio tells 487 and sends on all the same; that its line then answered is written down too.
    assert {call: ends[: len(expected[call])] for call, ends in outcomes().items()} == expected


def test_storm_of_reinvites_stays_within_its_call(world: World, line: Line, caller: Caller) -> None:
    before = world.kamailios()
    assert caller.invite(NUMBER).status == 200
    line.mode, line.status = "status", 488  # at once: a line that thinks would be the slow one here
    for cseq in range(10, 310):
        caller.branch = f"z9hG4bKstorm{cseq}"
        text = caller.within("INVITE", cseq=cseq).replace("Content-Length: 0\r\n\r\n", "")
        body = SDP.format(port=6000, own="127.0.0.1")
        caller.send(f"{text}Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        time.sleep(0.002)
    answered = set()
    while len(answered) < 300:  # what is lost on the way the gate repeats: nobody acknowledges it
        reply = caller.receive()
        if reply.status == 488:
            answered.add(reply.get("CSeq"))
    caller.branch = "z9hG4bKend"
    caller.send(caller.within("BYE", cseq=500))
    wait(lambda: world.stages(caller.call)[-1:] == ["ended"], "the end is recorded", seconds=20)
    assert world.stages(caller.call) == ["invite", "ringing", "answered", "ended"]
    assert world.kamailios() == before


def test_bye_of_a_stranger_who_knows_the_call_ends_nothing(world: World, line: Line, caller: Caller) -> None:
    assert caller.invite(NUMBER).status == 200
    forged = re.sub(r"Route: [^\r]*\r\n", "", caller.within("BYE"))
    for message in (forged, forged.replace("BYE", "INFO"), forged.replace("BYE", "INVITE")):
        with Caller(world.settings.port) as stranger:
            own = message.replace(f"127.0.0.1:{caller.port};branch=", f"127.0.0.1:{stranger.port};branch=z9hG4bKx")
            stranger.send(own)
            assert stranger.receive().status == 481
    assert line.methods().count("BYE") == 0
    assert caller.bye().status == 200
    wait(lambda: world.stages(caller.call)[-1:] == ["ended"], "the end is recorded")
    assert [record["by"] for record in world.spool("ended")] == ["caller"]


def test_ticket_of_one_call_opens_no_other(world: World, line: Line, caller: Caller) -> None:
    assert caller.invite(NUMBER).status == 200
    taken, caller.call = caller.call, "another-call"
    caller.branch = "z9hG4bKother"
    caller.send(caller.within("BYE"))
    assert Message(caller.socket.recv(65535).decode()).status == 481
    assert line.methods().count("BYE") == 0
    caller.call = taken
    assert caller.bye().status == 200
