"""Erase what a reporter or an appealing holder gave when its time of keeping is over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from answerable.complaints.actions.evidence import path_of
from answerable.complaints.models import Appeal, Evidence, Report
from answerable.complaints.retention import KEPT_AFTER_ANSWER, kept_until
from answerable.lib import keystore
from answerable.trail.actions import record
from answerable.trail.actors import Actor


def erase_due(*, by: Actor, at: dt.datetime) -> int:
    """Erase every answered report, and the files of every appeal, whose period is over; count them."""
    old = Report.objects.filter(state="answered", erased_at=None, answered_at__lte=at - KEPT_AFTER_ANSWER)
    done = 0
    for one in old.select_related("escalation").order_by("pk"):
        escalation = getattr(one, "escalation", None)
        until = kept_until(one.answered_at, escalation.made_at if escalation else None)
        if until is not None and until <= at:
            _erase(one, by=by, at=at)
            done += 1
    return done + _erase_appeals(by=by, at=at)


def _erase_appeals(*, by: Actor, at: dt.datetime) -> int:
    """Erase the files of appeals that ended long ago; their words and the decision stay with the measure."""
    over = Q(decided_at__lte=at - KEPT_AFTER_ANSWER) | Q(state="withdrawn", filed_at__lte=at - KEPT_AFTER_ANSWER)
    done = 0
    for one in Appeal.objects.filter(over, evidence__erased_at=None, evidence__isnull=False).distinct().order_by("pk"):
        files = _destroy(one.evidence.filter(erased_at=None))
        with transaction.atomic():
            one.evidence.filter(erased_at=None).update(erased_at=at)
            record("appeal.evidence_erased", by=by, at=at, subject=("appeal", one.pk), after={"files": files})
        done += 1
    return done


def _destroy(files: QuerySet[Evidence]) -> int:
    """Destroy files' keys, then the files; count them."""
    gone = list(files)
    for kept in gone:
        keystore.destroy(keystore.evidence_key(kept.pk))
        path_of(kept.pk).unlink(missing_ok=True)
    return len(gone)


def _erase(one: Report, *, by: Actor, at: dt.datetime) -> None:
    """Destroy the keys first: if the rows then fail to commit, what they name is unreadable, and the next run ends it.

    The report is locked, so that no file is added meanwhile.
    """
    with transaction.atomic():
        Report.objects.select_for_update(of=("self",)).get(pk=one.pk)
        files = _destroy(one.evidence.filter(erased_at=None))
        keystore.destroy(keystore.report_key(one.pk))
        one.evidence.filter(erased_at=None).update(erased_at=at)
        Report.objects.filter(pk=one.pk, erased_at=None).update(erased_at=at, contact=b"", mobile_hash="", text="")
        record("report.erased", by=by, at=at, subject=("report", one.pk), after={"files": files})
