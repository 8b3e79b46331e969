"""Forwarding in order: the next line on busy, no answer and unreachable, by the number's own choice."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from answerable.gate import stop

from .phone import Caller, Line, check
from .world import NUMBER, World, destination, free_port, wait

pytestmark = pytest.mark.calls
FIRST, SECOND = "01062345678", "01062345679"


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    made = world_of(no_response_seconds=1)
    made.build()
    return made.start()


def test_busy_line_overflows_to_the_next_in_order(world: World) -> None:
    with Line("status", 486) as first, Line() as second:
        world.publish(destinations=[destination(first.port, FIRST), destination(second.port, SECOND)])
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
            assert caller.bye().status == 200
        assert (first.methods(), second.methods()) == (["INVITE", "ACK"], ["INVITE", "ACK", "BYE"])
    wait(lambda: world.spool("ended"), "the end is recorded")
    assert world.stages(caller.call) == ["invite", "attempt_failed", "ringing", "answered", "ended"]
    failed, answered = world.spool("attempt_failed")[0], world.spool("answered")[0]
    assert (failed["line"], failed["attempt"], failed["code"], failed["sip"]) == (FIRST, 1, "ALL_BUSY", 486)
    assert (answered["line"], answered["attempt"]) == (SECOND, 2)


def test_line_that_rings_out_overflows_after_its_own_ring_time(world: World) -> None:
    with Line("ring") as first, Line() as second:
        lines = [destination(first.port, FIRST, ring_seconds=2), destination(second.port, SECOND)]
        world.publish(destinations=lines)
        started = time.monotonic()
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
        assert 1.8 < time.monotonic() - started < 4
        wait(lambda: "CANCEL" in first.methods(), "the first line stops ringing")
    assert world.stages(caller.call) == ["invite", "ringing", "attempt_failed", "ringing", "answered"]
    assert world.spool("attempt_failed")[0]["code"] == "NO_ANSWER"


def test_line_that_cannot_be_reached_overflows(world: World) -> None:
    with Line() as second:
        world.publish(destinations=[destination(free_port(), FIRST), destination(second.port, SECOND)])
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
    assert world.spool("attempt_failed")[0]["code"] == "UNREACHABLE"


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("status", 486, "ALL_BUSY"),
        ("status", 600, "ALL_BUSY"),
        ("status", 480, "NO_ANSWER"),
        ("ring", 0, "NO_ANSWER"),
        ("silent", 0, "UNREACHABLE"),
        ("status", 503, "UNREACHABLE"),
        ("status", 302, "UNREACHABLE"),
    ],
)
def test_when_every_line_has_failed_the_caller_hears_why(world: World, mode: str, status: int, code: str) -> None:
    with Line(mode, status) as first, Line(mode, status) as second:
        lines = [destination(line.port, name, ring_seconds=1) for line, name in ((first, FIRST), (second, SECOND))]
        world.publish(destinations=lines)
        with Caller(world.settings.port, world.trunk_port) as caller:
            check(caller.invite(NUMBER), code)
        assert (len(first.invites()) > 0, len(second.invites()) > 0) == (True, True)
    wait(lambda: world.spool("refused"), "the refusal is recorded")
    refused = world.spool("refused")[0]
    assert (refused["code"], refused["line"], refused["attempt"]) == (code, SECOND, 2)


@pytest.mark.parametrize(("mode", "choice"), [("status", "busy"), ("ring", "no_answer")])
def test_overflow_that_is_switched_off_does_not_happen(world: World, mode: str, choice: str) -> None:
    with Line(mode) as first, Line() as second:
        lines = [destination(first.port, FIRST, ring_seconds=1), destination(second.port, SECOND)]
        world.publish(destinations=lines, overflow={"busy": True, "no_answer": True} | {choice: False})
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status in (486, 480)
        assert second.seen == []


def test_line_whose_proof_has_lapsed_is_passed_over(world: World) -> None:
    with Line() as first, Line() as second:
        lines = [destination(first.port, FIRST, proven_until=1), destination(second.port, SECOND)]
        world.publish(destinations=lines)
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
        assert (first.seen, len(second.invites())) == ([], 1)


def test_number_stopped_while_the_first_line_rings_never_rings_the_second(world: World) -> None:
    with Line("ring") as first, Line() as second:
        lines = [destination(first.port, FIRST, ring_seconds=2), destination(second.port, SECOND)]
        world.publish(destinations=lines)
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.send_invite(NUMBER)
            caller.await_ringing()
            stop.stop(world.folder, NUMBER, by="孙", reason="fraud_report", at=time.time())
            check(caller.await_final(), "STOPPED_AT_GATE")
        assert second.seen == []
