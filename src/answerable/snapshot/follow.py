"""Follow the control plane's publications into this host's snapshot, for ever, whatever happens to the database.

Reads `routing_published(key, epoch, record)` in the order of epochs and copies the database's clock from
`routing_heartbeat`; its own clock is never written. While the database is away the snapshot stays as it is.
"""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import psycopg

from answerable.snapshot import keys, records, stops
from answerable.snapshot.read import link
from answerable.snapshot.write import Change, Writer, build

log = logging.getLogger(__name__)
CHANNEL = "published"
POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
BATCH = 5000
Connection = psycopg.Connection[tuple[Any, ...]]
# A dead network must not hold the follower: without these a lost server is noticed after hours.
_CONNECT: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "answerable follow",
}


class Stopping(Protocol):
    """Something that says when to stop, such as threading.Event."""

    def is_set(self) -> bool: ...


class AlreadyFollowing(Exception):
    """Another follower writes this folder."""

    code = "ALREADY_FOLLOWING"


def run(dsn: str, folder: Path, stopping: Stopping) -> None:
    """Follow until `stopping` is set. `dsn` is libpq's (URL or keywords), `folder` the gate's."""
    (folder / "snapshot").mkdir(parents=True, exist_ok=True)
    with (folder / "snapshot" / "follow.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyFollowing(f"Another process follows into {folder}.") from error
        while not stopping.is_set():
            try:
                _follow(dsn, folder, stopping)
            except psycopg.Error as error:
                log.warning("The database does not answer, the snapshot stays: %s", str(error).strip())
                _sleep(RETRY_SECONDS, stopping)


def _follow(dsn: str, folder: Path, stopping: Stopping) -> None:
    """Follow over one pair of connections; the one that listens never asks, so that no wake-up is lost."""
    with psycopg.connect(dsn, **_CONNECT) as listener, psycopg.connect(dsn, **_CONNECT) as queries:
        queries.execute("SET statement_timeout = '60s'")
        listener.execute(f"LISTEN {CHANNEL}")
        writer = _catch_up_or_rebuild(queries, folder)
        try:
            while not stopping.is_set():
                if not step(queries, writer, folder):
                    writer.close()
                    writer = rebuild(queries, folder)
                for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
        finally:
            writer.close()


def step(queries: Connection, writer: Writer, folder: Path) -> bool:
    """Copy what is newer, then the heartbeat. False when the database is older than the snapshot: build whole."""
    while True:
        mine = int(writer.get(keys.EPOCH) or 0)
        newest = _value(queries, "SELECT coalesce(max(epoch), 0) FROM routing_published")
        if newest < mine:
            log.warning("The database is at epoch %s, the snapshot at %s: restored or foreign.", newest, mine)
            return False
        rows = queries.execute(
            "SELECT key, epoch, record FROM routing_published WHERE epoch > %s"
            " ORDER BY epoch FETCH FIRST %s ROWS WITH TIES",
            (mine, BATCH),
        ).fetchall()
        if not rows:
            break
        writer.apply([(key, _bytes(record)) for key, _, record in rows], rows[-1][1])
        _confirm_stops(folder, [(key, epoch, _bytes(record)) for key, epoch, record in rows])
    beat = heartbeat(queries)
    if beat is not None and beat != records.decode_time(writer.get(keys.HEARTBEAT)):
        writer.beat(beat)
    writer.check_readers()
    return True


def rebuild(queries: Connection, folder: Path) -> Writer:
    """Build a new file from everything that is published, as of one moment, and turn to it."""
    started = time.monotonic()
    with queries.transaction():
        queries.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        epoch = _value(queries, "SELECT coalesce(max(epoch), 0) FROM routing_published")
        path = build(folder, _everything(queries), epoch=epoch, heartbeat=heartbeat(queries), source=_source(queries))
    log.info("Built %s up to epoch %s in %.1f s.", path.name, epoch, time.monotonic() - started)
    writer = Writer(folder)
    found = [(f"n:{stop['number']}", epoch, writer.get(keys.number(stop["number"]))) for stop in stops.listed(folder)]
    _confirm_stops(folder, found)
    return writer


def heartbeat(queries: Connection) -> float | None:
    """Read the publisher's last heartbeat: the database's clock, epoch seconds."""
    row = queries.execute("SELECT extract(epoch FROM at)::float8 FROM routing_heartbeat WHERE id = 1").fetchone()
    return float(row[0]) if row else None


def _catch_up_or_rebuild(queries: Connection, folder: Path) -> Writer:
    if not link(folder).exists():
        return rebuild(queries, folder)
    writer = Writer(folder)
    source = _source(queries)
    if writer.get(keys.SOURCE) == source.encode():
        return writer
    log.warning("The snapshot was built from another database than %s.", source)
    writer.close()
    return rebuild(queries, folder)


def _everything(queries: Connection) -> Iterator[Change]:
    with queries.cursor("everything") as cursor:
        cursor.itersize = 20_000
        cursor.execute("SELECT key, record FROM routing_published WHERE record IS NOT NULL")
        for key, record in cursor:
            yield key, _bytes(record)


def _confirm_stops(folder: Path, changes: list[tuple[str, int, bytes | None]]) -> None:
    """Remove a stop made here once a newer publication refuses the number by itself. After the commit, never before."""
    here = {stop["number"]: stop for stop in stops.listed(folder)}
    for key, epoch, data in changes if here else []:
        stop = here.get(keys.number_of(key) or "")
        if stop and data is not None and epoch > stop["epoch"] and _refuses_by_itself(data):
            stops.lift(folder, stop["number"])
            log.info("The control plane confirmed the stop of %s at epoch %s.", stop["number"], epoch)


def _refuses_by_itself(data: bytes) -> bool:
    try:
        record = records.decode_number(data)
    except records.BadRecord:
        return False
    return record["stop"] is not None or record["business_state"] == "suspended"


def _source(queries: Connection) -> str:
    """Name the database: server and database, so that a restored copy is not taken for the one followed before."""
    return str(
        _value(
            queries,
            "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid"
            " FROM pg_database WHERE datname = current_database()",
        )
    )


def _value(queries: Connection, statement: Any) -> Any:
    row = queries.execute(statement).fetchone()
    return row[0] if row else None


def _bytes(record: Any) -> bytes | None:
    return None if record is None else bytes(record)


def _sleep(seconds: float, stopping: Stopping) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopping.is_set():
        time.sleep(0.05)
