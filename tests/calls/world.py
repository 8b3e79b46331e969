"""A gate on loopback with its own folder, ports, snapshot and telephones: everything a call test needs."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from answerable.gate import health, host
from answerable.gate.settings import LOOK_SECONDS, GateSettings
from answerable.snapshot import keys, records
from answerable.snapshot.write import Writer, build
from answerable.spool import read

SOURCE = Path(host.__file__).resolve().parents[2]
NUMBER = "4008123456"
OWNER = "91110108MA01ABCD2X"
SECRET = "correct horse battery"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def destination(port: int, line: str = "01062345678", **changes: Any) -> dict[str, Any]:
    uri = f"sip:{line}@127.0.0.1:{port}"
    return {"line": line, "uri": uri, "proven_until": int(time.time()) + 9000, "ring_seconds": 20} | changes


def number_record(number: str = NUMBER, **changes: Any) -> dict[str, Any]:
    """Make the record of a number in order; `changes` put something wrong with it."""
    soon = int(time.time()) + 9000
    return {
        "number": number,
        "owner": OWNER,
        "business_state": "working",
        "network_state": "activated",
        "verified_until": soon,
        "paid_until": soon,
        "stop": None,
        "hours": None,
        "limited_hours": None,
        "closed_dates": [],
        "open_dates": [],
        "destinations": [],
        "overflow": {"busy": True, "no_answer": True},
    } | changes


class World:
    """One gate, started by `start`; the snapshot's heartbeat is now unless said otherwise."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.folder = folder / "gate"
        self.folder.mkdir()
        secret = folder / "caller.secret"
        secret.write_text(SECRET)
        defaults: dict[str, Any] = {"workers": 2, "caller_secret_file": secret, "landline_trunk": "127.0.0.1:9"}
        self.settings = GateSettings(folder=self.folder, port=free_port(), **(defaults | changes))
        self.trunk_port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.epoch = 0
        self.items: dict[str, bytes] = {}
        self.trunk(self.trunk_port)

    def trunk(self, port: int, name: str = "联通北京一", **limits: int) -> None:
        self.items[f"trunk:127.0.0.1:{port}"] = records.encode({"name": name, "kind": "trunk", **limits})

    def any_port(self) -> None:
        """Take every port of this machine for a trunk, so that several callers can call at once."""
        self.items["trunk:127.0.0.1"] = records.encode({"name": "移动广州三", "kind": "trunk"})
        self.trunk_port = 0

    def trunk_user(self, user: str, password: str, name: str = "电信上海二", **limits: int) -> None:
        """Add a trunk that signs in from any address."""
        ha1 = hashlib.md5(f"{user}:{records.REALM}:{password}".encode()).hexdigest()  # noqa: S324  what SIP's digest is made of
        self.items[f"trunk-user:{user}"] = records.encode({"name": name, "kind": "trunk", "ha1": ha1, **limits})
        self.items[keys.DIGEST.decode()] = records.encode({"name": "*", "kind": "trunk"})

    def number(self, number: str = NUMBER, **changes: Any) -> None:
        self.items[f"n:{number}"] = records.encode(number_record(number, **changes))

    def build(self, *, heartbeat_age: float = 0.0) -> None:
        """Build a whole new file and turn the link to it."""
        self.epoch += 1
        build(self.folder, list(self.items.items()), epoch=self.epoch, heartbeat=time.time() - heartbeat_age)
        if self.process is not None:
            time.sleep(LOOK_SECONDS + 0.1)  # for so long a worker may go on with the file before

    def publish(self, number: str = NUMBER, **changes: Any) -> None:
        """Change one record in place, as follow does."""
        self.number(number, **changes)
        self.epoch += 1
        writer = Writer(self.folder)
        writer.apply([(keys.number(number), self.items[f"n:{number}"])], self.epoch)
        writer.close()

    def start(self) -> World:
        self.launch()
        wait(self.answers, "the gate answers", seconds=20)
        wait(self._is_complete, "all its processes are there")
        return self

    def _is_complete(self) -> bool:
        """Say whether the gate has stopped forking: it answers before its last process is there."""
        before = self.kamailios()
        time.sleep(0.1)
        return len(before) > self.settings.workers and self.kamailios() == before

    def start_with_build(self) -> World:
        """Start, and give the heartbeat last: for tests in which it must be young."""
        self.build()
        self.start()
        self.build()
        return self

    prefix: tuple[str, ...] = ()
    """What runs the gate, such as `ip netns exec NAME`."""

    def launch(self) -> None:
        file = self.folder.parent / "settings.json"
        file.write_text(self.settings.as_json())
        self.log = self.folder.parent / "gate.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", "answerable.gate.host", str(file)],
                env=os.environ | {"PYTHONPATH": str(SOURCE)},
                stdout=log,
                stderr=log,
            )

    def answers(self) -> bool:
        return health.options("127.0.0.1", self.settings.port, timeout_seconds=0.3) == "SIP/2.0 200 OK"

    def kamailios(self) -> list[int]:
        return sorted(host.leftovers(self.settings))

    def main_process(self) -> int:
        """Find Kamailio's main process: the child of the parent."""
        assert self.process is not None
        children = {pid: parent_of(pid) for pid in self.kamailios()}
        return next(pid for pid, parent in children.items() if parent == self.process.pid)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(15)
        host.kill_leftovers(self.settings)

    def spool(self, kind: str | None = None) -> list[dict[str, Any]]:
        return [record for record in read.everything(self.folder) if kind in (None, record["kind"])]

    def stages(self, call: str) -> list[str]:
        return [record["kind"] for record in self.spool() if record.get("call") == call]


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return 0


def wait(condition: Callable[[], Any], what: str, *, seconds: float = 8.0) -> Any:
    """Wait for a condition and return its value; fail with what was waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise AssertionError(f"Not within {seconds} s: {what}")


@contextlib.contextmanager
def running(world: World) -> Iterator[World]:
    try:
        yield world.start()
    finally:
        world.stop()
