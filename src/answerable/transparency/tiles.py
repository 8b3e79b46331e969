"""Tiles (C2SP tlog-tiles): a tree and its entries as static files of 256 hashes or entries each."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from answerable.transparency.errors import EntryTooLarge, MalformedTile
from answerable.transparency.merkle import HASH_BYTES, leaf_hash, node_hash

WIDTH, HEIGHT = 256, 8
ENTRY_AT_MOST = 65_535
ENTRIES = "entries"
Fetch = Callable[[str], bytes]
"""Return a file of the log by its path below the log's address."""


@dataclass(frozen=True)
class Tile:
    """One tile: its level (or `entries`), its index within it, and how many of its 256 places are taken."""

    level: int | str
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return where it is served: index 1234067 is x001/x234/067, a partial one ends in .p/WIDTH."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        return f"tile/{self.level}/{place}" + (f".p/{self.width}" if self.width < WIDTH else "")


def tile_at(level: int, index: int, size: int) -> Tile:
    """Name the tile that a tree of `size` leaves has at a level and index; raise MalformedTile where it has none."""
    width = min(WIDTH, (size >> (HEIGHT * level)) - index * WIDTH)
    if width <= 0:
        raise MalformedTile(f"A tree of {size} has no tile {index} at level {level}.")
    return Tile(level, index, width)


def bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries as a bundle: each with its length in two bytes; raise EntryTooLarge."""
    if any(len(entry) > ENTRY_AT_MOST for entry in entries):
        raise EntryTooLarge(f"An entry has {ENTRY_AT_MOST} bytes at most.")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unbundle(raw: bytes, *, width: int) -> list[bytes]:
    """Read a bundle of `width` entries; raise MalformedTile."""
    entries, place = list[bytes](), 0
    while place < len(raw):
        if place + 2 > len(raw):
            raise MalformedTile("The bundle is cut short.")
        (length,) = struct.unpack_from(">H", raw, place)
        if place + 2 + length > len(raw):
            raise MalformedTile("The bundle is cut short.")
        entries.append(raw[place + 2 : place + 2 + length])
        place += 2 + length
    if len(entries) != width:
        raise MalformedTile(f"The bundle has {len(entries)} entries instead of {width}.")
    return entries


def hashes_in(raw: bytes, tile: Tile) -> list[bytes]:
    """Read a tile's hashes; raise MalformedTile where it has not just so many."""
    if len(raw) != tile.width * HASH_BYTES:
        raise MalformedTile(f"{tile.path} has {len(raw)} bytes instead of {tile.width * HASH_BYTES}.")
    return [raw[i : i + HASH_BYTES] for i in range(0, len(raw), HASH_BYTES)]


@dataclass
class TileReader:
    """Read the hashes of whole subtrees from the tiles that a tree of `size` has. Nothing read is trusted before a proof
    or the root made from it is verified."""

    fetch: Fetch
    size: int
    _seen: dict[Tile, list[bytes]] = field(default_factory=dict, repr=False)

    def subtree(self, start: int, end: int) -> bytes:
        """Return the hash over the leaves from start up to end; the number of leaves is a power of two."""
        height = (end - start).bit_length() - 1
        level, inside = divmod(height, HEIGHT)
        place, unit = start >> (HEIGHT * level), 1 << inside
        tile = tile_at(level, place // WIDTH, self.size)
        hashes = self.hashes(tile)[place % WIDTH : place % WIDTH + unit]
        if len(hashes) != unit:
            raise MalformedTile(f"{tile.path} does not reach far enough.")
        while len(hashes) > 1:
            hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def hashes(self, tile: Tile) -> list[bytes]:
        """Return a tile's hashes, fetched once."""
        if tile not in self._seen:
            self._seen[tile] = hashes_in(self.fetch(tile.path), tile)
        return self._seen[tile]

    def forget(self) -> None:
        """Forget what was fetched, where a whole log is read in bounded memory."""
        self._seen.clear()

    def entries(self, index: int) -> list[bytes]:
        """Return a bundle's entries, each compared with its hash in the tile; raise MalformedTile."""
        leaves = tile_at(0, index, self.size)
        bundled = Tile(ENTRIES, index, leaves.width)
        found = unbundle(self.fetch(bundled.path), width=bundled.width)
        if [leaf_hash(entry) for entry in found] != self.hashes(leaves):
            raise MalformedTile(f"{bundled.path} holds other entries than its tile says.")
        return found
