"""Look at the signalling of one call, to mend what is broken: a look into personal data, and a fact."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from answerable.calls.models import Call
from answerable.lib import vault
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.queries import require
from answerable.signalling import store
from answerable.signalling.days import Days
from answerable.tracing import errors
from answerable.tracing.actions.open import LONGEST_WHY, SHORTEST_WHY
from answerable.trail.actions import record


def look_at_signalling(call: str, *, staff: Staff, why: str, at: dt.datetime) -> list[store.Kept]:
    """Return what was kept of one call, in order; each look is written down first, whatever is found.

    Raise WhyMissing. The number is named where the call is on record; it is not made dirty: nothing of it changed.
    """
    require(staff, "see_signalling")
    if not SHORTEST_WHY <= len(why.strip()) <= LONGEST_WHY:
        raise errors.WhyMissing(least=SHORTEST_WHY, most=LONGEST_WHY)
    with transaction.atomic():
        number = Call.objects.filter(call=call).values_list("number", flat=True).first() or ""
        record(
            "signalling.looked_at", by=actor_of(staff), at=at, subject=("call", call[:64]),
            after={"call": call[:200], "why": why.strip(), "number": number},
        )  # fmt: skip
    found = store.find(Days(settings.SIGNALLING, vault.master()), calls=[call], since=0, until=at.timestamp())
    return sorted(found, key=lambda kept: kept.at)
