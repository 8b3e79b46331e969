"""`answerable run` starts everything, proves it with a call, and leaves no process behind, however it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from answerable.lib import postgres, supervise

pytestmark = pytest.mark.journey
PROCESSES = (
    "postgres",
    "signer",
    "publisher",
    "log",
    "follow",
    "capture",
    "gate",
    "metrics",
    "landline",
    "web",
    "worker",
    "ingest",
    "caller",
)
SAY_WHAT_THEY_LIKE = {"postgres", "landline"}
"""The database's own server, and the demo's lines: neither is a process of ours in production."""


@dataclass(frozen=True)
class Installation:
    """A folder of data and the environment that names it."""

    var: Path
    environment: dict[str, str]

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "answerable.cli.main", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if words in line:
            return lines
    raise AssertionError("\n".join(lines))


def _left(installation: Installation) -> list[str]:
    """Name what still runs: by the supervisor's mark, or with the folder in its command line."""
    found = []
    for pid in supervise._pids():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if supervise._is_marked(pid, installation.var) or str(installation.var) in words:
            found.append(f"{pid} {words}")
    return found


def _wait_until_nothing_is_left(installation: Installation, seconds: float) -> list[str]:
    deadline = time.monotonic() + seconds
    while (left := _left(installation)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a small demo world that has run once: its first number was opened by a test call."""
    var = tmp_path_factory.mktemp("house") / "var"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSWERABLE_", "DATABASE_URL"))}
    made = Installation(
        var,
        kept
        | {
            "ANSWERABLE_VAR": str(var),
            "ANSWERABLE_HTTP_PORT": str(_free_port(socket.SOCK_STREAM)),
            "ANSWERABLE_GATE_PORT": str(_free_port(socket.SOCK_DGRAM)),
            "ANSWERABLE_LANDLINE_TRUNK": f"127.0.0.1:{_free_port(socket.SOCK_DGRAM)}",
            "ANSWERABLE_CAPTURE": f"127.0.0.1:{_free_port(socket.SOCK_DGRAM)}",
            "ANSWERABLE_METRICS": f"127.0.0.1:{_free_port(socket.SOCK_STREAM)}",
        },
    )
    assert made.start("init").wait() == 0
    with postgres.Server(var / "postgres", var / "keys").running():
        loading = made.start("demo", "world", "--pool", "300")
        said, _ = loading.communicate()
        assert loading.returncode == 0, said
    process = made.start("run")
    try:
        _read_until(process, "Ctrl-C stops everything.")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    yield made
    supervise.end_leftovers(var)


def test_second_start_places_a_call_and_ctrl_c_stops_it_all(installation: Installation) -> None:
    process = installation.start("run")
    lines = _read_until(process, "Ctrl-C stops everything.")
    answered = [line.split()[0] for line in lines if line.startswith("  ") and " ms " in line]
    assert answered == list(PROCESSES)
    assert [line for line in lines if line.startswith("A call to 4008000400: SIP/2.0 200 OK")], lines
    refused = subprocess.run(
        [sys.executable, "-m", "answerable.cli.main", "run"],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "It runs already" in refused.stderr) == (1, True)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 0, rest
    assert _left(installation) == []


def test_sigterm_stops_it_all_and_each_process_logged_json(installation: Installation) -> None:
    logs = {name: installation.var / "log" / f"{name}.log" for name in PROCESSES if name not in SAY_WHAT_THEY_LIKE}
    before = {name: path.stat().st_size for name, path in logs.items()}
    process = replace(installation, environment=installation.environment | {"ANSWERABLE_LOG": "json"}).start("run")
    _read_until(process, "All of it answers")
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert _left(installation) == []
    said = {name: path.read_bytes()[before[name] :].decode().splitlines() for name, path in logs.items()}
    assert [line for lines in said.values() for line in lines if not line.startswith('{"at": ')] == []
    assert {json.loads(line)["process"] for name in ("worker", "gate") for line in said[name]} == {"worker", "gate"}


def test_nothing_is_left_when_it_is_killed(installation: Installation) -> None:
    process = installation.start("run")
    _read_until(process, "All of it answers")
    process.kill()
    process.communicate(timeout=60)
    assert _wait_until_nothing_is_left(installation, 30) == []


def test_it_starts_again_after_the_supervisor_was_killed_too(installation: Installation) -> None:
    process = installation.start("run")
    _read_until(process, "All of it answers")
    supervisor = int((installation.var / "supervisor.pid").read_text())
    process.kill()
    os.kill(supervisor, signal.SIGKILL)
    process.communicate(timeout=60)
    again = installation.start("run")
    _read_until(again, "All of it answers")
    again.terminate()
    again.communicate(timeout=60)
    assert _left(installation) == []
