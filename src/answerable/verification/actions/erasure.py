"""Erase what is due: the key is destroyed, and with it every copy of what it sealed, in old backups too."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.lib import keystore
from answerable.lib.workdays import CHINA
from answerable.parties.models import Enterprise, Person
from answerable.trail.actions import record
from answerable.trail.actors import Actor
from answerable.verification import errors
from answerable.verification.actions.documents import path_of
from answerable.verification.models import Document, DocumentMark, Dossier, Erasure, Message
from answerable.verification.retention import (
    backups_gone_on,
    documents_due,
    dossiers_due,
    dossiers_kept_for,
    papers_kept_for,
)


def erase_due(*, by: Actor, at: dt.datetime) -> int:
    """Erase everything whose period is over, each organisation in a transaction of its own; count the erasures."""
    enterprises = {*documents_due(at).values_list("enterprise", flat=True)}
    enterprises |= {*dossiers_due(at).values_list("enterprise", flat=True)}
    done = [erase(one, by=by, at=at) for one in Enterprise.objects.filter(pk__in=enterprises).order_by("pk")]
    return sum(one is not None for one in done)


def ask_deletion(person: Person, *, by: Actor, at: dt.datetime) -> list[Erasure]:
    """Erase at once what is this person's to ask for and whose period is over (PIPL art. 47).

    Raise NothingToErase with the next day on which something is due, or ErasureSuspended.
    """
    papers, stated = papers_kept_for(person), dossiers_kept_for(person)
    asked = {*papers.filter(keep_until__lte=at).values_list("enterprise", flat=True)}
    asked |= {*stated.filter(keep_until__lte=at).values_list("enterprise", flat=True)}
    if not asked:
        days = [kept.filter(keep_until__gt=at).order_by("keep_until").first() for kept in (papers, stated)]
        dated = sorted(one.keep_until for one in days if one is not None and one.keep_until is not None)
        raise errors.NothingToErase(day=dated[0].astimezone(CHINA).date().isoformat() if dated else "—")
    with transaction.atomic():
        found = [
            erase(one, person=person, by=by, at=at) for one in Enterprise.objects.filter(pk__in=asked).order_by("pk")
        ]
    done = [one for one in found if one is not None]
    if not done:
        raise errors.ErasureSuspended
    return done


def erase(enterprise: Enterprise, *, by: Actor, at: dt.datetime, person: Person | None = None) -> Erasure | None:
    """Erase what is due of one organisation, for `person` only what is theirs to ask for; None where nothing is.

    The keys go last, before the commit: if that fails, rows say "due" about what is gone, and the next run writes it
    down. The other way round, rows would say "erased" about what still opens. The organisation's row is locked, so that
    a legal hold placed at the same moment is either seen or comes after.
    """
    with transaction.atomic():
        Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        documents = documents_due(at).filter(enterprise=enterprise)
        dossiers = dossiers_due(at).filter(enterprise=enterprise)
        if person is not None:
            documents = documents.filter(pk__in=papers_kept_for(person).values("pk"))
            dossiers = dossiers.filter(pk__in=dossiers_kept_for(person).values("pk"))
        papers, stated = list(documents), list(dossiers)
        if not papers and not stated:
            return None
        done = write_down(enterprise, papers, stated, person=person, by=by, at=at)
        destroy_papers(papers)
        for dossier in stated:
            keystore.destroy(keystore.dossier_key(dossier.pk))
            if dossier.order_no:
                keystore.destroy(keystore.order_key(dossier.order_no))
    return done


def destroy_papers(papers: list[Document]) -> None:
    """Destroy the keys of documents that are written down as erased, and their sealed files."""
    for document in papers:
        keystore.destroy(keystore.document_key(document.pk))
        path_of(document.pk).unlink(missing_ok=True)


def write_down(
    enterprise: Enterprise,
    papers: list[Document],
    stated: list[Dossier],
    *,
    person: Person | None,
    by: Actor,
    at: dt.datetime,
) -> Erasure:
    """Empty the rows of documents and dossiers, and write down what was erased, in the caller's transaction."""
    documents = Document.objects.filter(pk__in=[one.pk for one in papers])
    documents.update(reading=b"", reading_state="done", reading_error="", erased_at=at)
    DocumentMark.objects.filter(document__in=documents).delete()
    dossiers = Dossier.objects.filter(pk__in=[one.pk for one in stated])
    messages = Message.objects.filter(dossier__in=dossiers).update(text=b"")
    dossiers.update(claims=b"", erased_at=at)
    done = Erasure.objects.create(
        enterprise=enterprise, at=at, asked_by=person, documents=len(papers), dossiers=len(stated), messages=messages,
        backups_gone_on=backups_gone_on(at),
    )  # fmt: skip
    record(
        "privacy.erased",
        by=by,
        at=at,
        subject=("enterprise", enterprise.pk),
        after={
            "documents": done.documents, "dossiers": done.dossiers, "messages": messages,
            "backups_gone_on": done.backups_gone_on.isoformat(),
        },
    )  # fmt: skip
    return done
