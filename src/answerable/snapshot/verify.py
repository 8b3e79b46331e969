"""Read a snapshot file whole: `python -m answerable.snapshot.verify FILE ENTRIES|any|deeply`. Exit 0 only if all is well.

In a process of its own, which alone dies if the file is cut. Every byte is touched and every record's checksum held
against it; `deeply` each record is decoded as well, as the gate does at every call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import lmdb

from answerable.snapshot import keys, records
from answerable.snapshot.read import MAP_BYTES

DECODERS: tuple[tuple[bytes, Callable[[bytes], object]], ...] = (
    (b"n:", records.decode_number),
    (b"trunk:", records.decode_trunk),
    (b"trunk-user:", records.decode_trunk),
    (b"probe:", records.decode_probe),
)


def count(path: str, *, deeply: bool = False) -> int:
    """Read everything and return the number of entries; raise BadRecord or lmdb.Error."""
    environment = lmdb.open(path, subdir=False, readonly=True, lock=True, map_size=MAP_BYTES, create=False)
    entries = 0
    with environment.begin() as transaction:
        is_whole = records.is_whole
        for key, value in transaction.cursor():
            entries += 1
            if (deeply or not is_whole(value)) and not key.startswith(b"meta:"):
                require(key, value)
    environment.close()
    return entries


def require(key: bytes, value: bytes) -> None:
    """Decode one record by what its key says it is; raise BadRecord where it does not check, or lies under another key."""
    for prefix, decode in DECODERS:
        if key.startswith(prefix):
            record = decode(value)
            if prefix == b"n:" and record["number"] != keys.number_of(key):  # type: ignore[index]
                raise records.BadRecord(f"A record of {record['number']} lies under {key!r}.")  # type: ignore[index]


def main() -> int:
    path, wanted = sys.argv[1:3]
    try:
        found = count(path, deeply=wanted == "deeply")
    except (records.BadRecord, lmdb.Error) as error:
        print(error, file=sys.stderr)
        return 1
    if wanted.isdigit() and found != int(wanted):
        print(f"{found} entries, {wanted} were written.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
