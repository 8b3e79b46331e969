"""How many records a second reach the database: `python -m tools.bench_spool [CALLS]`, under a minute.

Four processes write the records of calls (invite, ringing, answered, ended) into spools of their own, as a gate's
workers do, the calls of each interleaved; then one shipper takes them into a database of its own in var/bench-spool,
each record stored once and each call folded. Printed: one append, the shipper with a receiver that does nothing, the
whole way (wall clock and CPU of this process; the database has its own), and a live load of 5,000 records a second with
the age of the newest end that is in its call's row.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sys
import time
from pathlib import Path

from tools.bench import PROJECT, database

from answerable.spool.ship import Shipper
from answerable.spool.write import SpoolWriter

FOLDER, CALLS, WRITERS = "bench-spool", 15_000, 4
LIVE_A_SECOND, LIVE_SECONDS = 5_000, 8
KINDS = ("invite", "ringing", "answered", "ended")


def main(arguments: list[str]) -> int:
    """Measure and print."""
    calls = int(next(iter(arguments), CALLS))
    shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    try:
        with database(FOLDER, lambda: None):
            _measure(calls)
    finally:
        shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    return 0


def _measure(calls: int) -> None:
    from answerable.calls.models import Call, GateRecord
    from answerable.cli.ingest import deliver

    folder = PROJECT / "var" / FOLDER / "gate"
    kept = folder.with_name("kept")
    append = _write(folder, calls)
    shutil.copytree(folder, kept)
    records = calls * len(KINDS)
    print(f"append, median of {WRITERS} processes at once: {append:.1f} µs CPU a record")
    print(f"shipper alone: {records / _drain(Shipper(folder, lambda batch: None))[0]:,.0f} records/s")
    wall, cpu = _drain(Shipper(kept, deliver))
    print(f"spool to folded calls: {records / wall:,.0f} records/s; {records / cpu:,.0f} a CPU second of the shipper")
    if (GateRecord.objects.count(), Call.objects.filter(end_status="answered").count()) != (records, calls):
        raise SystemExit("Not every record and call is there.")
    _live(folder)


def _write(folder: Path, calls: int) -> float:
    """Write the calls' records in processes of their own; return the CPU microseconds of one append."""
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[float] = context.Queue()
    each = [range(start, calls, WRITERS) for start in range(WRITERS)]
    processes = [context.Process(target=_write_calls, args=(folder, numbers, results)) for numbers in each]
    for process in processes:
        process.start()
    times = sorted(results.get() for _ in processes)
    for process in processes:
        process.join()
    return times[len(times) // 2]


def _write_calls(folder: Path, calls: range, results: multiprocessing.Queue[float]) -> None:
    writer = SpoolWriter(folder)
    order = [(call + 40 * stage, call, kind) for call in calls for stage, kind in enumerate(KINDS)]
    records = [_record(call, kind, at=1_790_000_000 + moment / 10) for moment, call, kind in sorted(order)]
    begun = time.process_time()
    for record in records:
        writer.can_take_call()
        writer.write(record)
    results.put((time.process_time() - begun) / len(records) * 1e6)
    writer.close()


def _record(call: int, kind: str, *, at: float) -> dict[str, object]:
    found = {
        "kind": kind, "at": at, "call": f"{call:08d}-5f2c1e77a9b04c@192.0.2.1", "number": f"4008{call % 5000:06d}",
        "caller": f"138{call:08d}", "source": "trunk", "trunk": "联通北京一", "owner": "91110108MA01ABCD2X", "epoch": 123456,
    }  # fmt: skip
    return found | {
        "line": f"010{call % 5000:08d}",
        "attempt": 1,
        "sip": 200,
        "by": "caller" if kind == "ended" else None,
    }


def _drain(shipper: Shipper) -> tuple[float, float]:
    """Ship all; return wall clock and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    while shipper.ship():
        pass
    return time.perf_counter() - wall, time.process_time() - cpu


def _live(folder: Path) -> None:
    """Write a steady load while it is shipped, and ask how long an end takes until it is in its call's row."""
    from answerable.calls.models import Call
    from answerable.cli.ingest import deliver

    context = multiprocessing.get_context("fork")
    process = context.Process(target=_write_live, args=(folder,))
    process.start()
    shipper, shipped, begun, delays = Shipper(folder, deliver), 0, time.time(), []
    while process.is_alive() or shipper.ship():
        shipped += shipper.ship()
        last = Call.objects.filter(call__startswith="live", ended_at__gte=_moment(begun)).order_by("-ended_at").first()
        if last is not None and last.ended_at is not None and process.is_alive():
            delays.append(time.time() - last.ended_at.timestamp())
        time.sleep(0.3)
    process.join()
    delays.sort()
    wanted = LIVE_A_SECOND * LIVE_SECONDS // len(KINDS)
    done = Call.objects.filter(call__startswith="live", end_status="answered").count()
    print(f"live load of {LIVE_A_SECOND:,}/s for {LIVE_SECONDS} s: {done} of {wanted} calls folded,", end=" ")
    print(f"newest end in its row {delays[len(delays) // 2]:.2f} s old at the median, {delays[-1]:.2f} s at most")


def _moment(at: float) -> object:
    import datetime as dt

    return dt.datetime.fromtimestamp(at, dt.UTC)


def _write_live(folder: Path) -> None:
    writer, begun, serial = SpoolWriter(folder), time.time(), random.randrange(10**6) * 10**4
    for n in range(LIVE_A_SECOND * LIVE_SECONDS):
        ahead = begun + n / LIVE_A_SECOND - time.time()
        if ahead > 0.002:
            time.sleep(ahead)
        record = _record(serial + n // len(KINDS), KINDS[n % len(KINDS)], at=time.time())
        writer.write(record | {"call": f"live-{record['call']}"})
    writer.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
