"""A follower whose database would silence its numbers, is foreign, or is gone in the middle; and several followers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from answerable.snapshot import force, keys, stops
from answerable.snapshot.alarms import alarms
from answerable.snapshot.known import known
from answerable.snapshot.read import Snapshot, link
from answerable.snapshot.records import encode
from answerable.snapshot.tests.control import STOPPED, Control, Followers, wait
from answerable.snapshot.tests.test_guard import key, number, record, rows
from answerable.spool.read import everything

pytestmark = pytest.mark.journey
BY = ["孙样本", "冯样本"]


def rings(snapshot: Snapshot, count: int) -> list[bool]:
    return [data is not None for data in snapshot.read(*(key(serial).encode() for serial in range(count)))]


@pytest.fixture
def followed(control: Control, start: Followers) -> Snapshot:
    """Three numbers that ring, at epoch 8, followed."""
    control.publish(8, *rows(3).items())
    control.beat()
    snapshot = start()
    wait(lambda: snapshot.epoch() == 8, "the file is built")
    return snapshot


def go_back(control: Control) -> None:
    """Make the database an older one, that never heard of the first two numbers."""
    control.execute("DELETE FROM routing_published WHERE key <> %s", key(2))
    control.execute("UPDATE routing_published SET epoch = 5")


def test_older_database_that_loses_numbers_is_refused_and_calls_go_on(
    control: Control, followed: Snapshot, tmp_path: Path
) -> None:
    before = link(tmp_path).resolve()
    go_back(control)
    wait(lambda: alarms(tmp_path), "the alarm is raised")
    (alarm,) = alarms(tmp_path)
    assert (alarm["code"], alarm["what"], alarm["lost"], alarm["open"]) == ("SNAPSHOT_LOSS", "build", 2, 3)
    control.beat("2026-11-18T13:00:00Z")
    wait(lambda: followed.heartbeat() == 1795006800.0, "the heartbeat is copied all the same")
    assert (rings(followed, 3), followed.epoch(), link(tmp_path).resolve()) == ([True] * 3, 8, before)


def test_stop_passes_while_a_build_is_refused(control: Control, followed: Snapshot, tmp_path: Path) -> None:
    go_back(control)
    wait(lambda: alarms(tmp_path), "the alarm is raised")
    stopped = record(2, business_state="suspended", stop="FRAUD_ORDER")
    control.publish(6, (key(2), stopped), (key(7), record(7)))
    wait(lambda: followed.read(key(2).encode()) == [stopped], "the stop is here")
    assert followed.read(key(7).encode()) == [None]  # nothing else of that database enters
    assert rings(followed, 2) == [True, True]


def test_two_people_let_the_build_through_and_it_is_used_once(
    control: Control, followed: Snapshot, tmp_path: Path
) -> None:
    go_back(control)
    wait(lambda: force.refusal(tmp_path), "it is refused")
    force.force(tmp_path, by=BY, reason="旧库", at=time.time())
    wait(lambda: followed.epoch() == 5, "the build is in force")
    assert rings(followed, 3) == [False, False, True]
    wait(lambda: not alarms(tmp_path), "the alarm ends")
    assert (force.refusal(tmp_path), force.forced(tmp_path)) == (None, None)


def test_force_lets_no_other_number_fall_silent(control: Control, followed: Snapshot, tmp_path: Path) -> None:
    go_back(control)
    wait(lambda: force.refusal(tmp_path), "it is refused")
    control.execute("UPDATE routing_published SET record = NULL")
    force.force(tmp_path, by=BY, reason="旧库", at=time.time())
    wait(lambda: (force.refusal(tmp_path) or {}).get("lost") == 3, "the third number is refused anew")
    assert rings(followed, 3) == [True] * 3


def test_database_that_is_put_right_is_followed_again_without_anybody(
    control: Control, followed: Snapshot, start: Followers, tmp_path: Path
) -> None:
    go_back(control)
    wait(lambda: alarms(tmp_path), "the alarm is raised")
    control.publish(9, *rows(4).items())
    start.kill()
    snapshot = start()
    wait(lambda: snapshot.epoch() == 9, "it is followed")
    wait(lambda: not alarms(tmp_path), "the alarm ends")
    assert rings(snapshot, 4) == [True] * 4


def test_many_single_losses_are_held_until_two_people_decide(
    control: Control, start: Followers, tmp_path: Path
) -> None:
    control.publish(1, *rows(60).items())
    snapshot = start()
    wait(lambda: snapshot.epoch() == 1, "the file is built")
    control.publish(2, *((key(serial), None) for serial in range(30)))
    wait(lambda: snapshot.epoch() == 2, "the changes are here")
    assert (rings(snapshot, 60), len(force.held(tmp_path))) == ([True] * 60, 30)
    force.force(tmp_path, by=BY, reason="整批退网", at=time.time())
    wait(lambda: sum(rings(snapshot, 60)) == 30, "they are let through")
    wait(lambda: not force.held(tmp_path) and not alarms(tmp_path), "nothing is held any more")
    assert snapshot.read(keys.OPEN) == [b"30"]


def test_follower_killed_in_the_middle_of_a_build_leaves_the_file_in_force(
    control: Control, followed: Snapshot, start: Followers, tmp_path: Path
) -> None:
    before = link(tmp_path).resolve()
    start.kill()
    control.execute(
        "INSERT INTO routing_published SELECT 'n:40090' || lpad(n::text, 5, '0'), 7, %s FROM generate_series(0, 30000) n", STOPPED
    )  # fmt: skip
    control.execute("UPDATE routing_published SET epoch = 7")
    start()
    making = before.with_name("2.lmdb")
    wait(making.exists, "it builds")
    start.kill()
    assert (link(tmp_path).resolve(), rings(followed, 3)) == (before, [True] * 3)
    snapshot = start()
    wait(lambda: snapshot.epoch() == 7, "it builds again", seconds=20)
    assert rings(snapshot, 3) == [True] * 3
    assert not making.exists()


def test_damaged_file_is_built_anew_at_the_start(
    control: Control, followed: Snapshot, start: Followers, tmp_path: Path
) -> None:
    start.kill()
    before = link(tmp_path).resolve()
    before.write_bytes(before.read_bytes().replace(b'"owner":"9111', b'"owner":"9911'))
    snapshot = start()
    wait(lambda: link(tmp_path).resolve() != before, "it is built anew")
    assert snapshot.read(key(1).encode()) == [record(1)]


def test_damaged_file_is_not_given_up_for_a_database_of_another_version(
    control: Control, followed: Snapshot, start: Followers, tmp_path: Path
) -> None:
    """A follower that was upgraded before its publisher: gates of the version before go on by their file."""
    start.kill()
    before = link(tmp_path).resolve()
    before.write_bytes(before.read_bytes().replace(b'"owner":"9111', b'"owner":"9911'))
    control.execute("UPDATE routing_published SET record = '{\"v\":1}'")
    start()
    wait(lambda: alarms(tmp_path), "it is refused")
    assert link(tmp_path).resolve() == before
    control.publish(9, *rows(3).items())
    wait(lambda: link(tmp_path).resolve() != before, "the publisher has written everything anew")
    wait(lambda: not alarms(tmp_path), "the alarm ends")
    assert rings(followed, 3) == [True] * 3


@pytest.fixture
def not_ours(control: Control, followed: Snapshot, start: Followers, tmp_path: Path) -> Snapshot:
    """The file in force is not this host's any more, and the database has lost two of three numbers meanwhile."""
    wait(lambda: (known(tmp_path) or {}).get("open") == 3, "what is known is written down")
    start.kill()
    (link(tmp_path).parent / "seal.key").write_bytes(b"another host's key" * 2)
    go_back(control)
    start()
    wait(lambda: alarms(tmp_path), "it is refused")
    return followed


