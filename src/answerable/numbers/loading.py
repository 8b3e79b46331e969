"""What comes from the carrier as files: numbers for the pool, and the daily report of network states. Whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction

from answerable.lib.lines import parse_400
from answerable.lib.tables import Row, read_each, read_table
from answerable.numbers import errors
from answerable.numbers.actions import set_network_state
from answerable.numbers.models import AllocationBatch, Number
from answerable.numbers.patterns import grade, patterns
from answerable.parties.models import Carrier
from answerable.parties.queries import refuse_demo
from answerable.trail.actions import record
from answerable.trail.actors import Actor

NETWORK_COLUMNS = ("number", "network_state")
POOL_COLUMNS = ("number", "batch", "branch", "allocated_on")
BATCH = 5000


def load_network(content: bytes, *, by: Actor, at: dt.datetime) -> int:
    """Take over the carrier's report (CSV: number, network_state) and return how many states are new.

    The gates know within a second. Raise TableUnreadable, or LinesRefused with every bad line.
    """
    rows = read_table(content, NETWORK_COLUMNS)

    def take(row: Row) -> bool:
        parsed = parse_400(row["number"])
        return set_network_state(parsed.number, row["network_state"], by=by, at=at)

    with transaction.atomic():
        return sum(read_each(rows, take))


def load_pool(content: bytes, *, by: Actor, at: dt.datetime) -> int:
    """Put the numbers that a carrier allocated into the pool and return how many are new; grade and pattern follow.

    CSV: number, batch, branch, allocated_on (2026-01-15). Raise DemoWorld, TableUnreadable, or LinesRefused.
    """
    refuse_demo()
    carriers = {prefix: carrier for carrier in Carrier.objects.all() for prefix in carrier.prefixes}
    rows = read_table(content, POOL_COLUMNS)
    named = {parse_400(row["number"]).number for row in rows}
    known = set(Number.objects.filter(pk__in=named).values_list("pk", "batch"))
    taken = {number for number, _ in known}
    batches: dict[str, AllocationBatch] = {b.pk: b for b in AllocationBatch.objects.all()}

    def read(row: Row) -> Number | None:
        parsed = parse_400(row["number"])
        carrier = carriers.get(parsed.number[:4]) if parsed.kind == "open" else None
        if carrier is None:
            raise errors.NotA400Number(number=row["number"][:20])
        batch = _batch(row, carrier, batches)
        if (parsed.number, batch.pk) in known:
            return None
        if parsed.number in taken:
            raise errors.PoolLineInvalid(
                why_zh="号码已存在，批次不同。", why_en="The number is here, of another batch."
            )
        taken.add(parsed.number)
        known.add((parsed.number, batch.pk))
        return Number(
            number=parsed.number, carrier=carrier, batch=batch, grade=grade(parsed.number), patterns=patterns(parsed.number), state_since=at
        )  # fmt: skip

    numbers = [number for number in read_each(rows, read) if number is not None]
    with transaction.atomic():
        AllocationBatch.objects.bulk_create(batches.values(), ignore_conflicts=True)
        Number.objects.bulk_create(numbers, batch_size=BATCH)
        digest = hashlib.sha256(content).hexdigest()
        record("pool.loaded", by=by, at=at, subject=("file", digest), after={"rows": len(rows), "new": len(numbers)})
    return len(numbers)


def _batch(row: Row, carrier: Carrier, batches: dict[str, AllocationBatch]) -> AllocationBatch:
    """Return the batch of a line; one batch has one carrier, branch and day."""
    try:
        day = dt.date.fromisoformat(row["allocated_on"])
    except ValueError:
        raise errors.PoolLineInvalid(
            why_zh="allocated_on 请写成 2026-01-15。", why_en="Write allocated_on as 2026-01-15."
        ) from None
    if not 0 < len(row["batch"]) <= 30 or not 0 < len(row["branch"]) <= 60:
        raise errors.PoolLineInvalid(
            why_zh="batch 或 branch 为空或过长。", why_en="batch or branch: empty or too long."
        )
    batch = batches.setdefault(
        row["batch"], AllocationBatch(code=row["batch"], carrier=carrier, branch=row["branch"], allocated_on=day)
    )
    if (batch.carrier_id, batch.branch, batch.allocated_on) != (carrier.pk, row["branch"], day):
        raise errors.PoolLineInvalid(
            why_zh="同一批次的运营商、分公司或日期不一致。", why_en="One batch has one carrier, branch and day."
        )
    return batch
