"""The signer's socket: one JSON object a line, a question and its answer."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import socketserver
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from answerable.lib import ports
from answerable.lib.errors import Problem
from answerable.permits.signer.errors import PROBLEMS, BeyondPolicy, SignerAway, SignerProblem
from answerable.permits.signer.signer import Signer

LINE_AT_MOST = 256 * 1024
PATIENCE_SECONDS = 5.0
log = logging.getLogger(__name__)


SOCKET = "signer.sock"


def socket_in(door: Path) -> Path:
    """Say where the signer of a folder answers."""
    return ports.folder_for_socket(door, SOCKET) / SOCKET


class Server(socketserver.UnixStreamServer):
    """Answers one question at a time: the order of serials and used codes needs no further lock."""

    def __init__(self, path: Path, signer: Signer) -> None:
        path.unlink(missing_ok=True)
        super().__init__(str(path), _Handler)
        os.chmod(path, 0o660)
        self.signer = signer


class _Handler(socketserver.StreamRequestHandler):
    timeout = PATIENCE_SECONDS

    def handle(self) -> None:
        try:
            raw = self.rfile.readline(LINE_AT_MOST)
            said = answer(self.server.signer, raw, at=int(time.time()))  # type: ignore[attr-defined]
            self.wfile.write(json.dumps(said).encode() + b"\n")
        except OSError as error:
            log.warning("Somebody asked and did not wait: %s", error)


def answer(signer: Signer, raw: bytes, *, at: int) -> dict[str, Any]:
    """Answer one question; what is refused is an answer as well."""
    verbs: dict[str, Callable[[dict[str, Any]], Any]] = {
        "ping": lambda _: "here",
        "confirm": lambda q: signer.confirm(q["core"], str(q["name"]), str(q["code"]), at=at),
        "sign": lambda q: signer.sign(q["core"], q["evidence"], at=at),
    }
    try:
        question = json.loads(raw)
        return {"done": verbs[question["verb"]](question)}
    except Problem as problem:
        log.info("Refused: %s", problem)
        return {"refused": problem.code, "params": {name: str(value) for name, value in problem.params.items()}}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("A question that makes no sense: %s", error)
        return {"refused": BeyondPolicy.code, "params": {"why": "the question makes no sense"}}


def serve(folder: Path, path: Path) -> None:
    """Answer until SIGTERM."""
    signer = Signer(folder)
    signal.signal(signal.SIGTERM, _end)
    with Server(path, signer) as server:
        log.info("The signer answers on %s.", path)
        try:
            server.serve_forever(poll_interval=0.5)
        except KeyboardInterrupt:
            log.info("The signer ends.")
    signer.close()


def _end(*_: object) -> None:
    raise KeyboardInterrupt


def ask(path: Path, question: dict[str, Any]) -> Any:
    """Ask the signer; raise its refusal, or SignerAway where it does not answer."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
            channel.settimeout(PATIENCE_SECONDS)
            channel.connect(str(path))
            channel.sendall(json.dumps(question).encode() + b"\n")
            raw = channel.makefile("rb").readline(LINE_AT_MOST)
        said = json.loads(raw)
    except (OSError, ValueError) as error:
        raise SignerAway from error
    if "refused" in said:
        problem: type[SignerProblem] = PROBLEMS.get(said["refused"], BeyondPolicy)
        raise problem(**said["params"])
    return said["done"]
