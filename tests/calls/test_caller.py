"""The platform's own caller and the demo's telephones, through a real gate."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from answerable.media import caller, dial, prompts
from answerable.snapshot import records

from .phone import Caller, Line, check
from .world import NUMBER, World, destination, free_port, wait

pytestmark = pytest.mark.calls


@pytest.fixture(scope="module")
def prompt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prompt") / "short.8"
    prompts.make([("cmn", "测试")], path)
    return path


@pytest.fixture
def landline() -> Iterator[int]:
    """Run the demo's landlines: numbers ending in 0000 are busy, in 9999 ring without end."""
    port = free_port()
    command = [sys.executable, "-m", "answerable.media.landline", "--port", str(port), "--answer-after", "0.3"]
    process = subprocess.Popen([*command, "--busy", "0000", "--no-answer", "9999"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == f"Landlines answer at 127.0.0.1:{port}.\n"
    yield port
    process.terminate()
    assert process.wait(10) == 0


def ring(world: World, number: str, prompt: Path, secret: Path | None = None) -> caller.Outcome:
    gate, secret = f"127.0.0.1:{world.settings.port}", secret or world.settings.caller_secret_file
    assert secret is not None
    return caller.ring(number, gate, secret_file=secret, prompt=prompt, ring_seconds=15)


@pytest.mark.parametrize(
    ("line", "reached", "status"),
    [("01062345678", "answered", 200), ("01062340000", "busy", 486), ("01062349999", "ringing", 480)],
)
def test_number_being_opened_is_reached_by_the_test_call(  # noqa: PLR0917
    world_of: Callable[..., World], landline: int, prompt: Path, line: str, reached: str, status: int
) -> None:
    world = world_of()
    lines = [destination(landline, line, ring_seconds=2)]
    world.number(business_state="opening", hours=[], destinations=lines)  # hours do not hold a test call back
    world.build()
    world.start()
    outcome = ring(world, NUMBER, prompt)
    assert (outcome.reached, outcome.status) == (reached, status)
    assert outcome.has_rung == (reached != "busy")
    assert {record["source"] for record in world.spool() if record["kind"] != "ended"} == {"caller"}


def test_media_side_writes_its_own_record_beside_the_gates(
    world_of: Callable[..., World], landline: int, prompt: Path
) -> None:
    world = world_of()
    world.number(business_state="opening", destinations=[destination(landline)])
    world.build()
    world.start()
    gate, secret = f"127.0.0.1:{world.settings.port}", world.settings.caller_secret_file
    assert secret is not None
    outcome = caller.ring(NUMBER, gate, secret_file=secret, prompt=prompt, ring_seconds=15, spool=world.folder)
    (told,) = wait(lambda: world.spool("media_call"), "the media side's record")
    at_gate = {r["kind"]: r["at"] for r in wait(lambda: world.spool("ended") and world.spool(), "the gate's records")}
    assert (told["call"], told["number"], told["sip"], told["by"]) == (outcome.call, NUMBER, 200, "caller")
    assert told["process"].startswith("media-")
    assert told["ended_at"] - told["answered_at"] == pytest.approx(at_gate["ended"] - at_gate["answered"], abs=1)
    packets = prompts.seconds(prompt) / 0.02
    assert 0.8 * packets <= told["packets_sent"] <= packets + 1
    assert told["packets_received"] > 0.5 * packets  # the landline echoes
    assert len(world.spool("invite")) == 1


def test_prompt_that_cannot_be_played_is_our_fault_and_hangs_up_at_once(
    world_of: Callable[..., World], prompt: Path, tmp_path: Path
) -> None:
    world = world_of()
    other_codec = tmp_path / "short.7"
    other_codec.write_bytes(prompt.read_bytes())
    with Line() as line:
        world.number(business_state="opening", destinations=[destination(line.port)])
        world.build()
        world.start()
        gate, secret = f"127.0.0.1:{world.settings.port}", world.settings.caller_secret_file
        assert secret is not None
        with pytest.raises(caller.CallerError, match=r"rtp.io refused P1 \(E60\): the prompt cannot be played"):
            caller.ring(NUMBER, gate, secret_file=secret, prompt=other_codec, ring_seconds=15, spool=world.folder)
        wait(lambda: "BYE" in line.methods(), "whoever picked up is not left waiting")
    (told,) = world.spool("media_call")  # the call took place all the same
    assert (told["sip"], told["by"], told["packets_sent"]) == (200, "caller", 0)


def test_whoever_picks_up_hears_the_whole_prompt(world_of: Callable[..., World], prompt: Path) -> None:
    world = world_of()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(0.5)
        with Line(audio_port=ear.getsockname()[1]) as line:
            world.number(business_state="opening", destinations=[destination(line.port)])
            world.build()
            world.start()
            outcome = ring(world, NUMBER, prompt)
        heard = {}
        try:
            while True:
                packet = ear.recv(2048)
                heard[struct.unpack("!H", packet[2:4])[0]] = packet[12:]
        except TimeoutError:
            pass
    assert outcome.has_heard_prompt
    assert b"".join(heard.values())[: prompt.stat().st_size] == prompt.read_bytes()


def test_own_caller_is_not_connected_to_a_working_number(world_of: Callable[..., World], prompt: Path) -> None:
    world = world_of()
    with Line() as line:
        world.number(destinations=[destination(line.port)])
        world.build()
        world.start()
        outcome = ring(world, NUMBER, prompt)
        assert (outcome.reached, outcome.code, line.seen) == (None, "NOT_OPENING", [])


def test_wrong_password_is_a_stranger(world_of: Callable[..., World], prompt: Path, tmp_path: Path) -> None:
    world = world_of()
    wrong = tmp_path / "wrong"
    wrong.write_text("guess")
    with Line() as line:
        world.number(business_state="opening", destinations=[destination(line.port)])
        world.build()
        world.start()
        outcome = ring(world, NUMBER, prompt, wrong)
        assert (outcome.reached, outcome.code, line.seen) == (None, "SOURCE_UNKNOWN", [])


def test_listed_line_is_rung_by_the_own_caller_alone_and_only_until_then(
    world_of: Callable[..., World], prompt: Path
) -> None:
    with Line() as line:
        world = world_of(landline_trunk=f"127.0.0.1:{line.port}")
        now = int(time.time())
        world.items["probe:01062345678"] = records.encode({"until": now + 600})
        world.items["probe:01062345679"] = records.encode({"until": now - 1})
        world.build()
        world.start()
        assert ring(world, "01062345678", prompt).reached == "answered"
        assert line.invites()[-1].first == f"INVITE sip:01062345678@127.0.0.1:{line.port} SIP/2.0"
        rung = len(line.invites())
        assert ring(world, "01062345679", prompt).code == "NUMBER_UNKNOWN"
        with Caller(world.settings.port, world.trunk_port) as trunk:
            check(trunk.invite("01062345678"), "NUMBER_UNKNOWN")
        assert len(line.invites()) == rung


def test_overheard_credentials_open_nothing_a_second_time(world_of: Callable[..., World], prompt: Path) -> None:
    world = world_of()
    with Line() as line:
        world.number(business_state="opening", destinations=[destination(line.port)])
        world.build()
        world.start()
        with Caller(world.settings.port) as stranger:
            challenge = stranger.invite(NUMBER, shown="<sip:caller@127.0.0.1>")
            assert challenge.status == 407
            assert "qop" in challenge.get("Proxy-Authenticate")
            stolen = (
                'Proxy-Authorization: Digest username="caller",realm="answerable",nonce="abc",uri="sip:x",'
                'response="d41d8cd98f00b204e9800998ecf8427e"\r\n'
            )
        with Caller(world.settings.port) as stranger:
            assert stranger.invite(NUMBER, shown="<sip:caller@127.0.0.1>", extra=stolen).status in (403, 407)
        assert line.seen == []


def test_demo_trunk_call_has_audio_both_ways(world_of: Callable[..., World], landline: int) -> None:
    world = world_of()
    world.number(destinations=[destination(landline)])
    world.build()
    world.start()
    gate = f"127.0.0.1:{world.settings.port}"
    found = dial.dial(NUMBER, gate, from_port=world.trunk_port, hold_seconds=1)
    assert (found.status_line, found.ended_by) == ("SIP/2.0 200 OK", "caller")
    assert found.rang_after_ms is not None
    assert found.packets_received > 25
    wait(lambda: world.stages(found.call) == ["invite", "ringing", "answered", "ended"], "all stages are recorded")


def test_demo_call_that_is_refused_prints_the_gates_code(world_of: Callable[..., World]) -> None:
    world = world_of()
    world.build()
    world.start()
    command = [sys.executable, "-m", "answerable.media.dial", "--number", NUMBER]
    command += ["--gate", f"127.0.0.1:{world.settings.port}", "--from-port", str(world.trunk_port)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(result.stdout)
    assert (result.returncode, found["status_line"], found["code"]) == (
        1,
        "SIP/2.0 404 Unallocated Number",
        "NUMBER_UNKNOWN",
    )
