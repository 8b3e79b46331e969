"""More than one host: one dies, a link is cut, the database fails over. Calls go on; every record arrives once."""

from __future__ import annotations

import time

import pytest

from answerable.snapshot.read import link
from tests.calls.phone import check
from tests.calls.world import NUMBER, wait
from tests.hosts.conftest import Field, Gate, Talk
from tests.hosts.permit_cases import new_host_has_never_seen_the_permits, permit_is_withdrawn_while_a_host_is_cut

pytestmark = pytest.mark.calls


def test_gate_host_dies_link_is_cut_database_fails_over(field: Field) -> None:
    """One after the other in one field: making it takes longer than each of them."""
    host_dies(field)
    permit_is_withdrawn_while_a_host_is_cut(field)
    new_host_has_never_seen_the_permits(field)
    link_to_the_database_is_cut(field)
    database_fails_over(field)


def host_dies(field: Field) -> None:
    lasting, other, third = (Talk(field, field.one) for _ in range(3))
    assert [talk.begin() for talk in (lasting, other, third)] == [200, 200, 200]
    field.one.die()
    died_at = time.monotonic()
    # The audio of both goes on: it never passed the gate.
    assert lasting.heard(1.0) > 30
    assert other.heard(1.0) > 30
    # A carrier's trunk tries the first gate, hears nothing, and goes to the second.
    first, second = Talk(field, field.one), Talk(field, field.two)
    with pytest.raises(TimeoutError):
        first.begin(seconds=1.0)
    assert second.begin() == 200
    print(f"new calls went on {time.monotonic() - died_at:.1f} s after the host died")
    assert second.caller.bye().status == 200
    # The BYE of a call that the dead host let through has nowhere to go: its route names that host.
    with pytest.raises(TimeoutError):
        lasting.caller.bye(seconds=1.0)
    # By the other gate it reaches the line: all gates know each other's tickets, and unmask each other's hosts.
    lasting.caller.gate = (field.two.host.voice, field.two.settings.port)
    assert lasting.caller.bye().status == 200
    assert field.line.methods()[-1] == "BYE"
    # So does the line's own, whose route the carrier sends to the gate that is left.
    assert line_hangs_up_by(field, field.two, third) == 200
    # Nobody else's: a ticket of another call opens nothing there either.
    other.caller.gate, call = lasting.caller.gate, other.caller.call
    other.caller.call = "somebody-elses"
    assert other.caller.bye().status == 481
    other.caller.gate, other.caller.call = (field.one.host.voice, field.one.settings.port), call
    assert other.heard(1.0) > 30
    field.one.come_back()
    # What the dead host had written arrives, and a call that ends now ends through it, with its record.
    assert other.caller.bye().status == 200
    wait(lambda: field.row(other) == [("one", "answered", 4)], "the ended call is whole", seconds=20)
    wait(lambda: field.row(second) == [("two", "answered", 4)], "the call by way of the second gate", seconds=20)
    # What the other gate wrote of calls that the dead one let through is told as those calls' end, once.
    for ended in (lasting, third):
        wait(
            lambda ended=ended: field.row(ended) == [("one", "answered", 4)],
            "its end was told by the other gate",
            seconds=20,
        )
    assert field.row(first) == []
    for talk in (lasting, other, third, first, second):
        talk.end()


def line_hangs_up_by(field: Field, gate: Gate, talk: Talk) -> int:
    """Have the line hang up by a gate, and the caller agree; return the status that the line is told."""
    seen, talk.caller.gate = len(field.line.seen), (gate.host.voice, gate.settings.port)
    field.line.bye(talk.caller.call, to=(gate.host.voice, gate.settings.port))
    request = talk.caller.receive()
    assert (request.method, request.get("Call-ID")) == ("BYE", talk.caller.call)
    talk.caller.answer(request)
    wait(lambda: any(message.get("CSeq") == "7 BYE" for message in field.line.seen[seen:]), "the line has its answer")
    return next(message.status for message in field.line.seen[seen:] if message.get("CSeq") == "7 BYE")


def link_to_the_database_is_cut(field: Field) -> None:
    talk = Talk(field, field.two)
    field.two.host.cable("data", up=False)
    assert talk.begin() == 200
    assert talk.heard(0.5) > 15
    assert talk.caller.bye().status == 200
    time.sleep(2)
    assert field.row(talk) == []
    field.two.host.cable("data", up=True)
    again_at = time.monotonic()
    wait(lambda: field.row(talk) == [("two", "answered", 4)], "its records arrive", seconds=30)
    print(f"records arrived {time.monotonic() - again_at:.1f} s after the link was there again")
    talk.end()


def database_fails_over(field: Field) -> None:
    during, after = Talk(field, field.one), Talk(field, field.two)
    before = [link(gate.folder).resolve() for gate in (field.one, field.two)]
    field.first.host.cable("data", up=False)  # silently: nobody is told that the connection is over
    field.first.host.kill()
    assert during.begin() == 200
    assert during.caller.bye().status == 200
    field.second.execute("SELECT pg_promote()")
    promoted_at = time.monotonic()
    field.has_failed_over = True
    wait(lambda: field.row(during) == [("one", "answered", 4)], "records reach the new primary", seconds=40)
    print(f"records reached the new primary {time.monotonic() - promoted_at:.1f} s after it was promoted")
    # Followers go on as well, from where they were: the new primary is the same database, nothing is built anew.
    stopped = field.publish((f"n:{NUMBER}", field.number(business_state="suspended", stop="FRAUD_ORDER")))
    for gate in (field.one, field.two):
        wait(lambda gate=gate: gate.knows(stopped), f"{gate.host.name} follows the new primary", seconds=40)
    print(f"both gates followed it after {time.monotonic() - promoted_at:.1f} s")
    check(after.caller.invite(NUMBER), "STOPPED")
    assert [link(gate.folder).resolve() for gate in (field.one, field.two)] == before
    wait(lambda: field.row(after) == [("two", "refused", 1)], "the refusal is recorded", seconds=20)
    for talk in (during, after):
        talk.end()
    (doubled,) = field.second.execute(
        "SELECT count(*) FROM (SELECT call FROM calls_gaterecord WHERE kind IN ('invite', 'answered', 'ended')"
        " GROUP BY call, kind HAVING count(*) > 1) AS twice"
    )
    assert doubled == (0,)
