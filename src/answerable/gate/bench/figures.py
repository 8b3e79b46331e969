"""What else is measured beside the ratios: waiting times, the verdict alone, memory, stops, the highest rate, and leaks."""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from answerable.gate import control
from answerable.gate.bench.prober import Prober
from answerable.gate.bench.sides import PORTS, SEED, BenchError, Side, call, number, sipp
from answerable.gate.decide import Call, Connect, decide
from answerable.snapshot import keys, records, stops
from answerable.snapshot.read import Snapshot

LOAD_RATE = 100
Spread = dict[str, float]
"""p50, p99 and max."""


def spread(values: list[float]) -> Spread:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": round(cuts[49], 3), "p99": round(cuts[98], 3), "max": round(max(values), 3)}


@contextlib.contextmanager
def load(folder: Path, side: Side) -> Iterator[None]:
    """Keep a side busy with calls at a steady rate."""
    command = [*sipp("caller", PORTS["caller"]), "-inf", "numbers.csv", "-r", str(LOAD_RATE), "-l", "20000"]
    with subprocess.Popen(
        [*command, f"127.0.0.1:{side.port}"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            time.sleep(1)
            yield
        finally:
            running.terminate()


def waits(folder: Path, side: Side, numbers: int, calls: int) -> dict[str, Spread]:
    """Milliseconds from INVITE to 100 and to 180 of single calls, while others come at LOAD_RATE."""
    random_, prober = random.Random(SEED + 1), Prober(side.port, PORTS["prober"])
    with load(folder, side):
        found = [prober.call(number(random_.randrange(numbers))) for _ in range(calls)]
    prober.close()
    if any(times.final != 200 for times in found):
        raise BenchError("A single call was not connected.")
    return {str(status): spread([times.at[status] for times in found if status in times.at]) for status in (100, 180)}


def stopped(folder: Path, side: Side, numbers: int, count: int) -> Spread:
    """Milliseconds from the order (`gate stop`) until a call of that number has been refused, under load."""
    random_, prober, found = random.Random(SEED + 2), Prober(side.port, PORTS["prober"]), []
    with load(folder, side):
        for _ in range(count):
            stopped_now = number(random_.randrange(numbers))
            begun = time.perf_counter()
            stops.stop(side.folder, stopped_now, by="bench", reason="BENCH", at=time.time())
            final = prober.call(stopped_now).final
            if final != 403:
                raise BenchError(f"A call to a stopped number ended with {final}.")
            found.append((time.perf_counter() - begun) * 1000)
            stops.lift(side.folder, stopped_now)
    prober.close()
    return spread(found)


def verdict_us(folder: Path, numbers: int, count: int = 20_000) -> dict[str, float]:
    """Microseconds of processor time for the verdict alone, and with reading and decoding its record, of random numbers."""
    snapshot, random_ = Snapshot(folder), random.Random(SEED + 3)
    asked = Call("trunk", ("<sip:13800138000@127.0.0.1:5590>;tag=1",), True, "13800138000")
    wanted = [keys.number(number(random_.randrange(numbers))) for _ in range(count)]
    now, begun = time.time(), time.process_time()
    read = [records.load_number(data) for key in wanted for data in snapshot.read(key) if data is not None]
    middle = time.process_time()
    connected = sum(isinstance(decide(record, asked, now, now, False), Connect) for record in read)
    ended = time.process_time()
    snapshot.close()
    if connected != count:
        raise BenchError(f"{connected} of {count} verdicts connect.")
    return {
        "decide": round((ended - middle) / count * 1e6, 1),
        "read and decode": round((middle - begun) / count * 1e6, 1),
    }


def memory(side: Side) -> dict[str, float]:
    """Megabytes: the snapshot's file, and what the gate's processes hold apart from what they share (PSS)."""
    size = sum(file.stat().st_blocks * 512 for file in (side.folder / "snapshot").resolve().glob("*.lmdb"))
    return {"snapshot file": round(size / 1e6), "gate's processes": round(sum(map(pss_mb, side.processes())))}


def pss_mb(pid: int) -> float:
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("Pss_Anon")) / 1024


def highest(folder: Path, side: Side, rates: tuple[int, ...], seconds: int) -> int:
    """Return the highest of the rates at which every call of so many seconds was completed; 0 for none."""
    best = 0
    for rate in rates:
        try:
            call(folder, side.port, rate * seconds, rate)
        except BenchError:
            return best
        best = rate
    return best


def soak(folder: Path, side: Side, calls: int, rate: int) -> dict[str, list[float]]:
    """Place many calls in ten parts; after each: memory of the processes, shared memory, open files, dialogs left."""
    found: dict[str, list[float]] = {"processes MB": [], "shared memory MB": [], "open files": [], "dialogs": []}
    for _ in range(10):
        call(folder, side.port, calls // 10, rate)
        time.sleep(8)  # until the last transactions and dialogs are gone
        found["processes MB"].append(round(sum(map(pss_mb, side.processes())), 1))
        found["shared memory MB"].append(round(control.memory(side.settings)["used"] / 1e6, 2))
        found["open files"].append(sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in side.processes()))
        found["dialogs"].append(control.calls_in_progress(side.settings))
    return found
