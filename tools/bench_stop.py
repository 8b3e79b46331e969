"""How long an emergency stop takes to every gate: `python -m tools.bench_stop [STOPS]`, under two minutes.

One database in var/bench-stop, one publisher, three gate hosts: each a folder of its own with a follower writing it, as a
real process. Each number has a permit that the followers verify. Meanwhile a process for each core asks gates'
snapshots without a pause, so that nothing of the machine is idle. A stop is `orders.actions.stop`, as the desk calls it;
it has arrived at a gate when that gate's own `decide`, on its own LMDB, says STOPPED. The last
ones come behind 20,000 other changes. The folder is removed at the end.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tools.bench import PROJECT, database

if TYPE_CHECKING:
    from answerable.gate.decide import Connect, Refuse
    from answerable.numbers.models import Number

FOLDER, GATES, STOPS = "bench-stop", 3, 100
PATIENCE, LONGEST_PAUSE = 60.0, 0.3
FIRST_NUMBER, FIRST_OTHER, BEHIND = 4008_100_000, 4009_100_000, 20_000
PUBLISHER = [str(PROJECT / ".venv" / "bin" / "answerable"), "publisher"]


class Arrival(NamedTuple):
    """Seconds until one gate refused: since the stop was committed, and since it was asked for."""

    since_commit: float
    since_asked: float


class Gate:
    """One gate host's folder, asked as its Kamailio asks: the same reader, the same clock, the same questions."""

    def __init__(self, folder: Path) -> None:
        from answerable.gate.clock import Clock
        from answerable.snapshot.read import Snapshot

        self.folder, self.snapshot, self.clock = folder, Snapshot(folder), Clock(folder)

    def decide(self, number: str) -> Connect | Refuse:
        """Decide a call to a number that comes in now."""
        from answerable.gate.decide import Call, decide
        from answerable.snapshot import keys, records, stops

        data, beat = self.snapshot.read(keys.number(number), keys.HEARTBEAT)
        heartbeat = records.decode_time(beat)
        record = records.decode_number(data) if data else None
        is_stopped = stops.is_stopped(self.folder, number)
        return decide(record, Call("trunk", ("02100000000",)), self.clock.now(heartbeat), heartbeat, is_stopped)

    def is_stopped(self, number: str) -> bool:
        """Say whether a call to a number is refused because the number is stopped."""
        from answerable.gate.decide import Refuse

        said = self.decide(number)
        return isinstance(said, Refuse) and said.refusal.code == "STOPPED"

    def rings(self, number: str) -> bool:
        """Say whether a call to a number would be connected."""
        from answerable.gate.decide import Connect

        return isinstance(self.decide(number), Connect)


def main(arguments: list[str]) -> int:
    """Measure and print; or be a gate host's follower, or one of the processes that keep the cores busy."""
    if arguments[:1] == ["--follow"]:
        return _follow(arguments[1], Path(arguments[2]))
    if arguments[:1] == ["--ask"]:
        return _ask_for_ever(Path(arguments[1]), arguments[2:])
    stops = int(next(iter(arguments), STOPS))
    shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    try:
        _measure(stops)
    finally:
        shutil.rmtree(PROJECT / "var" / FOLDER, ignore_errors=True)
    return 0


