"""The code heard at a line: read from what came over the network, in which packets are lost, late or begin to count again."""

from __future__ import annotations

import itertools
import socket
import struct
import time
from pathlib import Path

import pytest

from answerable import settings
from answerable.cli.journey import heard
from answerable.media import prompts
from answerable.media.audio import Audio

CODE = "305982"


@pytest.fixture
def packets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return a call-back's prompt as it is sent, 20 ms each."""
    monkeypatch.setattr(settings, "VAR", tmp_path)
    prompts.say_code(CODE, tmp_path / "prompts", tmp_path / "code.8")
    return heard._packets((tmp_path / "code.8").read_bytes())


def listen(packets: list[tuple[int, bytes]]) -> bytes:
    """Return what a telephone kept of packets, each with its number."""
    audio = Audio("127.0.0.1", is_echo=True, keeps_seconds=60)
    audio.start(None)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for count, (number, payload) in enumerate(packets, 1):
            sender.sendto(struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, 0, 1) + payload, ("127.0.0.1", audio.port))
            while audio.received < count:
                time.sleep(0.0005)
    audio.stop()
    return audio.heard()


def test_each_digit_is_heard_and_no_other(packets: list[bytes]) -> None:
    assert heard.digits_in(b"".join(packets)) == CODE * 2


@pytest.mark.parametrize("lost", [1, 2, heard.MOST_LOST])
def test_digit_that_lacks_a_few_packets_is_heard_all_the_same(packets: list[bytes], lost: int) -> None:
    numbered = [(at, packet) for at, packet in enumerate(packets) if at % 25 >= lost]
    assert heard.digits_in(listen(numbered)).startswith(CODE)


def test_numbers_that_begin_again_and_packets_that_pass_each_other_change_nothing(packets: list[bytes]) -> None:
    numbered = list(enumerate(packets, 0x10000 - len(packets) // 2))
    swapped = [pair for at in range(0, len(numbered), 2) for pair in reversed(numbered[at : at + 2])]
    assert listen(swapped) == b"".join(packets)


def test_two_digits_are_further_apart_than_what_may_be_lost(packets: list[bytes], tmp_path: Path) -> None:
    spoken = [heard._packets(prompts.digit(value, tmp_path / "prompts").read_bytes()) for value in range(10)]
    for one, other in itertools.permutations(spoken, 2):
        apart = sum(a != b for a, b in itertools.zip_longest(one, other))
        assert apart > 3 * heard.MOST_LOST
