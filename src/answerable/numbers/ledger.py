"""Take over a present ledger (台账): each line enters as unverified, or is refused with its reason.

CSV in UTF-8 with a header: number, credit_code, line, and optionally paid_until (2026-12-31): the last day the holder
has paid for under its present contract. No call to an unverified number is connected.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import transaction

from answerable.lib.errors import Problem
from answerable.lib.lines import parse_400
from answerable.lib.tables import Row, TableUnreadable, read_table
from answerable.lib.workdays import CHINA
from answerable.numbers import errors
from answerable.numbers.actions import bind_line
from answerable.numbers.models import AllocationBatch, ImportLine, Number
from answerable.numbers.patterns import grade, patterns
from answerable.parties.actions import know
from answerable.parties.models import Carrier
from answerable.parties.queries import register_entry
from answerable.trail.actions import record
from answerable.trail.actors import Actor

COLUMNS = ("number", "credit_code", "line")


@dataclass(frozen=True)
class Outcome:
    """What became of one line; `problem` is None where it entered."""

    row: int
    number: str
    problem: Problem | None


def import_ledger(content: bytes, *, by: Actor, at: dt.datetime) -> list[Outcome]:
    """Import a file, each line in a transaction of its own; a file imported again changes nothing.

    Raise LedgerUnreadable before anything is written if it is no such CSV.
    """
    rows = _rows(content)
    digest = hashlib.sha256(content).hexdigest()
    return [_import(row, digest, by, at) for row in rows]


def _rows(content: bytes) -> list[Row]:
    try:
        return read_table(content, COLUMNS)
    except TableUnreadable as problem:
        raise errors.LedgerUnreadable(why=problem.params["why"]) from problem


def _import(row: Row, digest: str, by: Actor, at: dt.datetime) -> Outcome:
    try:
        with transaction.atomic():
            if ImportLine.objects.filter(file_sha256=digest, row=row.line, outcome="unverified").exists():
                return Outcome(row.line, row["number"], None)
            _enter(row, by, at)
            _remember(row, digest, "unverified", at)
    except Problem as problem:
        _remember(row, digest, problem.code, at)
        return Outcome(row.line, row["number"], problem)
    return Outcome(row.line, row["number"], None)


def _enter(row: Row, by: Actor, at: dt.datetime) -> None:
    parsed = parse_400(row["number"])
    carrier = Carrier.objects.filter(pk=parsed.carrier).first() if parsed.carrier else None
    if parsed.kind != "open" or carrier is None:
        raise errors.NotA400Number(number=row["number"][:20])
    paid_until = _end_of_day(row["paid_until"])
    enterprise = know(register_entry(row["credit_code"]), by=by, at=at)
    batch, _ = AllocationBatch.objects.get_or_create(
        code=f"{carrier.pk}-ledger",
        defaults={"carrier": carrier, "branch": "台账接收", "allocated_on": at.astimezone(CHINA).date()},
    )
    number, is_new = Number.objects.select_for_update().get_or_create(
        pk=parsed.number,
        defaults={
            "carrier": carrier, "batch": batch, "grade": grade(parsed.number), "patterns": patterns(parsed.number), "state_since": at,
            "business_state": "unverified", "holder": enterprise, "paid_until": paid_until,
        },
    )  # fmt: skip
    if not is_new:
        if number.business_state != "spare":
            raise errors.NumberTaken(number=parsed.number)
        Number.objects.filter(pk=number.pk).update(
            business_state="unverified", holder=enterprise, paid_until=paid_until, state_since=at
        )
    bind_line(number.pk, row["line"], by=by, at=at)
    record(
        "number.taken_over",
        by=by,
        at=at,
        subject=("number", number.pk),
        number=number.pk,
        after={"business_state": "unverified"},
    )


def _end_of_day(text: str) -> dt.datetime | None:
    """Read a day and return its last second, China time; None where the ledger says none."""
    if not text:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(23, 59, 59), CHINA)
    except ValueError:
        raise errors.LedgerDayInvalid(day=text[:20]) from None


def _remember(row: Row, digest: str, outcome: str, at: dt.datetime) -> None:
    ImportLine.objects.update_or_create(
        file_sha256=digest, row=row.line, defaults={"number": row["number"][:20], "outcome": outcome[:20], "at": at}
    )
