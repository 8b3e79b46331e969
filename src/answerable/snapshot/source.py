"""Read what is published: `routing_published(key, epoch, record)` and the heartbeat, over a psycopg connection."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any

import psycopg

from answerable.snapshot import records
from answerable.snapshot.write import BATCH

WHOLE_MINUTES = 30
"""For so long everything may be read: six million records over a slow line."""
Connection = psycopg.Connection[tuple[Any, ...]]
_HEAD, _TRAILER = b"PGCOPY\n\xff\r\n\0", b"\xff\xff"
_FIELDS, _LENGTH = struct.Struct("!hi"), struct.Struct("!i")


def begin_whole(queries: Connection) -> None:
    """Let what follows in this transaction read as of one moment, for as long as it takes."""
    queries.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    queries.execute(f"SET LOCAL statement_timeout = '{WHOLE_MINUTES}min'")


def numbers(queries: Connection) -> Iterator[list[tuple[bytes, bytes]]]:
    """Yield all numbers' records in pages, in the order of their keys' bytes, by binary COPY. Nobody has checked them."""
    statement = (
        "COPY (SELECT key, record FROM routing_published WHERE record IS NOT NULL AND key LIKE 'n:%'"
        ' ORDER BY key COLLATE "C") TO STDOUT (FORMAT binary)'
    )
    with queries.cursor() as cursor, cursor.copy(statement) as copy:
        rows = _rows(copy)
        while page := list(islice(rows, BATCH)):
            yield page


def others(queries: Connection) -> list[tuple[bytes, bytes]]:
    """Return trunks and probes, in the order of their keys' bytes."""
    found = queries.execute(
        "SELECT key, record FROM routing_published WHERE record IS NOT NULL AND key NOT LIKE 'n:%' AND key NOT LIKE 'meta:%'"
    ).fetchall()
    return sorted((key.encode(), bytes(record)) for key, record in found if records.is_whole(bytes(record)))


def newest_epoch(queries: Connection) -> int:
    return int(value(queries, "SELECT coalesce(max(epoch), 0) FROM routing_published"))


def heartbeat(queries: Connection) -> float | None:
    """Read the publisher's last heartbeat: the database's clock, epoch seconds."""
    found = value(queries, "SELECT extract(epoch FROM at)::float8 FROM routing_heartbeat WHERE id = 1")
    return None if found is None else float(found)


def name(queries: Connection) -> str:
    """Name the database: server and database, so that a restored copy is not taken for the one followed before."""
    return str(
        value(
            queries,
            "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || oid"
            " FROM pg_database WHERE datname = current_database()",
        )
    )


def value(queries: Connection, statement: Any) -> Any:
    """Return the one value that a statement answers."""
    row = queries.execute(statement).fetchone()
    return row[0] if row else None


def _rows(copy: psycopg.Copy) -> Iterator[tuple[bytes, bytes]]:
    """Take the binary format apart: a head, then for each row its count of fields and each field with its length.

    Straight from libpq, which hands a row over in one message: psycopg's own loop takes three times as long.
    """
    take, unpack = copy.connection.pgconn.get_copy_data, _FIELDS.unpack_from
    length, row = take(0)
    if length > 0:  # the head, and the first row behind it where libpq hands them over together
        row = row[len(_HEAD) + 8 + _LENGTH.unpack_from(row, len(_HEAD) + 4)[0] :]
        length, row = (len(row), row) if len(row) else take(0)
    while length > len(_TRAILER):
        end = 6 + unpack(row)[1]
        yield row[6:end].tobytes(), row[end + 4 :].tobytes()
        length, row = take(0)
    for _ in copy:  # to the very end: a COPY that is not read out leaves the connection in it
        pass
