"""A ZIP that is written and read piece by piece, each piece sealed: memory stays bounded however many pages there are."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from answerable.lib import envelope, keystore

PIECE_BYTES = 1 << 20
_LENGTH_BYTES = 4


class SealedFile(io.RawIOBase):
    """Take bytes in order and keep them sealed in pieces under the owner's key (lib.keystore).

    Each piece is bound to its place, and the last one says that it is.
    """

    def __init__(self, file: Path, owner: str) -> None:
        self.owner, self.digest, self.size = owner, hashlib.sha256(), 0
        self._waiting, self._pieces = bytearray(), 0
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._stream = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def writable(self) -> bool:
        return True

    def write(self, given: Any) -> int:
        """Take bytes; seal what fills a piece."""
        plain = bytes(given)
        self.digest.update(plain)
        self.size += len(plain)
        self._waiting += plain
        while len(self._waiting) > PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]), is_last=False)
            del self._waiting[:PIECE_BYTES]
        return len(plain)

    def end(self) -> None:
        """Seal the last piece and put everything on disk."""
        self._put(bytes(self._waiting), is_last=True)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        sealed = keystore.seal_bytes(plain, self.owner, _context(self.owner, self._pieces, is_last=is_last))
        self._stream.write(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
        self._pieces += 1


def read_sealed(file: Path, owner: str) -> Iterator[bytes]:
    """Open a sealed file piece by piece; raise EnvelopeError where one was changed, moved or cut off."""
    place = 0
    with file.open("rb") as stream:
        head = stream.read(_LENGTH_BYTES)
        while head:
            sealed = stream.read(int.from_bytes(head, "big"))
            head = stream.read(_LENGTH_BYTES)
            yield keystore.open_bytes(sealed, owner, _context(owner, place, is_last=not head))
            place += 1
    if not place:
        raise envelope.Tampered("The sealed file is empty.")


def destroy_sealed(file: Path, owner: str) -> None:
    """Destroy the owner's key, then the file."""
    keystore.destroy(owner)
    file.unlink(missing_ok=True)


def _context(owner: str, place: int, *, is_last: bool) -> str:
    kind, _, name = owner.partition("-")
    return f"{kind}:{name}:{place}:{'last' if is_last else 'more'}"


class Bundle:
    """The ZIP as it grows, and what its manifest is to say of each file."""

    def __init__(self, sink: SealedFile) -> None:
        self.files: list[dict[str, Any]] = []
        self._zip = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, pieces: Iterable[bytes], words: tuple[str, str]) -> None:
        """Add one file, piece by piece."""
        digest, size = hashlib.sha256(), 0
        with contextlib.closing(self._zip.open(name, "w")) as stream:
            for piece in pieces:
                stream.write(piece)
                digest.update(piece)
                size += len(piece)
        self.files.append({"file": name, "zh": words[0], "en": words[1], "bytes": size, "sha256": digest.hexdigest()})

    def add_rows(self, name: str, rows: Iterable[dict[str, Any]], words: tuple[str, str]) -> None:
        """Add a JSON list, row by row."""
        self.add(name, _lines(rows), words)

    def end_with(self, last: dict[str, bytes]) -> None:
        """Write the files that no manifest names (itself, its signature), and close the ZIP."""
        for name, content in last.items():
            self._zip.writestr(name, content)
        self._zip.close()


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield b"["
    for place, row in enumerate(rows):
        line = json.dumps(row, ensure_ascii=False, default=_text)
        yield ((",\n" if place else "\n") + line).encode()
    yield b"\n]\n"


def _text(value: Any) -> str:
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
