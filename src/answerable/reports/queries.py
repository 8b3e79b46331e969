"""Read weekly reports."""

from __future__ import annotations

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery

from answerable.reports.models import WeeklyReport


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


def unsent() -> QuerySet[WeeklyReport]:
    """List the weeks whose newest version is not sent."""
    return latest().filter(sent_at=None)
