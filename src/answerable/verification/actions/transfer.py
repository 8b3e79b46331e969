"""Pass a number in service on to a new holder (过户), in the transaction of the approval."""

from __future__ import annotations

import datetime as dt

from answerable.numbers.errors import StateConflict
from answerable.numbers.handover import pass_on as pass_number_on
from answerable.numbers.models import Number
from answerable.trail.actors import Actor
from answerable.verification.actions.dossiers import close
from answerable.verification.actions.retention import end_keeping
from answerable.verification.models import Dossier


def pass_on(dossier: Dossier, *, by: Actor, at: dt.datetime) -> None:
    """End the present holder's service and papers and begin the new one's; raise StateConflict where the number is stopped.

    The contracts of the present holder are orders' to lock; they follow the dossier.
    """
    row = Number.objects.select_for_update(of=("self",)).select_related("holder").get(pk=dossier.number)
    if row.holder is None or dossier.verified_until is None:
        raise StateConflict(number=row.pk, state=row.business_state)
    close(row.pk, row.holder, "revoked", by=by, at=at)
    end_keeping(row.pk, row.holder, order_nos=[], what="service", by=by, at=at)
    pass_number_on(
        row.pk, dossier.enterprise, line=dossier.line, verified_until=dossier.verified_until, by=by, at=at
    )  # fmt: skip
