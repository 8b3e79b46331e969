"""How long one change takes to every gate: `python -m tools.bench_visible [CHANGES]`, a minute.

One database in var/bench-stop, one publisher, three gate hosts' followers, each a process with a folder of its own (the
parts are tools.bench_stop's), and a process for each core that asks gates without a pause. A change is
`routing.actions.set_plan`, as the console calls it; it is counted from the moment its transaction has committed (the
action's own call has returned) until a reader of a gate's file finds the new hours in the number's record: publisher,
NOTIFY, follower, permit and all. Each arrival is polled every half millisecond. The folder is removed at the end.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sys
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tools import bench_stop
from tools.bench import PROJECT, database
from tools.bench_stop import FIRST_NUMBER, FOLDER, GATES, PUBLISHER, Gate

CHANGES, NUMBERS = 200, 50
PATIENCE = 30.0


def main(arguments: list[str]) -> int:
    """Measure and print."""
    changes = int(next(iter(arguments), CHANGES))
    shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    try:
        _measure(changes)
    finally:
        shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    return 0


def _measure(changes: int) -> None:
    key = Ed25519PrivateKey.generate()
    numbers = [str(FIRST_NUMBER + serial) for serial in range(NUMBERS)]
    with database(FOLDER, lambda: bench_stop._fill(numbers, key)), contextlib.ExitStack() as running:
        from answerable.cli import installation

        folders = [bench_stop._gate_folder(f"gate-{serial}", key) for serial in range(1, GATES + 1)]
        running.enter_context(bench_stop._process(PUBLISHER))
        for folder in folders:
            follower = bench_stop._ourselves("--follow", installation.dsn(), str(folder))
            running.enter_context(bench_stop._process(follower))
        gates = [Gate(folder) for folder in folders]
        bench_stop._wait_until_all_ring(gates, numbers)
        _print("cores otherwise idle", [one for serial in range(changes) for one in _change(gates, numbers, serial)])
        for core in range(os.cpu_count() or 1):
            asker = bench_stop._ourselves("--ask", str(folders[core % GATES]), *numbers)
            running.enter_context(bench_stop._process(asker))
        time.sleep(1)
        busy = bench_stop._busy_share()
        arrivals = [one for serial in range(changes, 2 * changes) for one in _change(gates, numbers, serial)]
        _print(f"both cores asked without a pause, {busy():.0%} busy", arrivals)


def _change(gates: list[Gate], numbers: list[str], serial: int) -> list[float]:
    """Change one number's hours; return the seconds until each gate's file had them."""
    from django.utils import timezone

    from answerable.routing.actions import set_plan
    from answerable.routing.choices import Choices
    from answerable.snapshot import keys, records
    from answerable.trail.actors import system

    number, hours = numbers[serial % len(numbers)], [[serial % 7, 1 + serial % 400, 500 + serial]]
    time.sleep(random.uniform(0, 0.25))  # at any moment of the publisher's second
    set_plan(number, Choices(hours=hours), by=system("bench"), at=timezone.now())
    committed = time.monotonic()
    waiting, arrivals = list(gates), list[float]()
    while waiting:
        for gate in list(waiting):
            (data,) = gate.snapshot.read(keys.number(number))
            if data is not None and records.decode_number(data)["hours"] == hours:
                arrivals.append(time.monotonic() - committed)
                waiting.remove(gate)
        if time.monotonic() - committed > PATIENCE:
            raise SystemExit(f"{number} was not changed everywhere within {PATIENCE} s.")
        time.sleep(0.0005)
    return arrivals


def _print(how: str, arrivals: list[float]) -> None:
    ordered = sorted(arrivals)
    middle, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    print(
        f"visible       {len(ordered) // GATES} changes, {GATES} gates, {how}: p50 {middle * 1000:.0f} ms   p99 {late * 1000:.0f} ms"
        f"   max {ordered[-1] * 1000:.0f} ms   load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    print(f"yardstick     in the same minute: {_yardstick()}", flush=True)


def _yardstick() -> str:
    """Say what the machine itself adds: a change waits for two syncs of a disk, one after the other, and for many wake-ups."""
    syncs, wakes = list[float](), list[float]()
    with (PROJECT / "var" / FOLDER / "yardstick").open("wb", buffering=0) as file:
        for _ in range(200):
            begun = time.monotonic()
            time.sleep(0.005)
            wakes.append(time.monotonic() - begun - 0.005)
            file.write(bytes(4096))
            begun = time.monotonic()
            os.fdatasync(file.fileno())
            syncs.append(time.monotonic() - begun)
    said = [
        f"{values[len(values) * share // 100] * 1000:.1f}"
        for values in (sorted(syncs), sorted(wakes))
        for share in (50, 99)
    ]
    return f"sync p50 {said[0]} ms p99 {said[1]} ms, waking up late p50 {said[2]} ms p99 {said[3]} ms"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
