"""RFC 4475 and worse: the gate answers what is right or nothing, no worse than a bare Kamailio, and keeps nothing of it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template

import pytest

from answerable.gate import control, host

from .test_malformed import attack_is_answered, namespace
from .torture import CASES
from .world import World, destination, free_port, wait

__all__ = ["namespace"]
pytestmark = pytest.mark.calls
ATTACK = Path(__file__).parent / "attack.py"
RELAY = Path(host.__file__).parent / "bench" / "relay.cfg"
Came = dict[str, tuple[int, bool]]
BAD_MESSAGES, WARMING = 15_000, 5_000
LEFT_BYTES = 1 << 20
"""What may stay of 15,000 messages: less than 70 bytes of each."""


class Attacked:
    """A gate in a closed namespace whose one trunk is anybody on its loopback."""

    def __init__(self, make: Callable[..., World], inside: tuple[str, ...]) -> None:
        self.world, self.inside, self.line = make(), inside, free_port()
        self.world.prefix = inside
        self.world.number(destinations=[destination(self.line)], overflow={"busy": False, "no_answer": False})
        self.world.items["trunk:127.0.0.1"] = self.world.items[f"trunk:127.0.0.1:{self.world.trunk_port}"]
        self.world.build()
        self.world.launch()
        wait(lambda: attack_is_answered(self.world, inside), "the gate answers", seconds=20)
        wait(self.world._is_complete, "all its processes are there")

    def attack(self, port: int, *more: object) -> str:
        command = [*self.inside, sys.executable, str(ATTACK), str(port), str(self.line), *map(str, more)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def torture(self, port: int) -> Came:
        return {name: (status, rung) for name, (status, rung) in json.loads(self.attack(port)).items()}


@pytest.fixture
def attacked(world_of: Callable[..., World], namespace: tuple[str, ...]) -> Attacked:
    return Attacked(world_of, namespace)


@pytest.fixture
def relay(attacked: Attacked, tmp_path: Path) -> Iterator[int]:
    """A bare Kamailio beside it, in the same namespace, with the same line."""
    port = free_port()
    values = {"workers": 2, "port": port, "modules": attacked.world.settings.modules, "landline": attacked.line}
    (tmp_path / "relay.cfg").write_text(Template(RELAY.read_text()).substitute(values))
    command = [*attacked.inside, "/usr/sbin/kamailio", "-f", str(tmp_path / "relay.cfg"), "-DD", "-E", "-m", "64"]
    with (tmp_path / "relay.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    time.sleep(1)
    yield port
    process.terminate()
    assert process.wait(10) == 0


def test_every_case_is_answered_rightly_and_no_worse_than_by_a_bare_kamailio(attacked: Attacked, relay: int) -> None:
    ours, bare = attacked.torture(attacked.world.settings.port), attacked.torture(relay)
    for case in CASES:  # shown where the test fails
        print(f"{case.section:15} {case.name:20} ours {ours[case.name]} bare {bare[case.name]} right {case.answers}")
    wrong = {case.name: ours[case.name] for case in CASES if ours[case.name][0] not in case.answers}
    assert wrong == {}
    assert {case.name for case in CASES if ours[case.name][1] and not case.connects} == set()
    assert {case.name for case in CASES if ours[case.name][1] and not bare[case.name][1]} == set()


def settle(world: World) -> None:
    """Wait until nothing of the attack is under way any more; a gate that has much to do may answer late."""

    def is_over() -> bool:
        with contextlib.suppress(control.NoAnswer):
            return control.memory(world.settings)["transactions"] == control.calls_in_progress(world.settings) == 0
        return False

    wait(is_over, "all transactions and dialogs are over", seconds=90)


def memory(world: World) -> tuple[int, int]:
    """Return bytes of shared memory in use, and of all the gate's processes' own."""
    own = 0
    for pid in world.kamailios():
        fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        own += int(fields["RssAnon"].split()[0]) * 1024
    return control.memory(world.settings)["used"], own


def test_twenty_thousand_bad_messages_end_nobody_and_leave_nothing(attacked: Attacked) -> None:
    world = attacked.world
    before = world.kamailios()
    assert int(attacked.attack(world.settings.port, WARMING, 1)) > WARMING / 5
    settle(world)
    shared, own = memory(world)
    assert int(attacked.attack(world.settings.port, BAD_MESSAGES, 1_000_000)) > BAD_MESSAGES / 5
    settle(world)
    shared_after, own_after = memory(world)
    print(f"shared {shared} → {shared_after}, own {own} → {own_after}")
    assert world.kamailios() == before
    assert attack_is_answered(world, attacked.inside)
    assert shared_after - shared < LEFT_BYTES
    assert own_after - own < LEFT_BYTES * len(before)
    assert "gate fault" not in world.log.read_text(errors="replace")
