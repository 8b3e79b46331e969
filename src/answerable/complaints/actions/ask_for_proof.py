"""Ask the holder for a new proof of a line."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints.actions.decide import settle
from answerable.complaints.models import Report
from answerable.numbers.models import Number
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.trail.actions import record
from answerable.verification.actions import ask
from answerable.verification.models import Recheck


def ask_for_proof(made: Report, line: str, *, staff: Staff, at: dt.datetime) -> Recheck:
    """Ask the holder for a new proof of a line because of a report, which is in hand from then on.

    The holder is told that there was a complaint, never which or by whom. Raise NothingToAsk, AskedAlready.
    """
    require(staff, "answer_complaints")
    with transaction.atomic():
        asked = ask(
            Number.objects.get(pk=made.number), ground="complaint", level=2, line=line, about=made.pk, by=staff, at=at
        )
        settle(made, "proof_asked", staff=staff, at=at)
        record(
            "report.proof_asked", by=actor_of(staff), at=at, subject=("report", made.pk), after={"recheck": asked.pk}
        )
    return asked
