"""A taken port is noticed before Kamailio would share it in silence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from answerable.lib import ports


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_bound_port_is_not_free(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            server.listen()
        port = server.getsockname()[1]
        assert ports.is_free(kind, "127.0.0.1", port) is False
    assert ports.is_free(kind, "127.0.0.1", port) is True


def test_taken_port_names_the_variable() -> None:
    error = ports.PortTaken(what="the web", address="127.0.0.1", port=8400, variable="ANSWERABLE_HTTP_PORT")
    assert str(error) == (
        "Port 8400 on 127.0.0.1, meant for the web, is taken by another program."
        " Stop it, or choose another port: ANSWERABLE_HTTP_PORT=8500."
    )


def test_long_folder_is_stood_for_by_a_short_one(tmp_path: Path) -> None:
    assert ports.folder_for_socket(tmp_path, "s") == tmp_path
    deep = tmp_path / ("x" * 100)
    assert len(str(ports.folder_for_socket(deep, "s"))) == len("/tmp/answerable-") + 20
