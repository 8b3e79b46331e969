"""Two gate hosts, a carrier, a landline, a database and its replica: six hosts, on one machine."""

from __future__ import annotations

import dataclasses
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from answerable.gate import health, host
from answerable.gate.settings import GateSettings
from answerable.media.audio import Audio
from answerable.snapshot import keys, records
from answerable.snapshot.read import Snapshot, link
from tests.calls.phone import Caller, Line
from tests.calls.world import NUMBER, SOURCE, number_record, wait
from tests.hosts import database
from tests.hosts.net import VOICE, Host, Net
from tests.hosts.signing import Signer

PORT = 5460  # each host has its own
SHARED = f"key {secrets.token_hex(32)}\n" + "".join(f"host {VOICE}.{last}:{PORT}\n" for last in (11, 12, 13))


class Gate:
    """One gate host: Kamailio, follower and ingest, each with nothing but its own folder and the database's address."""

    def __init__(self, folder: Path, host: Host, database_url: str, *, trunk: str) -> None:
        self.host, self.var = host, folder
        self.folder = folder / "gate"
        self.folder.mkdir(parents=True)
        (folder / "keys").symlink_to(folder.parent / "keys")
        self.environment = database.environment_of(folder, database_url) | {
            "PYTHONPATH": str(SOURCE), "ANSWERABLE_LANDLINE_TRUNK": trunk,
        }  # fmt: skip
        self.settings = GateSettings(folder=self.folder, address=host.voice, port=PORT, workers=2, landline_trunk=trunk)
        (self.folder / "shared").touch(mode=0o600)
        (self.folder / "shared").write_text(SHARED)
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        file = self.var / "settings.json"
        file.write_text(self.settings.as_json())
        self._run(sys.executable, "-m", "answerable.cli.main", "follow")
        self._run(sys.executable, "-m", "answerable.cli.main", "ingest")
        self._run(sys.executable, "-m", "answerable.gate.host", str(file))
        wait(self.answers, f"{self.host.name} answers", seconds=30)

    def _run(self, *words: str) -> None:
        with (self.var / "log").open("ab") as log:
            command = self.host.command(*words)
            self.started.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))

    def answers(self) -> bool:
        with self.host.inside():
            return health.options(self.host.voice, PORT, timeout_seconds=0.3) == "SIP/2.0 200 OK"

    def knows(self, epoch: int) -> bool:
        if not link(self.folder).exists():
            return False
        snapshot = Snapshot(self.folder)
        try:
            return int(snapshot.read(keys.EPOCH)[0] or 0) >= epoch
        finally:
            snapshot.close()

    def die(self) -> None:
        """Lose the whole host at once, then its cables."""
        self.host.kill()
        for network in ("voice", "data"):
            self.host.cable(network, up=False)
        for process in self.started:
            process.wait(10)
        self.started.clear()
        host.kill_leftovers(self.settings)

    def come_back(self) -> None:
        for network in ("voice", "data"):
            self.host.cable(network, up=True)
        self.start()


class Talk:
    """A call by way of a gate, with its audio between the two telephones; the gate sees none of it."""

    def __init__(self, field: Field, gate: Gate) -> None:
        with field.carrier.inside():
            self.caller = Caller(PORT, address=gate.host.voice, own=field.carrier.voice)
            self.near = Audio(field.carrier.voice)
        with field.landline.inside():
            self.far = Audio(field.landline.voice, is_echo=True)
        self.caller.audio_port = self.near.port
        self.line = field.line
        field.trunk(self.caller.port)

    def begin(self, seconds: float = 8.0) -> int:
        """Call, and talk when it is answered; return the reply's status."""
        self.line.audio_port = self.far.port
        status = self.caller.invite(NUMBER, seconds=seconds).status
        if status == 200:
            assert self.caller.final is not None
            assert f"m=audio {self.far.port} " in self.caller.final.body
            self.far.start((self.near_address, self.near.port))
            self.near.start((self.far_address, self.far.port))
        return status

    @property
    def near_address(self) -> str:
        return str(self.near.socket.getsockname()[0])

    @property
    def far_address(self) -> str:
        return str(self.far.socket.getsockname()[0])

    def heard(self, seconds: float) -> int:
        """Count the packets that come back to the caller in a while."""
        before = self.near.received
        time.sleep(seconds)
        return self.near.received - before

    def end(self) -> None:
        self.near.stop()
        self.far.stop()
        self.caller.socket.close()


