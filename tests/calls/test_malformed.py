"""Malformed SIP does not bring the gate down: no worker dies, no line rings, good calls go on."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .world import World, destination, wait

pytestmark = pytest.mark.calls
ATTACK = Path(__file__).parent / "malformed.py"


@pytest.fixture
def namespace() -> Iterator[tuple[str, ...]]:
    """Make a network of its own, so that nothing nasty ever leaves the test."""
    name = f"answerable-{secrets.token_hex(4)}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"needs root for a network namespace: {made.stderr!r}")
    inside = ("ip", "netns", "exec", name)
    subprocess.run([*inside, "ip", "link", "set", "lo", "up"], check=True)
    yield inside
    subprocess.run(["ip", "netns", "del", name], check=True)


@pytest.mark.parametrize("source", ["stranger", "trunk"])
def test_every_malformed_message_is_survived(
    world_of: Callable[..., World], namespace: tuple[str, ...], source: str
) -> None:
    world = world_of()
    world.prefix = namespace
    world.number(destinations=[destination(9)])
    if source == "trunk":
        world.items["trunk:127.0.0.1"] = world.items[f"trunk:127.0.0.1:{world.trunk_port}"]
    world.build()
    world.launch()
    wait(lambda: attack_is_answered(world, namespace), "the gate answers", seconds=20)
    before = world.kamailios()
    attack = [*namespace, sys.executable, str(ATTACK), str(world.settings.port)]
    result = subprocess.run(attack, capture_output=True, text=True, timeout=120, check=False)
    survived, sent = result.stdout.split()
    assert survived == sent
    assert set(before) <= set(world.kamailios())
    assert {record["kind"] for record in world.spool()} <= {"refused", "invite", "attempt_failed"}
    if source == "stranger":
        assert world.spool("invite") == []
    assert world.spool("ended") == []
    assert "gate fault" not in world.log.read_text(errors="replace")


def attack_is_answered(world: World, namespace: tuple[str, ...]) -> bool:
    code = (
        "import sys; from answerable.gate.health import options; sys.exit(not options('127.0.0.1', int(sys.argv[1])))"
    )
    command = [*namespace, sys.executable, "-c", code, str(world.settings.port)]
    return subprocess.run(command, check=False).returncode == 0
