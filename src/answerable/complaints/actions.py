"""Take the public's reports, without an account."""

from __future__ import annotations

import datetime as dt
import re
import secrets

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.models import Report
from answerable.lib import vault
from answerable.lib.lines import fold
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.parties.actions import actor_of
from answerable.parties.models import Staff
from answerable.parties.notices import tell
from answerable.parties.queries import require
from answerable.trail.actions import record
from answerable.trail.actors import PUBLIC
from answerable.verification.actions import ask
from answerable.verification.models import Recheck

ANSWER_WITHIN = dt.timedelta(days=15)
"""The operator answers within 15 days (电信用户申诉处理办法)."""
LETTERS = "ABCDEFGHJKMNPQRTUWXY346789"


def report(
    number: str,
    *,
    report_class: str,
    text: str,
    money_paid: bool,
    contact: str,
    called_on: dt.date | None,
    at: dt.datetime,
) -> Report:
    """Take a report and return it with its reference; the holder never learns who reported."""
    if report_class not in Report.Class.values:
        raise errors.ClassUnknown
    mobile = fold(contact).removeprefix("+86")
    if mobile and not re.fullmatch(r"1[3-9][0-9]{9}", mobile):
        raise errors.ContactInvalid
    if not Number.objects.filter(pk=number).exists():
        raise errors.NumberNotOurs
    reference = f"J{at.astimezone(CHINA):%y%m%d}" + "".join(secrets.choice(LETTERS) for _ in range(6))
    with transaction.atomic():
        made = Report.objects.create(
            reference=reference,
            number=number,
            report_class=report_class,
            text=text[:1000],
            money_paid=money_paid,
            called_on=called_on,
            contact=vault.seal_bytes(mobile.encode(), f"report:{reference}") if mobile else b"",
            received_at=at,
            answer_due_at=at + ANSWER_WITHIN,
        )
        record(
            "report.received",
            by=PUBLIC,
            at=at,
            subject=("report", reference),
            after={"number": number, "class": report_class, "money_paid": money_paid},
        )
    return made


def answer(made: Report, text: str, *, staff: Staff, at: dt.datetime) -> Report:
    """Answer a report once; the reporter reads it under the reference, and is told by SMS where a mobile was left.

    Raise AlreadyAnswered to whoever comes second: a reporter may have read the first answer.
    """
    require(staff, "see_complaints")
    if not text.strip():
        raise errors.AnswerMissing
    with transaction.atomic():
        answered = Report.objects.filter(pk=made.pk).exclude(state="answered")
        if not answered.update(state="answered", answered_at=at, answer=text.strip()[:1000]):
            first = Report.objects.values_list("answered_at", flat=True).get(pk=made.pk)
            raise errors.AlreadyAnswered(when=f"{first.astimezone(CHINA):%Y-%m-%d %H:%M}" if first else "")
        record("report.answered", by=actor_of(staff), at=at, subject=("report", made.pk))
        if made.contact:
            mobile = vault.open_bytes(bytes(made.contact), f"report:{made.pk}").decode()
            tell(mobile, "REPORT_ANSWERED", reference=made.pk)
    made.refresh_from_db()
    return made


def ask_for_proof(made: Report, line: str, *, staff: Staff, at: dt.datetime) -> Recheck:
    """Ask the holder for a new proof of a line because of a report, which is in hand from then on.

    The holder is told that there was a complaint, never which or by whom. Raise NothingToAsk, AskedAlready.
    """
    require(staff, "see_complaints")
    with transaction.atomic():
        asked = ask(
            Number.objects.get(pk=made.number), ground="complaint", level=2, line=line, about=made.pk, by=staff, at=at
        )
        Report.objects.filter(pk=made.pk, state="received").update(state="in_hand")
        record(
            "report.proof_asked", by=actor_of(staff), at=at, subject=("report", made.pk), after={"recheck": asked.pk}
        )
    return asked
