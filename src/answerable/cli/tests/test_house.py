"""What is in the way is said before anything starts."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from answerable import settings
from answerable.cli import house, init
from answerable.lib import ports, supervise


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, folder in {"VAR": "", "KEYS": "keys", "OUTBOX": "outbox", "REGISTER": "register"}.items():
        monkeypatch.setattr(settings, name, tmp_path / folder)
    monkeypatch.setattr(settings, "DOCUMENTS", tmp_path / "documents")
    monkeypatch.setattr(settings, "GATE", tmp_path / "gate")
    monkeypatch.setattr(init.importlib, "reload", lambda module: module)
    return tmp_path


def test_second_house_in_one_folder_is_refused_and_leaves_the_first_alone(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[Path] = []
    monkeypatch.setattr(supervise, "end_leftovers", ended.append)
    with (var / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = house.House()
        with pytest.raises(house.AlreadyRuns, match="It runs already"):
            second.start(print)
        assert second.stop() is False
    assert ended == []


@pytest.mark.parametrize(
    ("kind", "name", "variable"),
    [
        (socket.SOCK_STREAM, "HTTP_PORT", "ANSWERABLE_HTTP_PORT"),
        (socket.SOCK_DGRAM, "GATE_PORT", "ANSWERABLE_GATE_PORT"),
    ],
)
def test_taken_port_is_said_with_the_variable_that_changes_it(
    var: Path, monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind, name: str, variable: str
) -> None:
    monkeypatch.setenv("ANSWERABLE_LANDLINE_TRUNK", "192.0.2.1:5061")
    monkeypatch.setenv("ANSWERABLE_CAPTURE", "")
    monkeypatch.setenv("ANSWERABLE_METRICS", "")
    with socket.socket(socket.AF_INET, kind) as taken, socket.socket(socket.AF_INET, kind) as spare:
        for each in (taken, spare):
            each.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        spare.close()
        monkeypatch.setattr(settings, name, taken.getsockname()[1])
        other = {"HTTP_PORT": "GATE_PORT", "GATE_PORT": "HTTP_PORT"}[name]
        monkeypatch.setattr(settings, other, _free_port())
        with pytest.raises(ports.PortTaken, match=variable):
            house.refuse_taken_ports()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_folders_are_closed_to_others_and_made_once(var: Path) -> None:
    init.make_folders()
    before = {path.name: path.stat().st_mode & 0o777 for path in var.iterdir()}
    init.make_folders()
    assert before == dict.fromkeys(("keys", "outbox", "documents", "register", "gate"), 0o700)


def test_demo_lines_are_left_out_where_a_real_trunk_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSWERABLE_LANDLINE_TRUNK", raising=False)
    assert house.left_out() == set()
    monkeypatch.setenv("ANSWERABLE_LANDLINE_TRUNK", "127.0.0.1:5561")
    assert house.left_out() == set()
    monkeypatch.setenv("ANSWERABLE_LANDLINE_TRUNK", "192.0.2.1:5060")
    assert house.left_out() == {"landline"}
    monkeypatch.setenv("ANSWERABLE_CAPTURE", "")
    monkeypatch.setenv("ANSWERABLE_METRICS", "")
    assert house.left_out() == {"landline", "capture", "metrics"}
