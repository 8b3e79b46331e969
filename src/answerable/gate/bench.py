"""Measure what a call costs: this gate against a bare native Kamailio relay, in alternating pairs, by processor time.

`python -m answerable.gate.bench` (about four minutes). This gate reads 100,000 numbers, gives the full verdict, tracks
the dialog and writes every stage down; the relay does nothing but pass the call on. Single ratios vary by ±16 % on a
shared machine, so at least 15 pairs are run and quartiles are printed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any

from answerable.gate import health, host
from answerable.gate.settings import GateSettings
from answerable.snapshot import records
from answerable.snapshot.write import Change, build

HERE = Path(__file__).parent
PAIRS, CALLS, RATE, NUMBERS = 15, 300, 100, 100_000
PORTS = {"gate": 5560, "relay": 5570, "landline": 5580, "caller": 5590}


class BenchError(Exception):
    """A run did not complete; its figures would mean nothing."""

    code = "BENCH"


@dataclass
class Result:
    """Processor milliseconds for each call, and their ratio pair by pair: lower quartile, median, upper quartile."""

    pairs: int
    calls: int
    numbers: int
    gate_ms: tuple[float, float, float]
    relay_ms: tuple[float, float, float]
    ratio: tuple[float, float, float]


def run(*, pairs: int = PAIRS, calls: int = CALLS, say: Callable[[str], None]) -> Result:
    """Run the bench and return its figures."""
    with tempfile.TemporaryDirectory(prefix="answerable-bench-") as name:
        folder = Path(name)
        gate = GateSettings(folder / "gate", port=PORTS["gate"], longest_call_seconds=600)
        say(f"Building a snapshot of {NUMBERS:,} numbers …")
        build(gate.folder, _items(), epoch=1, heartbeat=time.time())
        _write_numbers(folder / "numbers.csv")
        with _gate(gate, folder), _relay(gate, folder) as relay, _landline(folder):
            sides: dict[str, tuple[int, Callable[[], list[int]]]] = {
                "gate": (gate.port, lambda: host.leftovers(gate)),
                "relay": (PORTS["relay"], lambda: _tree(relay)),
            }
            for port, _ in sides.values():
                _call(folder, port, 50)  # warm
            measured: dict[str, list[float]] = {"gate": [], "relay": []}
            for pair in range(pairs):
                for side in ("gate", "relay") if pair % 2 == 0 else ("relay", "gate"):
                    port, processes = sides[side]
                    before = _cpu_ms(processes())
                    _call(folder, port, calls)
                    measured[side].append((_cpu_ms(processes()) - before) / calls)
                one = measured["gate"][-1], measured["relay"][-1]
                say(f"pair {pair + 1:2}: gate {one[0]:.2f} ms, relay {one[1]:.2f} ms, ratio {one[0] / one[1]:.2f}")
        ratios = [a / b for a, b in zip(measured["gate"], measured["relay"], strict=True)]
        quartiles = [_quartiles(values) for values in (measured["gate"], measured["relay"], ratios)]
        return Result(pairs, calls, NUMBERS, *quartiles)


def _items() -> Iterator[Change]:
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
    for serial in range(NUMBERS):
        number = f"4008{serial:06d}"
        yield f"n:{number}", records.encode(record | {"number": number})
    yield f"trunk:127.0.0.1:{PORTS['caller']}", records.encode({"name": "bench", "kind": "trunk"})


def _write_numbers(path: Path) -> None:
    """List numbers in a scattered order, so that no look-up profits from its neighbour."""
    path.write_text("SEQUENTIAL\n" + "".join(f"4008{serial * 7919 % NUMBERS:06d};\n" for serial in range(NUMBERS)))


@contextlib.contextmanager
def _gate(gate: GateSettings, folder: Path) -> Iterator[None]:
    (folder / "settings.json").write_text(gate.as_json())
    command = [sys.executable, "-m", "answerable.gate.host", str(folder / "settings.json")]
    with _process(command, folder):
        _await(gate.port)
        yield
    host.kill_leftovers(gate)


@contextlib.contextmanager
def _relay(gate: GateSettings, folder: Path) -> Iterator[int]:
    values = {"workers": gate.workers, "port": PORTS["relay"], "modules": gate.modules, "landline": PORTS["landline"]}
    (folder / "relay.cfg").write_text(Template((HERE / "relay.cfg").read_text()).substitute(values))
    with _process(
        [gate.kamailio, "-f", str(folder / "relay.cfg"), "-DD", "-E", "-m", "128", "-M", "16"], folder
    ) as pid:
        _await(PORTS["relay"])
        yield pid


@contextlib.contextmanager
def _landline(folder: Path) -> Iterator[None]:
    scenario = str(HERE / "scenarios" / "landline.xml")
    with _process(["sipp", "-sf", scenario, "-i", "127.0.0.1", "-p", str(PORTS["landline"]), "-nostdin"], folder):
        yield


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


def _await(port: int) -> None:
    until = time.monotonic() + 20
    while health.options("127.0.0.1", port, timeout_seconds=0.3) != "SIP/2.0 200 OK":
        if time.monotonic() > until:
            raise BenchError(f"Nothing answers on port {port}.")


def _call(folder: Path, port: int, calls: int) -> None:
    """Place calls at a steady rate, each answered and ended; fail unless 99 of 100 were."""
    scenario = str(HERE / "scenarios" / "caller.xml")
    command = [
        "sipp",
        "-sf",
        scenario,
        "-i",
        "127.0.0.1",
        "-p",
        str(PORTS["caller"]),
        "-inf",
        "numbers.csv",
        "-nostdin",
    ]
    command += ["-m", str(calls), "-r", str(RATE), "-timeout", "60s", f"127.0.0.1:{port}"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=90, check=False)
    found = re.search(
        r"Successful call\s*\|\s*\d+\s*\|\s*(\d+)", result.stdout[result.stdout.rfind("Successful call") :]
    )
    if found is None or int(found[1]) < calls * 0.99:
        raise BenchError(f"SIPp ended with {result.returncode}: {result.stdout[-1500:]}")


def _cpu_ms(processes: list[int]) -> float:
    """Add up the processor time of processes, in milliseconds (the scheduler's own count, in nanoseconds)."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in processes) / 1e6


def _tree(root: int) -> list[int]:
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    return [root, *(pid for child in children for pid in _tree(int(child)))]


def _quartiles(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return round(low, 3), round(middle, 3), round(high, 3)


def quiet(_: str) -> None: ...


def loud(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="answerable.gate.bench", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--calls", type=int, default=CALLS, help="calls of each side in each pair")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    result = run(pairs=given.pairs, calls=given.calls, say=quiet if given.json else loud)
    if given.json:
        print(json.dumps(asdict(result)))
        return 0
    for name, values in (("gate, ms a call", result.gate_ms), ("relay, ms a call", result.relay_ms)):
        print(f"{name:17}: median {values[1]:.2f} (quartiles {values[0]:.2f} … {values[2]:.2f})")
    low, middle, high = result.ratio
    print(f"gate : relay     : median {middle:.2f} (quartiles {low:.2f} … {high:.2f}) over {result.pairs} pairs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
