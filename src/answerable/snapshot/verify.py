"""Read a snapshot file whole: `python -m answerable.snapshot.verify FILE ENTRIES`. Exit 0 only if nothing is amiss."""

from __future__ import annotations

import sys

import lmdb

from answerable.snapshot import keys, records
from answerable.snapshot.read import MAP_BYTES


def count(path: str) -> int:
    """Touch every byte, and decode every number's record."""
    environment = lmdb.open(path, subdir=False, readonly=True, lock=True, map_size=MAP_BYTES, create=False)
    entries = 0
    with environment.begin() as transaction:
        for key, value in transaction.cursor():
            entries += 1
            if keys.number_of(key):
                records.decode_number(value)
            elif bytes(key).startswith(b"trunk:"):
                records.decode_trunk(value)
            elif bytes(key).startswith(b"probe:"):
                records.decode_probe(value)
    environment.close()
    return entries


def main() -> int:
    path, wanted = sys.argv[1], int(sys.argv[2])
    try:
        found = count(path)
    except (records.BadRecord, lmdb.Error) as error:
        print(error, file=sys.stderr)
        return 1
    if found != wanted:
        print(f"{found} entries, {wanted} were written.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
