"""What copying signalling costs a call: `python -m tools.bench_capture [PAIRS]`, about two minutes.

Two gates side by side, the same but that one copies every message to a collector (a real `answerable capture`). Calls go
through them in alternating pairs; counted is the processor time of Kamailio's processes alone, a call, and the time from
INVITE to the line's 200 as SIPp sees it. The collector's own time, off the call's path, is told beside them.
"""

from __future__ import annotations

import contextlib
import csv
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.calls.world import SOURCE, destination, free_port, number_record

from answerable.gate import health, host
from answerable.gate.settings import GateSettings
from answerable.lib import keys
from answerable.snapshot import records
from answerable.snapshot.write import build

PAIRS, CALLS, RATE, NUMBER = 15, 200, 100, "4008123456"
SCENARIOS = SOURCE / "answerable" / "gate" / "bench" / "scenarios"


@contextlib.contextmanager
def running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "ANSWERABLE_VAR": str(folder / "var")}
    environment |= {"ANSWERABLE_CAPTURE": (folder / "capture").read_text()}
    with (
        (folder / "log").open("ab") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(15)


@contextlib.contextmanager
def gate(settings: GateSettings, folder: Path, trunk: int, line: int) -> Iterator[None]:
    settings.folder.mkdir()
    record = records.encode(number_record(NUMBER, destinations=[destination(line)]))
    trunk_record = records.encode({"name": "bench", "kind": "trunk"})
    items = [(f"n:{NUMBER}", record), (f"trunk:127.0.0.1:{trunk}", trunk_record)]
    build(settings.folder, items, epoch=1, heartbeat=time.time())
    file = folder / f"{settings.folder.name}.json"
    file.write_text(settings.as_json())
    with running([sys.executable, "-m", "answerable.gate.host", str(file)], folder):
        until = time.monotonic() + 20
        while not health.options("127.0.0.1", settings.port, timeout_seconds=0.3):
            if time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text()[-2000:])
        yield
    host.kill_leftovers(settings)


def cpu_ms(processes: list[int]) -> float:
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in processes) / 1e6


def place(folder: Path, trunk: int, port: int, calls: int) -> None:
    command = ["sipp", "-sf", str(SCENARIOS / "caller.xml"), "-i", "127.0.0.1", "-p", str(trunk), "-inf", "numbers.csv"]
    command += ["-nostdin", "-m", str(calls), "-r", str(RATE), "-timeout", "60s", f"127.0.0.1:{port}"]
    command += ["-trace_rtt", "-rtt_freq", "1"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=90, check=False)
    if result.returncode != 0:
        raise RuntimeError(result.stdout[-1500:])


def setup_ms(folder: Path) -> list[float]:
    """Read and remove what SIPp noted of its timers; empty where the scenario has none."""
    found = []
    for path in folder.glob("*rtt.csv"):
        with path.open() as stream:
            found += [float(row["response_time_ms"]) for row in csv.DictReader(stream, delimiter=";")]
        path.unlink()
    return found


def main(pairs: int) -> int:
    with tempfile.TemporaryDirectory(prefix="answerable-capture-") as name:
        folder, trunk, line = Path(name), free_port(), free_port()
        (folder / "capture").write_text(where := f"127.0.0.1:{free_port()}")
        (folder / "numbers.csv").write_text(f"SEQUENTIAL\n{NUMBER};13800138000;\n")
        keys.make_all(folder / "var" / "keys")
        key = folder / "var" / "keys" / keys.CAPTURE
        plain = GateSettings(folder / "plain", port=free_port(), caller_a_minute=0)
        copying = GateSettings(
            folder / "copying", port=free_port(), capture=where, capture_key_file=key, caller_a_minute=0
        )
        landline = ["sipp", "-sf", str(SCENARIOS / "landline.xml"), "-i", "127.0.0.1", "-p", str(line), "-nostdin"]
        capture = [sys.executable, "-m", "answerable.cli.main", "capture"]
        with (
            running(capture, folder) as collector,
            running(landline, folder),
            gate(plain, folder, trunk, line),
            gate(copying, folder, trunk, line),
        ):
            measured: dict[str, list[float]] = {"plain": [], "copying": []}
            waited: dict[str, list[float]] = {"plain": [], "copying": []}
            for one in (plain, copying):
                place(folder, trunk, one.port, 50)
            setup_ms(folder)
            began = cpu_ms([collector.pid])
            for pair in range(pairs):
                for one in (plain, copying) if pair % 2 == 0 else (copying, plain):
                    side, before = one.folder.name, cpu_ms(host.leftovers(one))
                    place(folder, trunk, one.port, CALLS)
                    measured[side].append((cpu_ms(host.leftovers(one)) - before) / CALLS)
                    waited[side] += setup_ms(folder)
            collecting = (cpu_ms([collector.pid]) - began) / CALLS / pairs
        status = (folder / "var" / "signalling" / "status.json").read_text()
    ratios = [with_ / without for with_, without in zip(measured["copying"], measured["plain"], strict=True)]
    for what, values in (*measured.items(), ("copying : plain", ratios)):
        low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
        print(f"{what:16}: median {middle:.2f} (quartiles {low:.2f} … {high:.2f}) over {pairs} pairs")
    for side, times in waited.items():
        if times:
            print(f"{side:16}: answered after p50 {statistics.median(times):.1f} ms, of {len(times)} calls")
    print(f"collector       : {collecting:.2f} ms a call; {status}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS))
