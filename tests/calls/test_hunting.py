"""Which lines ring, over which gateway, and what they see: at once, one caller at a time, failover, billing number."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from .phone import Caller, Line, Message, check
from .world import NUMBER, World, destination, free_port, wait

pytestmark = pytest.mark.calls
FIRST, SECOND, THIRD = "01062345678", "01062345679", "01062345670"
TRUNK = "192.0.2.9:5060"
"""What the records call the carrier's side where gateways stand for it."""


def invite(world: World, number: str = NUMBER, **more: Any) -> Message:
    with Caller(world.settings.port, world.trunk_port) as caller:
        final = caller.invite(number, **more)
        if final.status == 200:
            assert caller.bye().status == 200
        return final


def test_lines_rung_at_once_stop_ringing_when_one_is_picked_up(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("ring") as first, Line() as second, Line("ring") as third:
        lines = [destination(first.port, FIRST), destination(second.port, SECOND), destination(third.port, THIRD)]
        world.number(destinations=lines, ring="parallel")
        world.start_with_build()
        assert invite(world).status == 200
        wait(lambda: "CANCEL" in first.methods() and "CANCEL" in third.methods(), "the others stop ringing")
        assert "CANCEL" not in second.methods()
    wait(lambda: world.spool("ended"), "the end is recorded")
    assert [record["line"] for record in world.spool("invite")] == [FIRST, SECOND, THIRD]
    assert [(record["line"], record["attempt"]) for record in world.spool("answered")] == [(SECOND, 2)]
    assert {record["line"] for record in world.spool("ringing")} == {FIRST, SECOND, THIRD}


def test_when_all_lines_rung_at_once_fail_the_caller_hears_why(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("status", 486) as first, Line("status", 486) as second:
        world.number(destinations=[destination(first.port, FIRST), destination(second.port, SECOND)], ring="parallel")
        world.start_with_build()
        check(invite(world), "ALL_BUSY")
    assert {record["line"] for record in world.spool("attempt_failed")} == {FIRST, SECOND}


def test_caller_who_gives_up_stops_every_line(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("ring") as first, Line("ring") as second:
        world.number(destinations=[destination(first.port, FIRST), destination(second.port, SECOND)], ring="parallel")
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.send_invite(NUMBER)
            caller.await_ringing(2)
            assert caller.cancel().status == 487
        wait(lambda: "CANCEL" in first.methods() and "CANCEL" in second.methods(), "both stop")
    wait(lambda: len(world.spool("cancelled")) == 2, "recorded")


def test_line_that_is_being_dialled_is_not_rung_by_a_second_caller(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("ring") as first, Line() as second:
        lines = [
            destination(first.port, FIRST, one_at_a_time=True),
            destination(second.port, SECOND, one_at_a_time=True),
        ]
        world.number(destinations=lines)
        world.number("4008123457", destinations=lines[:1], most_calls=1)
        world.any_port()
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as waiting:
            waiting.send_invite(NUMBER)
            waiting.await_ringing()
            assert len(first.invites()) == 1
            assert invite(world).status == 200
            check(invite(world, "4008123457"), "ALL_BUSY")
            assert (len(first.invites()), len(second.invites())) == (1, 1)
            waiting.cancel()
        wait(lambda: world.spool("cancelled"), "the first caller gave up")
        first.mode = "answer"
        assert invite(world, "4008123457").status == 200
    failed = world.spool("attempt_failed")
    assert [(record["line"], record["code"], record["sip"]) for record in failed] == [(FIRST, "ALL_BUSY", 0)] * 2


def test_lines_rung_at_once_leave_out_one_that_is_being_dialled(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("ring") as first, Line() as second:
        lines = [destination(first.port, FIRST, one_at_a_time=True), destination(second.port, SECOND)]
        overflow = {"busy": False, "no_answer": False, "unreachable": False}
        world.number(destinations=lines[:1])
        world.number("4008123457", destinations=lines, ring="parallel", overflow=overflow)
        world.any_port()
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as waiting:
            waiting.send_invite(NUMBER)
            waiting.await_ringing()
            assert invite(world, "4008123457").status == 200
            assert (len(first.invites()), len(second.invites())) == (1, 1)
            waiting.cancel()


def test_line_is_free_again_for_the_next_caller_once_it_has_answered(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port, FIRST, one_at_a_time=True)])
        world.any_port()
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as talking:
            assert talking.invite(NUMBER).status == 200
            assert invite(world).status == 200
            assert talking.bye().status == 200


@pytest.mark.parametrize("is_on", [True, False])
def test_overflow_on_unreachable_is_a_choice_of_its_own(world_of: Callable[..., World], is_on: bool) -> None:
    world = world_of(no_response_seconds=1)
    with Line() as second:
        overflow = {"busy": False, "no_answer": not is_on, "unreachable": is_on}
        world.number(
            destinations=[destination(free_port(), FIRST), destination(second.port, SECOND)], overflow=overflow
        )
        world.start_with_build()
        assert invite(world).status == (200 if is_on else 502)


def at_trunk(line: str) -> dict[str, Any]:
    return destination(0, line) | {"uri": f"sip:{line}@{TRUNK}"}


def test_next_gateway_is_tried_when_one_says_nothing_and_left_out_until_it_answers(
    world_of: Callable[..., World],
) -> None:
    """Round robin: one of the first two calls meets the silent gateway, goes on over the other, and no later one does."""
    silent = free_port()
    with Line() as alive:
        world = world_of(
            no_response_seconds=1, landline_trunk=TRUNK, probe_gateways_seconds=1,
            gateways=(f"127.0.0.1:{silent}", f"127.0.0.1:{alive.port}"),
        )  # fmt: skip
        world.number(destinations=[at_trunk(FIRST)])
        world.start_with_build()
        assert [invite(world).status for _ in range(5)] == [200] * 5
        time.sleep(5)  # it is asked meanwhile, and says nothing to that either
        assert [invite(world).status for _ in range(3)] == [200] * 3
        assert len(alive.invites()) == 8
        assert len(world.spool("attempt_failed")) <= 1
        with Line(port=silent) as mended:
            wait(lambda: "OPTIONS" in mended.methods(), "it is asked whether it lives")
            wait(lambda: invite(world).status == 200 and mended.invites(), "calls come over it again", seconds=15)


def test_gateway_that_answers_503_passes_the_call_on_and_is_asked_again(world_of: Callable[..., World]) -> None:
    """It may be one line's own: every other call goes to it first."""
    with Line("status", 503) as full, Line() as free:
        world = world_of(landline_trunk=TRUNK, gateways=(f"127.0.0.1:{full.port}", f"127.0.0.1:{free.port}"))
        world.number(destinations=[at_trunk(FIRST)])
        world.start_with_build()
        assert [invite(world).status for _ in range(4)] == [200] * 4
        assert len(full.invites()) == 2


def test_with_no_gateway_known_to_live_the_first_is_tried(world_of: Callable[..., World]) -> None:
    port = free_port()
    world = world_of(
        no_response_seconds=1, landline_trunk=TRUNK, probe_gateways_seconds=60, gateways=(f"127.0.0.1:{port}",)
    )
    world.number(destinations=[at_trunk(FIRST)])
    world.start_with_build()
    assert invite(world).status == 502
    with Line(port=port) as back:
        assert invite(world).status == 200
        assert len(back.invites()) == 1


def test_lines_rung_at_once_go_over_one_gateway(world_of: Callable[..., World]) -> None:
    with Line("ring") as gateway:
        world = world_of(landline_trunk=TRUNK, gateways=(f"127.0.0.1:{gateway.port}",))
        world.number(destinations=[at_trunk(FIRST), at_trunk(SECOND)], ring="parallel")
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as caller:
            caller.send_invite(NUMBER)
            wait(lambda: len(gateway.invites()) == 2, "both lines ring")
            assert {one.first.split()[1].partition("@")[0] for one in gateway.invites()} == {
                f"sip:{FIRST}",
                f"sip:{SECOND}",
            }


def test_line_sees_the_billing_number_and_nothing_of_the_caller(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port, FIRST)], shown="01088886666")
        world.start_with_build()
        extra = "P-Asserted-Identity: <sip:13800138000@carrier.example>\r\nRemote-Party-ID: <sip:13800138000@c>\r\n"
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER, extra=extra).status == 200
            assert "13800138000" in (caller.final or Message("")).get("From")
            assert caller.bye().status == 200
        rung = line.invites()[0]
        assert "01088886666" in rung.get("From")
        assert [value.partition("@")[0] for value in rung.all("P-Asserted-Identity")] == ["<sip:01088886666"]
        told = rung.text.replace(rung.get("Contact"), "").partition("\r\n\r\n")[0]
        assert "13800138000" not in told
        wait(lambda: "BYE" in line.methods(), "the line is told the end")
        assert "01088886666" in next(one for one in line.seen if one.method == "BYE").get("From")


def test_real_caller_is_shown_where_nothing_else_was_chosen(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port, FIRST)])
        world.start_with_build()
        assert invite(world).status == 200
        assert "13800138000" in line.invites()[0].get("From")


def test_many_callers_at_once_never_ring_one_line_twice(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line("ring") as line:
        world.number(destinations=[destination(line.port, FIRST, one_at_a_time=True)])
        world.any_port()
        world.start_with_build()
        callers = [Caller(world.settings.port) for _ in range(6)]
        threads = [threading.Thread(target=caller.send_invite, args=(NUMBER,)) for caller in callers]
        for thread in threads:
            thread.start()
        wait(lambda: len(world.spool("refused")) == 5, "all but one are told that it is busy")
        assert len({one.get("Call-ID") for one in line.invites()}) == 1
        for caller in callers:
            caller.socket.close()
