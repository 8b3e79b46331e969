"""Everything that can go wrong with a spool's files: nothing that was written is lost, nothing is counted twice."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.spool import frame, read, rotate, ship
from answerable.spool.errors import SpoolFull
from answerable.spool.records import SpoolRecord
from answerable.spool.tests.test_spool import Receiver, drain, files
from answerable.spool.write import GROW_BYTES, SpoolWriter


def written(folder: Path, count: int, **options: int) -> Path:
    """Write so many records, end the writer and return its file."""
    writer = SpoolWriter(folder, **options)  # type: ignore[arg-type]
    for n in range(count):
        writer.write({"kind": "invite", "at": n, "n": n})
    writer.close()
    return rotate.files(folder)[-1]


def damaged(folder: Path) -> list[str]:
    place = folder / "spool" / "damaged"
    return sorted(path.name for path in place.iterdir()) if place.exists() else []


def test_last_record_torn_at_any_byte_costs_that_record_alone(tmp_path: Path) -> None:
    whole = written(tmp_path / "model", 3).read_bytes()
    last = len(whole) - len(frame.pack(read.everything(tmp_path / "model")[-1]))
    for cut in range(last, len(whole) + 1):
        folder = tmp_path / str(cut)
        (folder / "spool").mkdir(parents=True)
        (folder / "spool" / "1-2-000001.spool").write_bytes(whole[:cut])
        receiver = Receiver()
        drain(folder, receiver)
        ship.ship(folder, receiver)
        assert receiver.names() == ([0, 1, 2] if cut == len(whole) else [0, 1]), cut
        assert files(folder) == []
        shows = cut < len(whole) and any(whole[last:cut])  # the first bytes of a length are zeros
        assert damaged(folder) == (["1-2-000001.spool"] if shows else []), cut


@pytest.mark.parametrize("how", ["changed", "zeroed"])
def test_damage_in_the_middle_costs_what_it_hit_alone(tmp_path: Path, how: str) -> None:
    path = written(tmp_path, 200)
    records = read.everything(tmp_path)
    at = len(frame.MAGIC) + sum(len(frame.pack(record)) for record in records[:50])
    size = sum(len(frame.pack(record)) for record in records[50:70])
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\x55" * size if how == "changed" else bytes(size))
    receiver = Receiver()
    drain(tmp_path, receiver)
    assert receiver.names() == [*range(50), *range(70, 200)]
    assert (files(tmp_path), damaged(tmp_path)) == ([], [path.name])


def test_file_that_is_no_spool_is_kept_for_people_and_stops_nothing(tmp_path: Path) -> None:
    written(tmp_path, 2)
    (tmp_path / "spool" / "0-0-000001.spool").write_bytes(b"what is this?" * 9)
    receiver = Receiver()
    drain(tmp_path, receiver)
    ship.ship(tmp_path, receiver)
    assert (receiver.names(), files(tmp_path), damaged(tmp_path)) == ([0, 1], [], ["0-0-000001.spool"])


def test_old_file_copied_back_is_delivered_again_and_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path, 20)
    shutil.copy(path, tmp_path / "kept")
    receiver = Receiver()
    drain(tmp_path, receiver)
    shutil.copy(tmp_path / "kept", path)
    delivered = receiver.batches
    drain(tmp_path, receiver)
    assert (receiver.batches > delivered, receiver.names(), files(tmp_path)) == (True, list(range(20)), [])


def test_removed_file_is_kept_open_while_there_is_no_room_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = SpoolWriter(tmp_path)
    writer.write({"kind": "invite", "at": 0, "n": 0})
    rotate.files(tmp_path)[0].unlink()

    def no_room(*_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "posix_fallocate", no_room)
        assert writer.can_take_call() is False
        with pytest.raises(SpoolFull):
            writer.write({"kind": "ended", "at": 1, "n": 1})
    writer.write({"kind": "ended", "at": 2, "n": 2})
    receiver = Receiver()
    drain(tmp_path, receiver)
    assert receiver.names() == [0, 2]
    writer.close()


def test_clock_set_back_changes_no_files_own_order(tmp_path: Path) -> None:
    one, two = SpoolWriter(tmp_path), SpoolWriter(tmp_path)
    for n, at in enumerate([100.0, 101.0, 50.0, 51.0, 99.0]):
        one.write({"kind": "invite", "at": at, "n": f"one {n}"})
        two.write({"kind": "invite", "at": at + 0.5, "n": f"two {n}"})
    batches: list[list[SpoolRecord]] = []
    drain(tmp_path, batches.append)
    (batch,) = batches
    for who in ("one", "two"):
        assert [r["n"] for r in batch if r["n"].startswith(who)] == [f"{who} {n}" for n in range(5)]
    assert [r["up"] for r in batch if r["n"].startswith("one")] == sorted(r["up"] for r in batch if "one" in r["n"])
    one.close()
    two.close()


def test_same_process_name_at_two_boots_is_two_files_and_two_sets_of_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate, "process_name", lambda: "77-1000")
    first = SpoolWriter(tmp_path)
    first.write({"kind": "invite", "at": 1, "n": "before"})
    monkeypatch.setattr(rotate, "boot", lambda: "another-boot")
    second = SpoolWriter(tmp_path)
    with pytest.raises(SpoolFull):  # never over the file of the boot before
        second.write({"kind": "invite", "at": 2, "n": "after"})
    first.close()
    receiver = Receiver()
    drain(tmp_path, receiver)
    second.write({"kind": "invite", "at": 3, "n": "after"})
    second.close()
    drain(tmp_path, receiver)
    assert (receiver.names(), {key[2:] for key in receiver.kept}) == (["before", "after"], {("77-1000", 1)})


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of one megabyte."""
    place = tmp_path / "disk"
    (place / "spool").mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"needs root to mount a small disk: {made.stderr!r}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_full_disk_keeps_the_room_for_ends_and_is_emptied_by_the_shipper(small_disk: Path) -> None:
    writer, receiver = SpoolWriter(small_disk, reserve=64 << 10, rotate_at=200_000), Receiver()
    taken = 0
    while writer.can_take_call():
        writer.write({"kind": "invite", "at": taken, "n": taken})
        taken += 1
    with (small_disk / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while True:
            ballast.write(b"x" * 4096)
    for _ in range(200):  # room was taken for them ahead
        writer.write({"kind": "ended", "at": taken, "n": taken})
        taken += 1
    assert writer.can_take_call() is False
    drain(small_disk, receiver)  # its cursors find no room: what was taken is deleted all the same
    assert receiver.names() == list(range(taken))
    assert writer.can_take_call() is True
    writer.close()
    drain(small_disk, receiver)
    assert (receiver.names(), files(small_disk)) == (list(range(taken)), [])


def test_shipper_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Kill a shipper between any two of its deeds, and begin another."""
    written(tmp_path, 40)
    arrived = tmp_path / "arrived"

    def deliver(batch: list[SpoolRecord]) -> None:
        with arrived.open("a") as file:
            file.writelines(f"{record['sequence']}\n" for record in batch)

    def ship_and_die(deed: int) -> None:
        deeds = iter(range(100))

        def count(event: str, _: object) -> None:
            if event in {"open", "os.remove", "os.rename"} and next(deeds) == deed:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        drain(tmp_path, deliver)

    for deed in range(40):
        process = multiprocessing.get_context("fork").Process(target=ship_and_die, args=(deed,))
        process.start()
        process.join()
        if process.exitcode == 0:
            break
        has_arrived = arrived.exists() and {int(line) for line in arrived.read_text().split()} == set(range(1, 41))
        assert files(tmp_path) == [".spool"] or has_arrived
    assert {int(line) for line in arrived.read_text().split()} == set(range(1, 41))
    assert files(tmp_path) == []


def test_space_of_a_new_file_is_taken_ahead(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, reserve=100_000)
    assert writer.can_take_call()
    assert rotate.files(tmp_path)[0].stat().st_blocks * 512 >= 100_000 + GROW_BYTES
    writer.close()


def test_what_waits_is_on_the_disk_each_second_while_the_receiver_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No record is delivered here, so every fsync of the file is the second's."""
    synced: list[str] = []
    fsync, stopping = os.fsync, threading.Event()

    def seen(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    def away(_: list[SpoolRecord]) -> None:
        stopping.wait(5)  # as a connection to a dead host hangs

    writer = SpoolWriter(tmp_path)
    writer.write({"kind": "invite", "at": 1})
    (path,) = rotate.files(tmp_path)
    monkeypatch.setattr(os, "fsync", seen)
    monkeypatch.setattr(ship, "SYNC_SECONDS", 0.05)
    shipping = threading.Thread(target=ship.run, args=(tmp_path, away, stopping))
    shipping.start()
    deadline = time.monotonic() + 5
    while synced.count(str(path)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    stopping.set()
    shipping.join()
    assert synced.count(str(path)) >= 4  # one of them before the batch that hangs
    assert str(tmp_path / "spool") in synced
    writer.close()


def test_what_a_killed_process_had_begun_to_make_is_cleared_away_and_nothing_else(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    writer.write({"kind": "invite", "at": 1})
    (kept,) = rotate.files(tmp_path)
    place, long_ago = tmp_path / "spool", time.time() - rotate.UNFINISHED_SECONDS - 60
    for name in ("1-2-100-1.making", "1-2-000001.new", "3-4-100-1.making"):
        (place / name).write_bytes(b"half")
    for path in (kept, place / "1-2-100-1.making", place / "1-2-000001.new"):
        os.utime(path, (long_ago, long_ago))
    ship.sync(tmp_path)
    assert sorted(path.name for path in place.iterdir()) == sorted([kept.name, "3-4-100-1.making"])
    writer.close()
