"""Date and lock the papers of what has ended, and open a locked one on a legal basis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from answerable.parties.actions import actor_of
from answerable.parties.models import Enterprise, Staff
from answerable.parties.queries import require
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import errors
from answerable.verification.actions.documents import view
from answerable.verification.models import Document, Dossier
from answerable.verification.retention import keep_until

SHORTEST_BASIS, LONGEST_BASIS = 4, 100
BY_LAW = "依法调阅"
"""The purpose under which a locked paper is shown: an authority's look, of which its holder is not told."""


def end_keeping(
    number: str, enterprise: Enterprise, *, order_nos: Iterable[str], what: str, by: Actor, at: dt.datetime
) -> None:
    """Date all papers filed for a number that its holder gave up or never got (`retention.PERIODS`), and lock them.

    What was dated before keeps its date: an earlier service of the same number is not kept longer by a later one.
    """
    until = keep_until(what, ended_at=at)
    with transaction.atomic():
        dossiers = Dossier.objects.filter(number=number, enterprise=enterprise)
        papers = Document.objects.filter(enterprise=enterprise, keep_until=None).filter(
            Q(dossier__in=dossiers) | Q(dossier=None, order_no__in=[*order_nos])
        )
        count = papers.update(keep_until=until)
        count += dossiers.filter(keep_until=None).update(keep_until=until)
        if count:
            record(
                "privacy.locked",
                by=by,
                at=at,
                subject=("enterprise", enterprise.pk),
                number=number,
                after={"keep_until": until.isoformat(), "ended": what},
            )


def view_locked(document: Document, *, page: int, basis: str, staff: Staff, at: dt.datetime) -> bytes:
    """Show a page of a locked document to a compliance officer, who names the legal basis; it is written down.

    Raise NoLegalBasis or DocumentErased.
    """
    require(staff, "keep_privacy")
    said = basis.strip()
    if not SHORTEST_BASIS <= len(said) <= LONGEST_BASIS:
        raise errors.NoLegalBasis(least=SHORTEST_BASIS, most=LONGEST_BASIS)
    if document.erased_at is not None:
        raise errors.DocumentErased
    with transaction.atomic():
        record(
            "document.unlocked",
            by=actor_of(staff),
            at=at,
            subject=("document", document.pk),
            after={"slot": document.slot, "page": page, "basis": said},
        )
        return view(document, page=page, purpose=BY_LAW, by=actor_of(staff), at=at)
