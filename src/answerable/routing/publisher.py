"""The one publisher: takes dirty numbers, compiles them, and gives each batch its epoch."""

from __future__ import annotations

import logging
import select
import threading
import time
from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.models import BinaryField
from django.db.models.functions import Substr
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone

from answerable.lib import priority
from answerable.permits.narrow import narrow
from answerable.routing import losses, waiting
from answerable.routing.compile import compile_numbers
from answerable.routing.models import Published, Trunk
from answerable.snapshot import keys
from answerable.snapshot.frame import MARK_BYTES
from answerable.snapshot.records import MARK, BadRecord, NumberRecord, decode_number, encode
from answerable.trail.actions import DIRTY_CHANNEL
from answerable.verification.queries import lines_to_list

BATCH, MOST, BATCH_SECONDS = 200, 5000, 0.2
"""A stop waits for the batch in hand, so batches are small, and larger only as long as one takes a fifth of a second."""
HEARTBEAT_SECONDS = 1.0
LOCK = 4_000_400
log = logging.getLogger(__name__)


def run(should_stop: Callable[[], bool]) -> None:
    """Publish until told to stop; survive the database's restarts. Only one publisher works, others wait for its lock."""
    priority.go_first()
    while not should_stop():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                is_ours = cursor.fetchone() == (True,)
            if is_ours:
                _work(should_stop)
            else:
                time.sleep(1)
        except (OperationalError, InterfaceError, psycopg.Error) as error:
            log.warning("the database is away, trying again: %s", error)
            connection.close()
            time.sleep(1)


def _work(should_stop: Callable[[], bool]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {DIRTY_CHANNEL}")
    mark_if_trunk_moved()
    woken = threading.Event()
    connection.connection.add_notify_handler(lambda _: woken.set())
    beaten, pace = -HEARTBEAT_SECONDS, Pace()
    while not should_stop():
        if time.monotonic() - beaten >= HEARTBEAT_SECONDS:
            publish_sources()  # a trunk that is switched off is closed without a restart, and before a long queue
            publish_probes()
            beat()
            beaten = time.monotonic()
        if should_stop():
            break
        if not pace.publish():
            _wait(max(0.01, HEARTBEAT_SECONDS - (time.monotonic() - beaten)), woken)


def _wait(seconds: float, woken: threading.Event) -> None:
    """Sleep until a NOTIFY arrives or the time is over; one that came with an earlier answer counts."""
    wire = connection.connection.pgconn
    if not woken.is_set() and select.select([wire.socket], [], [], seconds)[0]:
        wire.consume_input()
        while wire.notifies():  # taken here, so that the next select waits again
            pass
    woken.clear()


def publish_batch(most: int = BATCH) -> int:
    """Take up to so many dirty rows, publish their numbers under the next epoch, return how many rows were taken."""
    with transaction.atomic():
        taken = waiting.take(most)
        if not taken:
            return 0
        records = narrow(compile_numbers(set(taken)))
        rows = losses.sift({f"n:{number}": _encoded(number, record) for number, record in records.items()}, records)
        if rows:
            publish(rows)
    return len(taken)


class Pace:
    """Chooses how many rows a batch takes: a fifth of a second's, for a stop waits for the batch in hand."""

    def __init__(self) -> None:
        self.most = BATCH

    def publish(self) -> int:
        """Publish a batch, choose the next one's size, and return how many rows were taken."""
        begun = time.monotonic()
        taken = publish_batch(self.most)
        if taken >= self.most:
            wanted = int(taken * BATCH_SECONDS / max(time.monotonic() - begun, 0.001))
            self.most = min(MOST, 2 * self.most, max(BATCH, wanted))
        return taken


def _encoded(number: str, record: NumberRecord | None) -> bytes | None:
    """Encode one record; one that does not check is taken off the gates, loudly, and holds nothing else up."""
    try:
        return encode(record) if record else None
    except BadRecord:
        log.exception("the record of %s does not check; its calls are refused", number)
        return None


def publish(rows: dict[str, bytes | None]) -> int:
    """Write rows under one new epoch and wake the followers on commit; return the epoch. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH beat AS (INSERT INTO routing_heartbeat (id, at, epoch) VALUES (1, clock_timestamp(), 1)"
            " ON CONFLICT (id) DO UPDATE SET epoch = routing_heartbeat.epoch + 1, at = clock_timestamp() RETURNING epoch),"
            " written AS (INSERT INTO routing_published (key, epoch, record)"
            " SELECT key, epoch, record FROM beat, unnest(%s::text[], %s::bytea[]) AS given (key, record)"
            " ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, record = excluded.record)"
            " SELECT epoch, pg_notify('published', epoch::text) FROM beat",
            [list(rows.keys()), list(rows.values())],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def beat() -> None:
    """Write the sign of life with the database's clock. Nobody is woken: followers look every second by themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO routing_heartbeat (id, at, epoch) VALUES (1, clock_timestamp(), 0)"
            " ON CONFLICT (id) DO UPDATE SET at = clock_timestamp()"
        )


def publish_sources() -> None:
    """Publish the trunks; one that is gone or switched off is removed at the gates."""
    by_address: dict[str, bytes | None] = {}
    by_user: dict[str, bytes | None] = {}
    for trunk in Trunk.objects.filter(is_enabled=True):
        known = {"name": trunk.name, "kind": "trunk", "most_a_second": trunk.most_a_second}
        if trunk.address:
            by_address[f"trunk:{trunk.address}" + (f":{trunk.port}" if trunk.port else "")] = encode(known)
        else:
            by_user[keys.trunk_user(trunk.user).decode()] = encode({**known, "ha1": trunk.ha1})
    _publish_changes("trunk:", by_address)
    if by_user:
        by_user[keys.DIGEST.decode()] = encode({"name": "*", "kind": "trunk"})
    _publish_changes("trunk-user:", by_user)


def publish_probes() -> None:
    """Publish the lines that are to be called back; one whose ten minutes are over is removed at the gates."""
    wanted: dict[str, bytes | None] = {
        f"probe:{line}": encode({"until": until}) for line, until in lines_to_list(timezone.now()).items()
    }
    _publish_changes("probe:", wanted)


def _publish_changes(prefix: str, wanted: dict[str, bytes | None]) -> None:
    present = {
        p.key: bytes(p.record)
        for p in Published.objects.filter(key__startswith=prefix, record__isnull=False)
        if p.record
    }
    changed = {k: v for k, v in wanted.items() if present.get(k) != v} | dict.fromkeys(present.keys() - wanted.keys())
    if changed:
        publish(changed)


def mark_if_trunk_moved() -> int:
    """Mark all numbers where the gates know lines behind another trunk than the setting's, or in another version's bytes.

    Both change only with a restart, so that it is asked once.
    """
    known = Published.objects.filter(key__startswith="n:", record__isnull=False)
    if known.alias(mark=Substr("record", 1, MARK_BYTES, output_field=BinaryField())).exclude(mark=MARK).exists():
        log.warning("Published records are of another version than this publisher's: all are written anew.")
        return mark_all()
    for row in known.iterator():
        try:
            lines = decode_number(bytes(row.record or b""))["destinations"]
        except BadRecord:
            log.exception("A published record is damaged: all are written anew.")
            return mark_all()
        if lines:
            return 0 if lines[0]["uri"].endswith(f"@{settings.LANDLINE_TRUNK}") else mark_all()
    return 0


def mark_all() -> int:
    """Mark every number that the gates should know as dirty; return how many did not wait already."""
    return waiting.mark()
