"""How long papers are kept once what they were filed for has ended: dated from that day, then erased."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from answerable.lib.keystore import BACKUP_DAYS
from answerable.lib.workdays import CHINA
from answerable.parties.models import Enterprise, Person
from answerable.parties.queries import proven_for
from answerable.verification.models import Document, Dossier, Erasure, LegalHold
from answerable.verification.queries import papers_for


@dataclass(frozen=True)
class Period:
    """A period of keeping, and the rule it rests on."""

    years: int
    days: int
    law_zh: str
    law_en: str


PERIODS = {
    "service": Period(2, 0, "工信部令第25号：服务期间及终止后两年内留存", "MIIT Order 25: during service and two years after"),
    "no_service": Period(
        0, 180, "未开通：仅留存至投诉与费用争议期满（五个月）", "Never opened: until complaints and billing disputes (five months) are over"
    ),
}  # fmt: skip
"""By what has ended: a number that was in service, or an application that never came to service (PIPL art. 19: no longer than needed)."""


def keep_until(what: str, *, ended_at: dt.datetime) -> dt.datetime:
    """Return the moment from which papers are to be erased; what ended on 29 February counts from 1 March."""
    period, local = PERIODS[what], ended_at.astimezone(CHINA)
    is_leap_day = (local.month, local.day) == (2, 29)
    counted = local + dt.timedelta(days=1) if is_leap_day else local
    return counted.replace(year=counted.year + period.years) + dt.timedelta(days=period.days)


def backups_gone_on(erased_at: dt.datetime) -> dt.date:
    """Return the first day on which no backup can hold a key that was destroyed at `erased_at` any more."""
    return erased_at.astimezone(CHINA).date() + dt.timedelta(days=BACKUP_DAYS + 1)


def holds_in_force(at: dt.datetime) -> QuerySet[LegalHold]:
    """List the legal holds that suspend erasure."""
    day = at.astimezone(CHINA).date()
    return LegalHold.objects.filter(confirmed_at__isnull=False, ended_at=None, until__gte=day)


def documents_due(at: dt.datetime) -> QuerySet[Document]:
    """List the documents to erase now; a hold on one number also keeps what belongs to no dossier (contract pages)."""
    held = holds_in_force(at).filter(enterprise=OuterRef("enterprise"))
    of_number = Q(number="") | Q(number=OuterRef("dossier__number"))
    return (
        Document.objects.filter(keep_until__lte=at, erased_at=None)
        .exclude(Exists(held.filter(of_number)))
        .exclude(Q(dossier=None) & Exists(held))
    )


def dossiers_due(at: dt.datetime) -> QuerySet[Dossier]:
    """List the dossiers whose statements and messages are to be erased now."""
    held = holds_in_force(at).filter(enterprise=OuterRef("enterprise"))
    return Dossier.objects.filter(keep_until__lte=at, erased_at=None).exclude(
        Exists(held.filter(Q(number="") | Q(number=OuterRef("number"))))
    )


def papers_kept_for(person: Person) -> QuerySet[Document]:
    """List what still lies here of a person's own papers and of the organisations they are proven to act for."""
    return Document.objects.filter(papers_for(person), erased_at=None)


def dossiers_kept_for(person: Person) -> QuerySet[Dossier]:
    """List the dossiers whose statements still lie here, of a person or of the organisations they are proven to act for."""
    return Dossier.objects.filter(Q(opened_by=person) | Q(enterprise__in=proven_for(person)), erased_at=None)


def locked_of(enterprise: Enterprise) -> QuerySet[Document]:
    """List an organisation's locked documents, for the compliance officer."""
    return (
        Document.objects.filter(enterprise=enterprise, keep_until__isnull=False, erased_at=None)
        .select_related("dossier")
        .order_by("keep_until", "slot", "position")
    )


def dossiers_with_days(person: Person) -> QuerySet[Dossier]:
    """List the dossiers a person may ask about, erased ones too, each with how many documents still lie here."""
    return (
        Dossier.objects.filter(Q(opened_by=person) | Q(enterprise__in=proven_for(person)))
        .select_related("enterprise")
        .annotate(papers=Count("documents", filter=Q(documents__erased_at=None)))
        .order_by("-id")
    )


def erasures_for(person: Person) -> QuerySet[Erasure]:
    """List what was erased of the organisations a person acts for, or at this person's own request."""
    return (
        Erasure.objects.filter(Q(asked_by=person) | Q(enterprise__in=proven_for(person)))
        .select_related("enterprise")
        .order_by("-at")
    )


def open_holds() -> QuerySet[LegalHold]:
    """List the legal holds that have not ended, those that wait for a second person first."""
    return (
        LegalHold.objects.filter(ended_at=None)
        .select_related("enterprise", "placed_by", "confirmed_by", "end_asked_by")
        .order_by("confirmed_at", "until")
    )
