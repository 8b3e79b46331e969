"""Every refusal, over SIP: its code, status and Reason, its record, and no line that rings."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from answerable.snapshot import records
from answerable.snapshot.write import Writer

from .phone import Caller, Line, check
from .world import NUMBER, World, destination, number_record, wait

pytestmark = pytest.mark.calls
PAST = 1_600_000_000
SHUT = [[weekday, 0, 1] for weekday in range(7) if weekday != (int(time.time() + 28800) // 86400 + 3) % 7]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One gate for the refusals that need nothing special; each gives the number another record."""
    world = World(tmp_path_factory.mktemp("refused"))
    world.number()
    world.build()
    try:
        yield world.start()
    finally:
        world.stop()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("STOPPED", {"stop": "fraud_report"}),
        ("NOT_IN_SERVICE", {"business_state": "suspended"}),
        ("NOT_YET_OPEN", {"business_state": "opening"}),
        ("NETWORK_NOT_ACTIVE", {"network_state": "deactivated"}),
        ("NOT_VERIFIED", {"verified_until": PAST}),
        ("NOT_VERIFIED", {"owner": ""}),
        ("UNPAID", {"paid_until": PAST}),
        ("CLOSED_HOURS", {"hours": []}),
        ("CLOSED_HOURS", {"hours": SHUT}),
        ("LIMITED", {"limited_hours": SHUT}),
        ("DESTINATION_NOT_PROVEN", {"destinations": [destination(9, proven_until=PAST)]}),
        ("NO_ROUTE", {"destinations": []}),
        ("NO_ROUTE", {"destinations": [destination(9, uri="sip:4006543210@127.0.0.1")]}),
    ],
)
def test_number_with_something_wrong_is_refused_with_its_own_code(
    gate: World, code: str, wrong: dict[str, Any]
) -> None:
    with Line() as line:
        gate.publish(**({"destinations": [destination(line.port)]} | wrong))
        with Caller(gate.settings.port, gate.trunk_port) as caller:
            check(caller.invite(NUMBER), code)
        assert line.seen == []
    (record,) = wait(lambda: [kept for kept in gate.spool() if kept["call"] == caller.call], "it is recorded")
    assert (record["kind"], record["code"], record["number"]) == ("refused", code, NUMBER)
    assert record["reason"] == wrong.get("stop")


