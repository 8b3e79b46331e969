"""Write the snapshot: small changes in place, a full build into a new file that is read whole before it counts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import lmdb

from answerable.snapshot import keys, records
from answerable.snapshot.read import CURRENT, MAP_BYTES, link

Change = tuple[str | bytes, bytes | None]
"""A key and its value; None removes it."""
BATCH = 50_000


class BuildError(Exception):
    """A new file did not read back as it was written; the old one stays in force."""

    code = "SNAPSHOT_BUILD"


class Writer:
    """The one writer of the file in force. LMDB lets a second one wait without end, so follow takes a lock first."""

    def __init__(self, folder: Path) -> None:
        self.path = os.path.realpath(link(folder), strict=True)
        self._environment = _open(self.path)

    def apply(self, changes: Iterable[Change], epoch: int) -> None:
        """Write changes and their epoch in one transaction."""
        with self._environment.begin(write=True) as transaction:
            _put(transaction, changes)
            transaction.put(keys.EPOCH, str(epoch).encode())

    def beat(self, at: float) -> None:
        """Copy the database's clock."""
        with self._environment.begin(write=True) as transaction:
            transaction.put(keys.HEARTBEAT, records.encode_time(at))

    def get(self, key: bytes) -> bytes | None:
        with self._environment.begin() as transaction:
            value: bytes | None = transaction.get(key)
            return value

    def check_readers(self) -> int:
        """Free the slots of dead readers; a killed worker's would stop pages from being used again."""
        freed: int = self._environment.reader_check()
        return freed

    def close(self) -> None:
        self._environment.close()


def build(folder: Path, items: Iterable[Change], *, epoch: int, heartbeat: float | None, source: str = "") -> Path:
    """Write a new file, have another process read it whole (a cut file is SIGBUS), then turn the link to it."""
    place = folder / "snapshot"
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{1 + max((int(old.stem) for old in place.glob('*.lmdb') if old.stem.isdigit()), default=0)}.lmdb"
    environment = _open(str(path))
    count = 0
    batch: list[Change] = []
    for item in items:
        batch.append(item)
        count += item[1] is not None
        if len(batch) == BATCH:
            _write(environment, batch)
            batch = []
    meta = [(keys.EPOCH, str(epoch).encode()), (keys.SOURCE, source.encode())]
    if heartbeat is not None:
        meta.append((keys.HEARTBEAT, records.encode_time(heartbeat)))
    _write(environment, [*batch, *meta])
    environment.close()
    verify(path, count + len(meta))
    _turn_link(place, path)
    return path


def verify(path: Path, entries: int) -> None:
    """Read a file whole in another process, which alone dies if the file is cut."""
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "answerable.snapshot.verify", str(path), str(entries)]
    result = subprocess.run(command, env=os.environ | {"PYTHONPATH": root}, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(f"{path.name} is not as it was written: {result.stderr.strip() or result.returncode}")


def _turn_link(place: Path, path: Path) -> None:
    """Turn the link in one step, then drop files that no link has named for two builds (open maps outlive it)."""
    before = os.path.realpath(place / CURRENT)
    turning = place / (CURRENT + ".new")
    turning.unlink(missing_ok=True)
    turning.symlink_to(path.name)
    turning.replace(place / CURRENT)
    for old in place.glob("*.lmdb"):
        if str(old) not in {before, str(path)} and old.stem.isdigit() and int(old.stem) < int(path.stem):
            old.unlink(missing_ok=True)
            (place / (old.name + "-lock")).unlink(missing_ok=True)


def _open(path: str) -> Any:
    return lmdb.open(path, subdir=False, lock=True, map_size=MAP_BYTES, max_readers=512, mode=0o640)


def _write(environment: Any, batch: Iterable[Change]) -> None:
    with environment.begin(write=True) as transaction:
        _put(transaction, batch)


def _put(transaction: Any, changes: Iterable[Change]) -> None:
    for name, value in changes:
        key = name.encode() if isinstance(name, str) else name
        if value is None:
            transaction.delete(key)
        else:
            transaction.put(key, value)
