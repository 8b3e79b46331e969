"""The log's static files, and how they grow. Every file but `checkpoint` is written once and never changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answerable.transparency.merkle import leaf_hash, root_of
from answerable.transparency.tiles import ENTRIES, WIDTH, Tile, bundle, hashes_in, unbundle

CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class FileStore:
    """A folder that a web server or an object store serves as it is."""

    folder: Path

    def read(self, path: str) -> bytes:
        """Return a file; a FileNotFoundError names the missing one."""
        return (self.folder / path).read_bytes()

    def write(self, path: str, raw: bytes) -> None:
        """Write a file whole or not at all: readers see the old one or the new one."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.new")
        with draft.open("wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(file)

    def has(self, path: str) -> bool:
        """Say whether a file is there."""
        return (self.folder / path).is_file()


def grow(store: FileStore, size: int, entries: Sequence[bytes]) -> int:
    """Write the files of a tree of `size` leaves that grows by `entries`; return its new size.

    Partial tiles of the older size stay: a reader may hold its checkpoint. Writing again after a crash changes nothing.
    """
    _grow_entries(store, size, entries)
    level, start, new = 0, size, [leaf_hash(entry) for entry in entries]
    while new:
        tile, taken = divmod(start, WIDTH)
        before = Tile(level, tile, taken)
        row = [*(hashes_in(store.read(before.path), before) if taken else []), *new]
        full = []
        for offset in range(0, len(row), WIDTH):
            part = row[offset : offset + WIDTH]
            store.write(Tile(level, tile + offset // WIDTH, len(part)).path, b"".join(part))
            if len(part) == WIDTH:
                full.append(root_of(part))
        level, start, new = level + 1, tile, full
    return size + len(entries)


def _grow_entries(store: FileStore, size: int, entries: Sequence[bytes]) -> None:
    tile, taken = divmod(size, WIDTH)
    row = [*(unbundle(store.read(Tile(ENTRIES, tile, taken).path), width=taken) if taken else []), *entries]
    for offset in range(0, len(row), WIDTH):
        part = row[offset : offset + WIDTH]
        store.write(Tile(ENTRIES, tile + offset // WIDTH, len(part)).path, bundle(part))
