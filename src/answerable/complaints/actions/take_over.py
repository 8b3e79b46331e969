"""Take the 12321 centre's file."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import connection, transaction

from answerable.complaints.actions.report import Origin, report
from answerable.complaints.handover import Line, read_file, read_line
from answerable.complaints.models import Handover
from answerable.complaints.queries import handed_over
from answerable.lib.errors import Problem
from answerable.lib.tables import Row
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.trail.actions import record

SOURCE = "12321"


@dataclass(frozen=True)
class Taken:
    """What became of a file: its right rows are in, each wrong one is named by its line."""

    handover: Handover
    refused: list[tuple[int, Problem]]


def take_over(content: bytes, *, staff: Staff, at: dt.datetime) -> Taken:
    """Take every right row of a file once: a reference that came before is the report it was. Raise TableUnreadable, HandoverRefused.

    The file is one transaction. Two people with the same file at once: the second waits, and finds all rows known.
    """
    require(staff, "answer_complaints")
    rows = read_file(content)
    refused: list[tuple[int, Problem]] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('complaints.take_over'))")
        handover = Handover.objects.create(
            staff=staff, at=at, sha256=hashlib.sha256(content).hexdigest(), taken=0, known=0, refused=0
        )
        for row in rows:
            try:
                is_new = _take(row, handover, staff, at)
            except Problem as problem:
                refused.append((row.line, problem))
                continue
            handover.taken += is_new
            handover.known += not is_new
        handover.refused = len(refused)
        handover.save(update_fields=["taken", "known", "refused"])
        record(
            "report.handed_over", by=actor_of(staff), at=at, subject=("handover", handover.pk),
            after={"sha256": handover.sha256, "taken": handover.taken, "known": handover.known, "refused": handover.refused},
        )  # fmt: skip
    return Taken(handover, refused)


def _take(row: Row, handover: Handover, staff: Staff, at: dt.datetime) -> bool:
    line: Line = read_line(row)
    if handed_over(SOURCE, line.external_reference):
        return False
    report(
        line.number, report_class=line.report_class, kind=line.kind, text=line.text, money_paid=line.paid_at is not None,
        paid_at=line.paid_at, contact=line.mobile, called_on=line.called_on, at=at, by=actor_of(staff),
        origin=Origin(SOURCE, line.external_reference, handover),
    )  # fmt: skip
    return True
