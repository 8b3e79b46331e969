"""A line that moved to another carrier, or whose range is refused now, is to be proven anew (carriers' requirement 2017: every line is real-named)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.numbers.carriers import load_carriers
from answerable.numbers.models import Number
from answerable.numbers.states import ANSWERED_FOR
from answerable.trail.actors import Actor
from answerable.verification.actions.recheck import ask
from answerable.verification.models import Recheck


def load_line_carriers(content: bytes, *, by: Actor, at: dt.datetime) -> tuple[int, int]:
    """Load the table of ranges and ported lines; ask for a new proof of each bound line that moved.

    Return how many rows it had and how many lines are asked about. All or nothing: a line that moved is not forgotten.
    """
    with transaction.atomic():
        rows, moved = load_carriers(content, by=by, at=at)
        asked = 0
        for one in moved:
            number = Number.objects.filter(pk=one.number, business_state__in=ANSWERED_FOR, holder__isnull=False).first()
            is_asked = Recheck.objects.filter(number=one.number, line=one.line, state="open").exists()
            if number is None or is_asked:  # what is open already asks for the same proof
                continue
            ask(
                number,
                ground="carrier_changed" if one.what == "carrier" else "range_refused",
                level=2,
                line=one.line,
                about=f"{one.before}→{one.after}",
                by=by,
                at=at,
            )
            asked += 1
    return rows, asked
