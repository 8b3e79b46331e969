"""Run every part of `make test`, each even if an earlier one failed, and close with one summary.

Journeys mostly wait for what they started, so documents and pages run beside them; what a part said is then told whole.
The last line is `N passed, M failed, K skipped`. The exit status is 0 only if every part ran at least one test and none
failed: a part that finds no test is a failure, never a silent success.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

PROJECT = Path(__file__).resolve().parents[1]
BIN = PROJECT / ".venv" / "bin"
RESULTS = PROJECT / "var" / "test" / "results"
SLOW = ("cases", "web", "calls", "journey", "pages", "documents")


@dataclass(frozen=True)
class Part:
    """One part: commands that pass or fail as a whole, or one run of pytest that counts its tests."""

    name: str
    commands: dict[str, Sequence[str]] = field(default_factory=dict)
    pytest: Sequence[str] = ()
    limit_seconds: int = 900


@dataclass
class Result:
    """What one part came to."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    remark: str = ""


PARTS = (
    Part(
        "lint",
        commands={
            "ruff check": [str(BIN / "ruff"), "check", "."],
            "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
            "import contracts": [str(BIN / "lint-imports"), "--no-logo"],
            "mypy --strict": [str(BIN / "mypy"), "--strict", "-p", "answerable"],
        },
    ),
    Part("unit", pytest=["-n", "3", "-m", " and ".join(f"not {marker}" for marker in SLOW)]),
    Part("cases", pytest=["-n", "3", "-m", "cases"]),
    Part("web", pytest=["-n", "2", "-m", "web"]),
    Part("calls", pytest=["-n", "2", "-m", "calls"], limit_seconds=1200),
    Part("journeys", pytest=["-n", "2", "--dist", "loadgroup", "-m", "journey"], limit_seconds=1200),
    Part("documents", pytest=["-m", "documents"]),
    Part("pages", pytest=["-m", "pages"], limit_seconds=1200),
)
BESIDE_JOURNEYS = ("documents", "pages")
"""They keep one core busy, one after the other. The calls' clocks want the machine for themselves."""
_running: set[subprocess.Popen[bytes]] = set()
_is_stopped = threading.Event()


def main(names: Sequence[str]) -> int:
    """Run the parts that are named, or all."""
    unknown = set(names) - {part.name for part in PARTS}
    if unknown:
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(part.name for part in PARTS)}.")
    RESULTS.mkdir(parents=True, exist_ok=True)
    results = run_all([part for part in PARTS if not names or part.name in names])
    summarise(results)
    return 1 if any(result.failed or not result.passed for result in results) else 0


def run_all(parts: Sequence[Part]) -> list[Result]:
    """Run the parts in order, those of BESIDE_JOURNEYS in a second lane beside the journeys."""
    beside = [part for part in parts if part.name in BESIDE_JOURNEYS]
    journeys = [part for part in parts if part.name == "journeys"]
    if not journeys or not beside:
        return [run(part) for part in parts]
    results = [run(part) for part in parts if part not in journeys + beside]
    print(
        f"\njourneys, and beside them {' and '.join(part.name for part in beside)}: each is told when it ends.",
        flush=True,
    )
    lanes = (journeys, beside)
    with ThreadPoolExecutor(len(lanes)) as pool:
        try:
            ends = [pool.submit(lambda lane: [run(part, is_quiet=True) for part in lane], lane) for lane in lanes]
            return results + [result for end in ends for result in end.result()]
        except BaseException:
            stop()
            raise


def run(part: Part, *, is_quiet: bool = False) -> Result:
    """Run one part; whatever happens to it, the next one runs too. A quiet one is told whole when it ends."""
    started = time.monotonic()
    with told(part, is_quiet=is_quiet) as out:
        result = run_pytest(part, out) if part.pytest else run_commands(part, out)
    result.seconds = time.monotonic() - started
    return result


@contextmanager
def told(part: Part, *, is_quiet: bool) -> Iterator[IO[bytes] | None]:
    """Give the file that a quiet part writes to, and print it afterwards; None is this program's own output."""
    title = f"\n=== {part.name} ===\n"
    if not is_quiet:
        print(title, end="", flush=True)
        yield None
        return
    file = RESULTS / f"{part.name}.log"
    with file.open("wb") as out:
        yield out
    print(title + file.read_text(errors="replace"), end="", flush=True)


def run_commands(part: Part, out: IO[bytes] | None) -> Result:
    result = Result(part.name)
    for title, command in part.commands.items():
        status = execute(command, part.limit_seconds, out)
        print(f"{title}: {'passed' if status == 0 else f'FAILED ({status})'}", flush=True)
        if status == 0:
            result.passed += 1
        else:
            result.failed += 1
            result.remark += f"{title} " if not result.remark else f"and {title} "
    return result


def run_pytest(part: Part, out: IO[bytes] | None) -> Result:
    """Run pytest and count from its own report; a run that ended without one, or badly, is a failure."""
    report = RESULTS / f"{part.name}.xml"
    report.unlink(missing_ok=True)
    command = [str(BIN / "python"), "-m", "pytest", *part.pytest, f"--junitxml={report}", "-o", "junit_logging=no"]
    status = execute(command, part.limit_seconds, out)
    result = Result(part.name)
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314  our own file
            count = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
            result.failed += count["failures"] + count["errors"]
            result.skipped += count["skipped"]
            result.passed += max(0, count["tests"] - count["failures"] - count["errors"] - count["skipped"])
    if status != 0 and not result.failed:
        result.failed += 1
        result.remark = "found no test" if status == 5 else f"pytest ended with status {status}"
    return result


def execute(command: Sequence[str], limit_seconds: int, out: IO[bytes] | None) -> int:
    """Run one command in a process group of its own; one that takes too long is ended with all its children."""
    if _is_stopped.is_set():
        return 130
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        process_group=0,
        stdout=out,
        stderr=subprocess.STDOUT,
    )
    _running.add(process)
    try:
        return process.wait(limit_seconds)
    except subprocess.TimeoutExpired:
        print(f"Ended after {limit_seconds} s: too long.", flush=True)
        end(process)
        return 124
    except KeyboardInterrupt:
        end(process)
        raise
    finally:
        _running.discard(process)


def environment() -> dict[str, str]:
    """Leave out what would point the tests at a real installation, and what would have every process compile again."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSWERABLE_", "PYTHONDONTWRITE"))
    }


def stop() -> None:
    """Start nothing more and end what runs."""
    _is_stopped.set()
    for process in list(_running):
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask first, so that servers started by tests are stopped, then insist."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def summarise(results: Sequence[Result]) -> None:
    print(f"\n{'part':<12}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>10}")
    for result in results:
        counts = f"{result.passed:>8}{result.failed:>8}{result.skipped:>9}{result.seconds:>10.1f}"
        print(f"{result.name:<12}{counts}   {result.remark}".rstrip())
    total = [sum(getattr(result, name) for result in results) for name in ("passed", "failed", "skipped")]
    print("\n{} passed, {} failed, {} skipped".format(*total), flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
