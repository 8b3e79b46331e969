"""A witness of its own over HTTP on loopback (C2SP tlog-witness), written from the specification: it refuses what it must.

It keeps the last checkpoint it cosigned per origin in a file, and shares with the log only notes and Merkle proofs.
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from answerable.transparency.checkpoints import Checkpoint
from answerable.transparency.errors import LogError, ProofInvalid, UnverifiedNote
from answerable.transparency.merkle import verify_consistency
from answerable.transparency.notes import Note


class Witness:
    """Knows some logs' keys by origin; cosigns what continues what it has cosigned."""

    def __init__(self, key, logs, file, *, clock=lambda: 1_800_000_000):
        self.key, self.logs, self.file, self.clock = key, {log.name: log for log in logs}, file, clock
        self.seen = []
        self._lock = threading.Lock()

    def latest(self, origin):
        kept = json.loads(self.file.read_text()) if self.file.exists() else {}
        size, root = kept.get(origin, (0, ""))
        return size, base64.b64decode(root)

    def add_checkpoint(self, body):
        """Return status, content type and body."""
        head, _, raw = body.partition(b"\n\n")
        lines = head.decode().split("\n")
        try:
            note = Note.parse(raw)
            checkpoint = Checkpoint.parse(note.text)
            old = int(lines[0].removeprefix("old "))
            proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
        except (LogError, ValueError):
            return 400, "text/plain", b""
        if checkpoint.origin not in self.logs:
            return 404, "text/plain", b""
        try:
            note.verify([self.logs[checkpoint.origin]])
        except UnverifiedNote:
            return 403, "text/plain", b""
        if lines[0] != f"old {old}" or old > checkpoint.size or len(proof) > 63:
            return 400, "text/plain", b""
        with self._lock:
            return self._judge(checkpoint, old, proof)

    def _judge(self, checkpoint, old, proof):
        size, root = self.latest(checkpoint.origin)
        self.seen.append((old, checkpoint.size))
        is_other_root = 0 < old == size == checkpoint.size and root != checkpoint.root
        if old != size or is_other_root:
            return 409, "text/x.tlog.size", f"{size}\n".encode()
        try:
            if size:
                verify_consistency(size, root, checkpoint.size, checkpoint.root, proof)
            elif proof:
                raise ProofInvalid("nothing is proven from size 0")
        except ProofInvalid:
            return 422, "text/plain", b""
        kept = {checkpoint.origin: (checkpoint.size, base64.b64encode(checkpoint.root).decode())}
        self.file.write_text(json.dumps(kept))
        return 200, "text/plain", self.key.sign(checkpoint.text, at=self.clock()).encode()


class _Quiet(ThreadingHTTPServer):
    """Say nothing where a client gave up before its answer."""

    def handle_error(self, request, client_address):
        pass


@contextmanager
def served(answer):
    """Serve a function from a request's body to (status, content type, body); yield the submission prefix."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, said = answer(body) if self.path == "/prefix/add-checkpoint" else (404, "text/plain", b"")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *arguments):
            pass

    server = _Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/prefix"
    finally:
        server.shutdown()
        server.server_close()