def test_file_that_is_not_ours_is_not_given_up_for_a_build_that_loses_numbers(
    not_ours: Snapshot, tmp_path: Path
) -> None:
    (alarm,) = alarms(tmp_path)
    assert (alarm["code"], alarm["what"], alarm["lost"], alarm["open"]) == ("SNAPSHOT_LOSS", "build", 2, 3)
    time.sleep(2)  # it is tried again meanwhile
    assert [one["kind"] for one in everything(tmp_path)] == ["snapshot_refused"]
    assert link(tmp_path).resolve().name == "1.lmdb"
    assert rings(not_ours, 3) == [True] * 3  # for a gate that has it open


def test_stop_is_made_here_while_nothing_can_be_written_and_lifted_again(
    control: Control, not_ours: Snapshot, tmp_path: Path
) -> None:
    control.publish(6, (key(2), record(2, business_state="suspended", stop="FRAUD_ORDER")))
    wait(lambda: stops.is_stopped(tmp_path, number(2)), "the stop is here")
    control.publish(7, (key(2), record(2)))
    wait(lambda: not stops.is_stopped(tmp_path, number(2)), "and lifted")
    control.publish(8, (key(1), record(1, business_state="released")))
    wait(lambda: stops.is_stopped(tmp_path, number(1)), "released")
    control.publish(9, *(row for row in rows(3).items() if row[0] != key(1)), (key(5), record(5)))
    wait(lambda: link(tmp_path).resolve().name != "1.lmdb", "put right, it is built", seconds=30)
    wait(lambda: stops.listed(tmp_path) == [], "the file says what the stops said")
    wait(lambda: not alarms(tmp_path), "the alarm ends")


def test_two_people_let_a_build_through_of_which_only_the_count_is_known(
    control: Control, not_ours: Snapshot, tmp_path: Path
) -> None:
    force.force(tmp_path, by=BY, reason="旧库", at=time.time())
    wait(lambda: link(tmp_path).resolve().name != "1.lmdb", "the build is in force")
    wait(lambda: not alarms(tmp_path), "the alarm ends")
    assert (force.refusal(tmp_path), force.forced(tmp_path)) == (None, None)


def test_several_hosts_follow_each_their_own_copy(control: Control, start: Followers, tmp_path: Path) -> None:
    control.publish(1, *rows(2).items())
    hosts = [start(tmp_path / name) for name in ("a", "b", "c")]
    for host in hosts:
        wait(lambda host=host: host.epoch() == 1, "the file is built")  # type: ignore[misc]
    start.started[1].kill()
    control.publish(2, (key(0), encode({**_decoded(0), "hours": None})))
    for host in (hosts[0], hosts[2]):
        wait(lambda host=host: host.epoch() == 2, "the change is here")  # type: ignore[misc]
    assert hosts[1].epoch() == 1  # its own file, untouched by the others
    again = start(tmp_path / "b")
    wait(lambda: again.epoch() == 2, "it catches up by itself")


def _decoded(serial: int) -> dict[str, object]:
    from answerable.snapshot.records import decode_number

    return dict(decode_number(record(serial)))
