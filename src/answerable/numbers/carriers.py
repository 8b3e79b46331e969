"""Which carrier a line is with, and of which kind its range is: a table of ranges and ported lines that the operator loads."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from django.db import connection, transaction

from answerable.lib.lines import CARRIER_NAMES, fold
from answerable.lib.tables import Row, read_each, read_table
from answerable.numbers import errors
from answerable.numbers.models import Destination, LineCarrier
from answerable.trail.actions import record
from answerable.trail.actors import Actor

COLUMNS = ("digits", "carrier")
BATCH = 5000
_DIFFERING = """
SELECT d.id, d.number_id, d.line, d.carrier, t.carrier, d.range_kind, t.kind FROM numbers_destination d
CROSS JOIN LATERAL (
    SELECT carrier, kind FROM numbers_linecarrier
    WHERE digits IN (SELECT left(d.line, n) FROM generate_series(2, length(d.line)) n)
    ORDER BY length(digits) DESC LIMIT 1
) t WHERE d.removed_at IS NULL AND (d.carrier, d.range_kind) <> (t.carrier, t.kind) ORDER BY d.id
"""


@dataclass(frozen=True)
class Moved:
    """A bound line whose carrier, or the kind of whose range, is another than it was."""

    number: str
    line: str
    what: Literal["carrier", "kind"]
    before: str
    after: str


def load_carriers(content: bytes, *, by: Actor, at: dt.datetime) -> tuple[int, list[Moved]]:
    """Load the table (CSV: digits, carrier; optionally kind), add to what is there, and return how many rows it had and which lines moved.

    A carrier that is known for the first time is no move, nor is a range that is ordinary again. Raise TableUnreadable, or LinesRefused.
    """
    rows = read_table(content, COLUMNS)
    read = {one.digits: one for one in read_each(rows, lambda row: _read(row, at))}
    with transaction.atomic():
        LineCarrier.objects.bulk_create(
            read.values(), batch_size=BATCH, update_conflicts=True, unique_fields=["digits"],
            update_fields=["carrier", "kind", "loaded_at"],
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_DIFFERING)
            found = cursor.fetchall()
        known = [Destination(pk=row[0], carrier=row[4], range_kind=row[6]) for row in found]
        Destination.objects.bulk_update(known, ["carrier", "range_kind"], batch_size=BATCH)
        moved = [one for row in found if (one := _moved(row))]
        digest = hashlib.sha256(content).hexdigest()
        record(
            "lines.loaded", by=by, at=at, subject=("file", digest),
            after={"rows": len(rows), "moved": len(moved), "known": len(found) - len(moved)},
        )  # fmt: skip
    return len(rows), moved


def _moved(row: tuple[int, str, str, str, str, str, str]) -> Moved | None:
    """Say what changed about a line; a range that turned virtual or VoIP weighs more than a new carrier."""
    _, number, line, carrier_before, carrier, kind_before, kind = row
    if kind not in {kind_before, LineCarrier.Kind.ORDINARY}:
        return Moved(number, line, "kind", kind_before, kind)
    return Moved(number, line, "carrier", carrier_before, carrier) if carrier_before not in {"", carrier} else None


def _read(row: Row, at: dt.datetime) -> LineCarrier:
    digits, carrier, kind = fold(row["digits"]), row["carrier"], row["kind"] or LineCarrier.Kind.ORDINARY
    is_known = carrier in CARRIER_NAMES and kind in LineCarrier.Kind.values
    if not re.fullmatch(r"[01][0-9]{1,11}", digits) or not carrier or not is_known:
        raise errors.LineRangeInvalid(
            digits=row["digits"][:20], carrier=carrier[:20], kind=kind[:20],
            known=", ".join(code for code in CARRIER_NAMES if code), kinds=", ".join(LineCarrier.Kind.values),
        )  # fmt: skip
    return LineCarrier(digits=digits, carrier=carrier, kind=kind, loaded_at=at)
