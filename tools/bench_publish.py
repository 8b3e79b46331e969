"""What a mass republish costs, and a stop in the midst of it: `python -m tools.bench_publish [MILLIONS] [--keep]`.

A database in var/bench-publish holds the tests' small world with one number in service, permitted, and copies of its rows
for as many others (one holder, one permit text: what the publisher reads is of a real number's size). All are marked, as
after an upgrade; then it is measured how long the publisher takes to find its next batch, how many records a second it
publishes, alone and beside a reader that holds an old snapshot of the database, and how long a stop waits meanwhile.
The folder is removed at the end, unless --keep. A million takes 6 GB of disk and about ten minutes.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tools.bench import PROJECT, database
from tools.bench_stop import LONGEST_PAUSE, PUBLISHER, _permit

if TYPE_CHECKING:
    from answerable.numbers.models import Number

FOLDER = "bench-publish"
FIRST, SUSPENDED = 4007_000_000, 10_000
SECONDS, STOPS = 40.0, 20
AHEAD = dt.timedelta(days=1)


def main(arguments: list[str]) -> int:
    """Fill, measure, print."""
    rows = int(float(next((one for one in arguments if not one.startswith("-")), "1")) * 1_000_000)
    try:
        with database(FOLDER, lambda: _fill(rows)):
            _measure()
    finally:
        if "--keep" not in arguments:
            shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    return 0


def _measure() -> None:
    from answerable.routing.publisher import mark_all

    begun = time.monotonic()
    marked = mark_all()
    print(f"marked                       {marked:,} numbers in {time.monotonic() - begun:.1f} s", flush=True)
    _explain()
    _rate("alone")
    with _old_snapshot():
        _rate("beside an old reader")
    _stops()


def _explain() -> None:
    """Print how long the database takes to find the next batch."""
    from django.db import connection, transaction

    from answerable.routing import publisher, waiting

    for name, given in (("urgent", publisher.BATCH), ("others", publisher.BATCH)):
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute(f"EXPLAIN (ANALYZE) {waiting.TAKING[name]}", [given])
            lines = [line.strip() for (line,) in cursor.fetchall()]
            scan = next(line for line in reversed(lines) if " Scan using " in line)
            print(
                f"finding {name:<20} {lines[-1].removeprefix('Execution Time: ')}, {scan.partition('  (')[0]}",
                flush=True,
            )
            transaction.set_rollback(True)


def _rate(words: str) -> None:
    from django.db import connection

    from answerable.routing.publisher import Pace

    pace = Pace()
    backend = connection.connection.info.backend_pid
    durations, taken = list[float](), 0
    before, begun, cpu = _backend_cpu(backend), time.monotonic(), time.process_time()
    while time.monotonic() - begun < SECONDS:
        started = time.monotonic()
        count = pace.publish()
        if not count:
            break
        taken += count
        durations.append(time.monotonic() - started)
    wall, cpu, database_cpu = time.monotonic() - begun, time.process_time() - cpu, _backend_cpu(backend) - before
    print(
        f"published, {words:<18} {taken:,} in {wall:.0f} s: {taken / wall:,.0f} a second; {taken / cpu:,.0f} a CPU second of the publisher,"
        f" {taken / database_cpu:,.0f} of the database's backend; batches of {taken // len(durations):,}: median {statistics.median(durations):.3f} s,"
        f" longest {max(durations):.3f} s",
        flush=True,
    )


def _stops() -> None:
    """Stop numbers while the publisher, as a process, works on the rest; print how long each stop waited."""
    from answerable.numbers.models import Number
    from answerable.trail.models import DirtyNumber

    left = DirtyNumber.objects.count()
    publisher = subprocess.Popen(PUBLISHER, cwd=PROJECT)
    try:
        _wait_until(lambda: DirtyNumber.objects.count() < left, "the publisher does not begin")
        numbers = list(Number.objects.filter(business_state="working", pk__gte=str(FIRST)).order_by("pk")[:STOPS])
        waits = sorted(_stop(number) for number in numbers)
        left = DirtyNumber.objects.count()
    finally:
        publisher.terminate()
        publisher.wait(20)
    print(
        f"stops meanwhile              {len(waits)}, before {left:,} other changes: from the commit until published median"
        f" {statistics.median(waits):.3f} s, longest {waits[-1]:.3f} s",
        flush=True,
    )


def _stop(number: Number) -> float:
    from django.utils import timezone

    from answerable.orders.actions import stop
    from answerable.parties.models import Staff
    from answerable.routing.queries import published
    from answerable.snapshot.records import decode_number

    time.sleep(random.uniform(0, LONGEST_PAUSE))
    stop(number, "FRAUD_ORDER", staff=Staff.objects.get(username="sun"), at=timezone.now())
    committed = time.monotonic()

    def is_stopped() -> bool:
        row = published(number.pk)
        return row is not None and row.record is not None and decode_number(bytes(row.record))["stop"] is not None

    _wait_until(is_stopped, f"{number.pk} is not stopped")
    return time.monotonic() - committed


def _wait_until(is_so: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + 120
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit(f"After two minutes {otherwise}.")
        time.sleep(0.002)


@contextmanager
def _old_snapshot() -> Iterator[None]:
    """Hold a transaction open that sees the database as it was, as a follower's full build or a dump does for minutes."""
    import psycopg

    from answerable.cli import installation

    with psycopg.connect(installation.dsn()) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        reader.execute("SELECT count(*) FROM routing_heartbeat")
        yield