def test_the_same_number_with_nothing_wrong_is_connected(gate: World) -> None:
    with Line() as line:
        gate.publish(destinations=[destination(line.port)])
        with Caller(gate.settings.port, gate.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200


def test_unknown_number_is_refused(gate: World) -> None:
    with Caller(gate.settings.port, gate.trunk_port) as caller:
        check(caller.invite("4009999999"), "NUMBER_UNKNOWN")


def test_unauthenticated_trunk_gets_the_same_answer_whatever_the_number(gate: World) -> None:
    with Line() as line:
        gate.publish(destinations=[destination(line.port)])
        replies = []
        for number in (NUMBER, "4009999999", "110", "01062345678"):
            with Caller(gate.settings.port) as caller:
                replies.append(caller.invite(number))
                check(replies[-1], "SOURCE_UNKNOWN")
        assert line.seen == []
    assert len({reply.first for reply in replies}) == 1


@pytest.mark.parametrize(
    ("shown", "extra"),
    [
        ("<sip:4008000000@carrier.example>", ""),
        ("<sip:+864008000000@carrier.example>", ""),
        ("<sip:00864008000000@carrier.example>", ""),
        ("<sip:%34008000000@carrier.example>", ""),
        ("<tel:+86-400-800-0000>", ""),
        ('"400-800-0000 客服" <sip:13800138000@carrier.example>', ""),
        (None, "P-Asserted-Identity: <sip:4008000000@carrier.example>\r\n"),
        (None, "P-Asserted-Identity: <sip:13800138000@c.example>, <tel:+864008000000>\r\n"),
        (None, "P-Asserted-Identity: <sip:1@c.example>\r\nP-Asserted-Identity: <sip:4008000000@c.example>\r\n"),
        (None, "Remote-Party-ID: <sip:4008000000@carrier.example>;party=calling\r\n"),
        (None, "Diversion:\r\n <sip:864008000000@carrier.example>;reason=unconditional\r\n"),
    ],
)
def test_caller_that_shows_a_400_number_is_refused(gate: World, shown: str | None, extra: str) -> None:
    with Line() as line:
        gate.publish(destinations=[destination(line.port)])
        with Caller(gate.settings.port, gate.trunk_port) as caller:
            check(caller.invite(NUMBER, shown=shown, extra=extra), "CALLER_IS_400")
        assert line.seen == []


def test_record_that_does_not_check_never_connects(gate: World) -> None:
    with Line() as line:
        gate.publish(destinations=[destination(line.port)])
        other = number_record("4007000007", destinations=[destination(line.port)])
        for number, data in (("4007000001", b"{"), ("4007000002", b'{"v":2}'), ("4007000003", None)):
            value = data or records.encode(other)  # another number's record
            gate_put(gate, number, value)
            with Caller(gate.settings.port, gate.trunk_port) as caller:
                check(caller.invite(number), "NUMBER_UNKNOWN")
        assert line.seen == []


def gate_put(gate: World, number: str, value: bytes) -> None:
    gate.epoch += 1
    writer = Writer(gate.folder)
    writer.apply([(f"n:{number}", value)], gate.epoch)
    writer.close()


def test_stale_snapshot_refuses_everything_with_its_own_code(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build(heartbeat_age=24 * 3600 + 5)
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            check(caller.invite(NUMBER), "SNAPSHOT_STALE")
        world.build(heartbeat_age=24 * 3600 - 60)
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
    assert len(line.invites()) == 1


def test_heartbeat_grows_stale_while_the_gate_runs(world_of: Callable[..., World]) -> None:
    world = world_of(stale_after_hours=3 / 3600)
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.start_with_build()
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
        time.sleep(3.2)
        with Caller(world.settings.port, world.trunk_port) as caller:
            check(caller.invite(NUMBER), "SNAPSHOT_STALE")


def test_verification_lapses_on_its_second_without_anybody_doing_anything(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.build()
        world.start()
        world.publish(destinations=[destination(line.port)], verified_until=int(time.time()) + 2)
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200
        time.sleep(2.1)
        with Caller(world.settings.port, world.trunk_port) as caller:
            check(caller.invite(NUMBER), "NOT_VERIFIED")


def test_gate_without_a_snapshot_refuses_a_trunk_as_a_stranger(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.start()
    with Caller(world.settings.port, world.trunk_port) as caller:
        check(caller.invite(NUMBER), "SOURCE_UNKNOWN")


def test_snapshot_that_is_no_snapshot_is_our_fault_and_mends_itself(world_of: Callable[..., World]) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        (world.folder / "snapshot").mkdir()
        (world.folder / "snapshot" / "current").write_bytes(b"not LMDB" * 2000)
        world.start()
        with Caller(world.settings.port, world.trunk_port) as caller:
            check(caller.invite(NUMBER), "GATE_FAULT")
        assert [record["code"] for record in world.spool("refused")] == ["GATE_FAULT"]
        (world.folder / "snapshot" / "current").unlink()
        world.build()
        with Caller(world.settings.port, world.trunk_port) as caller:
            assert caller.invite(NUMBER).status == 200


def test_repeated_invite_is_one_refusal(gate: World) -> None:
    with Caller(gate.settings.port, gate.trunk_port) as caller:
        caller.send_invite("4009999998")
        caller.send_invite("4009999998")
        caller.await_final()
        time.sleep(0.3)
        assert gate.stages(caller.call) == ["refused"]


def test_options_tells_everybody_the_same_and_nothing(gate: World) -> None:
    answers = []
    for port in (gate.trunk_port, 0):
        with Caller(gate.settings.port, port) as anybody:
            anybody.number = "gate"
            anybody.send(anybody.request("OPTIONS", f"sip:127.0.0.1:{gate.settings.port}"))
            answers.append(anybody.receive())
    assert [answer.first for answer in answers] == ["SIP/2.0 200 OK"] * 2
    for header in ("Server", "User-Agent", "Allow", "Contact", "Warning"):
        assert [answer.all(header) for answer in answers] == [[], []]
    with Caller(gate.settings.port) as anybody:
        anybody.number = NUMBER
        anybody.send(anybody.request("REGISTER", "sip:127.0.0.1"))
        assert anybody.receive().status == 405
