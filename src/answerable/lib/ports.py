"""Ports and socket paths: is this one free, and is that one short enough."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from pathlib import Path

SOCKET_PATH_BYTES = 107
"""The kernel's limit for the path of a Unix socket."""


class PortTaken(Exception):
    """Another program has the port; the message names the variable that chooses another."""

    code = "port_taken"

    def __init__(self, *, what: str, address: str, port: int, variable: str) -> None:
        super().__init__(
            f"Port {port} on {address}, meant for {what}, is taken by another program."
            f" Stop it, or choose another port: {variable}={port + 100}."
        )


def is_free(kind: socket.SocketKind, address: str, port: int) -> bool:
    """Say whether a server could bind here now. A TCP port that only waits out old connections is free."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def folder_for_socket(folder: Path, name: str) -> Path:
    """Return `folder`, or one under /tmp that stands for it when the path of a socket `name` in it is too long."""
    if len(os.fsencode(folder / name)) <= SOCKET_PATH_BYTES:
        return folder
    return Path("/tmp") / f"answerable-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:20]}"  # noqa: S108


def answers_sip(address: str, port: int, *, timeout: float = 1.0) -> str | None:
    """Ask a SIP element OPTIONS over UDP; return its status line, whatever it says, or None when nothing answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(timeout)
        probe.connect((address, port))
        here = "{}:{}".format(*probe.getsockname())
        lines = [
            f"OPTIONS sip:{address}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{secrets.token_hex(8)};rport",
            "Max-Forwards: 70",
            f"From: <sip:check@{here}>;tag={secrets.token_hex(4)}",
            f"To: <sip:{address}:{port}>",
            f"Call-ID: {secrets.token_hex(8)}@{here}",
            "CSeq: 1 OPTIONS",
            "Content-Length: 0",
        ]
        try:
            probe.send("\r\n".join([*lines, "", ""]).encode())
            return probe.recv(4096).decode(errors="replace").splitlines()[0]
        except (OSError, IndexError):
            return None
