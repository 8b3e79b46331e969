"""Write the snapshot: small changes in place, a full build into a new file that is read whole before it counts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import lmdb

from answerable.snapshot import keys, records
from answerable.snapshot.read import CURRENT, MAP_BYTES, link
from answerable.snapshot.seal import key_of, seal_of

Change = tuple[str | bytes, bytes | None]
"""A key and its value; None removes it."""
BATCH = 300
"""Records of a full build that are read, admitted, compared and written together: they stay in the processor's cache."""


class BuildError(Exception):
    """A new file did not read back as it was written; the old one stays in force."""

    code = "SNAPSHOT_BUILD"


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of so many items, the last one shorter."""
    given = iter(items)
    while batch := list(islice(given, size)):
        yield batch


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
    """Write a new file, have another process read it whole (a cut file is SIGBUS), seal it, then turn the link to it.

    Items in the order of their keys' bytes are appended, a third of the time that any other order takes. What goes wrong,
    in `items` too, leaves the file in force and no other.
    """
    place = folder / "snapshot"
    place.mkdir(parents=True, exist_ok=True)
    key_of(place)
    path = place / f"{1 + max((int(old.stem) for old in place.glob('*.lmdb') if old.stem.isdigit()), default=0)}.lmdb"
    try:
        count = _fill(path, items, epoch=epoch, heartbeat=heartbeat, source=source)
        verify(path, count)
        _seal(path, source)
    except BaseException:
        _drop(path)
        raise
    _turn_link(place, path)
    return path


def _fill(path: Path, items: Iterable[Change], *, epoch: int, heartbeat: float | None, source: str) -> int:
    """Write everything, bring it to the disk once at the end, and return how many entries there are to be."""
    environment = _open(str(path), sync=False)
    try:
        meta: list[Change] = [(keys.EPOCH, str(epoch).encode()), (keys.SOURCE, source.encode())]
        if heartbeat is not None:
            meta.append((keys.HEARTBEAT, records.encode_time(heartbeat)))
        _write(environment, meta)
        count = len(meta)
        for batch in batched(items, BATCH):
            present = [
                (name.encode() if isinstance(name, str) else name, value) for name, value in batch if value is not None
            ]
            count += len(present)
            _append(environment, present)
        environment.sync(True)
    finally:
        environment.close()
    return count


def _append(environment: Any, batch: list[tuple[bytes, bytes]]) -> None:
    """Append; where the keys are in another order than their bytes', put them one by one instead."""
    with environment.begin(write=True) as transaction:
        _, added = transaction.cursor().putmulti(batch, append=True)
        if added < len(batch):
            _put(transaction, batch)


def _seal(path: Path, source: str) -> None:
    environment = _open(str(path))
    try:
        _write(environment, [(keys.SEAL, seal_of(path, source.encode()))])
    finally:
        environment.close()


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + "-lock").unlink(missing_ok=True)


def verify(path: Path, entries: int | str = "any") -> None:
    """Read a file whole in another process, which alone dies if the file is cut; raise BuildError.

    `entries` is their number, or `any`, or `deeply`, which decodes each record too.
    """
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "answerable.snapshot.verify", str(path), str(entries)]
    result = subprocess.run(command, env=os.environ | {"PYTHONPATH": root}, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        why = result.stderr.strip().rpartition("\n")[2] or f"reading it ended by signal {-result.returncode}"
        raise BuildError(f"{path.name} is not as it was written: {why}")


def _turn_link(place: Path, path: Path) -> None:
    """Turn the link in one step, then drop files that no link has named for two builds (open maps outlive it)."""
    before = os.path.realpath(place / CURRENT)
    turning = place / (CURRENT + ".new")
    turning.unlink(missing_ok=True)
    turning.symlink_to(path.name)
    turning.replace(place / CURRENT)
    for old in place.glob("*.lmdb"):
        if str(old) not in {before, str(path)} and old.stem.isdigit() and int(old.stem) < int(path.stem):
            _drop(old)


def _open(path: str, *, sync: bool = True) -> Any:
    """Open for writing. A commit waits for its pages to be on the disk, once and not twice: where the machine dies at that
    moment the last commit is undone, its epoch with it, and is followed again."""
    return lmdb.open(
        path, subdir=False, lock=True, map_size=MAP_BYTES, max_readers=512, mode=0o640, sync=sync, metasync=False
    )


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
