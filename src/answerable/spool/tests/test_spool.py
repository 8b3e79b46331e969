"""The spool: nothing that was written is lost, nothing that is torn is made up, nothing arrives twice."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.spool import frame, read, rotate, ship
from answerable.spool.errors import SpoolFull, Torn
from answerable.spool.records import SpoolRecord, identity
from answerable.spool.write import GROW_BYTES, RESERVE_BYTES, SpoolWriter


class Receiver:
    """A receiver that keeps records unique, as ingest's table does."""

    def __init__(self, failures: int = 0) -> None:
        self.kept: dict[tuple[str, str, str, int], SpoolRecord] = {}
        self.batches = 0
        self.failures = failures

    def __call__(self, batch: list[SpoolRecord]) -> None:
        self.batches += 1
        if self.failures:
            self.failures -= 1
            raise ConnectionError("The database is away.")
        for record in batch:
            self.kept.setdefault(identity(record), record)

    def names(self) -> list[Any]:
        return [record["n"] for record in self.kept.values()]


def drain(folder: Path, receiver: Callable[[list[SpoolRecord]], None]) -> None:
    while ship.ship(folder, receiver):
        pass


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in (folder / "spool").iterdir() if path.suffix == ".spool")


def test_every_record_arrives_once_with_its_identity_in_order(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver()
    for n in range(1234):
        writer.write({"kind": "invite", "at": n, "n": n})
    drain(tmp_path, receiver)
    assert receiver.names() == list(range(1234))
    assert [key[3] for key in receiver.kept] == list(range(1, 1235))
    assert len({key[:3] for key in receiver.kept}) == 1
    assert files(tmp_path) == [".spool"]  # the writer lives: its file stays
    writer.write({"kind": "ended", "at": 9999, "n": "last"})
    writer.close()
    drain(tmp_path, receiver)
    assert receiver.names()[-1] == "last"
    assert files(tmp_path) == []


def test_receiver_that_fails_is_asked_again_with_nothing_lost(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver(failures=2)
    writer.write({"kind": "invite", "at": 1, "n": 1})
    for _ in range(2):
        with pytest.raises(ConnectionError):
            ship.ship(tmp_path, receiver)
    drain(tmp_path, receiver)
    assert receiver.names() == [1]
    writer.close()


def test_crash_after_delivery_and_before_the_cursor_counts_nothing_twice(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver()
    for n in range(10):
        writer.write({"kind": "invite", "at": n, "n": n})

    def deliver_then_die(batch: list[SpoolRecord]) -> None:
        receiver(batch)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ship.ship(tmp_path, deliver_then_die)
    drain(tmp_path, receiver)
    assert (receiver.batches, receiver.names()) == (2, list(range(10)))
    writer.close()


def test_lost_or_broken_cursors_deliver_again_and_count_once(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver()
    writer.write({"kind": "invite", "at": 1, "n": 1})
    drain(tmp_path, receiver)
    (tmp_path / "spool" / "cursors.json").write_text("{torn")
    drain(tmp_path, receiver)
    assert receiver.names() == [1]
    writer.close()


def test_torn_last_record_is_passed_over_and_the_file_kept_for_people(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver()
    for n in range(3):
        writer.write({"kind": "invite", "at": n, "n": n})
    writer.close()
    (path,) = rotate.files(tmp_path)
    os.truncate(path, path.stat().st_size - 5)
    drain(tmp_path, receiver)
    ship.ship(tmp_path, receiver)
    assert receiver.names() == [0, 1]
    assert files(tmp_path) == []
    assert [kept.name for kept in (tmp_path / "spool" / "damaged").iterdir()] == [path.name]


def test_killed_writer_loses_nothing_that_it_had_written(tmp_path: Path) -> None:
    def write_and_die() -> None:
        writer = SpoolWriter(tmp_path)
        for n in range(50):
            writer.write({"kind": "invite", "at": n, "n": n})
        os.kill(os.getpid(), signal.SIGKILL)

    process = multiprocessing.get_context("fork").Process(target=write_and_die)
    process.start()
    process.join()
    receiver = Receiver()
    drain(tmp_path, receiver)
    assert receiver.names() == list(range(50))
    assert files(tmp_path) == []


def test_forked_child_writes_a_file_of_its_own(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    writer.write({"kind": "invite", "at": 1, "n": "parent"})
    process = multiprocessing.get_context("fork").Process(
        target=writer.write, args=({"kind": "x", "at": 2, "n": "child"},)
    )
    process.start()
    process.join()
    writer.write({"kind": "invite", "at": 3, "n": "parent again"})
    found = read.everything(tmp_path)
    assert [(record["n"], record["sequence"]) for record in found] == [("parent", 1), ("child", 1), ("parent again", 2)]
    assert found[0]["process"] == found[2]["process"] != found[1]["process"]
    writer.close()


def test_file_is_rotated_and_the_shipped_one_deleted(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path, rotate_at=2000), Receiver()
    for n in range(60):
        writer.write({"kind": "invite", "at": n, "n": n})
    assert len(files(tmp_path)) > 3
    drain(tmp_path, receiver)
    assert receiver.names() == list(range(60))
    assert files(tmp_path) == [".spool"]
    writer.close()


def test_removed_file_is_written_again_with_nothing_lost_or_doubled(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver()
    writer.write({"kind": "invite", "at": 1, "n": 1})
    drain(tmp_path, receiver)  # the second record was not shipped when the file went
    writer.write({"kind": "invite", "at": 2, "n": 2})
    rotate.files(tmp_path)[0].unlink()
    assert writer.can_take_call() is True
    writer.write({"kind": "invite", "at": 3, "n": 3})
    assert [record["n"] for record in read.everything(tmp_path)] == [1, 2, 3]
    drain(tmp_path, receiver)
    assert receiver.names() == [1, 2, 3]
    writer.close()


def test_without_room_no_call_is_taken_and_the_reserve_holds_the_ends(tmp_path: Path) -> None:
    def fill() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = RESERVE_BYTES + GROW_BYTES + 10_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        writer, taken, ends = SpoolWriter(tmp_path), 0, 0
        while writer.can_take_call():
            writer.write({"kind": "invite", "at": taken})
            taken += 1
        try:
            while True:
                writer.write({"kind": "ended", "at": ends, "call": "x" * 40})
                ends += 1
        except SpoolFull:
            assert writer.can_take_call() is False
        (tmp_path / "counted").write_text(f"{taken} {ends}")
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=fill)
    process.start()
    process.join()
    assert process.exitcode == 0
    taken, ends = map(int, (tmp_path / "counted").read_text().split())
    assert taken > 1000
    assert ends > 3000
    assert len(read.everything(tmp_path)) == taken + ends


def test_record_being_written_is_not_shipped_before_it_is_whole(tmp_path: Path) -> None:
    writer, receiver = SpoolWriter(tmp_path), Receiver()
    writer.write({"kind": "invite", "at": 1, "n": 1})
    (path,) = rotate.files(tmp_path)
    half = frame.pack({"kind": "invite", "at": 2, "n": 2, "host": "h", "boot": "b", "process": "p", "sequence": 2})
    descriptor = os.open(path, os.O_WRONLY)
    at = len(frame.MAGIC) + len(path.read_bytes()[len(frame.MAGIC) :].rstrip(b"\0"))
    os.pwrite(descriptor, half[:20], at)
    drain(tmp_path, receiver)
    assert receiver.names() == [1]
    os.pwrite(descriptor, half, at)
    drain(tmp_path, receiver)
    assert receiver.names() == [1, 2]
    os.close(descriptor)
    writer.close()


@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20) | st.none()), max_size=5),
    st.data(),
)
def test_whatever_is_cut_or_changed_no_record_is_made_up(values: list[SpoolRecord], data: st.DataObject) -> None:
    whole = b"".join(frame.pack(value) for value in values)
    cut = data.draw(st.integers(0, len(whole)))
    found, at = [], 0
    try:
        while step := frame.unpack(whole[:cut], at):
            record, at = step
            found.append(record)
    except Torn:
        pass
    assert found == values[: len(found)]
    assert cut < len(whole) or len(found) == len(values)
