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
from answerable.snapshot.admission import AT_ONCE, Admission
from answerable.snapshot.read import Snapshot, link
from answerable.snapshot.write import Change, Writer, build

log = logging.getLogger(__name__)
CHANNEL = "published"
POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
BATCH = 5000
WORK_SECONDS = 0.1
"""For so long at a time permits are verified in the background; then it is looked for stops again."""
Connection = psycopg.Connection[tuple[Any, ...]]
# A dead network must not hold the follower: without these a lost server is noticed after hours.
_CONNECT: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8_000,
    "application_name": "answerable follow",
}


class Stopping(Protocol):
    """Something that says when to stop, such as threading.Event."""

    def is_set(self) -> bool: ...


class AlreadyFollowing(Exception):
    """Another follower writes this folder."""

    code = "ALREADY_FOLLOWING"


def run(dsn: str, folder: Path, stopping: Stopping, *, trunk: str | None) -> None:
    """Follow until `stopping` is set. `dsn` is libpq's (URL or keywords), `folder` the gate's.

    `trunk` is where permitted lines ring; with None the database is believed without permits, which is for tests only.
    """
    (folder / "snapshot").mkdir(parents=True, exist_ok=True)
    with (folder / "snapshot" / "follow.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyFollowing(f"Another process follows into {folder}.") from error
        admission = Admission(folder, trunk) if trunk is not None else None
        try:
            while not stopping.is_set():
                try:
                    _follow(dsn, folder, stopping, admission)
                except psycopg.Error as error:
                    log.warning("The database does not answer, the snapshot stays: %s", str(error).strip())
                    _sleep(RETRY_SECONDS, stopping)
        finally:
            if admission is not None:
                admission.close()


def _follow(dsn: str, folder: Path, stopping: Stopping, admission: Admission | None) -> None:
    """Follow over one pair of connections; the one that listens never asks, so that no wake-up is lost."""
    with psycopg.connect(dsn, **_CONNECT) as listener, psycopg.connect(dsn, **_CONNECT) as queries:
        queries.execute("SET statement_timeout = '60s'")
        listener.execute(f"LISTEN {CHANNEL}")
        writer = _catch_up_or_rebuild(queries, folder, admission)
        try:
            while not stopping.is_set():
                if not step(queries, writer, folder, admission):
                    writer.close()
                    writer = rebuild(queries, folder, admission)
                is_done = admission is None or work(writer, admission)
                for _ in listener.notifies(timeout=POLL_SECONDS if is_done else 0, stop_after=1):
                    pass
        finally:
            writer.close()


def step(queries: Connection, writer: Writer, folder: Path, admission: Admission | None = None) -> bool:
    """Copy what is newer, then the heartbeat. False when all is to be built anew: the database is older than the
    snapshot, or other keys are trusted than before."""
    if admission is not None and admission.has_other_keys():
        log.warning("Other keys are trusted on this host: every permit is looked at again.")
        admission.load_keys()
        return False
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
        changes = [(key, _bytes(record)) for key, _, record in rows]
        writer.apply(_admitted(changes, writer, admission), rows[-1][1])
        _confirm_stops(folder, [(key, epoch, _bytes(record)) for key, epoch, record in rows])
    beat = heartbeat(queries)
    if beat is not None and beat != records.decode_time(writer.get(keys.HEARTBEAT)):
        writer.beat(beat)
    writer.check_readers()
    return True


def work(writer: Writer, admission: Admission) -> bool:
    """Verify for a moment what waits; say whether nothing is left. Between two moments stops are let through."""
    if not admission.waiting:
        return True
    changes: list[Change] = list(admission.work(WORK_SECONDS, writer.get))
    if not admission.waiting:
        changes.append((keys.ADMITTED, b"whole"))
    writer.apply(changes, int(writer.get(keys.EPOCH) or 0))
    return not admission.waiting


def _admitted(changes: list[tuple[str, bytes | None]], writer: Writer, admission: Admission | None) -> list[Change]:
    """Hold changes against their permits; where many are new at once they wait."""
    if admission is None:
        return list(changes)
    may_verify = sum(admission.is_new(data) for _, data in changes) <= AT_ONCE
    admitted: list[Change] = [
        (key, admission.admit(key, data, writer.get(key.encode()), may_verify=may_verify)) for key, data in changes
    ]
    if admission.waiting:
        admitted.append((keys.ADMITTED, b"partly"))
    return admitted


def rebuild(queries: Connection, folder: Path, admission: Admission | None = None) -> Writer:
    """Build a new file from everything that is published, as of one moment, and turn to it.

    Permits that are known are believed; others wait, and their numbers ring as before or not at all.
    """
    started = time.monotonic()
    with queries.transaction():
        queries.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        epoch = _value(queries, "SELECT coalesce(max(epoch), 0) FROM routing_published")
        everything = _everything(queries) if admission is None else _all_admitted(queries, folder, admission)
        path = build(folder, everything, epoch=epoch, heartbeat=heartbeat(queries), source=_source(queries))
    log.info("Built %s up to epoch %s in %.1f s.", path.name, epoch, time.monotonic() - started)
    writer = Writer(folder)
    found = [(f"n:{stop['number']}", epoch, writer.get(keys.number(stop["number"]))) for stop in stops.listed(folder)]
    _confirm_stops(folder, found)
    return writer


def heartbeat(queries: Connection) -> float | None:
    """Read the publisher's last heartbeat: the database's clock, epoch seconds."""
    row = queries.execute("SELECT extract(epoch FROM at)::float8 FROM routing_heartbeat WHERE id = 1").fetchone()
    return float(row[0]) if row else None


def _catch_up_or_rebuild(queries: Connection, folder: Path, admission: Admission | None) -> Writer:
    if not link(folder).exists():
        return rebuild(queries, folder, admission)
    writer = Writer(folder)
    source = _source(queries)
    is_whole = admission is None or writer.get(keys.ADMITTED) == b"whole"
    if writer.get(keys.SOURCE) == source.encode() and is_whole:
        return writer
    log.warning("The snapshot was built from another database than %s, or not to the end.", source)
    writer.close()
    return rebuild(queries, folder, admission)


def _all_admitted(queries: Connection, folder: Path, admission: Admission) -> Iterator[Change]:
    """Yield everything as far as it is admitted: what is new to this host waits for `work`."""
    before = Snapshot(folder)
    admission.waiting.clear()
    try:
        for key, data in _everything(queries):
            (previous,) = before.read(key.encode())
            yield key, admission.admit(key, data, previous, may_verify=False)
    finally:
        before.close()
    yield keys.ADMITTED, b"partly" if admission.waiting else b"whole"


def _everything(queries: Connection) -> Iterator[tuple[str, bytes | None]]:
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
