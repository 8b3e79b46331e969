"""The whole installation on one machine: start every process in order, wait until each answers, stop them all."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from answerable.cli import init, installation, signer
from answerable.gate.health import health
from answerable.lib import postgres
from answerable.lib.ports import PortTaken, is_free
from answerable.lib.supervise import Program, SuperviseError, Supervisor, end_leftovers

HEARTBEAT_IS_FRESH_SECONDS = 5
WAIT_SECONDS = 60


class AlreadyRuns(Exception):
    """Another `answerable run` uses this folder of data."""

    code = "already_running"


@dataclass(frozen=True)
class Answer:
    """What a process said when it was asked whether it works."""

    name: str
    after_ms: int
    evidence: str


PROCESSES = {
    "signer": ["run"],
    "publisher": [],
    "log": ["run"],
    "follow": [],
    "capture": [],
    "gate": ["run"],
    "metrics": [],
    "landline": [],
    "web": [],
    "worker": [],
    "ingest": [],
    "caller": [],
}

NEED_NO_DATABASE = {"signer", "capture", "gate", "metrics", "landline"}
SWITCHED_OFF_BY = {"capture": "ANSWERABLE_CAPTURE", "metrics": "ANSWERABLE_METRICS"}
"""Programs that are left out where the variable of their address is empty."""


def programs() -> list[Program]:
    """List what runs, the database first."""
    server = installation.server()
    first = []
    if server is not None:
        first = [Program("postgres", server.command(), stop_signal="INT", stop_seconds=20, is_first=True)]
    nouns = [(noun, verb) for noun, verb in PROCESSES.items() if noun not in left_out()]
    return first + [
        Program(noun, OTHERWISE[noun]() if noun in OTHERWISE else command(noun, *verb)) for noun, verb in nouns
    ]


def left_out() -> set[str]:
    """Leave the demo's lines out where a real trunk is configured, and what is switched off."""
    is_real = os.environ.get("ANSWERABLE_LANDLINE_TRUNK", "127.").partition(".")[0] != "127"
    off = {noun for noun, variable in SWITCHED_OFF_BY.items() if not os.environ.get(variable, "here")}
    return off | ({"landline"} if is_real else set())


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "answerable.cli.main", *words]


OTHERWISE: dict[str, Callable[[], list[str]]] = {
    "signer": signer.program,
    "metrics": lambda: command("gate", "metrics"),
}
"""Programs whose command is not their name."""


