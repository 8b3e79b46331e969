"""Make the file with which a reporter goes on to the regulator's desk."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from answerable.complaints import errors
from answerable.complaints.classes import CLASSES
from answerable.complaints.clocks import regulator_clocks
from answerable.complaints.models import Escalation, Report
from answerable.lib import keystore
from answerable.lib.pdf import render, sha256
from answerable.lib.workdays import CHINA
from answerable.numbers.models import Number
from answerable.numbers.queries import sold_through
from answerable.parties.queries import operator
from answerable.trail.actions import record
from answerable.trail.actors import PUBLIC

TEMPLATE = Path(__file__).parent.parent / "papers" / "escalation.typ"


def escalate(made: Report, why: str, *, at: dt.datetime) -> Escalation:
    """Make the ready file once, for a reporter who is not content with the answer or got none in time.

    The file is rendered before the transaction begins, so that no row is locked meanwhile. Its clocks are the
    regulator's: five working days to take it, thirty days to answer. Raise EscalationTooEarly, EscalatedAlready,
    WhyMissing or ReportErased.
    """
    if made.state != "answered" and at < made.answer_due_at:
        raise errors.EscalationTooEarly(until=made.answer_due_at.astimezone(CHINA).date())
    if made.erased_at:
        raise errors.ReportErased
    if not why.strip():
        raise errors.WhyMissing
    if Escalation.objects.filter(pk=made.pk).exists():
        raise errors.EscalatedAlready
    data = _data(made, why.strip()[:500], at)
    pdf, key = render(TEMPLATE, data), keystore.report_key(made.pk)
    clocks = regulator_clocks(at)
    with transaction.atomic():
        escalation, is_new = Escalation.objects.get_or_create(
            report=made,
            defaults={
                "made_at": at, "pdf": keystore.seal_bytes(pdf, key, f"escalation.pdf:{made.pk}"),
                "data": keystore.seal_json(data, key, f"escalation.json:{made.pk}"), "sha256": sha256(pdf),
                "take_due_at": clocks.take_due_at, "answer_due_at": clocks.answer_due_at,
                "is_calendar_loaded": clocks.is_calendar_loaded,
            },
        )  # fmt: skip
        if not is_new:
            raise errors.EscalatedAlready
        record(
            "report.escalated", by=PUBLIC, at=at, subject=("report", made.pk), after={"sha256": escalation.sha256},
        )  # fmt: skip
    return escalation


def file_of(escalation: Escalation, form: str) -> bytes:
    """Open the ready file as `pdf` or `json`; whoever has the reference may."""
    key = keystore.report_key(escalation.pk)
    if form == "pdf":
        return keystore.open_bytes(bytes(escalation.pdf), key, f"escalation.pdf:{escalation.pk}")
    data = keystore.open_json(bytes(escalation.data), key, f"escalation.json:{escalation.pk}")
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _data(made: Report, why: str, at: dt.datetime) -> dict[str, Any]:
    """Collect what the regulator's form asks for. The mobile is not in it: the reporter writes their own onto the paper."""
    number = Number.objects.select_related("carrier").get(pk=made.number)
    sale = sold_through(made.number, made.received_at)  # who answered then, whoever does now
    who = operator()
    return {
        "reference": made.pk, "made_on": f"{at.astimezone(CHINA):%Y-%m-%d}", "operator": who.name_zh, "operator_code": who.credit_code,
        "hotline": who.hotline, "number": made.number, "carrier": number.carrier.name_zh,
        "holder": sale.holder.name if sale else "", "class": CLASSES[made.report_class][0],
        "received_at": _moment(made.received_at), "answer_due_at": _moment(made.answer_due_at),
        "answered_at": _moment(made.answered_at), "answer": made.answer, "text": made.text, "why": why,
        "called_on": str(made.called_on or ""), "paid_at": _moment(made.paid_at),
        "evidence": [
            {"kind": one.kind, "sha256": one.sha256, "stored_at": _moment(one.stored_at)}
            for one in made.evidence.order_by("position")
        ],
        "is_demo": who.is_demo,
    }  # fmt: skip


def _moment(at: dt.datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
