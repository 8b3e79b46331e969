"""The gate's clock: a clock set back gains nothing, a clock set forward and corrected loses nothing."""

from __future__ import annotations

from pathlib import Path

from answerable.gate.clock import Clock

BEAT = 1_795_000_000.0


class Hands:
    """A wall clock and a counter that a test can turn."""

    def __init__(self, wall: float) -> None:
        self.wall, self.elapsed = wall, 1000.0

    def clock(self, folder: Path) -> Clock:
        return Clock(folder, wall=lambda: self.wall, elapsed=lambda: self.elapsed)


def test_now_is_the_wall_clock_while_it_is_ahead(tmp_path: Path) -> None:
    hands = Hands(BEAT + 3600)
    assert hands.clock(tmp_path).now(BEAT) == BEAT + 3600
    assert hands.clock(tmp_path).now(None) == BEAT + 3600


def test_now_is_the_newest_heartbeat_while_the_wall_clock_is_behind(tmp_path: Path) -> None:
    clock = Hands(BEAT - 9999).clock(tmp_path)
    assert clock.now(BEAT) == BEAT
    assert clock.now(BEAT - 500) == BEAT  # an older one is not the newest seen


def test_clock_set_back_does_not_stop_a_snapshot_from_growing_stale(tmp_path: Path) -> None:
    hands = Hands(BEAT)
    clock = hands.clock(tmp_path)
    clock.now(BEAT)
    hands.wall, hands.elapsed = BEAT - 30 * 86400, hands.elapsed + 86401
    assert clock.now(BEAT) - BEAT == 86401


def test_restart_does_not_forget_when_the_heartbeat_was_first_seen(tmp_path: Path) -> None:
    hands = Hands(BEAT)
    hands.clock(tmp_path).keep(BEAT)
    hands.wall, hands.elapsed = BEAT - 30 * 86400, hands.elapsed + 86401
    assert hands.clock(tmp_path).now(BEAT) - BEAT == 86401


def test_clock_set_forward_and_corrected_leaves_no_trace(tmp_path: Path) -> None:
    hands = Hands(BEAT + 10 * 86400)
    clock = hands.clock(tmp_path)
    assert clock.now(BEAT) == BEAT + 10 * 86400
    hands.wall = BEAT + 5
    assert clock.now(BEAT) == BEAT + 5


def test_torn_note_of_a_heartbeat_counts_from_now(tmp_path: Path) -> None:
    (tmp_path / "heard.json").write_text('{"boot": ')
    hands = Hands(0)
    assert hands.clock(tmp_path).now(BEAT) == BEAT
