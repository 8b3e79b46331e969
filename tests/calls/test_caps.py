"""Who may call, how often and how many at once; how long."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from .phone import Caller, Line, check
from .world import NUMBER, World, destination, wait

pytestmark = pytest.mark.calls


def call(world: World, shown: str = "<sip:13800138000@127.0.0.1>") -> Caller:
    caller = Caller(world.settings.port, world.trunk_port)
    caller.invite(NUMBER, shown=shown)
    return caller


@pytest.mark.parametrize(
    ("shown", "is_taken"),
    [
        ("<sip:+8617012345678@c>", False),
        ("<sip:13800138000@c>", False),
        ("<sip:0755-26712345@c>", False),
        ("<sip:01062345678@c>", True),
        ("<sip:anonymous@anonymous.invalid>", False),
    ],
)
def test_lists_refuse_by_number_prefix_and_area(world_of: Callable[..., World], shown: str, is_taken: bool) -> None:
    world = world_of()
    with Line() as line:
        lists = {"refuse": ["170", "13800138000", "0755", "anonymous"], "accept": None}
        world.number(destinations=[destination(line.port)], callers=lists)
        world.start_with_build()
        caller = call(world, shown)
        assert caller.final is not None
        if is_taken:
            assert caller.final.status == 200
        else:
            check(caller.final, "CALLER_BARRED")
            assert line.seen == []


def test_only_so_many_calls_at_once_and_each_end_makes_room(world_of: Callable[..., World]) -> None:
    world = world_of(caller_a_minute=0)
    with Line() as line, Line("status", 486) as busy:
        world.number(destinations=[destination(line.port)], most_calls=2)
        world.number("4008123457", destinations=[destination(busy.port)], most_calls=1)
        world.any_port()
        world.start_with_build()
        first, second, third = call(world), call(world), call(world)
        assert [one.final.status for one in (first, second) if one.final] == [200, 200]
        assert third.final is not None
        check(third.final, "CAPACITY")
        assert first.bye().status == 200
        wait(lambda: world.spool("ended"), "one has ended")
        wait(lambda: (again := call(world)).final and again.final.status == 200, "there is room again")
        for _ in range(5):  # a call that fails, or is refused, gives its place back too
            with Caller(world.settings.port, world.trunk_port) as caller:
                check(caller.invite("4008123457"), "ALL_BUSY")


def codes(world: World, shown: list[str]) -> list[str]:
    """Call once from each address and return why each was refused."""
    found = [call(world, one).final for one in shown]
    return [final.get("Reason").split('"')[1] for final in found if final is not None]


def busy(world: World, line: Line, **limits: int) -> None:
    world.number(destinations=[destination(line.port)])
    world.trunk(world.trunk_port, **limits)
    world.start_with_build()


def test_number_has_a_rate(world_of: Callable[..., World]) -> None:
    with Line("status", 486) as line:
        world = world_of(caller_a_minute=0, number_a_second=2)
        busy(world, line)
        assert set(codes(world, ["<sip:13800138000@c>"] * 9)) == {"ALL_BUSY", "NUMBER_RATE"}


def test_trunk_has_a_rate(world_of: Callable[..., World]) -> None:
    with Line("status", 486) as line:
        world = world_of(caller_a_minute=0, number_a_second=0)
        busy(world, line, most_a_second=1)
        assert set(codes(world, ["<sip:13800138000@c>"] * 6)) == {"ALL_BUSY", "TRUNK_RATE"}


def test_caller_has_a_rate_in_every_spelling_and_nobody_without_a_number(world_of: Callable[..., World]) -> None:
    with Line("status", 486) as line:
        world = world_of(caller_a_minute=4, number_a_second=0)
        busy(world, line)
        same = codes(world, ["<sip:13700000000@c>", "<sip:+8613700000000@c>"] * 5)
        assert same.count("ALL_BUSY") in {4, 8}  # the ten may lie on both sides of a minute's end
        assert set(same) == {"ALL_BUSY", "CALLER_RATE"}
        assert set(codes(world, ["<sip:anonymous@anonymous.invalid>"] * 9)) == {"ALL_BUSY"}


def test_call_that_the_gate_ends_gives_its_place_back(world_of: Callable[..., World]) -> None:
    with Line() as line:
        world = world_of(caller_a_minute=0)
        world.number(destinations=[destination(line.port)], most_calls=1, talk_seconds=1)
        world.start_with_build()
        for so_many in range(1, 5):
            with Caller(world.settings.port, world.trunk_port) as caller:
                assert caller.invite(NUMBER).status == 200
                assert caller.receive(8).method == "BYE"
            wait(lambda expected=so_many: len(world.spool("ended")) == expected, "the end is recorded")  # type: ignore[misc]


def test_call_is_ended_when_the_balance_is_used_up(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)], talk_seconds=2)
        world.start_with_build()
        caller, started = call(world), time.monotonic()
        assert caller.receive(8).method == "BYE"
        assert 0.9 < time.monotonic() - started < 5
    ended = wait(lambda: world.spool("ended"), "the end is recorded")
    assert [record["code"] for record in ended] == ["MAX_DURATION"]
