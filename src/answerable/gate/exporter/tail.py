"""Read the spool as it grows, beside the shipper: a descriptor that is open outlives the file's deletion."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from answerable.spool import frame, rotate
from answerable.spool.errors import Torn
from answerable.spool.records import SpoolRecord

PIECE = 1 << 20


@dataclass
class _Open:
    descriptor: int
    offset: int
    size_seen: int = 0


class Tail:
    """Yields each record once, in each file's order. What lay there before the first look is told as `old`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _Open] = {}
        self._is_first = True

    def records(self) -> Iterator[tuple[SpoolRecord, bool]]:
        """Yield what is new since the last look, and whether it was there before the first."""
        self._open_new()
        for name, file in list(self._files.items()):
            is_gone = not (
                self._folder / rotate.FOLDER / name
            ).exists()  # before reading: what was written last is not missed
            for record in _whole(file):
                yield record, self._is_first
            if is_gone:
                os.close(file.descriptor)
                del self._files[name]
        self._is_first = False

    def end_of(self, name: str) -> int:
        """Return how far a file was written, as of the last look; 0 for one that was not seen."""
        return self._files[name].offset if name in self._files else 0

    def close(self) -> None:
        for file in self._files.values():
            os.close(file.descriptor)
        self._files.clear()

    def _open_new(self) -> None:
        for path in rotate.files(self._folder):
            if path.name not in self._files:
                with suppress(FileNotFoundError):  # shipped meanwhile
                    self._files[path.name] = _Open(os.open(path, os.O_RDONLY | os.O_CLOEXEC), len(frame.MAGIC))


def _whole(file: _Open) -> Iterator[SpoolRecord]:
    """Yield the whole records behind the offset; a torn one is looked at again."""
    while True:
        data = os.pread(file.descriptor, PIECE + frame.LONGEST, file.offset)
        at = 0
        with suppress(Torn):
            while at < PIECE and (found := frame.unpack(data, at)):
                record, at = found
                yield record
        file.offset += at
        if at < PIECE:
            return
