"""Serve /metrics, /healthz and /readyz of one gate host over HTTP, on loopback unless told otherwise.

/healthz: 200 while the gate answers SIP at all. /readyz: 200 while calls may be sent here, else 503 and why.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from answerable.gate.exporter.calls import Calls
from answerable.gate.exporter.state import State, look
from answerable.gate.exporter.strangers import StrangerTail
from answerable.gate.exporter.tail import Tail
from answerable.gate.settings import GateSettings

EVERY_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 5
log = logging.getLogger(__name__)


class Stopping(Protocol):
    """Something that says when to stop, such as threading.Event."""

    def is_set(self) -> bool: ...


class Exporter:
    """Follows the spool, and looks at the host when asked."""

    def __init__(self, settings: GateSettings) -> None:
        self.settings = settings
        self.registry = CollectorRegistry()
        self.calls, self.tail = Calls(self.registry), Tail(settings.folder)
        self.strangers = StrangerTail(settings.folder)
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Take what the spool has new."""
        with self._lock:
            for record, is_old in self.tail.records():
                self.calls.take(record, is_old=is_old)
            self.calls.take_strangers(self.strangers.new())
            self.calls.settle(time.time())

    def state(self) -> State:
        self.follow()
        with self._lock:
            return look(self.settings, self.tail)

    def metrics(self) -> bytes:
        """Write everything in Prometheus' text format."""
        state = self.state()
        once = CollectorRegistry()
        once.register(_Once(list(families(state, ready=not state.problems(self.settings)))))
        with self._lock:
            return generate_latest(self.registry) + generate_latest(once)

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body of one address."""
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, self.metrics()
        if path not in ("/healthz", "/readyz"):
            return 404, "application/json", b'{"status": "no such page"}'
        state = self.state()
        problems = (
            state.problems(self.settings) if path == "/readyz" else [] if state.status else ["no answer to OPTIONS"]
        )
        body = json.dumps({"status": "problems" if problems else "ok", "problems": problems}).encode()
        return (503 if problems else 200), "application/json", body


class _Once:
    """Hands out figures of one look."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def families(state: State, *, ready: bool) -> Iterator[Metric]:
    """Say a look in metrics; what cannot be told is left out."""
    plain: list[tuple[str, str, float | None]] = [
        ("answerable_gate_up", "1 while the gate answers OPTIONS.", state.status is not None),
        ("answerable_gate_ready", "1 while calls may be sent here (/readyz).", ready),
        ("answerable_gate_draining", "1 while new calls are sent elsewhere.", state.draining),
        ("answerable_calls_in_progress", "Calls that Kamailio knows of, ringing or answered.", state.calls),
        ("answerable_snapshot_age_seconds", "Seconds since the database's last heartbeat that is known here.", state.heartbeat_age),
        ("answerable_snapshot_epoch", "The newest publication in the snapshot.", state.epoch),
        ("answerable_spool_bytes", "Bytes of records that are not delivered.", state.spool_bytes),
        ("answerable_spool_lag_seconds", "Age of the oldest record that is not delivered.", state.spool_lag),
        ("answerable_spool_damaged_files", "Spool files that were set aside.", state.damaged),
        ("answerable_spool_disk_free_bytes", "What the spool's disk has left.", state.disk_free),
        ("answerable_stops_in_force", "Numbers stopped on this host alone.", state.stops),
        ("answerable_permit_alarms", "Records in the snapshot's way whose permits were refused.", state.alarms),
        ("answerable_snapshot_refused", "1 while a build, or changes, stand refused for their losses.", state.refused),
        ("answerable_snapshot_held_numbers", "Numbers whose newest record is held back.", state.held),
        ("answerable_gate_shared_memory_used_bytes", "Kamailio's shared memory in use.", state.memory.get("used")),
        ("answerable_gate_shared_memory_free_bytes", "Kamailio's shared memory that is free.", state.memory.get("free")),
        ("answerable_gate_transactions", "SIP transactions under way.", state.memory.get("transactions")),
    ]  # fmt: skip
    for name, text, value in plain:
        if value is not None:
            yield GaugeMetricFamily(name, text, value=float(value))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong with one question; somebody who went away without the answer is no fault."""
        if not isinstance(sys.exception(), ConnectionError):
            log.exception("A question for figures was not answered.")


@contextmanager
def serving(exporter: Exporter, address: str, port: int) -> Iterator[int]:
    """Serve inside the block; yields the port (0 asks for any)."""

    class Handler(BaseHTTPRequestHandler):
        timeout = LONGEST_WAIT_SECONDS

        def do_GET(self) -> None:
            status, kind, body = exporter.answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = _Server((address, port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def run(exporter: Exporter, address: str, port: int, stopping: Stopping) -> None:
    """Serve and follow until `stopping` is set."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    with serving(exporter, address, port):
        while not stopping.is_set():
            exporter.follow()
            time.sleep(EVERY_SECONDS)
    exporter.tail.close()
