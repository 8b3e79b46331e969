"""The snapshot file: written by one, read by many, replaced while it is read; and Debian's LMDB shares it with ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from answerable.snapshot import keys, records, stops
from answerable.snapshot import write as writing
from answerable.snapshot.read import Snapshot, link
from answerable.snapshot.write import BuildError, Writer, build

SOURCE = str(Path(writing.__file__).resolve().parents[2])
SYSTEM_PYTHON = "/usr/bin/python3"
TRUNK = records.encode({"name": "一", "kind": "trunk"})
HOLD = """
import sys, time
sys.path.insert(0, {source!r})
from pathlib import Path
from answerable.snapshot.read import Snapshot
snapshot = Snapshot(Path({folder!r}))
for line in sys.stdin:
    print(snapshot.read(line.strip().encode())[0], snapshot.epoch(), flush=True)
"""


class Reader:
    """A reader in another process and another Python, as a gate's worker is."""

    def __init__(self, folder: Path, python: str = SYSTEM_PYTHON) -> None:
        program = HOLD.format(source=SOURCE, folder=str(folder))
        self.process = subprocess.Popen(
            [python, "-B", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(5)

    def read(self, key: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(key + "\n")
        return self.process.stdout.readline().strip()


def test_worker_sees_each_change_and_each_new_file_at_its_next_look(tmp_path: Path) -> None:
    build(tmp_path, [("k", b"1")], epoch=1, heartbeat=5.0)
    with Reader(tmp_path) as reader:
        assert reader.read("k") == "b'1' 1"
        writer = Writer(tmp_path)
        writer.apply([("k", b"2"), (b"other", None)], 2)
        assert reader.read("k") == "b'2' 2"
        build(tmp_path, [("k", b"3")], epoch=3, heartbeat=5.0)
        assert reader.read("k") == "b'3' 3"
        writer.apply([("k", b"late")], 9)  # a writer of the old file changes nothing in the new
        writer.close()
        assert reader.read("k") == "b'3' 3"


def test_debians_lmdb_writes_what_ours_reads(tmp_path: Path) -> None:
    build(tmp_path, [("k", b"1")], epoch=1, heartbeat=5.0)
    program = (
        f"import sys; sys.path.insert(0, {SOURCE!r}); from pathlib import Path; "
        "from answerable.snapshot.write import Writer; "
        f"w = Writer(Path({str(tmp_path)!r})); w.apply([('k', b'2')], 2); w.close()"
    )
    subprocess.run([SYSTEM_PYTHON, "-B", "-c", program], check=True)
    with Reader(tmp_path, sys.executable) as reader:
        assert reader.read("k") == "b'2' 2"


def test_removed_key_is_gone_and_heartbeat_is_copied(tmp_path: Path) -> None:
    build(tmp_path, [("k", b"1")], epoch=1, heartbeat=None)
    writer = Writer(tmp_path)
    assert writer.get(keys.HEARTBEAT) is None
    writer.apply([("k", None), ("absent", None)], 2)
    writer.beat(1795000000.25)
    writer.close()
    snapshot = Snapshot(tmp_path)
    assert (snapshot.read(b"k"), snapshot.heartbeat(), snapshot.epoch()) == ([None], 1795000000.25, 2)
    snapshot.close()


def test_no_snapshot_reads_as_nothing(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path)
    assert (snapshot.read(b"k", b"l"), snapshot.heartbeat(), snapshot.epoch()) == ([None, None], None, 0)


def test_link_that_leads_nowhere_leaves_the_old_file_in_force(tmp_path: Path) -> None:
    build(tmp_path, [("k", b"1")], epoch=1, heartbeat=5.0)
    snapshot = Snapshot(tmp_path)
    assert snapshot.read(b"k") == [b"1"]
    link(tmp_path).unlink()
    link(tmp_path).symlink_to("nowhere")
    assert snapshot.read(b"k") == [b"1"]
    (tmp_path / "snapshot" / "nowhere").write_bytes(b"not LMDB" * 2000)
    assert snapshot.read(b"k") == [b"1"]
    snapshot.close()


def test_bad_record_never_comes_into_force(tmp_path: Path) -> None:
    build(tmp_path, [("trunk:10.0.0.1", TRUNK)], epoch=1, heartbeat=5.0)
    with pytest.raises(BuildError, match="its frame is missing"):
        build(tmp_path, [("n:4008123456", b"{")], epoch=2, heartbeat=5.0)
    assert link(tmp_path).resolve().name == "1.lmdb"


def test_cut_file_kills_the_process_that_verifies_it_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, [("k", b"1")], epoch=1, heartbeat=5.0)
    whole = writing.verify

    def cut_then_verify(path: Path, entries: int) -> None:
        os.truncate(path, 3 * 4096)
        whole(path, entries)

    monkeypatch.setattr(writing, "verify", cut_then_verify)
    with pytest.raises(BuildError):
        build(tmp_path, ((f"k{serial:06d}", b"x" * 200) for serial in range(5000)), epoch=2, heartbeat=5.0)
    assert link(tmp_path).resolve().name == "1.lmdb"


def test_old_files_are_dropped_but_the_last_one(tmp_path: Path) -> None:
    for epoch in range(1, 6):
        build(tmp_path, [("k", b"1")], epoch=epoch, heartbeat=5.0)
    kept = sorted(path.name for path in (tmp_path / "snapshot").glob("*.lmdb"))
    assert (kept, link(tmp_path).resolve().name) == (["4.lmdb", "5.lmdb"], "5.lmdb")


def test_slot_of_a_killed_reader_is_freed(tmp_path: Path) -> None:
    build(tmp_path, [("k", b"1")], epoch=1, heartbeat=5.0)
    program = (
        f"import sys, time; sys.path.insert(0, {SOURCE!r}); import lmdb; "
        f"e = lmdb.open({str(link(tmp_path).resolve())!r}, subdir=False, readonly=True, map_size=4 << 30); "
        "t = e.begin(); print('in', flush=True); time.sleep(60)"
    )
    reader = subprocess.Popen([SYSTEM_PYTHON, "-B", "-c", program], stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "in\n"
    writer = Writer(tmp_path)
    assert writer.check_readers() == 0
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    assert writer.check_readers() == 1
    writer.close()


def test_stop_is_one_file_with_who_and_why(tmp_path: Path) -> None:
    value = stops.stop(tmp_path, "4008123456", by="孙", reason="fraud_report", at=5.0, epoch=7)
    assert stops.listed(tmp_path) == [value]
    assert stops.is_stopped(tmp_path, "4008123456") is True
    assert stops.is_stopped(tmp_path, "4008123457") is False
    assert (stops.lift(tmp_path, "4008123456"), stops.lift(tmp_path, "4008123456")) == (True, False)
    assert stops.is_stopped(tmp_path, "4008123456") is False


@pytest.mark.parametrize("number", ["", "400812345", "../../etc/x", "40081234567", "４００８１２３４５６"])
def test_stop_is_for_whole_numbers_only(tmp_path: Path, number: str) -> None:
    with pytest.raises(stops.NotANumber):
        stops.stop(tmp_path, number, by="孙", reason="x", at=5.0)


def test_stop_file_that_nobody_can_read_still_stops(tmp_path: Path) -> None:
    (tmp_path / "stops").mkdir()
    (tmp_path / "stops" / "4008123456").write_text("")
    assert stops.is_stopped(tmp_path, "4008123456") is True
    assert [stop["number"] for stop in stops.listed(tmp_path)] == ["4008123456"]


def test_look_up_costs_microseconds(tmp_path: Path) -> None:
    build(tmp_path, ((f"k{serial:06d}", b"x" * 300) for serial in range(20_000)), epoch=1, heartbeat=5.0)
    snapshot = Snapshot(tmp_path)
    started = time.perf_counter()
    for serial in range(2000):
        snapshot.read(b"k%06d" % serial, keys.HEARTBEAT)
    assert (time.perf_counter() - started) / 2000 < 0.0005
    snapshot.close()
