"""Calls go on without the control plane, lapse on time, and leave records that arrive exactly once."""

import time

import pytest

from tests.planes.conftest import HOTLINE, until

pytestmark = pytest.mark.journey
CONTROL = ("web", "worker", "publisher", "ingest", "postgres")


def test_call_is_connected_and_recorded_exactly_once_while_the_control_plane_is_dead(house):
    house.kill(*CONTROL)
    try:
        during = [house.call(hold_seconds=0.5) for _ in range(3)]
        assert [d.status for d in during] == [200, 200, 200]
    finally:
        house.revive(*reversed(CONTROL))
    for dialled in during:
        assert until(lambda d=dialled: _calls(house, d), bool, 60) == [("answered", "", 200)]
    raw = house.sql(
        "SELECT host, boot, process, sequence, count(*) FROM calls_gaterecord GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    )
    assert raw == []


def test_verification_lapses_on_time_while_the_control_plane_is_dead(house):
    before = house.sql("SELECT verified_until FROM numbers_number WHERE number = %s", HOTLINE)[0][0]
    house.sql("UPDATE numbers_number SET verified_until = now() + interval '25 seconds' WHERE number = %s", HOTLINE)
    lapses_at = time.time() + 25
    house.republish(HOTLINE)
    time.sleep(2)
    house.kill(*CONTROL)
    try:
        assert house.call(hold_seconds=0.2).status == 200
        time.sleep(max(0, lapses_at - time.time()) + 1)
        refused = house.call()
        assert (refused.status, refused.code) == (403, "NOT_VERIFIED")
    finally:
        house.revive(*reversed(CONTROL))
        until(lambda: _try_sql(house, before), bool, 60)
    assert until(house.call, lambda d: d.status == 200, 10)
    assert until(lambda: _calls(house, refused), bool, 60) == [("refused", "NOT_VERIFIED", 403)]


def test_stop_at_the_gate_bites_without_the_control_plane_and_two_officers_lift_it(house):
    house.kill(*CONTROL)
    try:
        done = house.answerable("gate", "stop", HOTLINE, "--by", "值班孙", "--reason", "FRAUD_ORDER")
        assert done.returncode == 0, done.stderr
        refused = house.call()
        assert refused.code == "STOPPED_AT_GATE"
    finally:
        house.revive(*reversed(CONTROL))
    until(lambda: _calls(house, refused), bool, 60)
    assert house.call().code == "STOPPED_AT_GATE"
    alone = house.answerable("gate", "lift", HOTLINE, "--by", "值班孙")
    assert (alone.returncode != 0, "two risk officers" in alone.stderr) == (True, True)  # the stop used the permit up
    assert house.call().code == "STOPPED_AT_GATE"
    house.at_the_desk(
        HOTLINE,
        "walk.desk('sun').send(f'/desk/risk/numbers/{walk.number}/stop/', {'reason': 'FRAUD_ORDER'});"
        "walk.until(walk.dial, lambda found: found.code == 'STOPPED', 10, 'STOPPED'); lift(walk)",
    )
    assert until(house.call, lambda d: d.status == 200, 10)
    assert house.sql("SELECT data->>'by' FROM calls_gaterecord WHERE kind = 'gate_stop'") == [("值班孙",)]


def test_lapsed_line_is_refused_with_its_own_code(house):
    house.sql("UPDATE numbers_destination SET proven_until = now() - interval '1 second' WHERE number_id = %s", HOTLINE)
    house.republish(HOTLINE)
    try:
        refused = until(house.call, lambda d: d.code != None and d.status >= 400, 5)  # noqa: E711
        assert refused.code == "DESTINATION_NOT_PROVEN"
    finally:
        house.sql(
            "UPDATE numbers_destination SET proven_until = now() + interval '300 days' WHERE number_id = %s", HOTLINE
        )
        house.republish(HOTLINE)
    until(house.call, lambda d: d.status == 200, 5)


def test_closed_hours_are_refused_with_their_own_code(house):
    house.sql(
        "INSERT INTO routing_plan (number, hours, closed_dates, overflow_busy, overflow_no_answer) VALUES (%s, '[]', '[]', true, true)",
        HOTLINE,
    )
    house.republish(HOTLINE)
    try:
        refused = until(house.call, lambda d: d.status >= 400, 5)
        assert refused.code == "CLOSED_HOURS"
    finally:
        house.sql("DELETE FROM routing_plan WHERE number = %s", HOTLINE)
        house.republish(HOTLINE)
    until(house.call, lambda d: d.status == 200, 5)


def test_killed_gate_comes_back_by_itself(house):
    house.supervisor.states()
    import os
    import signal

    os.kill(house.supervisor.pid("gate"), signal.SIGKILL)
    assert until(lambda: house.call(hold_seconds=0.2), lambda d: d.status == 200, 30).packets_received > 0


def _calls(house, dialled):
    try:
        return house.calls_of(dialled)
    except Exception:
        return []


def _try_sql(house, before):
    try:
        house.sql("UPDATE numbers_number SET verified_until = %s WHERE number = %s", before, HOTLINE)
        house.republish(HOTLINE)
    except Exception:
        return False
    return True
