"""Follow the control plane's publications into this host's snapshot, for ever, whatever happens to the database.

Reads `routing_published(key, epoch, record)` in the order of epochs and copies the database's clock from
`routing_heartbeat`; its own clock is never written. While the database is away the snapshot stays as it is.
"""

from __future__ import annotations

import fcntl
import logging
import time
from pathlib import Path
from typing import Any, Protocol

import lmdb
import psycopg

from answerable.lib import priority
from answerable.snapshot import force, keys, records, seal, source, stops
from answerable.snapshot.admission import AT_ONCE, Admission
from answerable.snapshot.guard import LossRefused, judge
from answerable.snapshot.known import keep
from answerable.snapshot.losses import Losses
from answerable.snapshot.read import link, open_sealed
from answerable.snapshot.rebuild import rebuild
from answerable.snapshot.source import Connection
from answerable.snapshot.standby import Blind, Patience, Standby, forget
from answerable.snapshot.write import BuildError, Change, Writer, verify

log = logging.getLogger(__name__)
CHANNEL = "published"
POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
BATCH = 5000
WORK_SECONDS = 0.1
"""For so long at a time permits are verified in the background; then it is looked for stops again."""
_NEWER = (
    "SELECT key, epoch, record FROM routing_published WHERE epoch > %s AND key NOT LIKE 'meta:%%'"
    " ORDER BY epoch FETCH FIRST %s ROWS WITH TIES"
)
_HERE = (
    "SELECT (SELECT coalesce(max(epoch), 0) FROM routing_published),"
    " (SELECT extract(epoch FROM at)::float8 FROM routing_heartbeat WHERE id = 1)"
)
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
    priority.go_first()
    (folder / "snapshot").mkdir(parents=True, exist_ok=True)
    with (folder / "snapshot" / "follow.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyFollowing(f"Another process follows into {folder}.") from error
        admission = Admission(folder, trunk) if trunk is not None else None
        is_sound, patience = _is_sound(folder), Patience()
        try:
            while not stopping.is_set():
                try:
                    _follow(dsn, folder, stopping, admission, patience, is_sound=is_sound)
                except psycopg.Error as error:
                    log.warning("The database does not answer, the snapshot stays: %s", str(error).strip())
                    _sleep(RETRY_SECONDS, stopping)
                    is_sound = is_sound or _is_sound(folder)
        finally:
            if admission is not None:
                admission.close()


def _follow(
    dsn: str, folder: Path, stopping: Stopping, admission: Admission | None, patience: Patience, *, is_sound: bool
) -> None:
    """Follow over one pair of connections; the one that listens never asks, so that no wake-up is lost."""
    with psycopg.connect(dsn, **_CONNECT) as listener, psycopg.connect(dsn, **_CONNECT) as queries:
        queries.execute("SET statement_timeout = '60s'")
        listener.execute(f"LISTEN {CHANNEL}")
        writer = _opened(queries, folder, admission) if is_sound else None
        is_first = True
        try:
            while not stopping.is_set():
                if writer is None:
                    writer = _rebuilt(
                        queries, listener, folder, stopping, admission, patience=patience, is_sound=is_sound
                    )
                    if writer is not None:
                        is_sound = True
                        patience.end()
                elif not step(queries, writer, folder, admission):
                    writer.close()
                    writer = None
                    continue
                elif is_first:
                    forget(folder)  # whatever was stopped while nothing could be written is in the file now
                    is_first = False
                is_done = admission is None or writer is None or work(writer, admission)
                for _ in listener.notifies(timeout=POLL_SECONDS if is_done else 0, stop_after=1):
                    pass
        finally:
            if writer is not None:
                writer.close()


def _rebuilt(
    queries: Connection,
    listener: Connection,
    folder: Path,
    stopping: Stopping,
    admission: Admission | None,
    *,
    patience: Patience,
    is_sound: bool,
) -> Writer | None:
    """Build anew; where that is refused keep the file in force until it is to be tried again, and return None."""
    if admission is not None and admission.has_other_keys():
        admission.load_keys()
    try:
        return rebuild(queries, folder, admission, is_sound=is_sound)
    except LossRefused as refused:
        writer = Writer(folder) if is_sound and _is_ours(folder) else None  # none: nothing can be written into the file
        try:
            standby = (
                Standby(refused, writer, folder, admission)
                if writer is not None
                else Blind(refused, folder, admission, patience)
            )
            while not stopping.is_set() and standby.step(queries):
                for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
        finally:
            if writer is not None:
                writer.close()
        return None


def step(queries: Connection, writer: Writer, folder: Path, admission: Admission | None = None) -> bool:
    """Copy what is newer, then the heartbeat. False when all is to be built anew: the database is older than the
    snapshot, or other keys are trusted than before."""
    if admission is not None and admission.has_other_keys():
        log.warning("Other keys are trusted on this host: every permit is looked at again.")
        admission.load_keys()
        return False
    mine = int(writer.get(keys.EPOCH) or 0)
    while rows := queries.execute(_NEWER, (mine, BATCH)).fetchall():
        changes = [(key, _bytes(record)) for key, _, record in rows]
        mine = rows[-1][1]
        writer.apply(_admitted(changes, writer, folder, admission, mine), mine)
        stops.confirm(folder, [(key, epoch, _bytes(record)) for key, epoch, record in rows])
    newest, beat = queries.execute(_HERE).fetchone() or (0, None)
    if newest < mine:
        log.warning("The database is at epoch %s, the snapshot at %s: restored or foreign.", newest, mine)
        return False
    if beat is not None and beat != records.decode_time(writer.get(keys.HEARTBEAT)):
        writer.beat(beat)
    writer.check_readers()
    if admission is None or not admission.waiting:
        keep(folder, writer.get)
    _pass_forced(queries, writer, folder, admission)
    return True


def work(writer: Writer, admission: Admission) -> bool:
    """Verify for a moment what waits; say whether nothing is left. Between two moments stops are let through."""
    if not admission.waiting:
        return True
    changes: list[Change] = list(admission.work(WORK_SECONDS, writer.get))
    opened, now = int(writer.get(keys.OPEN) or 0), time.time()
    for key, data in changes:
        change = judge(writer.get(key.encode() if isinstance(key, str) else key), data, now)
        opened += change.will_ring - change.rang
    changes.append((keys.OPEN, str(max(0, opened)).encode()))
    if not admission.waiting:
        changes.append((keys.ADMITTED, b"whole"))
    writer.apply(changes, int(writer.get(keys.EPOCH) or 0))
    return not admission.waiting


def _admitted(
    changes: list[tuple[str, bytes | None]], writer: Writer, folder: Path, admission: Admission | None, epoch: int
) -> list[Change]:
    """Hold changes against their permits, and against what they would silence; many new permits at once wait."""
    name = (writer.get(keys.SOURCE) or b"").decode()
    losses = Losses(folder, writer.get)
    if admission is None:
        return list(losses.sift(changes, source=name, epoch=epoch, is_excused=lambda _: False))
    may_verify = sum(admission.is_new(data) for _, data in changes) <= AT_ONCE
    admitted = [
        (key, admission.admit(key, data, writer.get(key.encode()), may_verify=may_verify, is_final=False))
        for key, data in changes
    ]
    admission.settle()
    passed: list[Change] = list(losses.sift(admitted, source=name, epoch=epoch, is_excused=admission.is_excused))
    admission.end({number for key, _ in passed if (number := keys.number_of(key))})
    if admission.waiting:
        passed.append((keys.ADMITTED, b"partly"))
    return passed


def _pass_forced(queries: Connection, writer: Writer, folder: Path, admission: Admission | None) -> None:
    """Write the records that were held back and that two people have let through since."""
    said = force.forced(folder)
    if said is None or said["kind"] != "changes":
        return
    if said != force.refusal(folder) or said["source"] != (writer.get(keys.SOURCE) or b"").decode():
        log.error("What two people let through is not what is held now: look again, and force that.")
        force.take_back(folder)
        return
    wanted = [f"n:{number}" for number in sorted(force.lost(folder, said))]
    found = {
        key: _bytes(record)
        for key, record in queries.execute("SELECT key, record FROM routing_published WHERE key = ANY(%s)", (wanted,))
    }
    rows = [(key, found.get(key)) for key in wanted]
    if admission is not None:
        rows = [(key, admission.admit(key, data, writer.get(key.encode()))) for key, data in rows]
        admission.settle()
    log.warning("Two people let %s numbers fall silent.", len(rows))
    writer.apply(Losses(folder, writer.get).pass_held(rows), int(writer.get(keys.EPOCH) or 0))
    force.end(folder)


def _is_sound(folder: Path) -> bool:
    """Have the file in force read whole once, at the start, by another process; a damaged one is built anew."""
    if not link(folder).exists():
        return True
    try:
        verify(link(folder).resolve())
    except BuildError as error:
        log.error("The snapshot in force is damaged, calls to what it cannot say are refused: %s", error)
        return False
    return True


def _is_ours(folder: Path) -> bool:
    """Say whether the file in force can be opened and carries this host's seal."""
    try:
        open_sealed(str(link(folder).resolve())).close()
    except (seal.NotOurs, lmdb.Error) as error:
        log.error("The snapshot in force is refused: %s", error)
        return False
    return True


def _opened(queries: Connection, folder: Path, admission: Admission | None) -> Writer | None:
    """Open the file in force, to go on where it ends; None when all is to be built anew."""
    if not link(folder).exists() or not _is_ours(folder):
        return None
    writer = Writer(folder)
    name = source.name(queries)
    refused = force.refusal(folder)
    is_refused = refused is not None and refused["kind"] == "build"
    is_whole = (admission is None or writer.get(keys.ADMITTED) == b"whole") and not is_refused
    if writer.get(keys.SOURCE) == name.encode() and is_whole:
        return writer
    log.warning("The snapshot is another database's than %s, not built to the end, or what followed was refused.", name)
    writer.close()
    return None


def _bytes(record: Any) -> bytes | None:
    return None if record is None else bytes(record)


def _sleep(seconds: float, stopping: Stopping) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopping.is_set():
        time.sleep(0.05)