class House:
    """Everything that runs, from `start` to `stop`."""

    def __init__(self) -> None:
        self._supervisor = Supervisor(installation.var())
        self._lock: IO[str] | None = None

    def start(self, say: Callable[[str], None]) -> list[Answer]:
        """Start all and return each process's answer; raise the sentence of what is in the way."""
        self._take_lock()
        end_leftovers(installation.var())  # of a start that was killed: they hold our ports
        init.make_folders()
        signer.prepare()
        refuse_taken_ports()
        server = installation.server()
        if server is not None and server.initialise():
            say("Made a new PostgreSQL database.")
        wanted = programs()
        self._supervisor.start(wanted)
        for name in NEED_NO_DATABASE - left_out():
            self._supervisor.start_program(name)
        if server is not None:
            server.wait_ready()
            server.prepare()
        if init.has_migrations_to_run():
            say("Bringing the tables up to date.")
            init.migrate()
        load_world(say)
        started = time.monotonic()
        waiting = [program.name for program in wanted]
        for program in wanted:
            if not program.is_first and program.name not in NEED_NO_DATABASE:
                self._supervisor.start_program(program.name)
        return self._wait_for(waiting, started)

    def _take_lock(self) -> None:
        """Hold the folder of data for ourselves: two supervisors would fight over ports and files."""
        installation.var().mkdir(parents=True, exist_ok=True)
        lock = (installation.var() / "run.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise AlreadyRuns(f"It runs already, from {installation.var()}.") from error
        self._lock = lock

    def _wait_for(self, names: list[str], started: float) -> list[Answer]:
        answers: dict[str, Answer] = {}
        while len(answers) < len(names):
            states = self._supervisor.states()
            for name in names:
                evidence = ask(name, states.get(name, "")) if name not in answers else None
                if evidence is not None:
                    answers[name] = Answer(name, round((time.monotonic() - started) * 1000), evidence)
            if time.monotonic() - started > WAIT_SECONDS:
                silent = next(name for name in names if name not in answers)
                log = installation.var() / "log" / f"{silent}.log"
                raise SuperviseError(f"{silent} does not answer after {WAIT_SECONDS} s; see {log}.\n{_end_of(log)}")
            time.sleep(0.1)
        return [answers[name] for name in names]

    def is_alive(self) -> bool:
        return self._supervisor.is_alive()

    def stop(self) -> bool:
        """Stop what `start` started and nothing else; return whether there was anything to stop."""
        if self._lock is None:
            return False
        was_started = self._supervisor.is_started
        self._supervisor.stop()
        self._lock.close()
        self._lock = None
        return was_started


def load_world(say: Callable[[str], None]) -> None:
    """Load the demo world into an empty database, in a process of its own that gives its memory back."""
    from answerable.cli import world

    if world.is_empty():
        say("The database is empty: loading the demo world.")
        if subprocess.run(command("demo", "world"), check=False).returncode:
            raise SuperviseError("The demo world could not be loaded; see above.")


def _end_of(log: os.PathLike[str]) -> str:
    try:
        with open(log, errors="replace") as stream:
            return "".join(stream.readlines()[-12:])
    except OSError:
        return ""


def ask(name: str, state: str) -> str | None:  # noqa: PLR0911  one way to ask for each kind
    """Ask one process whether it works; return its evidence, or None as long as it does not."""
    from answerable import settings

    if name == "postgres":
        server = installation.server()
        return f"socket {postgres.socket_folder(server.folder)}" if server is not None and server.answers() else None
    if name == "web":
        return answers_http(f"http://127.0.0.1:{settings.HTTP_PORT}/readyz")
    if name == "metrics":
        return answers_http(f"http://{settings.METRICS}/healthz")
    if name in {"gate", "follow"}:
        return _ask_gate_host(name)
    if name == "signer":
        return f"socket {settings.SIGNER_DOOR}" if signer.answers() else None
    if name in {"landline", "capture"}:
        where = settings.LANDLINE_TRUNK if name == "landline" else settings.CAPTURE
        host, _, port = where.rpartition(":")
        return f"udp {where}" if not is_free(socket.SOCK_DGRAM, host, int(port)) else None
    return "runs" if state == "RUNNING" else None


def _ask_gate_host(name: str) -> str | None:
    from answerable.cli.gate import gate_settings

    settings = gate_settings()
    found = health(settings, timeout_seconds=0.5)
    if name == "gate":
        return f"SIP 200 OK on udp {settings.address}:{settings.port}" if found.takes_calls else None
    age = found.heartbeat_age_seconds
    if age is None or age > HEARTBEAT_IS_FRESH_SECONDS:
        return None
    return f"snapshot at epoch {found.epoch}, heartbeat {max(age, 0):.1f} s old"


def answers_http(address: str) -> str | None:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  our own address
            return f"HTTP {answer.status} {address}"
    except (urllib.error.URLError, OSError):
        return None


def refuse_taken_ports() -> None:
    """Raise PortTaken before anything starts: Kamailio would share a port in silence."""
    from answerable import settings

    host, _, port = settings.LANDLINE_TRUNK.rpartition(":")
    wanted = [
        (socket.SOCK_STREAM, "the web", "127.0.0.1", settings.HTTP_PORT, "ANSWERABLE_HTTP_PORT"),
        (socket.SOCK_DGRAM, "the gate", settings.GATE_ADDRESS, settings.GATE_PORT, "ANSWERABLE_GATE_PORT"),
    ]
    if "landline" not in left_out():
        wanted.append((socket.SOCK_DGRAM, "the demo's lines", host, int(port), "ANSWERABLE_LANDLINE_TRUNK"))
    if "capture" not in left_out():
        host, _, port = settings.CAPTURE.rpartition(":")
        wanted.append((socket.SOCK_DGRAM, "the collector of signalling", host, int(port), "ANSWERABLE_CAPTURE"))
    if "metrics" not in left_out():
        host, _, port = settings.METRICS.rpartition(":")
        wanted.append((socket.SOCK_STREAM, "the exporter of figures", host, int(port), "ANSWERABLE_METRICS"))
    for kind, what, address, number, variable in wanted:
        if not is_free(kind, address, number):
            raise PortTaken(what=what, address=address, port=number, variable=variable)
