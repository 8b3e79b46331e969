"""Read weekly reports."""

from __future__ import annotations

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery

from answerable.reports.models import WeeklyReport
from answerable.reports.weeks import Week
from answerable.trail.models import Fact


def latest() -> QuerySet[WeeklyReport]:
    """List the newest version of each week, the newest week first."""
    newest = WeeklyReport.objects.filter(week=OuterRef("week")).order_by("-version").values("pk")[:1]
    return WeeklyReport.objects.filter(pk=Subquery(newest)).defer("csv", "pdf")


def newest_of(monday: dt.date) -> WeeklyReport | None:
    """Return the newest version of a week's report."""
    return WeeklyReport.objects.filter(week=monday).order_by("-version").first()


def versions(monday: dt.date) -> QuerySet[WeeklyReport]:
    """List all versions of a week's report, the newest first."""
    return WeeklyReport.objects.filter(week=monday).select_related("made_by", "sent_by").defer("csv", "pdf")


def was_running(week: Week) -> bool:
    """Say whether anything was done here before a week was over: a new installation owes no report of the time before."""
    return Fact.objects.filter(at__lt=week.until).exists()


def unsent() -> QuerySet[WeeklyReport]:
    """List the weeks whose newest version is not sent."""
    return latest().filter(sent_at=None)
