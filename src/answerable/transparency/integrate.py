"""The integrator: takes what waits, appends it, writes the files, and signs. One works (advisory lock).

The order is the fork's enemy: rows commit first, files are written from the rows, then the new checkpoint is kept apart
(the guard), and only then shown. A crash anywhere is mended by doing the same again: what was shown can always be
continued. A database that was put back behind the guard is refused (docs/operate.md says the way out).
"""

from __future__ import annotations

import hashlib
import logging
import select
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import InterfaceError, OperationalError

from answerable.lib import keys
from answerable.transparency.actions import CHANNEL
from answerable.transparency.checkpoints import Checkpoint, open_checkpoint, sign
from answerable.transparency.cosigning import Cosigners
from answerable.transparency.entries import read_entry
from answerable.transparency.errors import Fork, LogError, ProofInvalid
from answerable.transparency.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
)
from answerable.transparency.models import Entry, Pending
from answerable.transparency.notes import SigningKey
from answerable.transparency.policy import NO_WITNESSES, Policy
from answerable.transparency.standings import follow
from answerable.transparency.store import CHECKPOINT, FileStore, grow
from answerable.transparency.tiles import TileReader

BATCH = 2000
LOCK = 4_000_401
WAKE_SECONDS = 1.0
log = logging.getLogger(__name__)


def signing_key() -> SigningKey:
    """Return this installation's log key."""
    seed = hashlib.sha256(b"log:" + keys.read(Path(settings.KEYS), keys.LOG).encode()).digest()
    return SigningKey(settings.LOG_ORIGIN, Ed25519PrivateKey.from_private_bytes(seed))


@dataclass(frozen=True)
class Log:
    """Where the log lives: its public files, the guard apart from them, and the key."""

    store: FileStore
    guard: FileStore
    key: SigningKey
    cosigners: Cosigners = field(default_factory=Cosigners)

    def last_signed(self) -> Checkpoint:
        """Return the last checkpoint that was signed, as the guard has it; the empty one before the first."""
        if not self.guard.has(CHECKPOINT):
            return Checkpoint(self.key.name, 0, EMPTY_ROOT)
        return open_checkpoint(self.guard.read(CHECKPOINT), self.key.verifier).checkpoint


def here() -> Log:
    """Return this installation's log."""
    return Log(FileStore(Path(settings.LOG)), FileStore(Path(settings.LOG_GUARD)), signing_key(), cosigners())


def cosigners() -> Cosigners:
    """Return the witnesses that this installation submits checkpoints to; raise MalformedPolicy."""
    file = settings.LOG_WITNESS_POLICY
    return Cosigners(Policy.parse(Path(file).read_bytes()) if file else NO_WITNESSES)


def run(should_stop: Callable[[], bool]) -> None:
    """Integrate until told to stop; survive the database's restarts. Raise Fork before signing anything that would be one."""
    checked = False
    while not should_stop():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                is_ours = cursor.fetchone() == (True,)
            if not is_ours:
                time.sleep(WAKE_SECONDS)
                continue
            if not checked:
                refuse_fork(here())
                checked = True
            _work(should_stop)
        except (OperationalError, InterfaceError, psycopg.Error) as error:
            log.warning("the database is away, trying again: %s", error)
            connection.close()
            checked = False  # what comes back may be another state
            time.sleep(WAKE_SECONDS)


