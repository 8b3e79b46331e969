"""Listen at one of the demo's lines: find the digits that were read out in what it heard last."""

from __future__ import annotations

import time

from answerable import settings
from answerable.cli.journey.errors import StepFailed
from answerable.media import prompts

WAIT_SECONDS = 10
MOST_LOST = 3
"""Packets of 20 ms that one digit may lack; two digits differ in ten and more."""


def heard_code(line: str, *, since: float) -> str:
    """Return the six digits that a call-back read out at `line` after `since` (epoch seconds), or raise StepFailed."""
    file = settings.OUTBOX / "heard" / f"{line}.8"
    deadline = time.monotonic() + WAIT_SECONDS
    while not (file.exists() and file.stat().st_mtime >= since):
        if time.monotonic() >= deadline:
            raise StepFailed(f"line {line} heard nothing")
        time.sleep(0.2)
    digits = digits_in(file.read_bytes())
    if len(digits) < 6:
        raise StepFailed(f"line {line} heard only the digits {digits!r}")
    return digits[:6]


def digits_in(audio: bytes) -> str:
    """Return the digits heard, in order: each recording is looked for packet by packet, though a few were lost."""
    heard = _packets(audio)
    found: list[tuple[int, str]] = []
    for value in range(10):
        spoken = _packets(prompts.digit(value, settings.VAR / "prompts").read_bytes())
        for at in range(len(heard) - len(spoken) + 1):
            pairs = zip(spoken, heard[at : at + len(spoken)], strict=True)
            if sum(one != other for one, other in pairs) <= MOST_LOST:
                found.append((at, str(value)))
    return "".join(value for _, value in sorted(found))


def _packets(audio: bytes) -> list[bytes]:
    return [audio[at : at + prompts.PACKET_BYTES] for at in range(0, len(audio), prompts.PACKET_BYTES)]
