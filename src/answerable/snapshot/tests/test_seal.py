"""What comes into force by the link: a file that this host built and read back whole. Anything else leaves the last one."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.snapshot import frame, keys, records, seal
from answerable.snapshot.read import Snapshot, link
from answerable.snapshot.records import VERSION
from answerable.snapshot.tests.test_files import SOURCE, SYSTEM_PYTHON
from answerable.snapshot.tests.test_guard import key, record, rows
from answerable.snapshot.write import BuildError, build

COUNT = 300
ASK = f"""
import sys
sys.path.insert(0, {SOURCE!r})
from pathlib import Path
from answerable.snapshot.read import Snapshot
snapshot, said = Snapshot(Path(sys.argv[1])), set()
snapshot.epoch()
print("asking", flush=True)
while not Path(sys.argv[1], "enough").exists():
    said.add((snapshot.epoch(), snapshot.read(sys.argv[2].encode())[0] is not None))
snapshot.fault and said.add(snapshot.fault.rpartition("/")[2])
print(sorted(said, key=str))
"""


def made(folder: Path, epoch: int, source: str = "db/1") -> Path:
    return build(folder, rows(COUNT).items(), epoch=epoch, heartbeat=5.0, source=source)


def turn(folder: Path, name: str) -> None:
    """Turn the link by hand, as whoever repairs something would."""
    (folder / "snapshot" / "turning").symlink_to(name)
    (folder / "snapshot" / "turning").replace(link(folder))


def put(folder: Path, data: bytes) -> None:
    (folder / "snapshot" / "9.lmdb").write_bytes(data)
    turn(folder, "9.lmdb")


def cut(folder: Path, other: Path) -> None:
    whole = made(folder, 2).read_bytes()
    put(folder, whole[: len(whole) // 2])


def renamed(folder: Path, other: Path) -> None:
    """A file of this host's own, of long ago, brought back under another name."""
    put(folder, (folder / "snapshot" / "1.lmdb").read_bytes())


def foreign(folder: Path, other: Path) -> None:
    put(folder, made(other, 7).read_bytes())


def no_lmdb(folder: Path, other: Path) -> None:
    put(folder, b"not LMDB" * 4096)


def empty(folder: Path, other: Path) -> None:
    put(folder, b"")


def nothing(folder: Path, other: Path) -> None:
    turn(folder, "nowhere.lmdb")


@pytest.mark.parametrize("damage", [cut, renamed, foreign, no_lmdb, empty, nothing])
def test_file_that_is_none_of_ours_leaves_the_last_good_one_while_a_reader_asks(
    tmp_path: Path, damage: Callable[[Path, Path], None]
) -> None:
    folder, other = tmp_path / "gate", tmp_path / "other"
    made(folder, 1)
    reader = subprocess.Popen(
        [SYSTEM_PYTHON, "-B", "-c", ASK, str(folder), key(7)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "asking\n"
    damage(folder, other)
    made(folder, 3)
    (folder / "enough").touch()
    out, errors = reader.communicate(timeout=20)
    assert (reader.returncode, errors) == (0, ""), errors
    said = ast.literal_eval(out)
    assert {one for one in said if isinstance(one, tuple)} <= {(1, True), (2, True), (3, True)}


def test_reader_says_why_it_did_not_open_a_file(tmp_path: Path) -> None:
    made(tmp_path, 1)
    snapshot = Snapshot(tmp_path)
    assert snapshot.epoch() == 1
    foreign(tmp_path, tmp_path / "other")
    assert (snapshot.epoch(), snapshot.fault.rpartition("/")[2]) == (
        1,
        "9.lmdb was not built and verified on this host.",
    )
    snapshot.close()


def test_new_reader_that_finds_a_foreign_file_knows_nothing(tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    foreign(tmp_path, tmp_path / "other")
    snapshot = Snapshot(tmp_path)
    assert snapshot.read(key(7).encode(), keys.HEARTBEAT) == [None, None]
    snapshot.close()


def test_flipped_byte_of_a_record_refuses_that_number_and_no_other(tmp_path: Path) -> None:
    path = made(tmp_path, 1)
    whole = record(7)
    path.write_bytes(path.read_bytes().replace(whole, whole[:60] + bytes([whole[60] ^ 1]) + whole[61:]))
    snapshot = Snapshot(tmp_path)
    seventh, eighth = snapshot.read(key(7).encode(), key(8).encode())
    with pytest.raises(records.BadRecord, match="its checksum does not hold"):
        records.decode_number(seventh or b"")
    assert eighth == record(8)
    snapshot.close()


@pytest.mark.parametrize("data", [record()[:-1], record()[8:], frame.seal(record()[8:], VERSION + 1), b"", b"A4"])
def test_record_that_is_cut_or_of_another_version_never_comes_into_force(tmp_path: Path, data: bytes) -> None:
    made(tmp_path, 1)
    with pytest.raises(BuildError):
        build(tmp_path, [(key(0), data)], epoch=2, heartbeat=5.0)
    assert sorted(path.name for path in (tmp_path / "snapshot").glob("*.lmdb")) == ["1.lmdb"]


def test_record_of_another_version_is_named_with_it() -> None:
    with pytest.raises(records.BadRecord, match=f"A record of format 1, version {VERSION + 1}; here format 1"):
        records.decode_number(frame.seal(b"{}", VERSION + 1))


def test_seal_key_is_closed_from_its_first_moment_whatever_the_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    link = os.link

    def look(source: Path, target: Path) -> None:
        seen.append(source.stat().st_mode & 0o777)
        link(source, target)

    opened: list[int] = []
    real = os.open

    def watched(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(path, flags, mode)
        opened.append(os.fstat(descriptor).st_mode & 0o777)  # before a byte of it is written
        return descriptor

    before = os.umask(0)
    try:
        monkeypatch.setattr(os, "link", look)
        monkeypatch.setattr(os, "open", watched)
        key = seal.key_of(tmp_path)
    finally:
        os.umask(before)
    assert (len(key), opened, seen) == (32, [0o600], [0o600])
    assert [path.name for path in tmp_path.iterdir()] == [seal.KEY_FILE]


def test_seal_key_is_the_hosts_own_and_no_strangers_to_read(tmp_path: Path) -> None:
    path = made(tmp_path, 1)
    key_file = path.with_name(seal.KEY_FILE)
    assert (len(key_file.read_bytes()), key_file.stat().st_mode & 0o777) == (32, 0o600)
    key_file.write_bytes(os.urandom(32))
    snapshot = Snapshot(tmp_path)
    assert snapshot.read(key(7).encode()) == [None]
    snapshot.close()
