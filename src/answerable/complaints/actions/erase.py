"""Erase what a reporter gave when its time of keeping is over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from answerable.complaints.actions.evidence import path_of
from answerable.complaints.models import Report
from answerable.complaints.retention import KEPT_AFTER_ANSWER, kept_until
from answerable.lib import keystore
from answerable.trail.actions import record
from answerable.trail.actors import Actor


def erase_due(*, by: Actor, at: dt.datetime) -> int:
    """Erase every answered report whose period is over; count them."""
    old = Report.objects.filter(state="answered", erased_at=None, answered_at__lte=at - KEPT_AFTER_ANSWER)
    done = 0
    for one in old.select_related("escalation").order_by("pk"):
        escalation = getattr(one, "escalation", None)
        until = kept_until(one.answered_at, escalation.made_at if escalation else None)
        if until is not None and until <= at:
            _erase(one, by=by, at=at)
            done += 1
    return done


def _erase(one: Report, *, by: Actor, at: dt.datetime) -> None:
    """Destroy the keys first: if the rows then fail to commit, what they name is unreadable, and the next run ends it."""
    files = list(one.evidence.filter(erased_at=None))
    for kept in files:
        keystore.destroy(keystore.evidence_key(kept.pk))
        path_of(kept.pk).unlink(missing_ok=True)
    keystore.destroy(keystore.report_key(one.pk))
    with transaction.atomic():
        one.evidence.filter(erased_at=None).update(erased_at=at)
        Report.objects.filter(pk=one.pk, erased_at=None).update(erased_at=at, contact=b"", mobile_hash="", text="")
        record("report.erased", by=by, at=at, subject=("report", one.pk), after={"files": len(files)})
