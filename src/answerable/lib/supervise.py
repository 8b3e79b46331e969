"""Run a set of programs under the `supervisor` package so that nothing outlives whoever started them.

Three nets: the supervisor stops each program's whole process group; each program dies with the supervisor, and the
supervisor with its starter, by parent-death signals; what got away all the same is found by a mark in its environment.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from answerable.lib import ports

MARK = "ANSWERABLE_SUPERVISED"
"""The environment of the supervisor and of every program carries this, with the folder as its value."""


class SuperviseError(Exception):
    """The supervisor or one of its programs does not start; the message is for the operator."""

    code = "supervise"


@dataclass(frozen=True)
class Program:
    """One program: how to start it, and the signal that stops it cleanly."""

    name: str
    command: Sequence[str]
    stop_signal: str = "TERM"
    stop_seconds: int = 10
    environment: Mapping[str, str] = field(default_factory=dict)
    is_first: bool = False
    """Started with the supervisor and stopped last; all others are started by `Supervisor.start_program`."""


def render(programs: Sequence[Program], *, folder: Path, socket: Path) -> str:
    """Write supervisor's configuration."""
    head = f"""
[unix_http_server]
file={socket}
chmod=0600

[supervisord]
nodaemon=true
silent=true
directory={folder}
logfile={folder}/log/supervisor.log
logfile_maxbytes=5MB
logfile_backups=3
pidfile={folder}/supervisor.pid
childlogdir={folder}/log
identifier=answerable

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
    return head.replace("%", "%%") + "".join(_render_program(program, folder) for program in programs)


def _render_program(program: Program, folder: Path) -> str:
    environment = {"PYTHONUNBUFFERED": "1", **program.environment}
    pairs = ",".join(f'{name}="{value}"' for name, value in environment.items())
    # Whoever stops the supervisor with SIGKILL stops its programs too.
    command = shlex.join(["setpriv", f"--pdeathsig={program.stop_signal}", "--", *program.command])
    body = f"""
[program:{program.name}]
command={command}
environment={pairs}
priority={1 if program.is_first else 100}
autostart={str(program.is_first).lower()}
autorestart=true
startsecs=1
startretries=1000000
stopsignal={program.stop_signal}
stopwaitsecs={program.stop_seconds}
stopasgroup={str(program.stop_signal == "TERM").lower()}
killasgroup=true
redirect_stderr=true
stdout_logfile={folder}/log/{program.name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
"""
    return body.replace("%", "%%")


class Supervisor:
    """A supervisor of ours, with its socket, configuration and logs in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        place = ports.folder_for_socket(folder, "supervisor.sock.4194304")
        self.socket = place / "supervisor.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, programs: Sequence[Program], *, timeout: float = 10) -> None:
        """Start the supervisor and its first programs; what an earlier one left behind is ended before."""
        end_leftovers(self.folder)
        (self.folder / "log").mkdir(exist_ok=True)
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        configuration = self.folder / "supervisor.conf"
        configuration.write_text(render(programs, folder=self.folder, socket=self.socket))
        command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(configuration)]
        with (self.folder / "log" / "supervisor.err").open("w") as errors:
            # A session of its own: Ctrl-C reaches us alone, and we stop it in order.
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig=TERM", "--", *command],
                env=os.environ | {MARK: str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                reason = (self.folder / "log" / "supervisor.err").read_text().strip()
                raise SuperviseError(f"The supervisor did not start: {reason or 'no answer'}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            self._call("getState")
        except (OSError, xmlrpc.client.Error):
            return False
        return True

    def start_program(self, name: str) -> None:
        self._call("startProcess", name, False)

    def stop_program(self, name: str, *, wait: bool = True) -> None:
        self._call("stopProcess", name, wait)

    def states(self) -> dict[str, str]:
        """Return each program's state in supervisor's words: STOPPED, STARTING, RUNNING, BACKOFF, EXITED, FATAL."""
        return {info["name"]: info["statename"] for info in self._call("getAllProcessInfo")}

    def pid(self, name: str) -> int:
        return int(self._call("getProcessInfo", name)["pid"])

    @property
    def is_started(self) -> bool:
        return self._process is not None

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self, timeout: float = 40) -> None:
        """Stop all programs, last started first, then the supervisor; end whatever is left."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        end_leftovers(self.folder)
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.folder:
            self.socket.parent.rmdir()

    def _call(self, method: str, *arguments: str | bool) -> Any:
        proxy = xmlrpc.client.ServerProxy(
            "http://supervisor", transport=cast(Any, SupervisorTransport(None, None, f"unix://{self.socket}"))
        )
        return getattr(proxy.supervisor, method)(*arguments)


def end_leftovers(folder: Path, *, grace_seconds: float = 1.5) -> list[int]:
    """End every process that a supervisor of this folder started and that is still there; return their ids."""
    found = [pid for pid in _pids() if _is_marked(pid, folder)]
    for pid in found:
        _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while (alive := [pid for pid in found if _is_marked(pid, folder)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in alive:
        _signal(pid, signal.SIGKILL)
    while any(_is_marked(pid, folder) for pid in alive) and time.monotonic() < deadline + grace_seconds:
        time.sleep(0.05)
    return found


def _pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and int(entry) != os.getpid()]


def _is_marked(pid: int, folder: Path) -> bool:
    """Read the environment a process was started with; a zombie's is empty, a stranger's is closed to us."""
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return False
    return f"{MARK}={folder}".encode() in environment.split(b"\0")


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
