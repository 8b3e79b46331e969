"""Follow a real PostgreSQL: publications, heartbeats, its death, its restoration, and stops that it confirms."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.lib import keys as secrets
from answerable.lib import postgres
from answerable.snapshot import follow, keys, stops
from answerable.snapshot.read import Snapshot, link
from answerable.snapshot.records import decode_number, encode
from answerable.snapshot.tests.test_records import GOOD
from answerable.snapshot.write import build

pytestmark = pytest.mark.journey  # the follower looks once a second, and its database dies: too slow for the unit suite

TABLES = """
    DROP TABLE IF EXISTS routing_published, routing_heartbeat;
    CREATE TABLE routing_published (key text PRIMARY KEY, epoch bigint NOT NULL, record bytea NULL);
    CREATE TABLE routing_heartbeat (id smallint PRIMARY KEY, at timestamptz NOT NULL, epoch bigint NOT NULL);
    GRANT SELECT, INSERT, UPDATE, DELETE ON routing_published, routing_heartbeat TO answerable;
"""
NUMBER = "4008123456"
RECORD = encode(GOOD)
STOPPED = encode(GOOD | {"business_state": "suspended", "stop": "FRAUD_ORDER"})


class Control:
    """The control plane's side: a server, its publisher's tables, and how the follower signs in."""

    def __init__(self, folder: Path) -> None:
        secrets.make_all(folder / "keys")
        self.server = postgres.Server(folder / "postgres", folder / "keys", durable=False)
        self.server.initialise()
        self.process: subprocess.Popen[bytes] = self.server.start()
        self.server.prepare()
        password = secrets.read(folder / "keys", secrets.DATABASE)
        self.dsn = (
            f"host={self.server.socket} port={postgres.PORT} dbname={postgres.DATABASE} "
            f"user={postgres.APPLICATION_ROLE} password='{password}'"
        )

    def execute(self, statement: str, *values: Any, database: str = postgres.DATABASE) -> None:
        with self.server.connect(database=database) as connection:
            connection.execute(statement, values or None)

    def publish(self, epoch: int, *rows: tuple[str, bytes | None]) -> None:
        with self.server.connect(database=postgres.DATABASE, autocommit=False) as connection:
            for key, record in rows:
                connection.execute(
                    "INSERT INTO routing_published VALUES (%s, %s, %s)"
                    " ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, record = excluded.record",
                    (key, epoch, record),
                )
            connection.execute("NOTIFY published")
            connection.commit()

    def beat(self, at: str = "2026-11-18T12:00:00Z") -> None:
        self.execute(
            "INSERT INTO routing_heartbeat VALUES (1, %s, 1) ON CONFLICT (id) DO UPDATE SET at = excluded.at", at
        )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    made = Control(tmp_path_factory.mktemp("db"))
    yield made
    made.server.stop(made.process)


@pytest.fixture
def control(running: Control) -> Control:
    running.execute(TABLES)
    return running


@pytest.fixture
def start(control: Control, tmp_path: Path) -> Iterator[Callable[[], Snapshot]]:
    """Start a follower in a process of its own, and give a reader of what it writes."""
    started: list[tuple[subprocess.Popen[bytes], Snapshot]] = []

    def begin() -> Snapshot:
        program = (
            "import logging, threading, sys; from pathlib import Path; from answerable.snapshot import follow; "
            "logging.basicConfig(); follow.run(sys.argv[1], Path(sys.argv[2]), threading.Event(), trunk=None)"
        )
        root = str(Path(follow.__file__).resolve().parents[2])
        process = subprocess.Popen(
            [sys.executable, "-c", program, control.dsn, str(tmp_path)], env={"PYTHONPATH": root}
        )
        started.append((process, Snapshot(tmp_path)))
        return started[-1][1]

    yield begin
    for process, snapshot in started:
        process.kill()
        process.wait()
        snapshot.close()


def wait(condition: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"Not within {seconds} s: {what}")


def test_everything_published_is_built_then_each_change_follows_at_once(
    control: Control, start: Callable[[], Snapshot]
) -> None:
    control.publish(3, ("n:4008123456", RECORD), ("trunk:10.0.0.1", encode({"name": "一", "kind": "trunk"})))
    control.publish(4, ("n:4008123457", None))
    control.beat()
    snapshot = start()
    wait(lambda: snapshot.epoch() == 4, "the file is built")
    assert snapshot.read(b"n:4008123456", b"n:4008123457") == [RECORD, None]
    assert snapshot.heartbeat() == 1795003200.0
    wait(lambda: sleeping(control), "the follower listens")
    begun = time.monotonic()
    control.publish(5, ("n:4008123456", None), ("n:4008123458", RECORD))
    wait(lambda: snapshot.epoch() == 5, "the change is here")
    assert time.monotonic() - begun < 0.6  # woken, not polled
    assert snapshot.read(b"n:4008123456", b"n:4008123458") == [None, RECORD]


def sleeping(control: Control) -> bool:
    with control.server.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'answerable follow' AND state = 'idle'"
        ).fetchone()
    return row == (2,)


def test_change_without_a_wake_up_is_seen_within_a_second_or_so(
    control: Control, start: Callable[[], Snapshot]
) -> None:
    control.publish(1, ("n:4008123456", RECORD))
    snapshot = start()
    wait(lambda: snapshot.epoch() == 1, "the file is built")
    control.execute("UPDATE routing_published SET epoch = 2, record = NULL")
    wait(lambda: snapshot.read(b"n:4008123456") == [None], "it is polled", seconds=2.5)


def test_one_epoch_larger_than_a_batch_is_taken_whole(control: Control, start: Callable[[], Snapshot]) -> None:
    control.publish(1, ("n:4008123456", RECORD))
    snapshot = start()
    wait(lambda: snapshot.epoch() == 1, "the file is built")
    control.execute(
        "INSERT INTO routing_published SELECT 'x' || n, 2, 'x' FROM generate_series(1, %s) n", follow.BATCH + 7
    )
    wait(lambda: snapshot.epoch() == 2, "the batch is here")
    assert snapshot.read(b"x1", b"x%d" % (follow.BATCH + 7)) == [b"x", b"x"]


def test_heartbeat_is_copied_even_when_it_goes_back(control: Control, start: Callable[[], Snapshot]) -> None:
    control.beat("2026-11-18T12:00:00Z")
    snapshot = start()
    wait(lambda: snapshot.heartbeat() == 1795003200.0, "the heartbeat is here")
    control.beat("2026-11-18T11:00:00.5Z")
    wait(lambda: snapshot.heartbeat() == 1794999600.5, "the database's clock is copied as it is")


def test_dead_database_leaves_the_snapshot_and_a_new_one_is_followed_again(
    control: Control, start: Callable[[], Snapshot]
) -> None:
    control.publish(1, ("n:4008123456", RECORD))
    control.beat()
    snapshot = start()
    wait(lambda: snapshot.epoch() == 1, "the file is built")
    control.process.kill()
    control.process.wait()
    time.sleep(1.5)
    assert (snapshot.read(b"n:4008123456"), snapshot.heartbeat()) == ([RECORD], 1795003200.0)
    control.process = control.server.start()
    control.publish(2, ("n:4008123456", None))
    wait(lambda: snapshot.epoch() == 2, "it is followed again", seconds=20)


def test_database_that_went_back_is_built_whole_into_a_new_file(
    control: Control, start: Callable[[], Snapshot], tmp_path: Path
) -> None:
    control.publish(8, ("n:4008123456", RECORD), ("n:4008123457", RECORD))
    snapshot = start()
    wait(lambda: snapshot.epoch() == 8, "the file is built")
    before = link(tmp_path).resolve()
    control.execute("UPDATE routing_published SET epoch = 5")
    control.execute("UPDATE routing_published SET record = %s WHERE key = 'n:4008123456'", STOPPED)
    wait(lambda: snapshot.epoch() == 5, "the restored database is followed")
    assert snapshot.read(b"n:4008123456", b"n:4008123457") == [STOPPED, RECORD]
    assert link(tmp_path).resolve() != before


def test_another_database_with_a_higher_epoch_is_not_taken_for_the_same(
    control: Control, start: Callable[[], Snapshot], tmp_path: Path
) -> None:
    build(tmp_path, [("n:4000000000", STOPPED)], epoch=1, heartbeat=5.0, source="another/1")
    control.publish(9, ("n:4008123456", RECORD))
    snapshot = start()
    wait(lambda: snapshot.epoch() == 9, "it is built whole")
    assert snapshot.read(b"n:4000000000", b"n:4008123456") == [None, RECORD]


def test_second_follower_of_a_folder_is_refused(
    control: Control, start: Callable[[], Snapshot], tmp_path: Path
) -> None:
    snapshot = start()
    wait(lambda: snapshot.read(keys.SOURCE)[0], "the first follows")
    with pytest.raises(follow.AlreadyFollowing):
        follow.run(control.dsn, tmp_path, threading.Event(), trunk=None)


def test_stop_made_here_goes_only_with_a_newer_publication_that_stops_by_itself(
    control: Control, start: Callable[[], Snapshot], tmp_path: Path
) -> None:
    control.publish(4, (f"n:{NUMBER}", encode(GOOD | {"stop": "older"})))
    stops.stop(tmp_path, NUMBER, by="孙", reason="fraud_report", at=5.0, epoch=4)
    snapshot = start()
    wait(lambda: snapshot.epoch() == 4, "the file is built")
    assert stops.is_stopped(tmp_path, NUMBER) is True  # not newer than the stop
    control.publish(5, (f"n:{NUMBER}", RECORD), ("n:4008123457", encode(GOOD | {"stop": "x", "number": "4008123457"})))
    wait(lambda: snapshot.epoch() == 5, "a publication that does not stop it")
    time.sleep(0.1)
    assert stops.is_stopped(tmp_path, NUMBER) is True
    control.publish(6, (f"n:{NUMBER}", None))
    wait(lambda: snapshot.epoch() == 6, "a removal")
    assert stops.is_stopped(tmp_path, NUMBER) is True
    control.publish(7, (f"n:{NUMBER}", encode(GOOD | {"business_state": "suspended"})))
    wait(lambda: not stops.is_stopped(tmp_path, NUMBER), "the confirmation removes it")
    (kept,) = snapshot.read(f"n:{NUMBER}".encode())
    assert decode_number(kept or b"")["business_state"] == "suspended"


def test_follower_stops_when_told(control: Control, tmp_path: Path) -> None:
    stopping = threading.Event()
    thread = threading.Thread(target=follow.run, args=(control.dsn, tmp_path, stopping), kwargs={"trunk": None})
    thread.start()
    wait(lambda: link(tmp_path).exists(), "it follows")
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()
