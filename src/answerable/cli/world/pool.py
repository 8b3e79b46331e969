"""The demo's pool: numbers spread over the six open prefixes, each with the batch it came from."""

from __future__ import annotations

import datetime as dt
from random import Random

from answerable.cli.world.reference import CARRIERS, HOTLINE
from answerable.numbers.models import AllocationBatch, Number
from answerable.numbers.patterns import grade, patterns

BRANCHES = {
    "unicom": ("联通北京分公司", "联通广东分公司"),
    "mobile": ("移动上海分公司", "移动四川分公司"),
    "telecom": ("电信浙江分公司", "电信湖北分公司"),
}


def load(at: dt.datetime, size: int) -> None:
    """Add `size` spare numbers, the same ones every time, and the operator's own hotline among them."""
    dice = Random(400)
    for carrier, _, _, prefixes, _ in CARRIERS:
        for branch_index, branch in enumerate(BRANCHES[carrier]):
            AllocationBatch.objects.create(
                code=_batch(carrier, branch_index),
                carrier_id=carrier,
                branch=branch,
                allocated_on=dt.date(2026, 1 + branch_index, 15),
            )
        for prefix in prefixes:
            _fill(prefix, carrier, size // 6, dice, at)
    if not Number.objects.filter(pk=HOTLINE).exists():
        Number.objects.bulk_create([_number(HOTLINE, "telecom", "telecom-0", at)])


def _fill(prefix: str, carrier: str, count: int, dice: Random, at: dt.datetime) -> None:
    tails = sorted(dice.sample(range(1_000_000), count))
    rows = [_number(f"{prefix}{tail:06d}", carrier, _batch(carrier, tail % 2), at) for tail in tails]
    Number.objects.bulk_create(rows, batch_size=5000)


def _batch(carrier: str, index: int) -> str:
    return f"{carrier}-{index}"


def _number(number: str, carrier: str, batch: str, at: dt.datetime) -> Number:
    return Number(
        number=number,
        carrier_id=carrier,
        batch_id=batch,
        grade=grade(number),
        patterns=patterns(number),
        state_since=at,
    )
