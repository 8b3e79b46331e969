"""Run the gate: a small parent that starts Kamailio, starts it again when it dies, and leaves nothing of it behind.

SIGKILL of Kamailio's main process leaves its workers alive on the port, and a second Kamailio binds beside them
without an error. So the parent becomes their reaper, kills what is left before it starts again, and refuses a port
already bound.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

from answerable.gate import capture, compiled, control, drain, journal, shared, succession, ticket
from answerable.gate.clock import Clock
from answerable.gate.journal import say
from answerable.gate.settings import GateSettings
from answerable.snapshot.read import Snapshot

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before any fork
GRACE_SECONDS = 5.0
MASK_ADDRESS = "192.0.2.1"
"""What the hosts of the other side are shown as: an address that nobody has (RFC 5737)."""
SOONEST_RESTART_SECONDS, LATEST_RESTART_SECONDS = 0.1, 5.0
_LOADER = """import sys
sys.path.insert(0, {source!r})
from answerable.gate.kemi import start


def mod_init():
    return start({place!r})
"""


class PortTaken(Exception):
    """Somebody else is bound to the gate's port."""

    code = "PORT_TAKEN"


def run(settings: GateSettings) -> int:
    """Run the gate until SIGTERM or SIGINT; return the exit status. Must be called in the main thread."""
    settings = replace(settings, folder=settings.folder.resolve())  # leftovers are known by this path
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    settings.run_folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    with (settings.run_folder / succession.LOCK).open("w") as lock:
        succession.hold(lock, settings.run_folder)
        render(settings)
        succession.note_start(settings.run_folder)
        drain.end(settings.run_folder)  # a start is the end of a drain
        kill_leftovers(settings)  # of a parent that was itself killed
        refuse_taken_port(settings)
        if compiled.source() == compiled.SOURCE:
            say("The gate runs uncompiled: the same answers for more processor time. `make compiled` compiles it.")
        parent = Parent(settings)
        for name in succession.ENDINGS:
            signal.signal(name, parent.stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, succession.ENDINGS)  # held back by the program before us
        return parent.run()


class Parent:
    """Keeps one Kamailio alive."""

    def __init__(self, settings: GateSettings) -> None:
        self.settings = settings
        self.is_stopping = self.is_drained = False
        self._clock = Clock(settings.run_folder)
        self._snapshot = Snapshot(settings.folder)

    def stop(self, *_: object) -> None:
        self.is_stopping = True

    def run(self) -> int:
        """Start, wait, clear away, start again; slower each time it dies young."""
        pause = SOONEST_RESTART_SECONDS
        while not self.is_stopping:
            started = time.monotonic()
            process = start(self.settings)
            self._watch(process)
            if self.is_stopping or process.poll() is None:
                _end(process)
            kill_leftovers(self.settings)
            if self.is_drained:
                self._start_anew()
            elif not self.is_stopping:
                lived = time.monotonic() - started
                pause = SOONEST_RESTART_SECONDS if lived > 10 else min(pause * 2, LATEST_RESTART_SECONDS)
                say(f"Kamailio ended with status {process.returncode} after {lived:.0f} s; again in {pause:.1f} s.")
                time.sleep(pause)
        self._snapshot.close()
        return 0

    def _start_anew(self) -> None:
        """Hand the folder on to the program on the disk; where that cannot be, go on with this one, as it was."""
        signal.pthread_sigmask(signal.SIG_BLOCK, succession.ENDINGS)
        if not self.is_stopping:
            try:
                shared.keys(self.settings.folder, self.settings.run_folder)
                error: Exception = succession.become_the_new_program()
            except shared.BadShared as bad:  # the new program would not start with it
                error = bad
            say(f"The gate goes on with the program and the keys that it had: {error}", "ERROR")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, succession.ENDINGS)
        drain.end(self.settings.run_folder)
        self.is_drained = False

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for Kamailio's end; meanwhile write down when each heartbeat was first seen."""
        while not self.is_stopping and process.poll() is None:
            if self._drain_is_over():
                return
            with suppress(Exception):  # a snapshot that cannot be read is the workers' to refuse
                self._clock.keep(self._snapshot.heartbeat())
            for _ in range(20):
                if self.is_stopping or process.poll() is not None:
                    return
                time.sleep(0.05)

    def _drain_is_over(self) -> bool:
        """Say whether a drain was ordered and no call is left, or its time is up; then end, or start anew."""
        ordered = drain.read(self.settings.run_folder)
        if ordered is None:
            return False
        if 0 <= time.time() - ordered["at"] < ordered["limit_seconds"]:
            try:
                if control.calls_in_progress(self.settings) > 0:
                    return False
            except control.NoAnswer:
                return False
        say(f"Drained by {ordered['by']}; {'starts anew' if ordered['then'] == 'start' else 'ends'}.")
        self.is_drained, self.is_stopping = ordered["then"] == "start", ordered["then"] == "end"
        return True


