"""Records whose permits are new to a gate host, kept on the disk until they are verified in the background.

On the disk because a host that never saw a million numbers has a gigabyte of them. It is a scratch file: emptied at the
start, when everything is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import lmdb

FOLDER = "waiting"
BYTES_AT_MOST = 32 << 30


class Waiting:
    """The records that wait, by key; its length is their number."""

    def __init__(self, folder: Path) -> None:
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
        self._environment: Any = lmdb.open(str(folder / FOLDER), map_size=BYTES_AT_MOST, mode=0o640, sync=False)
        self._fresh: dict[str, bytes] = {}
        self.clear()

    def __len__(self) -> int:
        self._store()
        return int(self._environment.stat()["entries"])

    def __bool__(self) -> bool:
        return bool(self._fresh) or self._environment.stat()["entries"] > 0

    def __contains__(self, key: str) -> bool:
        if key in self._fresh:
            return True
        with self._environment.begin() as transaction:
            return transaction.get(key.encode()) is not None

    def put(self, key: str, record: bytes) -> None:
        self._fresh[key] = record
        if len(self._fresh) >= 10_000:
            self._store()

    def drop(self, keys: Iterable[str]) -> None:
        """Take records out that something newer was said about."""
        wanted = list(keys)
        for key in wanted:
            self._fresh.pop(key, None)
        if self._environment.stat()["entries"]:
            with self._environment.begin(write=True) as transaction:
                for key in wanted:
                    transaction.delete(key.encode())

    def take(self, count: int) -> list[tuple[str, bytes]]:
        """Take the first records out."""
        self._store()
        taken: list[tuple[str, bytes]] = []
        with self._environment.begin(write=True) as transaction:
            while len(taken) < count:
                cursor = transaction.cursor()
                if not cursor.first():
                    break
                taken.append((cursor.key().decode(), cursor.value()))
                cursor.delete()
        return taken

    def clear(self) -> None:
        """Forget everything."""
        self._fresh.clear()
        with self._environment.begin(write=True) as transaction:
            transaction.drop(self._environment.open_db(txn=transaction), delete=False)

    def close(self) -> None:
        self._environment.close()

    def _store(self) -> None:
        if self._fresh:
            with self._environment.begin(write=True) as transaction:
                transaction.cursor().putmulti([(key.encode(), record) for key, record in self._fresh.items()])
            self._fresh.clear()
