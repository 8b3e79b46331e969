"""Calls from sources that are no trunk are counted by address and minute: none lost, none doubled, memory bounded."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from answerable.gate import strangers
from answerable.gate.strangers import Strangers
from answerable.spool import counts, ship
from answerable.spool.tests.test_spool import Receiver

T = 60 * 29_000_000.0


class Wall:
    """A clock that the test sets."""

    def __init__(self, at: float = T) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


def shipped(folder: Path, receiver: Receiver, now: float) -> list[dict[str, Any]]:
    while ship.ship(folder, receiver, now=now):
        pass
    return list(receiver.kept.values())


def by_address(records: list[dict[str, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for record in records:
        found[record["address"]] += record["count"]
    return found


def test_one_record_an_address_and_minute_once_the_minute_is_over(tmp_path: Path) -> None:
    wall, receiver = Wall(), Receiver()
    counted = Strangers(tmp_path, wall=wall)
    for _ in range(3):
        counted.count("192.0.2.7", "4008123456")
    counted.count("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "911")
    counted.count("192.0.2.7", "110")
    assert shipped(tmp_path, receiver, T + 59) == []
    found = shipped(tmp_path, receiver, T + 60)  # by the shipper alone: no further message came
    assert [(r["kind"], r["at"], r["address"], r["dialled"], r["count"]) for r in found] == [
        ("strangers", T, "192.0.2.7", "4008123456", 4),
        ("strangers", T, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "911", 1),
    ]
    assert counts.files(tmp_path) == []
    wall.at = T + 60
    counted.count("192.0.2.7", "110")
    assert by_address(shipped(tmp_path, receiver, T + 120)) == {
        "192.0.2.7": 5,
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff": 1,
    }


def test_forged_addresses_beyond_a_thousand_are_counted_together(tmp_path: Path) -> None:
    counted, receiver = Strangers(tmp_path, wall=Wall()), Receiver()
    for n in range(3000):
        counted.count(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "")
    counted.count("10.0.0.1", "")
    (path,) = counts.files(tmp_path)
    assert path.stat().st_size <= 65_536
    found = by_address(shipped(tmp_path, receiver, T + 60))
    assert (len(found), found["other"], found["10.0.0.1"], found.total()) == (1001, 2000, 2, 3001)


def test_killed_process_loses_nothing_that_it_counted(tmp_path: Path) -> None:
    counted = Strangers(tmp_path, wall=Wall())
    counted.count("192.0.2.1", "")

    def count_and_die() -> None:
        for _ in range(70):
            counted.count("192.0.2.2", "")
        os.kill(os.getpid(), signal.SIGKILL)

    process = multiprocessing.get_context("fork").Process(target=count_and_die)
    process.start()
    process.join()
    receiver = Receiver()
    found = shipped(tmp_path, receiver, T + 60)
    assert by_address(found) == {"192.0.2.1": 1, "192.0.2.2": 70}
    assert len({record["process"] for record in found}) == 2


def test_receiver_that_fails_or_took_it_already_gets_the_same_records_again(tmp_path: Path) -> None:
    counted, receiver = Strangers(tmp_path, wall=Wall()), Receiver(failures=1)
    counted.count("192.0.2.1", "")
    with pytest.raises(ConnectionError):
        ship.ship(tmp_path, receiver, now=T + 60)
    (kept,) = counts.files(tmp_path)
    copy = kept.read_bytes()
    shipped(tmp_path, receiver, T + 60)
    kept.write_bytes(copy)  # as after a crash before it was deleted
    assert by_address(shipped(tmp_path, receiver, T + 60)) == {"192.0.2.1": 1}


def test_counting_and_sealing_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    """A shipper whose clock says that the minute is over, again and again, beside two that count."""

    def count() -> None:
        counted = Strangers(tmp_path, wall=Wall())
        for n in range(4000):
            counted.count(f"192.0.2.{n % 7}", "")

    context, receiver = multiprocessing.get_context("fork"), Receiver()
    processes = [context.Process(target=count) for _ in range(2)]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        ship.ship(tmp_path, receiver, now=T + 60)
    assert by_address(shipped(tmp_path, receiver, T + 60)).total() == 8000
    assert len({record["process"] for record in receiver.kept.values()}) > 2


def test_clock_set_back_counts_on_in_a_file_of_the_earlier_minute(tmp_path: Path) -> None:
    wall, receiver = Wall(), Receiver()
    counted = Strangers(tmp_path, wall=wall)
    counted.count("192.0.2.1", "")
    wall.at = T - 3600
    counted.count("192.0.2.1", "")
    assert by_address(shipped(tmp_path, receiver, wall.at)) == {"192.0.2.1": 1}  # the later minute is over too
    assert [(r["at"], r["count"]) for r in shipped(tmp_path, receiver, wall.at + 60)] == [(T, 1), (T - 3600, 1)]


def test_removed_file_is_counted_anew_from_memory(tmp_path: Path) -> None:
    counted, receiver = Strangers(tmp_path, wall=Wall()), Receiver()
    counted.count("192.0.2.1", "110")
    counts.files(tmp_path)[0].unlink()
    counted.count("192.0.2.1", "119")
    found = shipped(tmp_path, receiver, T + 60)
    assert [(r["address"], r["dialled"], r["count"]) for r in found] == [("192.0.2.1", "110", 2)]
    counted.count("192.0.2.1", "")  # the file was shipped and deleted: that is no loss to make good
    assert by_address(shipped(tmp_path, receiver, T + 60)) == {"192.0.2.1": 3}


def test_without_room_counts_wait_in_the_process_and_enter_as_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "RETRY_SECONDS", 0.0)
    (tmp_path / "spool").write_text("in the way")
    counted, receiver = Strangers(tmp_path, wall=Wall()), Receiver()
    for _ in range(5):
        counted.count("192.0.2.1", "")
    (tmp_path / "spool").unlink()
    counted.count("192.0.2.1", "")
    assert by_address(shipped(tmp_path, receiver, T + 60)) == {"other": 5, "192.0.2.1": 1}


def test_no_more_files_wait_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "WAITING_AT_MOST", 3)
    monkeypatch.setattr(strangers, "RETRY_SECONDS", 0.0)
    wall, receiver = Wall(), Receiver()
    counted = Strangers(tmp_path, wall=wall)
    for minute in range(10):
        wall.at = T + 60 * minute
        counted.count("192.0.2.1", "")
    assert len(counts.files(tmp_path)) == 3
    shipped(tmp_path, receiver, T + 6000)
    wall.at = T + 6000
    counted.count("192.0.2.1", "")
    assert by_address(shipped(tmp_path, receiver, T + 6060)) == {"192.0.2.1": 4, "other": 7}


def test_file_that_is_no_counts_is_kept_for_people(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "1-2-3-1.counts").write_bytes(b"nonsense")
    assert ship.ship(tmp_path, Receiver(), now=T) == 0
    assert counts.files(tmp_path) == []
    assert (tmp_path / "spool" / "damaged" / "1-2-3-1.counts").read_bytes() == b"nonsense"