@dataclass
class Field:
    """All of it."""

    net: Net
    one: Gate
    two: Gate
    carrier: Host
    landline: Host
    line: Line
    first: database.Database
    second: database.Database
    signer: Signer
    way: str
    more: list[Gate] = dataclasses.field(default_factory=list)
    epoch: int = 0
    has_failed_over: bool = False

    @property
    def primary(self) -> database.Database:
        return self.second if self.has_failed_over else self.first

    def publish(self, *rows: tuple[str, bytes | None]) -> int:
        """Publish rows under one epoch, as the publisher does."""
        self.epoch += 1
        for key, record in rows:
            self.primary.execute(
                "INSERT INTO routing_published (key, epoch, record) VALUES (%s, %s, %s) ON CONFLICT (key) DO UPDATE"
                " SET epoch = excluded.epoch, record = excluded.record",
                key, self.epoch, record,
            )  # fmt: skip
        self.primary.execute("NOTIFY published")
        return self.epoch

    def trunk(self, port: int) -> None:
        """Make the carrier's address and port a trunk at every gate that runs."""
        key = f"trunk:{self.carrier.voice}:{port}"
        self.publish((key, records.encode({"name": "联通北京一", "kind": "trunk"})))
        self.all_know(*(gate for gate in (self.one, self.two, *self.more) if gate.started))

    def all_know(self, *gates: Gate) -> None:
        """Wait until these gates have the newest publication."""
        for gate in gates:
            wait(lambda gate=gate: gate.knows(self.epoch), f"{gate.host.name} knows epoch {self.epoch}", seconds=20)

    @property
    def trunk_of_lines(self) -> str:
        return f"{self.landline.voice}:{self.line.port}"

    def gate(self, name: str, last: int) -> Gate:
        """Make a new gate host, with nothing but what its operator brings: no trusted keys yet."""
        host = self.net.host(name, last, "voice", "data")
        self.more.append(Gate(self.one.var.parent / name, host, self.way, trunk=self.trunk_of_lines))
        return self.more[-1]

    def record(self, **changes: Any) -> dict[str, Any]:
        soon = int(time.time()) + 9000
        uri = f"sip:01062345678@{self.trunk_of_lines}"
        line = {"line": "01062345678", "uri": uri, "proven_until": soon, "ring_seconds": 20}
        return number_record(NUMBER, destinations=[line], **changes)

    def number(self, **changes: Any) -> bytes:
        """Make the number's record: with a new permit where it rings, without any where it is stopped."""
        record = self.record(**changes)
        return records.encode(record) if record["stop"] else self.signer.permitted(record)

    def row(self, talk: Talk) -> list[tuple[Any, ...]]:
        """Read what the database knows of a call: host, end, and how many records there are."""
        return self.primary.execute(
            "SELECT c.host, c.end_status, (SELECT count(*) FROM calls_gaterecord r WHERE r.call = c.call)"
            " FROM calls_call c WHERE c.call = %s ORDER BY c.host",
            talk.caller.call,
        )


@pytest.fixture
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    if os.geteuid() != 0:
        pytest.skip("only root makes network namespaces")
    folder = tmp_path_factory.mktemp("hosts")
    with Net() as net:
        first = database.Database(folder / "first", net.host("first", 1, "data"))
        second = database.Database(folder / "second", net.host("second", 2, "data"))
        for one in (first, second):
            one.folder.mkdir()
        first.initialise()
        first.start("fsync=off", "full_page_writes=off")
        database.migrate(first, folder / "first")
        first.server.stop(first.process)
        (second.folder / "postgres").mkdir()
        database.replicate(first, second)
        way = database.url(first, second)
        carrier, landline = net.host("carrier", 21, "voice"), net.host("landline", 22, "voice")
        with landline.inside():
            line = Line(own=landline.voice)
            line.__enter__()
        trunk = f"{landline.voice}:{line.port}"
        gates = [
            Gate(folder / name, net.host(name, last, "voice", "data"), way, trunk=trunk)
            for name, last in (("one", 11), ("two", 12))
        ]
        signer = Signer(folder / "signer")
        for gate in gates:
            signer.bring_keys(gate.folder)
        made = Field(net, *gates, carrier, landline, line, first, second, signer, way)
        made.primary.execute(
            "INSERT INTO routing_heartbeat (id, at, epoch) VALUES (1, now(), 1) ON CONFLICT (id) DO UPDATE SET at = now()"
        )
        made.publish((f"n:{NUMBER}", made.number()))
        starting = [threading.Thread(target=gate.start) for gate in gates]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        try:
            yield made
        finally:
            line.__exit__(None)
            for gate in (*gates, *made.more):
                print((gate.var / "log").read_text(errors="replace")[-3000:])
            for one in (first, second):
                print((one.folder / "log").read_text(errors="replace")[-1500:])
