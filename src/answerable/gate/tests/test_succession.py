"""Who holds a gate's folder, and what becomes of it when the program on the disk cannot be started."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from answerable.gate import succession


def test_folder_is_held_by_one_parent_and_the_question_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(succession, "PATIENCE_SECONDS", 0.05)
    assert succession.is_held(tmp_path) is False
    with (tmp_path / succession.LOCK).open("w") as first:
        succession.hold(first, tmp_path)
        assert succession.is_held(tmp_path) is True
        with (tmp_path / succession.LOCK).open("a") as second, pytest.raises(succession.AlreadyRunning):
            succession.hold(second, tmp_path)
        assert succession.is_held(tmp_path) is True
    assert succession.is_held(tmp_path) is False


def test_lock_that_is_taken_for_a_moment_only_delays(tmp_path: Path) -> None:
    asking = (tmp_path / succession.LOCK).open("w")
    succession.hold(asking, tmp_path)
    threading.Timer(0.1, asking.close).start()
    with (tmp_path / succession.LOCK).open("a") as lock:
        succession.hold(lock, tmp_path)
        assert succession.is_held(tmp_path) is True


def test_start_is_noted_and_nonsense_is_no_start(tmp_path: Path) -> None:
    assert succession.started_at(tmp_path) == 0.0
    succession.note_start(tmp_path)
    assert succession.started_at(tmp_path) > 1.7e9
    (tmp_path / succession.STARTED).write_text("yesterday")
    assert succession.started_at(tmp_path) == 0.0


def test_program_that_is_not_there_is_said_and_the_old_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert isinstance(succession.become_the_new_program(), FileNotFoundError)
