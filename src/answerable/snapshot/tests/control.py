"""The control plane's side for tests of followers: a real server, the publisher's tables, and followers as processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from answerable.lib import keys as secrets
from answerable.lib import postgres
from answerable.snapshot import follow
from answerable.snapshot.read import Snapshot
from answerable.snapshot.records import encode
from answerable.snapshot.tests.test_records import GOOD

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


def wait(condition: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"Not within {seconds} s: {what}")


class Followers:
    """Followers that a test started, each a process of its own; all are killed at its end."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.folder = dsn, folder
        self.started: list[subprocess.Popen[bytes]] = []
        self.snapshots: dict[Path, Snapshot] = {}

    def __call__(self, folder: Path | None = None) -> Snapshot:
        """Start one, and give a reader of what it writes."""
        program = (
            "import logging, threading, sys; from pathlib import Path; from answerable.snapshot import follow; "
            "logging.basicConfig(); follow.run(sys.argv[1], Path(sys.argv[2]), threading.Event(), trunk=None)"
        )
        root, place = str(Path(follow.__file__).resolve().parents[2]), folder or self.folder
        process = subprocess.Popen([sys.executable, "-c", program, self.dsn, str(place)], env={"PYTHONPATH": root})
        self.started.append(process)
        return self.snapshots.setdefault(place, Snapshot(place))

    def kill(self) -> None:
        """Kill all of them at once, as a machine's end would."""
        for process in self.started:
            process.kill()
            process.wait()

    def end(self) -> None:
        self.kill()
        for snapshot in self.snapshots.values():
            snapshot.close()
