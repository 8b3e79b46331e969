"""Hand a report over and ask where it stands."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from answerable.complaints.actions import report
from answerable.complaints.actions.report import Origin
from answerable.complaints.models import Partner, Report
from answerable.complaints.queries import handed_over, handed_over_by
from answerable.lib.errors import Problem
from answerable.lib.lines import normalise_400
from answerable.trail.actors import Actor

router = Router(tags=["complaints"])


class NotFound(Problem):
    code = "NOT_FOUND"
    zh, en = "没有您转办的这个编号。", "You handed over no report with this reference."


class Said(Schema):
    """What went wrong."""

    error: str
    message: str


class NewComplaint(Schema):
    """A report to hand over. `external_reference` is yours: sent twice it is one report."""

    external_reference: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00]+$")
    number: str = Field(max_length=30)
    report_class: str = Field(alias="class", max_length=20)
    kind: str = Field("", max_length=20)
    text: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")
    money_paid: bool = False
    paid_at: dt.datetime | None = None
    called_on: dt.date | None = None
    mobile: str = Field("", max_length=20)


class Complaint(Schema):
    """Where a report stands. Nothing of who reported comes back."""

    reference: str
    external_reference: str
    number: str
    report_class: str = Field(serialization_alias="class")
    state: str
    received_at: dt.datetime
    answer_due_at: dt.datetime
    urgent_due_at: dt.datetime | None
    answered_at: dt.datetime | None
    answer: str


REFUSALS = {401: Said, 404: Said, 422: Said, 429: Said}


@router.post("", response={200: Complaint, 201: Complaint, **REFUSALS}, by_alias=True)
def create(request: HttpRequest, body: NewComplaint) -> Status[Report]:
    """Take a report: 201 for a new one, 200 for one that was handed over before."""
    partner: Partner = request.auth  # type: ignore[attr-defined]  # set by PartnerKey
    source = f"api:{partner.code}"
    if known := handed_over(source, body.external_reference):
        return Status(200, known)
    now = timezone.now()
    paid_at = timezone.make_aware(body.paid_at) if body.paid_at and timezone.is_naive(body.paid_at) else body.paid_at
    try:
        made = report(
            normalise_400(body.number) or "", report_class=body.report_class, kind=body.kind, text=body.text,
            money_paid=body.money_paid or paid_at is not None, paid_at=paid_at, contact=body.mobile, called_on=body.called_on, at=now,
            origin=Origin(source, body.external_reference), by=Actor("system", source, partner.name),
        )  # fmt: skip
    except IntegrityError:
        # The same report twice at once: the loser gets the winner's.
        if known := handed_over(source, body.external_reference):
            return Status(200, known)
        raise
    return Status(201, made)


@router.get("/{reference}", response={200: Complaint, **REFUSALS}, by_alias=True)
def state(request: HttpRequest, reference: str) -> Report:
    """Say where a report stands that this partner handed over; another's is none."""
    partner: Partner = request.auth  # type: ignore[attr-defined]  # set by PartnerKey
    found = handed_over_by(partner, reference) if "\x00" not in reference else None
    if found is None:
        raise NotFound
    return found