def render(settings: GateSettings) -> Path:
    """Write the run folder: configuration, loader script, settings, and the keys of the tickets. Raise BadShared."""
    place = settings.run_folder
    script, config, tickets = place / "route.py", place / "kamailio.cfg", place / ticket.FILE
    keys = shared.keys(settings.folder, place)
    script.write_text(_LOADER.format(source=str(compiled.source()), place=str(place)))
    (place / "settings.json").write_text(settings.as_json())
    tickets.touch(mode=0o600)
    tickets.write_bytes(b"".join(keys))
    gateways = place / "gateways.list"
    gateways.write_text("".join(f"1 sip:{one} 0\n" for one in settings.gateways))
    values: dict[str, Any] = {
        "gateways": gateways,
        "probe_seconds": settings.probe_gateways_seconds,
        "tls_port": settings.tls_port,
        "tls_certificate": settings.tls_certificate,
        "tls_key": settings.tls_key,
        "mask_key": hashlib.sha256(b"topology" + keys[0]).hexdigest()[:32],
        "mask_address": MASK_ADDRESS,
        "aliases": shared.aliases(settings.folder),
        "address": settings.address,
        "port": settings.port,
        "workers": settings.workers,
        "modules": settings.modules,
        "longest_call_seconds": settings.longest_call_seconds,
        "no_response_ms": settings.no_response_seconds * 1000,
        "script": script,
        "control": control.lines(settings),
        "capture": capture.lines(settings),
    }
    config.touch(mode=0o600)  # it holds the collector's key
    config.chmod(0o600)
    config.write_text(Template((Path(__file__).parent / "kamailio.cfg").read_text()).substitute(values))
    return config


def start(settings: GateSettings, *more: str) -> subprocess.Popen[bytes]:
    """Start Kamailio in the foreground, in an environment where its own Python finds its own modules."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    command = [
        settings.kamailio,
        "-f",
        str(settings.run_folder / "kamailio.cfg"),
        "-DD",
        "-E",
        "-m",
        "128",
        "-M",
        "16",
        "-x",
        "fm",
        "-X",
        "fm",
    ]
    wanted = {
        "GATEWAYS": settings.gateways,
        "TLS": settings.tls_port,
        "HIDE": settings.hides_topology,
        "CAPTURE": settings.capture,
    }
    for name in [name for name, is_wanted in wanted.items() if is_wanted] + list(more):
        command += ["-A", name]
    ends = journal.pipe()
    out = ends[1] if ends else None
    process = subprocess.Popen(
        command,
        stdout=out,
        stderr=out,
        env=kept | {"PYTHONDONTWRITEBYTECODE": "1"},
        cwd=settings.run_folder,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # the terminal's Ctrl-C reaches the parent alone, which ends it in order
        preexec_fn=_die_with_parent,  # noqa: PLW1509  what a Kamailio that is gone wrote is passed on by no other thread
    )
    if ends:
        os.close(ends[1])  # Kamailio has its own
        journal.pass_on(ends[0])
    return process


def kill_leftovers(settings: GateSettings) -> list[int]:
    """Kill every Kamailio that runs this folder's configuration, and wait until it is truly dead. Returns whom."""
    found = leftovers(settings)
    for process in found:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    until = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < until and not all(_is_dead(process) for process in found):
        _reap()
        time.sleep(0.01)
    _reap()
    return found


def leftovers(settings: GateSettings) -> list[int]:
    """List the processes of this gate by the configuration on their command line: nobody else's can be meant."""
    ours = os.fsencode(settings.run_folder / "kamailio.cfg")
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
                if arguments[0].endswith(b"kamailio") and ours in arguments:
                    found.append(int(entry.name))
    return found


def _is_dead(process: int) -> bool:
    """Say whether a process has let its sockets go. Its command line vanishes earlier than they do."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return True
    return state in "ZX"


def refuse_taken_port(settings: GateSettings) -> None:
    """Raise PortTaken when anybody is bound there. Without SO_REUSEADDR, which Kamailio sets and shares silently."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((settings.address, settings.port))
        except OSError as error:
            raise PortTaken(f"udp {settings.address}:{settings.port} cannot be bound: {error.strerror}") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask Kamailio to end in order; kill_leftovers does the rest."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)


def _reap() -> None:
    """Take the exit status of orphans that became ours."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _prctl(option: int, value: int) -> None:
    if _LIBC.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _die_with_parent() -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    """Run a gate from settings written by GateSettings.as_json: `python -m answerable.gate.host FILE`. For tests."""
    from answerable.gate.settings import from_json

    try:
        return run(from_json(Path(sys.argv[1]).read_text()))
    except (PortTaken, succession.AlreadyRunning, shared.BadShared) as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
