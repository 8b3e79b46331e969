"""Permits across hosts: one is withdrawn while a host is cut off, and a new host has never seen any."""

from __future__ import annotations

import time

from answerable.snapshot import serials
from answerable.snapshot.alarms import alarms
from tests.calls.phone import check
from tests.calls.world import NUMBER, wait
from tests.hosts.conftest import Field, Talk

KEY = f"n:{NUMBER}"


def permit_is_withdrawn_while_a_host_is_cut(field: Field) -> None:
    """The host that is cut goes on by what it knows; what it was told meanwhile holds from the moment it hears of it."""
    old = field.primary.execute("SELECT record FROM routing_published WHERE key = %s", KEY)[0][0]
    serial, meanwhile = field.signer.serial, [Talk(field, gate) for gate in (field.one, field.two)]
    field.two.host.cable("data", up=False)
    stopped = field.number(business_state="suspended", stop="FRAUD_ORDER", used_up=serial)
    field.publish((KEY, stopped))
    field.all_know(field.one)
    refuses(meanwhile[0], "STOPPED")
    assert rings(meanwhile[1])  # for a day at most: then SNAPSHOT_STALE
    field.two.host.cable("data", up=True)
    again_at = time.monotonic()
    field.all_know(field.two)
    print(f"the host that was cut knew of the stop {time.monotonic() - again_at:.1f} s after it could")
    refuses(Talk(field, field.two), "STOPPED")
    assert [serials.used_up(gate.folder, NUMBER) for gate in (field.one, field.two)] == [serial, serial]
    # Whoever writes the table and nothing else: the permit that was withdrawn opens nothing on either host.
    field.publish((KEY, bytes(old)))
    field.all_know(field.one, field.two)
    for gate in (field.one, field.two):
        refuses(Talk(field, gate), "STOPPED")
        assert [one["code"] for one in alarms(gate.folder)] == ["PERMIT_USED_UP"]
    # Two people sign a new one.
    field.publish((KEY, field.number()))
    field.all_know(field.one, field.two)
    assert rings(Talk(field, field.one))
    assert rings(Talk(field, field.two))
    assert [alarms(gate.folder) for gate in (field.one, field.two)] == [[], []]


def new_host_has_never_seen_the_permits(field: Field) -> None:
    """A new host connects nothing before a person has brought it the trusted keys; then all that is published by them."""
    three = field.gate("three", 13)
    three.start()
    field.all_know(three)
    refuses(Talk(field, three), "NOT_VERIFIED")
    assert [one["code"] for one in alarms(three.folder)] == ["PERMIT_KEY_UNKNOWN"]
    field.signer.bring_keys(three.folder)
    brought_at = time.monotonic()
    wait(lambda: not alarms(three.folder), "every permit is looked at again", seconds=20)
    assert rings(Talk(field, three))
    print(f"a new host connected calls {time.monotonic() - brought_at:.1f} s after it had the keys")
    three.die()


def rings(talk: Talk) -> bool:
    """Make the call and end it; say whether it was connected."""
    is_connected = talk.begin() == 200
    if is_connected:
        assert talk.caller.bye().status == 200
    talk.end()
    return is_connected


def refuses(talk: Talk, code: str) -> None:
    """Make the call and check that it is refused so."""
    check(talk.caller.invite(NUMBER), code)
    talk.end()
