"""An ACK that the gate handles before, or at the same moment as, the 200 that it belongs to: another worker has it."""

from __future__ import annotations

import random
import re
import secrets
import time
from collections.abc import Callable, Iterator

import pytest

from .phone import SDP, Caller, Line, Message
from .world import NUMBER, World, destination, wait

pytestmark = pytest.mark.calls
LONGEST_SECONDS, CALLS = 3, 60


class Ringing(Line):
    """A line that rings until it is told to pick up."""

    def __enter__(self) -> Ringing:
        self.held: dict[str, tuple[Message, tuple[str, int]]] = {}
        super().__enter__()
        return self

    def _answer(self, invite: Message, peer: tuple[str, int]) -> None:
        self._reply(invite, peer, 180, "Ringing")
        self.held[invite.get("Call-ID")] = invite, peer

    def pick_up(self, call: str) -> None:
        self._reply(*self.held[call], 200, "OK", SDP.format(own=self.own, port=self.audio_port))


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    no_limits = {"caller_a_minute": 0, "number_a_second": 0}
    made = world_of(workers=4, longest_call_seconds=LONGEST_SECONDS, hides_topology=False, **no_limits)
    made.any_port()
    return made


@pytest.fixture
def line(world: World) -> Iterator[Ringing]:
    with Ringing() as made:
        world.number(destinations=[destination(made.port)])
        world.build()
        world.start()
        yield made


def ringing(world: World, line: Ringing) -> Caller:
    caller = Caller(world.settings.port)
    caller.send_invite(NUMBER)
    wait(lambda: caller.call in line.held, "it rings")
    return caller


def ack(caller: Caller, line: Ringing) -> str:
    """Write the ACK that the 200 will ask for: the line knows the route already."""
    invite, _ = line.held[caller.call]
    routes = "".join(f"Route: {route}\r\n" for route in reversed(invite.all("Record-Route")))
    caller.branch = "z9hG4bK" + secrets.token_hex(6)
    target = f"sip:line@{line.own}:{line.port}"
    return caller.request("ACK", target, cseq=1, to_tag=f";tag=L{line.port}", extra=routes)


def test_call_whose_ack_came_too_early_is_ended_at_its_longest_duration(world: World, line: Ringing) -> None:
    callers = []
    for count in range(CALLS):
        caller = ringing(world, line)
        text = ack(caller, line)
        if count % 3 == 0:  # surely before
            caller.send(text)
            time.sleep(0.003)
            line.pick_up(caller.call)
        else:  # about when a worker has sent the 200 on and has not noted it yet
            line.pick_up(caller.call)
            time.sleep(random.uniform(0, 0.002))
            caller.send(text)
        callers.append(caller)
    wait(lambda: len(world.spool("ended")) == CALLS, "all are ended", seconds=LONGEST_SECONDS + 12)
    answered = {one["call"]: one["up"] for one in world.spool("answered")}
    ended = {one["call"]: one for one in world.spool("ended")}
    assert ended.keys() == {caller.call for caller in callers}
    for call, one in ended.items():
        assert (one["by"], one["code"]) == ("gate", "MAX_DURATION")
        assert LONGEST_SECONDS - 1 < one["up"] - answered[call] < LONGEST_SECONDS + 4
    for caller in callers:
        caller.socket.close()


def test_call_without_an_ack_is_not_cut_before_its_longest_duration(world: World) -> None:
    """Kamailio's own limit, a minute, is for calls that are never acknowledged; it sees none that came too early."""
    world.build()
    world.start()
    config = (world.settings.run_folder / "kamailio.cfg").read_text()
    said = dict(re.findall(r'^modparam\("dialog", "(\w+)", (\d+)\)', config, re.MULTILINE))
    assert said["noack_timeout"] == said["default_timeout"] == str(LONGEST_SECONDS)