def _measure(stops: int) -> None:
    key = Ed25519PrivateKey.generate()
    numbers = [str(FIRST_NUMBER + serial) for serial in range(stops)]
    with database(FOLDER, lambda: _fill(numbers, key)), contextlib.ExitStack() as running:
        from answerable.cli import installation

        folders = [_gate_folder(f"gate-{serial}", key) for serial in range(1, GATES + 1)]
        running.enter_context(_process(PUBLISHER))
        for folder in folders:
            running.enter_context(_process(_ourselves("--follow", installation.dsn(), str(folder))))
        gates = [Gate(folder) for folder in folders]
        _wait_until_all_ring(gates, numbers)
        cores = os.cpu_count() or 1
        for core in range(cores):
            running.enter_context(_process(_ourselves("--ask", str(folders[core % GATES]), *numbers)))
        time.sleep(1)
        busy = _busy_share()
        last = max(1, len(numbers) // 20)
        arrivals = [one for number in numbers[last:] for one in _stop(gates, number)]
        _print("nothing else waits", arrivals, cores=cores, busy=busy())
        busy = _busy_share()
        arrivals = [one for number in numbers[:last] for one in _stop(gates, number, behind=BEHIND)]
        _print(f"behind {BEHIND:,} other changes", arrivals, cores=cores, busy=busy())


def _fill(numbers: list[str], key: Ed25519PrivateKey) -> None:
    """Write the tests' small world with each number in service and permitted, and mark them all."""
    from django.utils import timezone

    from answerable.conftest import draw
    from answerable.numbers.models import Number
    from answerable.orders.tests.world import World
    from answerable.routing.publisher import mark_all

    world = World(timezone.now() - dt.timedelta(days=1), draw())
    pattern = Number.objects.get(pk=World.plain)
    for number in numbers:
        pattern.pk = number
        pattern.save(force_insert=True)
        order = world.order("working", number)
        _permit(number, order.enterprise.credit_code, world.line, key, world.at)
    ending = {"business_state": "aging", "state_since": world.at}
    pattern = Number.objects.get(pk=World.second)
    others = [Number(**_row(pattern) | ending | {"number": str(FIRST_OTHER + serial)}) for serial in range(BEHIND)]
    Number.objects.bulk_create(others, batch_size=2000)
    mark_all()


def _row(number: Number) -> dict[str, object]:
    return {field.attname: getattr(number, field.attname) for field in number._meta.concrete_fields}


def _permit(number: str, holder: str, line: str, key: Ed25519PrivateKey, at: dt.datetime) -> None:
    """Sign what a number's approval stands for, as the signer does once two people have confirmed it."""
    from answerable.permits.models import Permit, PermitRequest
    from answerable.snapshot.permits import key_id, sign, state

    until = int((at + dt.timedelta(days=365)).timestamp())
    statement = state(
        number, holder=holder, lines=[(line, until)], valid_until=until, leaf="0" * 64, serial=1,
        key=key_id(key.public_key().public_bytes_raw()), at=int(at.timestamp()),
    )  # fmt: skip
    core = {"number": number, "holder": holder, "lines": [[line, until]], "valid_until": until}
    request = PermitRequest.objects.create(
        number=number, ground="approval", core=core, state="signed", asked_at=at, closed_at=at
    )
    Permit.objects.create(number=number, serial=1, request=request, text=sign(statement, key), issued_at=at)


def _gate_folder(name: str, key: Ed25519PrivateKey) -> Path:
    """Make a gate host's folder that trusts the key."""
    folder = PROJECT / "var" / FOLDER / name / "gate"
    folder.mkdir(parents=True)
    public = key.public_key().public_bytes_raw().hex()
    (folder / "permit-keys").write_text(json.dumps({"keys": [{"public": public, "state": "current"}]}))
    return folder


def _ourselves(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tools.bench_stop", *arguments]


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[None]:
    log = (PROJECT / "var" / FOLDER / "processes.log").open("ab")
    process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        log.close()


def _wait_until_all_ring(gates: list[Gate], numbers: list[str]) -> None:
    from answerable.trail.models import DirtyNumber

    until = time.monotonic() + 2 * PATIENCE
    while DirtyNumber.objects.exists() or not all(gate.rings(number) for gate in gates for number in numbers):
        if time.monotonic() > until:
            said = (PROJECT / "var" / FOLDER / "processes.log").read_text()[-2000:]
            raise SystemExit(f"Not every number rings at every gate: {gates[0].decide(numbers[0])}\n{said}")
        time.sleep(0.2)


def _follow(dsn: str, folder: Path) -> int:
    """Do what `answerable follow` does, in a folder that is not this installation's own."""
    from answerable import settings
    from answerable.cli import installation
    from answerable.snapshot import follow

    follow.run(dsn, folder, installation.until_told_to_stop(), trunk=settings.LANDLINE_TRUNK)
    return 0


def _ask_for_ever(folder: Path, numbers: list[str]) -> int:
    """Ask a gate about number after number, until told to stop."""
    gate = Gate(folder)
    while True:
        for number in numbers:
            gate.decide(number)


def _stop(gates: list[Gate], number: str, *, behind: int = 0) -> list[Arrival]:
    """Stop a number that rings everywhere, with so many changes before it; return when each gate refused it."""
    from django.utils import timezone

    from answerable.numbers.models import Number
    from answerable.orders.actions import stop
    from answerable.parties.models import Staff
    from answerable.trail.models import DirtyNumber

    row, staff = Number.objects.get(pk=number), Staff.objects.get(username="sun")
    time.sleep(random.uniform(0, LONGEST_PAUSE))  # at any moment of the publisher's second
    if not all(gate.rings(number) for gate in gates):
        raise SystemExit(f"{number} does not ring before it is stopped.")
    DirtyNumber.objects.bulk_create(
        [DirtyNumber(number=str(FIRST_OTHER + serial)) for serial in range(behind)], batch_size=5000
    )
    asked = time.monotonic()
    stop(row, "FRAUD_ORDER", staff=staff, at=timezone.now())
    committed = time.monotonic()
    waiting, arrivals = list(gates), list[Arrival]()
    while waiting:
        for gate in [one for one in waiting if one.is_stopped(number)]:
            now = time.monotonic()
            arrivals.append(Arrival(now - committed, now - asked))
            waiting.remove(gate)
        if time.monotonic() - committed > PATIENCE:
            raise SystemExit(f"{number} still rings a minute after it was stopped.")
        time.sleep(0.0005)
    return arrivals


def _busy_share() -> Callable[[], float]:
    """Begin to measure; the returned function says which share of all cores was busy since."""

    def read() -> tuple[int, int]:
        ticks = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(ticks), ticks[3] + ticks[4]

    before = read()

    def share() -> float:
        total, idle = (now - then for now, then in zip(read(), before, strict=True))
        return 1 - idle / total

    return share


def _print(how: str, arrivals: list[Arrival], *, cores: int, busy: float) -> None:
    print(f"stops         {len(arrivals) // GATES}, {how}; {GATES} gates, {cores} cores {busy:.0%} busy")
    for name, values in (
        ("committed", [one.since_commit for one in arrivals]),
        ("asked for", [one.since_asked for one in arrivals]),
    ):
        ordered = sorted(values)
        middle, late = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
        print(
            f"since {name:<10} p50 {middle:.3f} s   p99 {late:.3f} s   max {ordered[-1]:.3f} s   under 1 s: "
            f"{sum(one < 1 for one in ordered)} of {len(ordered)}",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
