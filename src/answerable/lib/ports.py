"""Ports and socket paths: is this one free, and is that one short enough."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

SOCKET_PATH_BYTES = 107
"""The kernel's limit for the path of a Unix socket."""


class PortTaken(Exception):
    """Another program has the port; the message names the variable that chooses another."""

    code = "port_taken"

    def __init__(self, *, what: str, address: str, port: int, variable: str) -> None:
        example = f"{address}:{port + 100}" if variable.endswith(("TRUNK", "CAPTURE", "METRICS")) else str(port + 100)
        super().__init__(
            f"Port {port} on {address}, meant for {what}, is taken by another program."
            f" Stop it, or choose another port: {variable}={example}."
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
