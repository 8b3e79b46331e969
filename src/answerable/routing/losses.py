"""The guard of losses where records begin: what would silence too many numbers within an hour is not published.

The same rule as each gate host's own (snapshot.guard, snapshot.losses), held against what is published: a wrong import, a
restore of some tables, a fault of compile's stays in the control plane, and reaches no host, not even one that has no file
in force yet. What is held is a row of HeldNumber; the published record stays. A stop is never held and never counted, and
so is whatever makes a number ring. Two people let what is held through (routing.actions).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Mapping
from typing import cast

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from answerable.routing.models import HeldNumber, Published, Tally
from answerable.snapshot import frame
from answerable.snapshot.guard import Change
from answerable.snapshot.losses import added, are_too_many, recent
from answerable.snapshot.permits import rings
from answerable.snapshot.records import BadRecord, NumberRecord, decode_number
from answerable.trail.actions import record
from answerable.trail.actors import system

PASSES_FOR = dt.timedelta(hours=1)
"""For so long what two people let through waits for its publication."""
SAID_EVERY = 60.0
COUNTED_AT_ONCE = 5000
log = logging.getLogger(__name__)
_said_at = -SAID_EVERY
Rows = dict[str, bytes | None]


def sift(rows: Rows, records: Mapping[str, NumberRecord | None]) -> Rows:
    """Return of a batch's rows those that may be published, and count them; hold the others. In the batch's transaction.

    `rows` is by key, `records` by number: what was encoded. Three short queries a batch, whatever is published.
    """
    tally, now = tally_of_published(), time.time()
    standing, held = _standing(list(rows)), _held([key[2:] for key in rows])
    changes = {
        key: Change(standing_record(standing.get(key)), records[key[2:]] if data is not None else None, now)
        for key, data in rows.items()
        if standing.get(key) != data
    }
    lost = {key for key, change in changes.items() if change.is_loss and not _is_let_through(held.get(key[2:]))}
    counts = recent(tally.losses, now)
    is_too_many = are_too_many(counts, len(lost), tally.open)
    to_hold = {key for key in lost if is_too_many or key[2:] in held}  # one that is held stays held
    if to_hold:
        _hold({key[2:] for key in to_hold} - held.keys(), total=tally.open)
    _free({key[2:] for key in rows.keys() - to_hold} & held.keys())
    opened = sum(change.will_ring - change.rang for key, change in changes.items() if key not in to_hold)
    if passed := len(lost - to_hold):
        counts = added(counts, passed, now)
    if opened or passed:
        Tally.objects.filter(pk=1).update(open=max(0, tally.open + opened), losses=counts)
    return {key: data for key, data in rows.items() if key not in to_hold}


def _standing(keys: list[str]) -> dict[str, bytes]:
    """Return what is published under keys. Without models: it is asked for each record that there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, record FROM routing_published WHERE key = ANY(%s) AND record IS NOT NULL", [keys])
        return {key: bytes(record) for key, record in cursor.fetchall()}


def _held(numbers: list[str]) -> dict[str, dt.datetime | None]:
    """Return which of these numbers are held, and when two people let them through."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, passed_at FROM routing_heldnumber WHERE number = ANY(%s)", [numbers])
        return dict(cursor.fetchall())


def tally_of_published() -> Tally:
    """Return the tally; counted, where there is none (a migration made it), from everything that is published."""
    found = Tally.objects.filter(pk=1).first()
    return found or Tally.objects.get_or_create(pk=1, defaults={"open": count_open(Published.objects.all())})[0]


def count_open(published: QuerySet[Published]) -> int:
    """Count the numbers that ring by what is published: a minute and a half for six million, once."""
    records = published.filter(key__startswith="n:", record__isnull=False).values_list("record", flat=True)
    return sum(map(_rings, records.iterator(COUNTED_AT_ONCE)))


def _rings(data: bytes | memoryview | None) -> bool:
    said = _of_earlier_version(bytes(data or b""))
    return said is not None and rings(said)


def standing_record(data: bytes | None) -> NumberRecord | None:
    """Decode what is published; of an earlier version, which an upgrade replaces, as much as the guard asks for."""
    try:
        return decode_number(data) if data is not None else None
    except BadRecord:
        return _of_earlier_version(data or b"")


def _of_earlier_version(data: bytes) -> NumberRecord | None:
    try:
        value = json.loads(data[frame.BYTES :] if data.startswith(frame.MARK) else data)
        said = cast(NumberRecord, {"stop": None, **value})
        rings(said)
        return said
    except (ValueError, RecursionError, TypeError, LookupError, AttributeError):
        return None


def _is_let_through(passed_at: dt.datetime | None) -> bool:
    return passed_at is not None and timezone.now() - passed_at < PASSES_FOR


def _hold(numbers: set[str], *, total: int) -> None:
    """Hold numbers that were not held yet; the first of them is a fact, and all are said loudly once a minute."""
    global _said_at  # noqa: PLW0603
    at, is_first = timezone.now(), not HeldNumber.objects.exists()
    HeldNumber.objects.bulk_create([HeldNumber(number=number, held_at=at) for number in sorted(numbers)])
    if is_first and numbers:
        record("publication.held", by=system("publisher"), at=at, subject=("published", "held"), after={"open": total})
    if numbers and (is_first or time.monotonic() - _said_at >= SAID_EVERY):
        _said_at = time.monotonic()
        log.error(
            "HELD: %s of %s numbers that ring would fall silent without a stop; their published records stay. Look at"
            " `answerable published held`; `answerable published force` lets it through.",
            f"{HeldNumber.objects.count():,}",
            f"{total:,}",
        )


def _free(numbers: set[str]) -> None:
    if numbers:
        HeldNumber.objects.filter(number__in=numbers).delete()
