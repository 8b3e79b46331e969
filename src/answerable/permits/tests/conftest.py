"""A signer of the test's own on its socket, with four people's devices, and a public log that shows what was said."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
import pytest
from django.utils import timezone

from answerable.permits.actions import ask_for_dossier, confirm
from answerable.permits.signer import keys, wire
from answerable.permits.signer.signer import Signer
from answerable.trail.actors import system
from answerable.transparency.integrate import here, show, signing_key, take

STAGES = {"lin": "pre_check", "zhou": "carrier_review", "sun": "risk", "feng": "risk"}


@dataclass
class Devices:
    """Who holds which device. Each code is a later one than the last, as waiting would give."""

    folder: Path
    secrets: dict[str, str]
    steps: dict[str, int] = field(default_factory=dict)

    def code(self, name: str, at: float | None = None) -> str:
        return pyotp.TOTP(self.secrets[name]).at(int(time.time() if at is None else at))

    def forget(self) -> None:
        """Let codes of this half minute be used again: tests are faster than people."""
        signer = Signer(self.folder)
        with signer.store.transaction() as database:
            database.execute("UPDATE reviewer SET last_step = 0")
        signer.close()


@pytest.fixture
def signer_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "signer"
    folder.mkdir()
    keys.make(folder)
    return folder


@pytest.fixture
def devices(signer_folder: Path) -> Devices:
    signer = Signer(signer_folder)
    secrets = {name: signer.store.enrol(name, stage, at=int(time.time())) for name, stage in STAGES.items()}
    signer.close()
    return Devices(signer_folder, secrets)


@pytest.fixture
def signer(devices: Devices, settings, tmp_path: Path) -> Iterator[Devices]:
    """Have the signer answer on its socket, in a thread of its own."""
    settings.SIGNER_DOOR = tmp_path / "door"
    path = wire.socket_in(settings.SIGNER_DOOR)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    (devices.folder / keys.LOG_KEY).write_text(str(signing_key().verifier))
    ready, servers = threading.Event(), []

    def serve() -> None:
        one = Signer(devices.folder)  # SQLite's connection belongs to the thread that made it
        with wire.Server(path, one) as server:
            servers.append(server)
            ready.set()
            server.serve_forever(poll_interval=0.01)
        one.close()

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait(5)
    yield devices
    servers[0].shutdown()
    thread.join(5)


@pytest.fixture
def integrate():
    """Have the public log show what was said."""

    def run() -> None:
        while take():
            pass
        show(here())

    return run


@pytest.fixture
def at() -> dt.datetime:
    """The signer looks at the clock, so the world of these tests begins now."""
    return timezone.now()


@pytest.fixture
def approve(world, signer, integrate):
    """Have a number approved by both reviewers and shown in the log; with `codes`, permitted too."""

    def run(*, codes: bool = True):
        order = world.order("handled")
        world.review(order, "lin")
        world.review(order, "zhou")
        integrate()
        request = ask_for_dossier(world.dossier(order), by=system("test"), at=world.at)
        for name in ("lin", "zhou") if codes else ():
            confirm(request, signer.code(name), staff=world.staff(name), at=world.at)
        return order, request

    return run
