"""Which carrier a line is with: a table of ranges and ported lines that the operator loads."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

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
SELECT d.id, d.number_id, d.line, d.carrier, t.carrier FROM numbers_destination d
CROSS JOIN LATERAL (
    SELECT carrier FROM numbers_linecarrier
    WHERE digits IN (SELECT left(d.line, n) FROM generate_series(2, length(d.line)) n)
    ORDER BY length(digits) DESC LIMIT 1
) t WHERE d.removed_at IS NULL AND d.carrier <> t.carrier ORDER BY d.id
"""


@dataclass(frozen=True)
class Moved:
    """A bound line whose carrier is another than it was; `before` is empty where none was known."""

    number: str
    line: str
    before: str
    after: str


def load_carriers(content: bytes, *, by: Actor, at: dt.datetime) -> tuple[int, list[Moved]]:
    """Load the table (CSV: digits, carrier), add to what is there, and return how many rows it had and which lines moved.

    A carrier that is known for the first time is no move. Raise TableUnreadable, or LinesRefused.
    """
    rows = read_table(content, COLUMNS)
    read = dict(read_each(rows, _read))
    with transaction.atomic():
        LineCarrier.objects.bulk_create(
            [LineCarrier(digits=digits, carrier=carrier, loaded_at=at) for digits, carrier in read.items()],
            batch_size=BATCH, update_conflicts=True, unique_fields=["digits"], update_fields=["carrier", "loaded_at"],
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_DIFFERING)
            found = cursor.fetchall()
        known = [Destination(pk=pk, carrier=after) for pk, _, _, _, after in found]
        Destination.objects.bulk_update(known, ["carrier"], batch_size=BATCH)
        moved = [Moved(number, line, before, after) for _, number, line, before, after in found if before]
        digest = hashlib.sha256(content).hexdigest()
        record(
            "lines.loaded", by=by, at=at, subject=("file", digest),
            after={"rows": len(rows), "moved": len(moved), "known": len(found) - len(moved)},
        )  # fmt: skip
    return len(rows), moved


def _read(row: Row) -> tuple[str, str]:
    digits, carrier = fold(row["digits"]), row["carrier"]
    if not re.fullmatch(r"[01][0-9]{1,11}", digits) or not carrier or carrier not in CARRIER_NAMES:
        known = ", ".join(code for code in CARRIER_NAMES if code)
        raise errors.LineRangeInvalid(digits=row["digits"][:20], carrier=carrier[:20], known=known)
    return digits, carrier