def _backend_cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fill(rows: int) -> None:
    """Write the small world, one number of it in service and permitted, and its rows again for the others."""
    from django.utils import timezone

    from answerable.cli import installation
    from answerable.conftest import draw
    from answerable.numbers.models import Number
    from answerable.orders.tests.world import World
    from answerable.routing.publisher import mark_all, publish_batch
    from answerable.routing.queries import published

    if Number.objects.count() > rows:
        _unpublish()
        return
    begun = time.monotonic()
    world = World(timezone.now() - AHEAD, draw())
    order = world.order("working")
    _permit(order.number_id, order.enterprise.credit_code, world.line, Ed25519PrivateKey.generate(), world.at)
    mark_all()
    publish_batch()
    before = published(order.number_id)
    server = installation.server()
    if server is None or before is None:
        raise SystemExit("Unset DATABASE_URL: the bench makes its own database.")
    with server.connect(database="answerable") as owner:
        # Copies of rows that were let in one by one: triggers and references would ask each of a million again.
        owner.execute("SET session_replication_role = replica")
        which = {"pattern": order.number_id, "first": FIRST, "rows": rows}
        series = "generate_series(0, %(rows)s - 1) AS copies (step)"
        new = "(%(first)s + step)::text"
        _copy(owner, "numbers_number", "number = %(pattern)s", series, which, number=new)
        for table in ("numbers_destination", "permits_permitrequest", "permits_permit", "verification_dossier"):
            column = "number_id" if table == "numbers_destination" else "number"
            more = {column: new, "id": "1000000 + step"}
            if table == "permits_permit":
                more["request_id"] = "1000000 + step"
            _copy(owner, table, f"{column} = %(pattern)s", series, which, **more)
        _copy(owner, "verification_handling", "true", series, which, id="1000000 + step", dossier_id="1000000 + step")
        owner.execute(
            "UPDATE numbers_number SET business_state = 'suspended', stop_reason = 'ARREARS' WHERE number IN"
            " (SELECT number FROM numbers_number WHERE business_state = 'working' ORDER BY number DESC LIMIT %s)",
            [min(SUSPENDED, rows // 10)],
        )
        owner.execute(
            "INSERT INTO routing_published (key, epoch, record) SELECT 'n:' || number, 1, %s FROM numbers_number"
            " WHERE business_state = 'working' ON CONFLICT DO NOTHING",
            [before.record],
        )
        owner.execute("ANALYZE")
    print(f"filled                       {rows:,} numbers in {time.monotonic() - begun:.0f} s", flush=True)


def _unpublish() -> None:
    """Forget what an earlier run left waiting."""
    from answerable.trail.models import DirtyNumber

    DirtyNumber.objects.all().delete()


def _copy(owner: Any, table: str, which: str, series: str, values: dict[str, object], **changes: str) -> None:
    """Copy a table's row that is like `which` once for each of a series, with other values in some columns."""
    found = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'", [table]
    )
    columns = [name for (name,) in found]
    chosen = ", ".join(changes.get(name, f"pattern.{name}") for name in columns)
    owner.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {series},"  # noqa: S608  our own tables
        f" (SELECT * FROM {table} WHERE {which} LIMIT 1) AS pattern",
        values,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
