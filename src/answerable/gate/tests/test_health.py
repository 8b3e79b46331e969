"""What a gate host says of itself to people and to Prometheus, without a gate: files and a socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from answerable.gate import drain, health
from answerable.gate.exporter.serve import families
from answerable.gate.exporter.state import look
from answerable.gate.exporter.tail import Tail
from answerable.gate.settings import GateSettings
from answerable.snapshot import alarms, force
from answerable.snapshot.write import build

DAY = 24 * 3600.0


@pytest.fixture
def answering() -> Iterator[Callable[[str], int]]:
    """Somebody who answers whatever comes with one status line."""
    near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near.bind(("127.0.0.1", 0))

    def start(status: str) -> int:
        def answer() -> None:
            try:
                _, peer = near.recvfrom(4096)
                near.sendto(status.encode() + b"\r\n\r\n", peer)
            except OSError:
                return

        threading.Thread(target=answer, daemon=True).start()
        return int(near.getsockname()[1])

    yield start
    near.close()


def host(folder: Path, port: int, *, heartbeat_age: float | None = 0.0) -> GateSettings:
    settings = GateSettings(folder=folder, port=port)
    settings.run_folder.mkdir(exist_ok=True)
    if heartbeat_age is not None:
        build(folder, [], epoch=7, heartbeat=time.time() - heartbeat_age)
    return settings


@pytest.mark.parametrize(
    "case",
    [
        (health.READY, False, 0.0, ""),
        (health.READY, False, DAY + 1, "The snapshot's heartbeat is 24.0 hours old"),
        (health.READY, False, None, "There is no snapshot here"),
        (health.DRAINING, False, 0.0, "The gate is drained"),
        (health.DRAINING, True, DAY + 1, "The gate is drained"),
        ("SIP/2.0 500 Fault", False, 0.0, "The gate answers, but does not take calls"),
    ],
)
def test_gate_that_is_drained_is_told_from_one_that_is_in_trouble(
    tmp_path: Path, answering: Callable[[str], int], case: tuple[str, bool, float | None, str]
) -> None:
    status, drains, age, problem = case
    settings = host(tmp_path, answering(status), heartbeat_age=age)
    if drains:
        drain.begin(settings.run_folder, by="龚运维", at=time.time(), limit_seconds=60)
    found = health.health(settings)
    assert (found.answers, found.takes_calls) == (True, status == health.READY)
    assert found.draining is (status == health.DRAINING)
    said = found.problem(DAY)
    assert said.startswith(problem)
    assert bool(said) is bool(problem)


def test_dead_gate_is_dead_also_while_it_is_drained(tmp_path: Path) -> None:
    settings = host(tmp_path, 1)
    drain.begin(settings.run_folder, by="龚运维", at=time.time(), limit_seconds=60)
    found = health.health(settings)
    assert (found.answers, found.draining, found.problem(DAY)) == (
        False,
        True,
        "The gate does not answer: it was drained and has ended.",
    )


def figures(settings: GateSettings) -> dict[str, float]:
    state = look(settings, Tail(settings.folder))
    return {sample.name: sample.value for family in families(state, ready=False) for sample in family.samples}


def test_refused_build_is_no_permit_alarm(tmp_path: Path) -> None:
    settings = host(tmp_path, 1)
    wanted = ("answerable_permit_alarms", "answerable_snapshot_refused", "answerable_snapshot_held_numbers")

    def three() -> tuple[float, ...]:
        found = figures(settings)
        return tuple(found[name] for name in wanted)

    assert three() == (0, 0, 0)
    force.refuse(tmp_path, kind="build", source="db/1", epoch=9, total=1, lost=[4008123456])
    assert three() == (0, 1, 0)
    force.end(tmp_path)
    alarms.raise_alarm(tmp_path, "4008123456", "permit_alarm", {"number": "4008123456", "code": "PERMIT_MISSING"}, "")
    assert three() == (1, 0, 0)
    force.refuse(tmp_path, kind="changes", source="db/1", epoch=9, total=1, lost=[4008123456, 4008123457])
    assert three() == (1, 1, 2)
    force.keep_held(tmp_path, set())
    assert three() == (1, 0, 0)
