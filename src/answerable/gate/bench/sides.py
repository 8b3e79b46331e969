"""Start what is measured: this gate and a native relay, each with and without dialogs and records, and the telephones."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from typing import Any

from answerable.gate import health, host
from answerable.gate.settings import GateSettings
from answerable.snapshot import records
from answerable.snapshot.write import Change, build

HERE = Path(__file__).parent
PORTS = {
    "gate": 5560,
    "plain": 5564,
    "relay": 5570,
    "recording": 5574,
    "hiding": 5566,
    "tuned": 5576,
    "landline": 5580,
    "caller": 5590,
    "prober": 5592,
}
PLAIN = "answerable.gate.bench.plain"
SEED = 400


class BenchError(Exception):
    """A run did not complete; its figures would mean nothing."""

    code = "BENCH"


@dataclass(frozen=True)
class Side:
    """A Kamailio that is measured: its port, and the processes whose processor time counts."""

    name: str
    port: int
    root: int
    folder: Path
    settings: GateSettings

    def processes(self) -> list[int]:
        return tree(self.root)


@contextlib.contextmanager
def all_sides(folder: Path, numbers: int) -> Iterator[dict[str, Side]]:
    """Start every side, and the landlines, over one snapshot of so many numbers."""
    gate = GateSettings(folder / "gate", port=PORTS["gate"], longest_call_seconds=600, hides_topology=False)
    build(gate.folder, _items(numbers), epoch=1, heartbeat=time.time())
    write_numbers(folder / "numbers.csv", numbers)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_process(sipp("landline", PORTS["landline"]), folder))

        def start_gate(name: str, route: str = "", *more: str, **changes: Any) -> Side:
            settings = replace(gate, folder=folder / name, port=PORTS[name], **changes)
            if name != "gate":
                settings.folder.mkdir()
                (settings.folder / "snapshot").symlink_to(gate.folder / "snapshot")
            return Side(
                name, settings.port, stack.enter_context(_gate(settings, route, *more)), settings.folder, settings
            )

        def start_relay(name: str, *more: str) -> Side:
            return Side(name, PORTS[name], stack.enter_context(_relay(gate, folder, PORTS[name], *more)), folder, gate)

        yield {
            "gate": start_gate("gate"),
            "plain": start_gate("plain", PLAIN, "VERDICT_ONLY"),
            "hiding": start_gate("hiding", hides_topology=True),
            "relay": start_relay("relay"),
            "recording": start_relay("recording", "-A", "RECORDING"),
            "tuned": start_relay("tuned", "-A", "RECORDING", "-x", "fm", "-X", "fm"),
        }


def _items(numbers: int) -> Iterator[Change]:
    soon = int(time.time()) + 86_400
    line = {"line": "01062345678", "uri": f"sip:01062345678@127.0.0.1:{PORTS['landline']}", "ring_seconds": 30}
    record: dict[str, Any] = {
        "owner": "91110108MA01ABCD2X",
        "business_state": "working",
        "network_state": "activated",
        "verified_until": soon,
        "paid_until": soon,
        "stop": None,
        "hours": [[weekday, 0, 1440] for weekday in range(7)],
        "limited_hours": None,
        "closed_dates": ["2020-01-01"],
        "open_dates": [],
        "destinations": [line | {"proven_until": soon}] * 2,
        "overflow": {"busy": True, "no_answer": True},
    }
    for serial in range(numbers):
        yield f"n:{number(serial)}", records.encode(record | {"number": number(serial)})
    for port in (PORTS["caller"], PORTS["prober"]):
        yield f"trunk:127.0.0.1:{port}", records.encode({"name": "bench", "kind": "trunk"})


def number(serial: int) -> str:
    return f"400{serial:07d}"


def write_numbers(path: Path, numbers: int) -> None:
    """List numbers and callers at random, so that no look-up profits from its neighbour."""
    random_ = random.Random(SEED)
    rows = (
        f"{number(random_.randrange(numbers))};138{random_.randrange(10**8):08d};" for _ in range(min(numbers, 200_000))
    )
    path.write_text("SEQUENTIAL\n" + "\n".join(rows) + "\n")


@contextlib.contextmanager
def _gate(settings: GateSettings, route: str = "", *more: str) -> Iterator[int]:
    """Start a gate's Kamailio without its parent, which only waits; `route` names another module to start it from."""
    settings.run_folder.mkdir(parents=True, exist_ok=True)
    host.render(settings)
    if route:
        script = settings.run_folder / "route.py"
        script.write_text(script.read_text().replace("answerable.gate.kemi", route))
    process = host.start(settings, *more)
    try:
        await_answer(settings.port)
        yield process.pid
    finally:
        host.kill_leftovers(settings)
        process.wait(10)


@contextlib.contextmanager
def _relay(gate: GateSettings, folder: Path, port: int, *more: str) -> Iterator[int]:
    values = {"workers": gate.workers, "port": port, "modules": gate.modules, "landline": PORTS["landline"]}
    config = folder / f"relay-{port}.cfg"
    config.write_text(Template((HERE / "relay.cfg").read_text()).substitute(values))
    with _process([gate.kamailio, "-f", str(config), "-DD", "-E", "-m", "128", "-M", "16", *more], folder) as pid:
        await_answer(port)
        yield pid


@contextlib.contextmanager
def _process(command: list[str], folder: Path) -> Iterator[int]:
    with (folder / "log").open("ab") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def sipp(scenario: str, port: int) -> list[str]:
    return ["sipp", "-sf", str(HERE / "scenarios" / f"{scenario}.xml"), "-i", "127.0.0.1", "-p", str(port), "-nostdin"]


def call(folder: Path, port: int, calls: int, rate: int, *more: str) -> None:
    """Place calls at a steady rate, each answered and ended; raise BenchError unless every one was."""
    seconds = calls // rate + 60
    command = [
        *sipp("caller", PORTS["caller"]),
        "-inf",
        "numbers.csv",
        "-m",
        str(calls),
        "-r",
        str(rate),
        "-l",
        "20000",
    ]
    command += ["-timeout", f"{seconds}s", *more, f"127.0.0.1:{port}"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=seconds + 30, check=False)
    if result.returncode != 0:
        raise BenchError(f"Not every one of {calls} calls at {rate}/s was completed ({result.returncode}).")


def await_answer(port: int) -> None:
    until = time.monotonic() + 20
    while health.options("127.0.0.1", port, timeout_seconds=0.3) != "SIP/2.0 200 OK":
        if time.monotonic() > until:
            raise BenchError(f"Nothing answers on port {port}.")


def cpu_ms(processes: list[int]) -> float:
    """Add up the processor time of processes, in milliseconds (the scheduler's own count, in nanoseconds)."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in processes) / 1e6


def tree(root: int) -> list[int]:
    """List a process and all below it."""
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    return [root, *(pid for child in children for pid in tree(int(child)))]
