"""rtp.io's faults, and the caller's record, in an order that loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.media import caller, session
from answerable.spool.read import everything
from answerable.spool.rotate import files

NOT_HERE = "203.0.113.9"
"""RFC 5737: no host has it, so nothing can be bound at it."""
RECORD = {"kind": "media_call", "call": "c", "at": 1.0, "number": "4008001357"}


def test_session_that_finds_no_port_says_so() -> None:
    """In a process of its own: rtp.io's threads do not end."""
    program = "import os, sys; from answerable.media.session import Session, AudioFailed\n"
    program += f"try: Session({NOT_HERE!r})\nexcept AudioFailed as error: print(error, flush=True)\nos._exit(0)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    ).stdout
    assert said == "rtp.io refused Uc8z20 (E72): no port between 20000 and 40000 can be bound at this host's address.\n"


@pytest.mark.parametrize(
    ("reply", "words"),
    [("E60", "the prompt cannot be played"), ("E83", "no memory"), ("E99", "no new session"), ("E0", "none that this version"), ("E", "none that this version")],
)  # fmt: skip
def test_error_reply_is_said_in_words(reply: str, words: str) -> None:
    assert words in session.reason(reply)


def test_record_of_a_call_and_its_file_are_on_the_disk_once_it_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def seen(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", seen)
    caller.write_down(RECORD, tmp_path)
    (path,) = files(tmp_path)
    assert synced == [path.stat().st_ino, path.parent.stat().st_ino]
    assert [one["call"] for one in everything(tmp_path)] == ["c"]


def test_record_that_finds_no_room_is_said_aloud_and_keeps_no_outcome_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "spool").write_text("in the way")
    caller.write_down(RECORD, tmp_path)
    assert capsys.readouterr().err.startswith("The record of call c is lost: ")
