"""Take a report."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.clocks import ANSWER_WITHIN, URGENT_DECIDED_WITHIN, URGENT_PAID_WITHIN
from answerable.complaints.contact import mobile_hash, read_mobile, seal_mobile
from answerable.complaints.duty import put_before_officer
from answerable.complaints.models import Handover, Report
from answerable.complaints.taxonomy import kinds
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.notices import tell
from answerable.trail.actions import record
from answerable.trail.actors import PUBLIC, Actor

LETTERS = "ABCDEFGHJKMNPQRTUWXY346789"
RECEIPTS_A_DAY = 3
"""By SMS to one mobile: whoever types a stranger's mobile sends it no more than these."""


@dataclass(frozen=True)
class Origin:
    """How a report reached us, and what it is called there: handed over twice it is one report."""

    source: str = "web"
    external_reference: str = ""
    handover: Handover | None = None


WEB = Origin()


def report(
    number: str,
    *,
    report_class: str,
    text: str,
    money_paid: bool,
    contact: str,
    called_on: dt.date | None,
    at: dt.datetime,
    kind: str = "",
    paid_at: dt.datetime | None = None,
    origin: Origin = WEB,
    by: Actor = PUBLIC,
) -> Report:
    """Take a report and return it with its reference; the holder never learns who reported.

    Money that left within 72 hours puts it before the officer on duty. Paid without saying when counts as now: an hour
    lost is worse than a false urgency. The receipt goes out by SMS at once where a mobile was left.
    """
    _check_class(report_class, kind)
    mobile = read_mobile(contact)
    if not Number.objects.filter(pk=number).exists():
        raise errors.NumberNotOurs
    if paid_at is not None and (paid_at > at or not money_paid):
        raise errors.PaidAtInvalid
    left_at = (paid_at or at) if money_paid else None
    is_urgent = left_at is not None and at - left_at <= URGENT_PAID_WITHIN
    reference = f"J{at.astimezone(CHINA):%y%m%d}" + "".join(secrets.choice(LETTERS) for _ in range(6))
    with transaction.atomic():
        made = Report.objects.create(
            reference=reference, number=number, report_class=report_class, kind=kind, text=text[:1000], money_paid=money_paid,
            paid_at=left_at, called_on=called_on, contact=seal_mobile(mobile, reference), mobile_hash=mobile_hash(mobile),
            received_at=at, answer_due_at=at + ANSWER_WITHIN, urgent_due_at=at + URGENT_DECIDED_WITHIN if is_urgent else None,
            source=origin.source, external_reference=origin.external_reference, handover=origin.handover,
        )  # fmt: skip
        record(
            "report.received",
            by=by,
            at=at,
            subject=("report", reference),
            after={
                "number": number,
                "class": report_class,
                "kind": kind,
                "money_paid": money_paid,
                "source": origin.source,
            },
        )
        if is_urgent:
            put_before_officer(made, at=at)
        _send_receipt(made, mobile, at)
    return made


def _check_class(report_class: str, kind: str) -> None:
    if report_class not in Report.Class.values:
        raise errors.ClassUnknown
    if kind and (report_class != "fraud" or kind not in kinds()):
        raise errors.KindUnknown


def _send_receipt(made: Report, mobile: str, at: dt.datetime) -> None:
    today = Report.objects.filter(mobile_hash=made.mobile_hash, received_at__gt=at - dt.timedelta(days=1))
    if mobile and today.count() <= RECEIPTS_A_DAY:
        tell(mobile, "REPORT_RECEIVED", reference=made.pk, until=made.answer_due_at.astimezone(CHINA).date())
