"""One whole installation, as `make run` starts it, in a folder and on ports of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from answerable.lib import keys
from answerable.lib.postgres import OWNER_ROLE, socket_folder
from answerable.lib.supervise import SuperviseError, Supervisor
from answerable.media.dial import Dialled, dial

PROJECT = Path(__file__).resolve().parents[2]
HOTLINE = "4008000400"
START_SECONDS = 300


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class House:
    """A running installation: call it, kill its processes, ask its database."""

    var: Path
    environment: dict[str, str]
    process: subprocess.Popen[str] | None = None

    @property
    def gate(self) -> str:
        return f"127.0.0.1:{self.environment['ANSWERABLE_GATE_PORT']}"

    @property
    def trunk_port(self) -> int:
        return int(self.environment["ANSWERABLE_GATE_PORT"]) + 2

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.environment['ANSWERABLE_HTTP_PORT']}"

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.var)

    def start(self) -> str:
        """Start it as a person would and return what it printed until it was up."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "answerable.cli.main", "run"], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=(self.var.parent / "run.err").open("w"), start_new_session=True,
        )  # fmt: skip
        said, deadline = "", time.monotonic() + START_SECONDS
        assert self.process.stdout is not None
        while "Ctrl-C stops everything." not in said:
            line = self.process.stdout.readline()
            if not line or time.monotonic() > deadline:
                raise AssertionError(f"It did not start:\n{said}\n{(self.var.parent / 'run.err').read_text()[-3000:]}")
            said += line
        return said

    def stop(self) -> None:
        """Press Ctrl-C and wait."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0
        self.process = None

    def answerable(self, *words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "answerable.cli.main", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def at_the_desk(self, number: str, deed: str) -> None:
        """Do something about a number through the pages of the desk; `walk` is at hand, and `lift`."""
        program = (
            "import sys; from answerable.cli import installation; installation.load_django();"
            "from answerable.cli.journey.walk import Walk; from answerable.cli.journey.lifting import lift;"
            "walk = Walk(sys.argv[1], sys.argv[2], int(sys.argv[3])); walk.number = sys.argv[4];"
        )
        where = (self.base, self.gate, str(self.trunk_port), number)
        command = [sys.executable, "-c", program + deed, *where]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr

    def kill(self, *names: str) -> None:
        """SIGKILL programs and keep them down."""
        for name in names:
            until(lambda name=name: self._is_held_down(name), bool, 15)

    def _is_held_down(self, name: str) -> bool:
        """Kill a program and have it kept down; one that the supervisor has started again meanwhile is killed as well.

        Nothing waits for an end in good order: a program that just starts would take its whole time to stop.
        """
        self._kill_once(name)
        with contextlib.suppress(xmlrpc.client.Fault, SuperviseError):  # between two starts it has nothing to stop
            self.supervisor.stop_program(name, wait=False)
        self._kill_once(name)
        return self.supervisor.states()[name] == "STOPPED"

    def _kill_once(self, name: str) -> None:
        pid = self.supervisor.pid(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def revive(self, *names: str) -> None:
        for name in names:
            self.supervisor.start_program(name)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database as the schema's owner: for looking, and to make time pass in one row."""
        with psycopg.connect(
            host=str(socket_folder(self.var / "postgres")), user=OWNER_ROLE, password=keys.read(self.var / "keys", keys.DATABASE_OWNER),
            dbname="answerable", autocommit=True,
        ) as connection:  # fmt: skip
            cursor = connection.execute(query, values)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def call(self, number: str = HOTLINE, **more: Any) -> Dialled:
        return dial(number, self.gate, from_port=more.pop("from_port", self.trunk_port), **more)

    def republish(self, number: str) -> None:
        self.sql("INSERT INTO trail_dirtynumber (number) VALUES (%s)", number)
        self.sql("NOTIFY dirty")

    def calls_of(self, dialled: Dialled) -> list[tuple[Any, ...]]:
        return self.sql("SELECT end_status, refusal, sip_status FROM calls_call WHERE call = %s", dialled.call)


def until(look: Any, holds: Any, seconds: float) -> Any:
    """Look until it holds; fail with what was seen last."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if holds(seen):
            return seen
        assert time.monotonic() < deadline, f"after {seconds} s: {seen}"
        time.sleep(0.1)


def make_house(folder: Path) -> House:
    var = folder / "var"
    var.mkdir(parents=True, exist_ok=True)
    gate = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ANSWERABLE_", "DATABASE_URL", "DJANGO_", "PYTEST_"))} | {
        "ANSWERABLE_VAR": str(var), "ANSWERABLE_HTTP_PORT": str(free_port(socket.SOCK_STREAM)), "ANSWERABLE_GATE_PORT": str(gate),
        "ANSWERABLE_LANDLINE_TRUNK": f"127.0.0.1:{free_port()}", "ANSWERABLE_DEMO_POOL": "6000",
        "ANSWERABLE_CAPTURE": f"127.0.0.1:{free_port()}", "ANSWERABLE_METRICS": f"127.0.0.1:{free_port(socket.SOCK_STREAM)}",
    }  # fmt: skip
    return House(var, environment)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = make_house(tmp_path_factory.mktemp("house"))
    try:  # an interrupt while it starts must leave nothing running either
        made.said = made.start()  # type: ignore[attr-defined]
        yield made
    finally:
        made.stop()