def _work(should_stop: Callable[[], bool]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    ours = here()
    try:
        while not should_stop():
            while take():
                pass
            show(ours)
            raw = connection.connection
            if select.select([raw.fileno()], [], [], WAKE_SECONDS)[0]:
                raw.execute("SELECT 1")
    finally:
        ours.cosigners.close()


def take() -> int:
    """Append up to 2,000 waiting entries in the order they were written; return how many."""
    with transaction.atomic():
        waiting = list(Pending.objects.order_by("pk")[:BATCH])
        if not waiting:
            return 0
        first = count()
        Entry.objects.bulk_create(
            [Entry(index=first + n, number=row.number, leaf=row.leaf) for n, row in enumerate(waiting)]
        )
        follow((first + n, bytes(row.leaf)) for n, row in enumerate(waiting))
        Pending.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(waiting)


def show(ours: Log) -> Checkpoint:
    """Write the files up to the newest entry, sign, and show the checkpoint; raise Fork rather than contradict the guard."""
    last = ours.last_signed()
    size = count()
    if size < last.size:
        raise Fork(f"The database has {size} entries, the last checkpoint signed has {last.size}.")
    done = last.size
    while done < size:
        done = grow(ours.store, done, leaves(done, min(done + BATCH, size)))
    new = last
    if size > last.size or not ours.guard.has(CHECKPOINT) or not ours.store.has(CHECKPOINT):
        reader = TileReader(ours.store.read, size)
        new = Checkpoint(ours.key.name, size, root_hash(size, reader.subtree))
        _refuse_other_history(last, new, reader)
        ours.guard.write(CHECKPOINT, sign(new, ours.key))  # the intention before the deed
    _present(ours)
    return new


def _present(ours: Log) -> None:
    ours.cosigners.show(ours.guard.read(CHECKPOINT), ours.key.verifier, ours.store)


def _refuse_other_history(last: Checkpoint, new: Checkpoint, reader: TileReader) -> None:
    if last.size == 0:
        return
    try:
        proof = consistency_proof(last.size, new.size, reader.subtree)
        verify_consistency(last.size, last.root, new.size, new.root, proof)
    except ProofInvalid as error:
        raise Fork(f"The new checkpoint does not continue the last one signed: {error}") from error


def count() -> int:
    """Return the number of entries: indices have no gap."""
    newest = Entry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if newest is None else newest + 1


def leaves(start: int, end: int) -> list[bytes]:
    """Return the entries from start up to end."""
    rows = Entry.objects.filter(index__gte=start, index__lt=end).order_by("index").values_list("leaf", flat=True)
    return [bytes(leaf) for leaf in rows]


def refuse_fork(ours: Log) -> None:
    """Raise Fork unless the database holds the very history that was signed; write files anew that are missing.

    The root is made from the rows themselves, in batches.
    """
    last, frontier = ours.last_signed(), Frontier()
    size = count()
    if size < last.size:
        raise Fork(f"The database has {size} entries, the last checkpoint signed has {last.size}: it was put back.")
    for start in range(0, last.size, BATCH):
        for leaf in leaves(start, min(start + BATCH, last.size)):
            frontier.append(leaf_hash(leaf))
    if frontier.root() != last.root:
        raise Fork("The database holds another history than the one that was signed.")
    if last.size and not _has_files(ours, last):
        write_anew(ours, last.size)
        _present(ours)


def _has_files(ours: Log, last: Checkpoint) -> bool:
    try:
        return root_hash(last.size, TileReader(ours.store.read, last.size).subtree) == last.root
    except (LogError, FileNotFoundError):
        return False


def write_anew(ours: Log, size: int) -> None:
    """Write all files of a tree of `size` from the rows."""
    done = 0
    while done < size:
        done = grow(ours.store, done, leaves(done, min(done + BATCH, size)))


def recover(ours: Log, entries: Sequence[bytes]) -> int:
    """Put entries that were published back into a database that lacks them; return how many.

    What waits in the outbox of the restored database and is among them is taken out: it is in the log already.
    """
    size = count()
    last = ours.last_signed()
    frontier = Frontier()
    for leaf in entries:
        frontier.append(leaf_hash(leaf))
    if (frontier.size, frontier.root()) != (last.size, last.root):
        raise Fork("Those entries are not the ones of the last checkpoint signed.")
    if leaves(0, size) != list(entries[:size]):
        raise Fork("The database holds other entries than those that were published.")
    missing = list(enumerate(entries))[size:]
    with transaction.atomic():
        Entry.objects.bulk_create([Entry(index=n, number=read_entry(leaf)["number"], leaf=leaf) for n, leaf in missing])
        follow(missing)
        back = {leaf for _, leaf in missing}
        Pending.objects.filter(pk__in=[row.pk for row in Pending.objects.all() if bytes(row.leaf) in back]).delete()
    return len(missing)
